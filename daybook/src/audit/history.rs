//! Reading the log: the versions of an entry, and what it was at one of them.

use diesel::prelude::*;

use super::{ENTRY, Image, Kind};
use crate::entries::Content;
use crate::schema::{audit_events, audit_images};
use crate::{Conn, Error, Result, Timestamp, Uid};

/// One version of an entry: who made it, when, and what it was then.
#[derive(Debug, Clone)]
pub struct Version {
    pub version: i32,
    pub kind: Kind,
    pub at: Timestamp,
    pub actor_uid: Uid,
    pub actor_name: String,
    /// `None` for the first version.
    pub before: Option<Image>,
    /// `None` for a purge.
    pub after: Option<Image>,
}

/// The versions of an entry, newest first, at most `limit`; with `before` only those below that version.
pub fn history(conn: &mut Conn, uid: Uid, before: Option<i32>, limit: i64) -> Result<Vec<Version>> {
    type Row = (i32, Kind, Timestamp, Uid, String, Option<String>, Option<String>);
    let rows: Vec<Row> = audit_events::table
        .inner_join(audit_images::table)
        .filter(audit_events::subject_kind.eq(ENTRY))
        .filter(audit_events::subject_uid.eq(uid))
        .filter(audit_events::version.lt(before.unwrap_or(i32::MAX)))
        .order(audit_events::version.desc())
        .limit(limit)
        .select((
            audit_events::version,
            audit_events::kind,
            audit_events::at,
            audit_events::actor_uid,
            audit_images::actor_name,
            audit_images::before,
            audit_images::after,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(version, kind, at, actor_uid, actor_name, before, after)| {
            Ok(Version { version, kind, at, actor_uid, actor_name, before: image(before)?, after: image(after)? })
        })
        .collect()
}

/// What people had written at a version; `None` when there was no such version.
pub fn content_at(conn: &mut Conn, uid: Uid, version: i32) -> Result<Option<Content>> {
    let after: Option<Option<String>> = audit_events::table
        .inner_join(audit_images::table)
        .filter(audit_events::subject_kind.eq(ENTRY))
        .filter(audit_events::subject_uid.eq(uid))
        .filter(audit_events::version.eq(version))
        .select(audit_images::after)
        .first(conn)
        .optional()?;
    Ok(image(after.flatten())?.map(|image| image.content))
}

/// The uids among these that were ever created, with what they were created as.
pub fn created_as(conn: &mut Conn, uids: &[Uid]) -> Result<Vec<(Uid, Option<Content>)>> {
    let rows: Vec<(Uid, Option<String>)> = audit_events::table
        .inner_join(audit_images::table)
        .filter(audit_events::subject_kind.eq(ENTRY))
        .filter(audit_events::subject_uid.eq_any(uids))
        .filter(audit_events::version.eq(1))
        .select((audit_events::subject_uid, audit_images::after))
        .load(conn)?;
    rows.into_iter().map(|(uid, after)| Ok((uid, image(after)?.map(|image| image.content)))).collect()
}

/// One entry's part in what a request changed.
#[derive(Debug, Clone)]
pub struct RequestChange {
    pub uid: Uid,
    /// The version that the change made.
    pub version: i32,
    pub kind: Kind,
    /// Whether the entry is done since; false after a purge.
    pub done: bool,
}

/// What one request changed, at most [`REQUEST_MOST`] entries.
pub fn changes_of(conn: &mut Conn, request: Uid) -> Result<Vec<RequestChange>> {
    let rows: Vec<(Uid, i32, Kind, Option<String>)> = audit_events::table
        .inner_join(audit_images::table)
        .filter(audit_events::request_id.eq(request))
        .filter(audit_events::subject_kind.eq(ENTRY))
        .order(audit_events::id)
        .limit(REQUEST_MOST)
        .select((audit_events::subject_uid, audit_events::version, audit_events::kind, audit_images::after))
        .load(conn)?;
    rows.into_iter()
        .map(|(uid, version, kind, after)| {
            let done = image(after)?.is_some_and(|image| image.content.done);
            Ok(RequestChange { uid, version, kind, done })
        })
        .collect()
}

/// The request that made a version; `None` when there is no such version.
pub fn request_of(conn: &mut Conn, uid: Uid, version: i32) -> Result<Option<Uid>> {
    let event = audit_events::table
        .filter(audit_events::subject_kind.eq(ENTRY))
        .filter(audit_events::subject_uid.eq(uid))
        .filter(audit_events::version.eq(version));
    Ok(event.select(audit_events::request_id).first(conn).optional()?)
}

/// Entries that one request of a person can change.
const REQUEST_MOST: i64 = 200;

/// Whether the log says that this version of the entry was purged.
pub fn was_purged(conn: &mut Conn, uid: Uid, version: i32) -> Result<bool> {
    let kind: Option<Kind> = audit_events::table
        .filter(audit_events::subject_kind.eq(ENTRY))
        .filter(audit_events::subject_uid.eq(uid))
        .filter(audit_events::version.eq(version.saturating_add(1)))
        .select(audit_events::kind)
        .first(conn)
        .optional()?;
    Ok(kind == Some(Kind::Purge))
}

/// Whether there is any event of that subject.
pub(crate) fn is_known(conn: &mut Conn, subject_kind: &str, uid: Uid) -> Result<bool> {
    let query = audit_events::table
        .filter(audit_events::subject_uid.eq(uid))
        .filter(audit_events::subject_kind.eq(subject_kind));
    let first: Option<i64> = query.select(audit_events::id).first(conn).optional()?;
    Ok(first.is_some())
}

fn image(json: Option<String>) -> Result<Option<Image>> {
    json.map(|json| serde_json::from_str(&json))
        .transpose()
        .map_err(|error| Error::Internal(format!("an audit image cannot be read: {error}")))
}
