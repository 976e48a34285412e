//! The end of a snapshot: first nobody sees it any more, then its files go.

use diesel::prelude::*;

use super::record::{SnapshotImage, record};
use super::{Snapshot, find};
use crate::audit::Kind;
use crate::jobs::{self, State};
use crate::schema::{jobs as j, snapshot_schedule, snapshots};
use crate::{Actor, Conn, Result, Uid, dialect};

/// Takes the row away, and cancels the job if it is not done. The files are to be removed after the commit
/// ([`super::remove_files`]); what a crash leaves is swept away later. `None`: there is no such snapshot.
pub fn delete(conn: &mut Conn, uid: Uid, actor: &Actor) -> Result<Option<Snapshot>> {
    let Some(found) = find(conn, uid)? else { return Ok(None) };
    // The job before the snapshot, as at the end of the job: else the two could wait for each other.
    if !found.snapshot.is_made() {
        jobs::cancel(conn, found.snapshot.job)?;
    }
    let Some(snapshot) = dialect::lock_snapshot(conn, uid)? else { return Ok(None) };
    diesel::delete(snapshots::table.filter(snapshots::uid.eq(uid))).execute(conn)?;
    if snapshot.is_made() {
        let now = dialect::now(conn)?;
        record(conn, actor, Kind::Delete, Some(&SnapshotImage::new(&snapshot)?), None, now)?;
    }
    Ok(Some(snapshot))
}

/// Snapshots whose time is over, at most `most`: those that nobody keeps after their last day, and the schedule's but the
/// last ones. To be [`delete`]d. Nothing that is still being made is among them.
pub fn over(conn: &mut Conn, most: i64) -> Result<Vec<Uid>> {
    use snapshots as s;
    let now = dialect::now(conn)?;
    let expired = s::table.filter(s::kept.eq(false)).filter(s::expires_at.le(now)).order((s::kept, s::expires_at));
    let expired: Vec<(Uid, Uid, bool)> =
        expired.limit(most).select((s::uid, s::job_uid, s::finished_at.is_not_null())).load(conn)?;
    let mut over = Vec::new();
    for (uid, job, made) in expired {
        let state: Option<State> = j::table.filter(j::uid.eq(job)).select(j::state).first(conn).optional()?;
        if made || state.is_none_or(State::is_final) {
            over.push(uid);
        }
    }
    let last: Option<i32> = snapshot_schedule::table.select(snapshot_schedule::keep_last).first(conn).optional()?;
    let surplus = s::table
        .filter(s::scheduled.eq(true))
        .filter(s::kept.eq(false))
        .filter(s::finished_at.is_not_null())
        .order(s::uid.desc());
    let surplus: Vec<Uid> = surplus.offset(last.unwrap_or_default().into()).limit(most).select(s::uid).load(conn)?;
    over.extend(surplus.into_iter().filter(|uid| !over.contains(uid)).collect::<Vec<Uid>>());
    Ok(over)
}
