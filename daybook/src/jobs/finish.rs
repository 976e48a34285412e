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
    /// Whoever asked for it may not do that any more, so no other attempt is worth it. What it did so far stays.
    NotAllowed,
}

impl End {
    fn state(self) -> State {
        match self {
            End::Done => State::Done,
            End::Cancelled => State::Cancelled,
            End::NotAllowed => State::Failed,
        }
    }

    /// For people.
    fn error(self) -> Option<&'static str> {
        match self {
            End::Done | End::Cancelled => None,
            End::NotAllowed => Some("Whoever asked for this may not do that any more."),
        }
    }
}

/// Ends the job with its result (JSON), in the transaction of its last step.
///
/// # Errors
/// [`crate::Error::LeaseLost`], which takes back whatever else the transaction did.
pub fn finish(conn: &mut Conn, lease: &Lease, end: End, result: &str) -> Result<()> {
    let now = dialect::now(conn)?;
    let rows = diesel::update(held!(lease, now))
        .set((
            jobs::state.eq(end.state()),
            jobs::owner.eq(None::<Uid>),
            jobs::lease_until.eq(None::<Timestamp>),
            jobs::error.eq(end.error()),
            jobs::result.eq(result),
            jobs::updated_at.eq(now),
            jobs::finished_at.eq(now),
        ))
        .execute(conn)?;
    still_held(rows)
}
