//! Reading the book: one entry, or a page of them by keyset, so that the last page costs what the first one does.

use std::fmt;
use std::str::FromStr;

use diesel::define_sql_function;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::Entry;
use crate::schema::entries::dsl as e;
use crate::{Conn, Result, Timestamp, Uid, dialect};

define_sql_function! {
    /// The first characters of a text: `substr(text, 1, n)` on both databases.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

/// Which entries a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// The trash instead of the book.
    pub trashed: bool,
    /// Only done, or only open, entries.
    pub done: Option<bool>,
}

impl EntryFilter {
    pub fn includes(&self, entry: &Entry) -> bool {
        entry.trashed == self.trashed && self.done.is_none_or(|done| done == entry.content.done)
    }
}

/// A place between two entries, newest change first. As text: the time in microseconds, a dot, the uid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub uid: Uid,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Position {
    #[default]
    First,
    /// The entries that changed before this one.
    After(Cursor),
    /// The entries that changed after this one: the page that ends just above it.
    Before(Cursor),
}

/// Some rows, and the way to their neighbours.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// For [`Position::Before`]: there are newer rows.
    pub newer: Option<Cursor>,
    /// For [`Position::After`]: there are older rows.
    pub older: Option<Cursor>,
}

/// What a list shows of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EntrySummary {
    pub uid: Uid,
    pub title: String,
    /// The first [`EntrySummary::EXCERPT`] characters of the description.
    pub excerpt: String,
    pub done: bool,
    pub version: i32,
    pub updated_at: Timestamp,
    pub updated_by_name: String,
}

impl EntrySummary {
    pub const EXCERPT: i32 = 160;

    fn cursor(&self) -> Cursor {
        Cursor { at: self.updated_at, uid: self.uid }
    }
}

impl From<&Entry> for EntrySummary {
    fn from(entry: &Entry) -> EntrySummary {
        EntrySummary {
            uid: entry.uid,
            title: entry.content.title.as_str().to_owned(),
            excerpt: entry.content.description.as_str().chars().take(EntrySummary::EXCERPT as usize).collect(),
            done: entry.content.done,
            version: entry.version,
            updated_at: entry.updated_at,
            updated_by_name: entry.updated_by_name.clone(),
        }
    }
}

/// One entry, also if it is in the trash.
pub fn find(conn: &mut Conn, uid: Uid) -> Result<Option<Entry>> {
    Ok(e::entries.filter(e::uid.eq(uid)).select(Entry::as_select()).first(conn).optional()?)
}

/// A page of at most `size` entries, newest change first: one query. Only where a page above a cursor has shrunk, so
/// that it would not be full, the first page takes its place with a second one.
pub fn list(conn: &mut Conn, filter: EntryFilter, position: Position, size: usize) -> Result<Page<EntrySummary>> {
    let mut rows = load(conn, filter, position, size + 1)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let (newer, older) = match position {
        Position::First => (false, more),
        Position::After(_) => (true, more),
        Position::Before(_) if rows.len() < size => return list(conn, filter, Position::First, size),
        Position::Before(_) => (more, true),
    };
    if matches!(position, Position::Before(_)) {
        rows.reverse();
    }
    Ok(Page {
        newer: rows.first().map(EntrySummary::cursor).filter(|_| newer),
        older: rows.last().map(EntrySummary::cursor).filter(|_| older),
        rows,
    })
}

fn load(conn: &mut Conn, filter: EntryFilter, position: Position, limit: usize) -> Result<Vec<EntrySummary>> {
    let mut query = e::entries
        .select((
            e::uid,
            e::title,
            substr(e::description, 1, EntrySummary::EXCERPT),
            e::done,
            e::version,
            e::updated_at,
            e::updated_by_name,
        ))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .into_boxed();
    let (ranges, trashed) = (dialect::seeks_by_ranges(conn), filter.trashed);
    query = match ranges {
        true => query.filter(e::trashed.ge(trashed)).filter(e::trashed.le(trashed)),
        false => query.filter(e::trashed.eq(trashed)),
    };
    query = match filter.done {
        None => query,
        Some(done) if ranges => query.filter(e::done.ge(done)).filter(e::done.le(done)),
        Some(done) => query.filter(e::done.eq(done)),
    };
    // The first condition gives the index a range to begin at; the second settles ties at its edge.
    query = match position {
        Position::First => query,
        Position::After(Cursor { at, uid }) => {
            query.filter(e::updated_at.le(at)).filter(e::updated_at.lt(at).or(e::uid.lt(uid)))
        }
        Position::Before(Cursor { at, uid }) => {
            query.filter(e::updated_at.ge(at)).filter(e::updated_at.gt(at).or(e::uid.gt(uid)))
        }
    };
    // The filters' columns are the same in all rows; they are named so that the order is an index' own.
    query = match (position, filter.done.is_some()) {
        (Position::Before(_), false) => query.order((e::trashed.asc(), e::updated_at.asc(), e::uid.asc())),
        (Position::Before(_), true) => {
            query.order((e::trashed.asc(), e::done.asc(), e::updated_at.asc(), e::uid.asc()))
        }
        (_, false) => query.order((e::trashed.desc(), e::updated_at.desc(), e::uid.desc())),
        (_, true) => query.order((e::trashed.desc(), e::done.desc(), e::updated_at.desc(), e::uid.desc())),
    };
    Ok(query.load(conn)?)
}

/// The text is not a cursor that a page gave.
#[derive(Debug, thiserror::Error)]
#[error("not a position in the book")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> std::result::Result<Cursor, NotACursor> {
        let (at, uid) = text.split_once('.').ok_or(NotACursor)?;
        let micros = at.parse().map_err(|_| NotACursor)?;
        Ok(Cursor { at: Timestamp::from_micros(micros), uid: uid.parse().map_err(|_| NotACursor)? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.micros(), self.uid)
    }
}
