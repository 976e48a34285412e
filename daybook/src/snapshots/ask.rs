//! Somebody asks for a snapshot: a row, and the job that makes its files.

use diesel::prelude::*;

use super::{MakeSnapshot, Shelf, Snapshot, What, find};
use crate::jobs::{self, Job, to_json};
use crate::schema::snapshots;
use crate::{Actor, Conn, Error, Result, Timestamp, Uid, dialect};

#[derive(Debug, Clone)]
pub struct Request {
    /// Of the form: the same person with the same key gets the snapshot that is there already.
    pub key: Uid,
    pub what: What,
}

/// Makes the row and the job, which is to be rung for after the commit. `None` when the same form was sent before and its
/// snapshot has been deleted since.
pub fn ask(conn: &mut Conn, request: &Request, shelf: &Shelf, actor: &Actor) -> Result<Option<Snapshot>> {
    insert(conn, request, shelf, actor, None)
}

/// `due_at`: for the schedule.
pub(super) fn insert(
    conn: &mut Conn,
    request: &Request,
    shelf: &Shelf,
    actor: &Actor,
    due_at: Option<Timestamp>,
) -> Result<Option<Snapshot>> {
    let uid = Uid::new();
    let job: Job = jobs::enqueue(conn, MakeSnapshot::new(uid).job(request.key)?, actor)?;
    let known = MakeSnapshot::of(&job)?.snapshot;
    if known == uid {
        let now = dialect::now(conn)?;
        diesel::insert_into(snapshots::table)
            .values((
                snapshots::uid.eq(uid),
                snapshots::version.eq(0),
                snapshots::what.eq(to_json(&request.what)?),
                snapshots::scheduled.eq(due_at.is_some()),
                snapshots::due_at.eq(due_at),
                snapshots::job_uid.eq(job.uid),
                snapshots::asked_by.eq(actor.uid),
                snapshots::asked_by_name.eq(&actor.name),
                snapshots::created_at.eq(now),
                snapshots::kept.eq(false),
                snapshots::expires_at.eq(now.after(shelf.life)),
            ))
            .execute(conn)?;
    }
    match find(conn, known)? {
        None if known == uid => Err(Error::Internal("a snapshot that was just asked for is not there".into())),
        found => Ok(found.map(|found| found.snapshot)),
    }
}
