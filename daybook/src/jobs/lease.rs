//! What a worker has of a job that it runs.

use std::time::Duration;

use diesel::prelude::*;

use super::{Job, State};
use crate::schema::jobs;
use crate::{Conn, Error, Result, Timestamp, Uid, dialect};

/// Names the job and the claim. Good for nothing once another worker has claimed the job, or the time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub job: Uid,
    pub owner: Uid,
    pub fence: i64,
    /// For how long it is given and renewed.
    pub time: Duration,
}

/// The job of a lease, if it still holds, as the condition of an UPDATE. A statement of its own gives the time: on MySQL
/// it may be too early by the wait for a lock, which only makes the lease end sooner.
macro_rules! held {
    ($lease:expr, $now:expr) => {
        jobs::table
            .filter(jobs::uid.eq($lease.job))
            .filter(jobs::state.eq(State::Running))
            .filter(jobs::owner.eq($lease.owner))
            .filter(jobs::fence.eq($lease.fence))
            .filter(jobs::lease_until.gt($now))
    };
}
pub(super) use held;

impl Lease {
    /// The job as it is now, and the time by the database's clock.
    ///
    /// # Errors
    /// [`Error::LeaseLost`]
    pub(crate) fn job(&self, conn: &mut Conn) -> Result<(Job, Timestamp)> {
        let now = dialect::now(conn)?;
        let job = held!(self, now).select(Job::as_select()).first(conn).optional()?;
        Ok((job.ok_or(Error::LeaseLost)?, now))
    }
}

/// Of an UPDATE of [`held!`]: no row means that the lease is lost, and that the transaction has to go back.
pub(super) fn still_held(rows: usize) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::LeaseLost) }
}
