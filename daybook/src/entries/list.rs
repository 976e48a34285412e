//! Reading the book: one entry, or a page of them.
//!
//! A page comes straight out of an index where one has the order and the filters (`indexed.rs`). Where none can (a
//! search, or a period in another order than that of changes) it comes out of a bounded number of candidates
//! (`candidates.rs`).

use diesel::prelude::*;

use super::keyset::Key;
use super::{Cursor, Entry, Page, Position, Sort, SortBy};
use super::{candidates, indexed};
use crate::schema::entries::dsl as e;
use crate::search::Query;
use crate::{Conn, Result, Timestamp, Uid};

/// Which entries a page is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct EntryFilter {
    /// The trash instead of the book.
    pub trashed: bool,
    /// Only done, or only open, entries.
    pub done: Option<bool>,
    /// Changed at this time or later.
    pub changed_from: Option<Timestamp>,
    /// Changed before this time.
    pub changed_before: Option<Timestamp>,
    /// Last changed by this person.
    pub changed_by: Option<Uid>,
    pub search: Query,
}

impl EntryFilter {
    pub fn includes(&self, entry: &Entry) -> bool {
        entry.trashed == self.trashed && self.includes_in_or_out_of_the_trash(entry)
    }

    /// The same, wherever the entry is.
    pub(crate) fn includes_in_or_out_of_the_trash(&self, entry: &Entry) -> bool {
        self.includes_state(entry.content.done, entry.updated_at, entry.updated_by)
            && self.search.matches(&entry.content.texts())
    }

    pub(super) fn includes_state(&self, done: bool, changed: Timestamp, by: Uid) -> bool {
        self.done.is_none_or(|wanted| wanted == done)
            && self.changed_from.is_none_or(|from| changed >= from)
            && self.changed_before.is_none_or(|before| changed < before)
            && self.changed_by.is_none_or(|person| person == by)
    }

    /// Whether an index has the entries in this order; else a page is made of candidates.
    fn is_indexed_by(&self, by: SortBy) -> bool {
        let narrow = self.changed_from.is_some() || self.changed_before.is_some() || self.changed_by.is_some();
        self.search.is_empty() && (!narrow || by == SortBy::Changed)
    }
}

/// What a list shows of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct EntrySummary {
    pub uid: Uid,
    pub title: String,
    /// The description; of a list that is not searched only its beginning, a little longer than is shown.
    pub text: String,
    pub done: bool,
    pub trashed: bool,
    pub version: i32,
    pub created_at: Timestamp,
    pub created_by_name: String,
    pub updated_at: Timestamp,
    pub updated_by: Uid,
    pub updated_by_name: String,
    title_key: String,
}

impl EntrySummary {
    /// Characters of the description that a list shows.
    pub const EXCERPT: usize = 160;

    /// What a search looks at; as [`super::Content::texts`].
    pub(super) fn texts(&self) -> [&str; 2] {
        [&self.title, &self.text]
    }

    pub(super) fn cursor(&self, by: SortBy) -> Cursor {
        let key = match by {
            SortBy::Changed => Key::Time(self.updated_at),
            SortBy::Created => Key::Time(self.created_at),
            SortBy::Title => Key::Title(self.title_key.clone()),
        };
        Cursor { key, uid: self.uid }
    }
}

impl From<&Entry> for EntrySummary {
    fn from(entry: &Entry) -> EntrySummary {
        EntrySummary {
            uid: entry.uid,
            title: entry.content.title.as_str().to_owned(),
            text: entry.content.description.as_str().to_owned(),
            done: entry.content.done,
            trashed: entry.trashed,
            version: entry.version,
            created_at: entry.created_at,
            created_by_name: entry.created_by_name.clone(),
            updated_at: entry.updated_at,
            updated_by: entry.updated_by,
            updated_by_name: entry.updated_by_name.clone(),
            title_key: entry.title_key.clone(),
        }
    }
}

/// One entry, also if it is in the trash.
pub fn find(conn: &mut Conn, uid: Uid) -> Result<Option<Entry>> {
    Ok(e::entries.filter(e::uid.eq(uid)).select(Entry::as_select()).first(conn).optional()?)
}

/// Those of these entries that there are, also in the trash, in the order of their making.
pub fn find_all(conn: &mut Conn, uids: &[Uid]) -> Result<Vec<Entry>> {
    Ok(e::entries.filter(e::uid.eq_any(uids)).select(Entry::as_select()).order(e::uid).load(conn)?)
}

/// A page of at most `size` entries: one query where an index has the order, a few where candidates are looked at. Where a page above a place has shrunk, so that it would not be full, the first page takes its place.
pub fn list(
    conn: &mut Conn,
    filter: &EntryFilter,
    sort: Sort,
    position: &Position,
    size: usize,
) -> Result<Page<EntrySummary>> {
    let (rows, found) = if filter.is_indexed_by(sort.by) {
        (indexed::load(conn, filter, sort, position, size + 1)?, None)
    } else {
        let (rows, found) = candidates::pick(conn, filter, sort)?;
        (candidates::page(rows, sort, position, size + 1), Some(found))
    };
    if matches!(position, Position::Before(_)) && rows.len() < size {
        return list(conn, filter, sort, &Position::First, size);
    }
    let mut page = Page::from_rows(rows, position, size, found, |row| row.cursor(sort.by));
    if !filter.search.is_empty() && !page.rows.is_empty() {
        candidates::fill_in(conn, &mut page.rows)?;
    }
    Ok(page)
}
