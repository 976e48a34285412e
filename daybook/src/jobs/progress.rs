//! How far a job is, written in the transaction of what it did.

use diesel::prelude::*;

use super::lease::{held, still_held};
use super::{Lease, State};
use crate::schema::jobs;
use crate::{Conn, Result, dialect};

/// What is written down after each step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub handled: i64,
    pub total: Option<i64>,
    /// JSON; where the work goes on, whoever does it.
    pub bookmark: String,
}

/// Notes how far the job is, and renews the lease. Until the transaction ends nobody else can claim the job: the row is
/// locked by this.
///
/// # Errors
/// [`crate::Error::LeaseLost`], which takes back whatever else the transaction did.
pub fn progress(conn: &mut Conn, lease: &Lease, progress: &Progress) -> Result<()> {
    let now = dialect::now(conn)?;
    let rows = diesel::update(held!(lease, now))
        .set((
            jobs::lease_until.eq(now.after(lease.time)),
            jobs::handled.eq(progress.handled),
            jobs::total.eq(progress.total),
            jobs::bookmark.eq(&progress.bookmark),
            jobs::updated_at.eq(now),
        ))
        .execute(conn)?;
    still_held(rows)
}
