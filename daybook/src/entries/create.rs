//! Making entries.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Content, Entry, NewRow, Outcome, Refusal, terms};
use crate::audit::{self, Change, Kind};
use crate::schema::entries;
use crate::{Actor, Conn, Error, Result, Timestamp, Uid, dialect};

/// A valid entry that does not exist yet. The uid comes with the form, so that a form sent twice makes one entry.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub uid: Uid,
    pub content: Content,
}

/// Makes the entries. One whose uid was made before with the same content is a repeat and is answered with the entry as
/// it is now; with other content it is refused as [`Refusal::Taken`].
pub fn create(conn: &mut Conn, new: &[NewEntry], actor: &Actor) -> Result<Vec<Outcome>> {
    match attempt(conn, new, actor) {
        // Another request made one of them between our look and our insert (a double click): now it is known.
        Err(Failure::Duplicate) => Ok(attempt(conn, new, actor)?),
        outcome => Ok(outcome?),
    }
}

enum Failure {
    Duplicate,
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Other(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Duplicate => Error::Busy("another request is making the same entry".into()),
            Failure::Other(error) => error,
        }
    }
}

fn attempt(conn: &mut Conn, new: &[NewEntry], actor: &Actor) -> std::result::Result<Vec<Outcome>, Failure> {
    let uids: Vec<Uid> = new.iter().map(|entry| entry.uid).collect();
    let known: HashMap<Uid, Option<Content>> = audit::created_as(conn, &uids)?.into_iter().collect();
    let mut seen = HashSet::new();
    let fresh: Vec<&NewEntry> = new.iter().filter(|e| !known.contains_key(&e.uid) && seen.insert(e.uid)).collect();
    insert(conn, &fresh, actor)?;
    let current: HashMap<Uid, Entry> = load(conn, &uids)?.into_iter().map(|entry| (entry.uid, entry)).collect();
    let made: Vec<&Entry> = fresh.iter().filter_map(|entry| current.get(&entry.uid)).collect();
    let changes: Vec<Change<Entry>> = made
        .iter()
        .map(|&entry| Change { kind: Kind::Create, before: None, after: Some(entry), version: 1, at: entry.created_at })
        .collect();
    audit::record(conn, actor, &changes)?;
    terms::keep(conn, made.iter().map(|&entry| (None, Some(entry))))?;
    Ok(new.iter().map(|new| outcome(new, &known, current.get(&new.uid))).collect())
}

fn outcome(new: &NewEntry, known: &HashMap<Uid, Option<Content>>, current: Option<&Entry>) -> Outcome {
    match (known.get(&new.uid), current) {
        (None, Some(entry)) if entry.content == new.content => Outcome::Changed(entry.clone()),
        (Some(Some(first)), Some(entry)) if *first == new.content => Outcome::Unchanged(entry.clone()),
        (_, current) => Outcome::Refused(Refusal::Taken(current.cloned())),
    }
}

fn insert(conn: &mut Conn, new: &[&NewEntry], actor: &Actor) -> std::result::Result<(), Failure> {
    let now = Timestamp::now();
    let rows: Vec<NewRow> = new
        .iter()
        .map(|entry| NewRow {
            uid: entry.uid,
            title_key: terms::title_key(&entry.content),
            content: entry.content.clone(),
            version: 1,
            trashed: false,
            created_at: now,
            created_by: actor.uid,
            created_by_name: actor.name.clone(),
            updated_at: now,
            updated_by: actor.uid,
            updated_by_name: actor.name.clone(),
        })
        .collect();
    dialect::insert_entries(conn, &rows).map_err(|error| match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Failure::Duplicate,
        error => Failure::Other(error.into()),
    })
}

fn load(conn: &mut Conn, uids: &[Uid]) -> Result<Vec<Entry>> {
    Ok(entries::table.filter(entries::uid.eq_any(uids)).select(Entry::as_select()).load(conn)?)
}
