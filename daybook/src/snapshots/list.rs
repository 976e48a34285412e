//! The snapshots that there are, with the jobs that make them.

use diesel::prelude::*;

use super::Snapshot;
use crate::jobs::Job;
use crate::schema::{jobs, snapshots};
use crate::{Conn, Result, Uid};

/// A snapshot, and the job that makes or made it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub snapshot: Snapshot,
    pub job: Option<Job>,
}

/// Some snapshots, and where older ones begin.
#[derive(Debug, Clone)]
pub struct SnapshotPage {
    pub rows: Vec<Listed>,
    pub next: Option<Uid>,
}

pub fn find(conn: &mut Conn, uid: Uid) -> Result<Option<Listed>> {
    let query = snapshots::table.filter(snapshots::uid.eq(uid)).select(Snapshot::as_select());
    let found: Option<Snapshot> = query.first(conn).optional()?;
    Ok(with_jobs(conn, found.into_iter().collect())?.pop())
}

/// At most `size` snapshots before this one, the newest first: finished or not. The uids are in the order of asking.
pub fn list(conn: &mut Conn, before: Option<Uid>, size: usize) -> Result<SnapshotPage> {
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut query =
        snapshots::table.select(Snapshot::as_select()).order(snapshots::uid.desc()).limit(limit).into_boxed();
    if let Some(before) = before {
        query = query.filter(snapshots::uid.lt(before));
    }
    let mut found: Vec<Snapshot> = query.load(conn)?;
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().map(|snapshot| snapshot.uid).filter(|_| more);
    Ok(SnapshotPage { rows: with_jobs(conn, found)?, next })
}

fn with_jobs(conn: &mut Conn, found: Vec<Snapshot>) -> Result<Vec<Listed>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let uids = found.iter().map(|snapshot| snapshot.job).collect::<Vec<Uid>>();
    let mut all: Vec<Job> = jobs::table.filter(jobs::uid.eq_any(uids)).select(Job::as_select()).load(conn)?;
    let mut take = |uid: Uid| all.iter().position(|job| job.uid == uid).map(|at| all.swap_remove(at));
    Ok(found.into_iter().map(|snapshot| Listed { job: take(snapshot.job), snapshot }).collect())
}
