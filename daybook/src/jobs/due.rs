//! What there is to run now.

use diesel::prelude::*;

use super::State;
use crate::schema::jobs;
use crate::{Conn, Result, Uid, dialect};

/// Jobs whose time has come and that no worker has, of this kind or of any, the longest waiting first: also those whose
/// worker was lost.
pub fn due(conn: &mut Conn, kind: Option<&str>, most: i64) -> Result<Vec<Uid>> {
    let now = dialect::now(conn)?;
    let waiting = jobs::table.filter(jobs::state.eq(State::Waiting)).filter(jobs::run_at.le(now));
    let mut waiting = waiting.order((jobs::run_at, jobs::id)).limit(most).select(jobs::uid).into_boxed();
    let lost = jobs::table.filter(jobs::state.eq(State::Running)).filter(jobs::lease_until.le(now));
    let mut lost = lost.order((jobs::lease_until, jobs::id)).limit(most).select(jobs::uid).into_boxed();
    if let Some(kind) = kind {
        waiting = waiting.filter(jobs::kind.eq(kind));
        lost = lost.filter(jobs::kind.eq(kind));
    }
    let mut due: Vec<Uid> = waiting.load(conn)?;
    due.extend(lost.load::<Uid>(conn)?);
    Ok(due)
}
