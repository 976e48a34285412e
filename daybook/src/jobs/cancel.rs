//! Somebody does not want a job any more.

use diesel::prelude::*;

use super::{Job, State, find};
use crate::schema::jobs;
use crate::{Conn, Result, Uid, dialect};

/// Ends a job that waits, and tells the worker of one that runs, which ends it between two steps. One that has ended is
/// left alone. `None`: there is no such job.
pub fn cancel(conn: &mut Conn, uid: Uid) -> Result<Option<Job>> {
    let now = dialect::now(conn)?;
    let ended = diesel::update(jobs::table.filter(jobs::uid.eq(uid)).filter(jobs::state.eq(State::Waiting)))
        .set((
            jobs::state.eq(State::Cancelled),
            jobs::cancel_wanted.eq(true),
            jobs::updated_at.eq(now),
            jobs::finished_at.eq(now),
        ))
        .execute(conn)?;
    if ended == 0 {
        diesel::update(jobs::table.filter(jobs::uid.eq(uid)).filter(jobs::state.eq(State::Running)))
            .set(jobs::cancel_wanted.eq(true))
            .execute(conn)?;
    }
    find(conn, uid)
}
