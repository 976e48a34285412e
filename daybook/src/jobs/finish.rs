//! The end of a job that ran.

use diesel::prelude::*;

use super::lease::{held, still_held};
use super::{Lease, State};
use crate::schema::jobs;
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Done,
    /// Somebody did not want it any more. What it did so far stays.
    Cancelled,
}

/// Ends the job with its result (JSON), in the transaction of its last step.
///
/// # Errors
/// [`crate::Error::LeaseLost`], which takes back whatever else the transaction did.
pub fn finish(conn: &mut Conn, lease: &Lease, end: End, result: &str) -> Result<()> {
    let now = dialect::now(conn)?;
    let state = match end {
        End::Done => State::Done,
        End::Cancelled => State::Cancelled,
    };
    let rows = diesel::update(held!(lease, now))
        .set((
            jobs::state.eq(state),
            jobs::owner.eq(None::<Uid>),
            jobs::lease_until.eq(None::<Timestamp>),
            jobs::error.eq(None::<String>),
            jobs::result.eq(result),
            jobs::updated_at.eq(now),
            jobs::finished_at.eq(now),
        ))
        .execute(conn)?;
    still_held(rows)
}
