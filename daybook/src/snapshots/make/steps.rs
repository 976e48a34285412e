//! What an attempt reads and writes in the database, each under the job's lease.

use std::sync::atomic::Ordering;
use std::time::Duration;

use diesel::prelude::*;

use crate::audit::Kind;
use crate::jobs::{self, End, Job, Lease, Progress, to_json};
use crate::schema::{jobs as j, snapshots};
use crate::snapshots::job::{Bookmark, MakeSnapshot};
use crate::snapshots::manifest::Manifest;
use crate::snapshots::read::Meter;
use crate::snapshots::record::{SnapshotImage, record};
use crate::snapshots::{Listed, Snapshot, find};
use crate::users::{self, Action};
use crate::{Actor, Conn, Result, Timestamp, dialect};

/// The snapshot that the job is for, and the time; `None` when nobody wants it any more, and the job has ended so.
pub(super) fn begin(conn: &mut Conn, lease: &Lease) -> Result<Option<(Snapshot, Timestamp)>> {
    let (job, now) = lease.job(conn)?;
    let wanted = find(conn, MakeSnapshot::of(&job)?.snapshot)?.filter(|_| !job.cancel_wanted);
    let Some(Listed { snapshot, .. }) = wanted else {
        jobs::finish(conn, lease, End::Cancelled, "{}")?;
        return Ok(None);
    };
    // A schedule is the book's, and goes on without the person who set it.
    if !snapshot.scheduled && !users::still_may(conn, job.asked_by, Action::ManageSnapshots)? {
        jobs::finish(conn, lease, End::NotAllowed, "{}")?;
        return Ok(None);
    }
    Ok(Some((snapshot, now)))
}

/// Whether a replica is as far as the job's claim, and so as whatever was there before somebody asked.
pub(super) fn shows(conn: &mut Conn, lease: &Lease) -> Result<bool> {
    let fence: Option<i64> = j::table.filter(j::uid.eq(lease.job)).select(j::fence).first(conn).optional()?;
    Ok(fence.is_some_and(|fence| fence >= lease.fence))
}

pub(super) fn tell(conn: &mut Conn, lease: &Lease, meter: &Meter, began_at: Timestamp) -> Result<Job> {
    let (handled, total) = (meter.handled.load(Ordering::Relaxed), meter.total.load(Ordering::Relaxed));
    let bookmark = to_json(&Bookmark { began_at })?;
    jobs::progress(conn, lease, &Progress { handled, total: Some(total).filter(|n| *n > 0), bookmark })?;
    Ok(lease.job(conn)?.0)
}

/// The row names the files, the log says so, and the job is done: all of it, if the lease still holds, or nothing. `false`:
/// somebody cancelled the job or deleted the snapshot.
pub(super) fn end(conn: &mut Conn, lease: &Lease, folder: &str, manifest: &Manifest, life: Duration) -> Result<bool> {
    let (job, now) = lease.job(conn)?;
    let asked = dialect::lock_snapshot(conn, manifest.snapshot)?;
    let Some(asked) = asked.filter(|asked| !job.cancel_wanted && !asked.is_made()) else {
        jobs::finish(conn, lease, End::Cancelled, "{}")?;
        return Ok(false);
    };
    let bytes = manifest.files.iter().map(|file| file.bytes).sum::<i64>();
    let made = Snapshot {
        version: asked.version + 1,
        finished_at: Some(now),
        expires_at: now.after(life),
        folder: Some(folder.to_owned()),
        entry_rows: manifest.files.first().map(|file| file.rows),
        bytes: Some(bytes),
        manifest_json: Some(manifest.to_json()?),
        ..asked
    };
    diesel::update(snapshots::table.filter(snapshots::uid.eq(made.uid)))
        .set((
            snapshots::version.eq(made.version),
            snapshots::finished_at.eq(made.finished_at),
            snapshots::expires_at.eq(made.expires_at),
            snapshots::folder.eq(&made.folder),
            snapshots::entry_rows.eq(made.entry_rows),
            snapshots::bytes.eq(made.bytes),
            snapshots::manifest.eq(&made.manifest_json),
        ))
        .execute(conn)?;
    record(conn, &Actor::job(&job), Kind::Create, None, Some(&SnapshotImage::new(&made)?), now)?;
    jobs::finish(conn, lease, End::Done, "{}")?;
    Ok(true)
}
