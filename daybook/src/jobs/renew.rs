//! A running job's sign of life.

use diesel::prelude::*;

use super::lease::held;
use super::{Lease, State};
use crate::schema::jobs;
use crate::{Conn, Result, dialect};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewed {
    GoOn,
    /// Somebody does not want it any more: end it by [`super::finish`].
    Cancelled,
    /// Another worker has it, or may have it: write nothing more.
    Lost,
}

/// Gives the lease its whole time again.
pub fn renew(conn: &mut Conn, lease: &Lease) -> Result<Renewed> {
    let now = dialect::now(conn)?;
    let rows = diesel::update(held!(lease, now))
        .set((jobs::lease_until.eq(now.after(lease.time)), jobs::updated_at.eq(now)))
        .execute(conn)?;
    if rows == 0 {
        return Ok(Renewed::Lost);
    }
    let cancelled: Option<bool> =
        jobs::table.filter(jobs::uid.eq(lease.job)).select(jobs::cancel_wanted).first(conn).optional()?;
    Ok(if cancelled == Some(true) { Renewed::Cancelled } else { Renewed::GoOn })
}
