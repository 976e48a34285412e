//! A new job, in the transaction of what asks for it.

use diesel::prelude::*;

use super::{Job, State};
use crate::schema::jobs;
use crate::{Actor, Conn, Error, Result, Timestamp, Uid, dialect};

#[derive(Debug, Clone)]
pub struct NewJob {
    /// Of the form: the same person with the same key gets the job that is there already.
    pub key: Uid,
    pub kind: &'static str,
    /// JSON.
    pub arguments: String,
    /// How much there is to do, if that is known.
    pub total: Option<i64>,
}

/// A job before it has an id.
#[derive(Insertable)]
#[diesel(table_name = jobs)]
pub(crate) struct NewJobRow {
    uid: Uid,
    kind: &'static str,
    arguments: String,
    state: State,
    run_at: Timestamp,
    fence: i64,
    failures: i32,
    handled: i64,
    total: Option<i64>,
    cancel_wanted: bool,
    asked_by: Uid,
    asked_by_name: String,
    client_address: Option<String>,
    form_key: Uid,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Makes the job, or finds the one that the same form made before. To be rung for after the commit.
pub fn enqueue(conn: &mut Conn, new: NewJob, actor: &Actor) -> Result<Job> {
    let now = dialect::now(conn)?;
    let row = NewJobRow {
        uid: Uid::new(),
        kind: new.kind,
        arguments: new.arguments,
        state: State::Waiting,
        run_at: now,
        fence: 0,
        failures: 0,
        handled: 0,
        total: new.total,
        cancel_wanted: false,
        asked_by: actor.uid,
        asked_by_name: actor.name.clone(),
        client_address: actor.client_address.map(|address| address.to_string()),
        form_key: new.key,
        created_at: now,
        updated_at: now,
    };
    dialect::insert_job(conn, &row)?;
    let job = jobs::table
        .filter(jobs::asked_by.eq(actor.uid))
        .filter(jobs::form_key.eq(new.key))
        .select(Job::as_select())
        .first(conn)
        .optional()?;
    job.ok_or_else(|| Error::Internal("a job that was just made is not there".into()))
}
