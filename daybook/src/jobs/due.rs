//! What there is to run now.

use diesel::prelude::*;

use super::State;
use crate::schema::jobs;
use crate::{Conn, Result, Uid, dialect};

/// Jobs whose time has come and that no worker has, the longest waiting first: also those whose worker was lost.
pub fn due(conn: &mut Conn, most: i64) -> Result<Vec<Uid>> {
    let now = dialect::now(conn)?;
    let waiting = jobs::table.filter(jobs::state.eq(State::Waiting)).filter(jobs::run_at.le(now));
    let mut due: Vec<Uid> = waiting.order((jobs::run_at, jobs::id)).limit(most).select(jobs::uid).load(conn)?;
    let lost = jobs::table.filter(jobs::state.eq(State::Running)).filter(jobs::lease_until.le(now));
    due.extend(lost.order((jobs::lease_until, jobs::id)).limit(most).select(jobs::uid).load::<Uid>(conn)?);
    Ok(due)
}
