//! Pages by keyset: the order of a list, and places in it. The last page costs what the first one does, and rows that
//! come in meanwhile shift nothing.

use crate::{Timestamp, Uid};

/// What a list is sorted by. Equal values are in the order of their uids, in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SortBy {
    #[default]
    Changed,
    Created,
    /// Folded, so that case and accents make no difference.
    Title,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

impl Default for Sort {
    /// The newest change first.
    fn default() -> Sort {
        Sort { by: SortBy::Changed, descending: true }
    }
}

/// An entry's place in a list. As text: the uid, a dot, and the time in microseconds or the folded title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: Key,
    pub uid: Uid,
}

/// The value that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Time(Timestamp),
    Title(String),
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Position {
    #[default]
    First,
    /// What comes after this place.
    After(Cursor),
    /// What comes before this place: the page that ends just above it.
    Before(Cursor),
}

/// Some rows, and the way to their neighbours.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// For [`Position::Before`]: there are rows before these.
    pub previous: Option<Cursor>,
    /// For [`Position::After`]: there are rows after these.
    pub next: Option<Cursor>,
    /// Where the list is made of candidates; else ask [`super::count`].
    pub found: Option<Found>,
}

/// How many entries a list made of candidates has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub total: usize,
    pub extent: Extent,
}

/// Which entries a list was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that could belong to it.
    All,
    /// The entries with a word of the search that were made last.
    WithWord,
    /// The entries of the book, or of the trash, that were made last.
    Newest,
    /// The entries of the period that changed last.
    Changed,
}

/// The text is not a place that a page of this order gave.
#[derive(Debug, thiserror::Error)]
#[error("not a position in the book")]
pub struct NotACursor;

impl Cursor {
    /// # Errors
    /// For a text that [`Cursor::to_string`] does not give in this order.
    pub fn parse(text: &str, by: SortBy) -> Result<Cursor, NotACursor> {
        let (uid, key) = text.split_once('.').ok_or(NotACursor)?;
        let key = match by {
            SortBy::Title => Key::Title(key.to_owned()),
            SortBy::Changed | SortBy::Created => {
                Key::Time(Timestamp::from_micros(key.parse().map_err(|_| NotACursor)?))
            }
        };
        Ok(Cursor { key, uid: uid.parse().map_err(|_| NotACursor)? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            Key::Time(at) => write!(f, "{}.{}", self.uid, at.micros()),
            Key::Title(title) => write!(f, "{}.{title}", self.uid),
        }
    }
}

impl<T> Page<T> {
    /// From at most `size + 1` rows, in the order in which they were asked for: away from the place.
    pub(super) fn from_rows(
        mut rows: Vec<T>,
        position: &Position,
        size: usize,
        found: Option<Found>,
        cursor: impl Fn(&T) -> Cursor,
    ) -> Page<T> {
        let more = rows.len() > size;
        rows.truncate(size);
        let (previous, next) = match position {
            Position::First => (false, more),
            Position::After(_) => (true, more),
            Position::Before(_) => (more, true),
        };
        if matches!(position, Position::Before(_)) {
            rows.reverse();
        }
        Page {
            previous: rows.first().map(&cursor).filter(|_| previous),
            next: rows.last().map(&cursor).filter(|_| next),
            rows,
            found,
        }
    }
}
