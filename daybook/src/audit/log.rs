//! The log as a page shows it: newest first, sealed or not, by filters that an index answers each.

mod places;

use std::collections::BTreeMap;
use std::fmt;

use diesel::prelude::*;

use super::{ENTRY, Kind, Sight};
use crate::schema::{audit_events, audit_images, entries};
use crate::{Conn, Result, Timestamp, Uid};

/// Which events a page is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFilter {
    /// About this kind of thing, and, if that is said, only this that happened to it.
    pub what: Option<(&'static str, Option<Kind>)>,
    /// About this one thing.
    pub subject: Option<Uid>,
    /// By this person.
    pub by: Option<Uid>,
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// An event's place in the log, by what names it: its time, its subject and the version that it made. As text with dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogCursor {
    pub at: Timestamp,
    pub subject: Uid,
    pub version: i32,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogPosition {
    #[default]
    Newest,
    /// What is older than this.
    After(LogCursor),
    /// What is newer than this, up to it.
    Before(LogCursor),
}

/// Some events, and the way to their neighbours.
#[derive(Debug, Clone)]
pub struct LogPage {
    pub events: Vec<LogEvent>,
    /// There is something newer.
    pub newer: Option<LogCursor>,
    pub older: Option<LogCursor>,
}

/// An event with its image, as far as it is in sight.
#[derive(Debug, Clone)]
pub struct LogEvent {
    pub subject_kind: String,
    pub subject: Uid,
    /// The subject is an entry that is there, or in the trash.
    pub exists: bool,
    pub version: i32,
    pub kind: Kind,
    pub at: Timestamp,
    pub actor: Uid,
    pub channel: String,
    pub request: Uid,
    pub seal: Option<Seal>,
    /// `None` where the image was erased.
    pub actor_name: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// `None` where there is none, or it is not in sight.
    pub client_address: Option<String>,
}

/// An event's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Seal {
    pub seq: i64,
    pub link: Vec<u8>,
    pub at: Timestamp,
}

/// A page of at most `size` events: their places, which come from indexes alone, then the events themselves. Where a page
/// of newer events would not be full, the newest page takes its place.
pub fn log(conn: &mut Conn, sight: Sight, filter: &LogFilter, at: LogPosition, size: usize) -> Result<LogPage> {
    let mut ids = places::find(conn, sight, filter, at, size + 1)?;
    let more = ids.len() > size;
    if matches!(at, LogPosition::Before(_)) && ids.len() < size {
        return log(conn, sight, filter, LogPosition::Newest, size);
    }
    ids.truncate(size);
    let events = if ids.is_empty() { Vec::new() } else { load(conn, sight, &ids)? };
    let (newer, older) = match at {
        LogPosition::Newest => (false, more),
        LogPosition::After(_) => (true, more),
        LogPosition::Before(_) => (more, true),
    };
    Ok(LogPage {
        newer: events.first().map(LogEvent::cursor).filter(|_| newer),
        older: events.last().map(LogEvent::cursor).filter(|_| older),
        events,
    })
}

/// The events with these ids, newest first.
fn load(conn: &mut Conn, sight: Sight, ids: &[i64]) -> Result<Vec<LogEvent>> {
    use audit_events as e;
    use audit_images as i;
    type Event = (i64, String, Uid, i32, Kind, Timestamp, Uid, String, Uid);
    type Sealed = (Option<i64>, Option<Vec<u8>>, Option<Timestamp>);
    type Image = (Option<String>, Option<String>, Option<String>);
    let event =
        (e::id, e::subject_kind, e::subject_uid, e::version, e::kind, e::at, e::actor_uid, e::channel, e::request_id);
    let image = (i::actor_name.nullable(), i::before.nullable(), i::after.nullable());
    let rows: Vec<(Event, Sealed, Image)> = e::table
        .left_join(i::table)
        .filter(e::id.eq_any(ids))
        .select((event, (e::seq, e::link, e::sealed_at), image))
        .load(conn)?;
    let addresses = addresses(conn, sight, ids)?;
    let uids = rows.iter().filter(|(event, ..)| event.1 == ENTRY).map(|(event, ..)| event.2);
    let there = existing(conn, &uids.collect::<Vec<Uid>>())?;
    let mut events: Vec<(i64, LogEvent)> = rows
        .into_iter()
        .map(|((id, subject_kind, subject, version, kind, at, actor, channel, request), sealed, image)| {
            let seal = match sealed {
                (Some(seq), Some(link), Some(at)) => Some(Seal { seq, link, at }),
                _ => None,
            };
            let (actor_name, before, after) = image;
            let (exists, client_address) = (there.contains(&subject), addresses.get(&id).cloned());
            (
                id,
                LogEvent {
                    subject_kind,
                    subject,
                    exists,
                    version,
                    kind,
                    at,
                    actor,
                    channel,
                    request,
                    seal,
                    actor_name,
                    before,
                    after,
                    client_address,
                },
            )
        })
        .collect();
    events.sort_unstable_by_key(|(id, event)| std::cmp::Reverse((event.at, *id)));
    Ok(events.into_iter().map(|(_, event)| event).collect())
}

/// The clients' addresses by event; they are not even read for those who may not see them.
fn addresses(conn: &mut Conn, sight: Sight, ids: &[i64]) -> Result<BTreeMap<i64, String>> {
    use audit_images as i;
    if sight != Sight::Everything {
        return Ok(BTreeMap::new());
    }
    let query = i::table.filter(i::event_id.eq_any(ids)).filter(i::client_address.is_not_null());
    let rows: Vec<(i64, Option<String>)> = query.select((i::event_id, i::client_address)).load(conn)?;
    Ok(rows.into_iter().filter_map(|(id, address)| Some((id, address?))).collect())
}

/// Those of these entries that there still are.
fn existing(conn: &mut Conn, uids: &[Uid]) -> Result<Vec<Uid>> {
    if uids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(entries::table.filter(entries::uid.eq_any(uids)).select(entries::uid).load(conn)?)
}

impl LogEvent {
    pub fn cursor(&self) -> LogCursor {
        LogCursor { at: self.at, subject: self.subject, version: self.version }
    }
}

impl fmt::Display for LogCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.at.micros(), self.subject, self.version)
    }
}

/// The text is not a place that a page of the log gave.
#[derive(Debug, thiserror::Error)]
#[error("not a place in the log")]
pub struct NotALogCursor;

impl std::str::FromStr for LogCursor {
    type Err = NotALogCursor;

    fn from_str(text: &str) -> std::result::Result<LogCursor, NotALogCursor> {
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(NotALogCursor);
        let (at, subject, version) = (part()?, part()?, part()?);
        let cursor = LogCursor {
            at: Timestamp::from_micros(at.parse().map_err(|_| NotALogCursor)?),
            subject: subject.parse().map_err(|_| NotALogCursor)?,
            version: version.parse().map_err(|_| NotALogCursor)?,
        };
        if cursor.to_string() == text { Ok(cursor) } else { Err(NotALogCursor) }
    }
}
