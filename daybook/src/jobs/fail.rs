//! An attempt that went wrong.

use diesel::prelude::*;

use super::lease::{held, still_held};
use super::{ATTEMPTS, Lease, State, pause};
use crate::schema::jobs;
use crate::{Conn, Result, Timestamp, Uid};

/// Characters of an error that are kept.
const ERROR_MAX: usize = 1_000;

/// Counts a failure. The job runs again after a pause that doubles each time, or has failed for good. Returns which.
///
/// # Errors
/// [`crate::Error::LeaseLost`]
pub fn fail(conn: &mut Conn, lease: &Lease, error: &str) -> Result<State> {
    let (job, now) = lease.job(conn)?;
    let failures = job.failures + 1;
    let state = match failures {
        _ if job.cancel_wanted => State::Cancelled,
        ATTEMPTS.. => State::Failed,
        _ => State::Waiting,
    };
    let error: String = error.chars().take(ERROR_MAX).collect();
    let rows = diesel::update(held!(lease, now))
        .set((
            jobs::state.eq(state),
            jobs::failures.eq(failures),
            jobs::run_at.eq(now.after(pause(failures))),
            jobs::owner.eq(None::<Uid>),
            jobs::lease_until.eq(None::<Timestamp>),
            jobs::error.eq(error),
            jobs::updated_at.eq(now),
            jobs::finished_at.eq(state.is_final().then_some(now)),
        ))
        .execute(conn)?;
    still_held(rows)?;
    Ok(state)
}
