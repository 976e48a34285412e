//! Jobs whose worker has not renewed its lease: killed, paused, or cut off.

use diesel::prelude::*;

use super::{ATTEMPTS, State};
use crate::schema::jobs;
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// Rows in one go.
const MOST: i64 = 100;

/// Gives up waiting for workers that were lost: their jobs wait again, or have failed for good. Returns how many.
pub fn take_from_the_lost(conn: &mut Conn) -> Result<usize> {
    let now = dialect::now(conn)?;
    take_back(conn, None, now)
}

/// The same for one job or for all. A lost lease counts as a failure, so that a job that kills its worker comes to an
/// end; it needs no pause, since the lease was one.
pub(super) fn take_back(conn: &mut Conn, only: Option<Uid>, now: Timestamp) -> Result<usize> {
    let mut query = jobs::table
        .filter(jobs::state.eq(State::Running))
        .filter(jobs::lease_until.le(now))
        .select((jobs::uid, jobs::fence, jobs::failures, jobs::cancel_wanted))
        .order(jobs::id)
        .limit(MOST)
        .into_boxed();
    if let Some(uid) = only {
        query = query.filter(jobs::uid.eq(uid));
    }
    let lost: Vec<(Uid, i64, i32, bool)> = query.load(conn)?;
    let mut taken = 0;
    for (uid, fence, failures, cancel_wanted) in lost {
        let failures = failures + 1;
        let state = match failures {
            _ if cancel_wanted => State::Cancelled,
            ATTEMPTS.. => State::Failed,
            _ => State::Waiting,
        };
        let still_lost = jobs::table
            .filter(jobs::uid.eq(uid))
            .filter(jobs::state.eq(State::Running))
            .filter(jobs::fence.eq(fence))
            .filter(jobs::lease_until.le(now));
        taken += diesel::update(still_lost)
            .set((
                jobs::state.eq(state),
                jobs::failures.eq(failures),
                jobs::run_at.eq(now),
                jobs::owner.eq(None::<Uid>),
                jobs::lease_until.eq(None::<Timestamp>),
                jobs::error.eq("The worker that ran it was lost."),
                jobs::updated_at.eq(now),
                jobs::finished_at.eq(state.is_final().then_some(now)),
            ))
            .execute(conn)?;
    }
    Ok(taken)
}
