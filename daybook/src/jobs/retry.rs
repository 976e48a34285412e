//! Another try of a job that has failed, or was cancelled.

use diesel::prelude::*;

use super::{Job, State, find};
use crate::schema::jobs;
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// The job waits again and has all its attempts; it goes on where it stopped. Any other is left alone: a double click
/// makes one retry. `None`: there is no such job.
pub fn retry(conn: &mut Conn, uid: Uid) -> Result<Option<Job>> {
    let now = dialect::now(conn)?;
    let ended = jobs::table
        .filter(jobs::uid.eq(uid))
        .filter(jobs::state.eq(State::Failed).or(jobs::state.eq(State::Cancelled)));
    diesel::update(ended)
        .set((
            jobs::state.eq(State::Waiting),
            jobs::run_at.eq(now),
            jobs::failures.eq(0),
            jobs::cancel_wanted.eq(false),
            jobs::error.eq(None::<String>),
            jobs::result.eq(None::<String>),
            jobs::updated_at.eq(now),
            jobs::finished_at.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    find(conn, uid)
}
