//! The history of entries, as files hold it: the events about them with their images, but without the addresses that they
//! came from, which not everybody who may download a snapshot may see. So without the salt, too, by which an address could
//! be guessed and tried.

use diesel::prelude::*;

use super::read::{Limit, Weighed};
use crate::audit::ENTRY;
use crate::schema::{audit_events as e, audit_images as i};
use crate::{Conn, Result, Timestamp, Uid};

#[derive(Debug, Clone, Queryable)]
pub(super) struct HistoryRow {
    pub(super) id: i64,
    pub(super) uid: Uid,
    pub(super) version: i32,
    pub(super) kind: String,
    pub(super) at: Timestamp,
    pub(super) actor_uid: Uid,
    pub(super) channel: String,
    pub(super) request_id: Uid,
    pub(super) commitment: Vec<u8>,
    pub(super) seq: Option<i64>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) sealed_at: Option<Timestamp>,
    /// `None` where the image was erased, as the next two may be.
    pub(super) actor_name: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    subject_kind: String,
}

macro_rules! columns {
    () => {
        (
            e::id,
            e::subject_uid,
            e::version,
            e::kind,
            e::at,
            e::actor_uid,
            e::channel,
            e::request_id,
            e::commitment,
            e::seq,
            e::link,
            e::sealed_at,
            i::actor_name.nullable(),
            i::before.nullable(),
            i::after.nullable(),
            e::subject_kind,
        )
    };
}

impl Weighed for HistoryRow {
    fn weight(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        length(&self.before) + length(&self.after) + 300
    }
}

impl HistoryRow {
    pub(super) fn is_of_an_entry(&self) -> bool {
        self.subject_kind == ENTRY
    }
}

/// All events after this id, in the order of the ids, also those about other things: with a condition of their kind, a
/// database may take another index, and sort.
pub(super) fn after(conn: &mut Conn, id: i64, limit: &Limit) -> Result<Vec<HistoryRow>> {
    let events = e::table.left_join(i::table).filter(e::id.gt(id)).order(e::id).limit(limit.rows());
    Ok(events.select(columns!()).load(conn)?)
}

/// The events about these entries after one of them, in the order of uids and versions.
pub(super) fn of_entries(
    conn: &mut Conn,
    uids: &[Uid],
    after: Option<(Uid, i32)>,
    limit: &Limit,
) -> Result<Vec<HistoryRow>> {
    let mut events = e::table
        .left_join(i::table)
        .filter(e::subject_kind.eq(ENTRY))
        .filter(e::subject_uid.eq_any(uids))
        .order((e::subject_uid, e::version))
        .limit(limit.rows())
        .select(columns!())
        .into_boxed();
    if let Some((uid, version)) = after {
        events = events.filter(e::subject_uid.ge(uid)).filter(e::subject_uid.gt(uid).or(e::version.gt(version)));
    }
    Ok(events.load(conn)?)
}
