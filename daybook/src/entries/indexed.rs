//! Rows straight from an index: it begins with the filters and goes on with the order.

use diesel::define_sql_function;
use diesel::helper_types::{IntoBoxed, Select};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::keyset::Key;
use super::{Cursor, EntryFilter, EntrySummary, Position, Sort, SortBy};
use crate::schema::entries::dsl as e;
use crate::{Conn, Error, Result, dialect};

define_sql_function! {
    /// The first characters of a text: `substr(text, 1, n)` on both databases.
    fn substr(text: Text, from: Integer, length: Integer) -> Text;
}

type Columns = (
    e::uid,
    e::title,
    substr<e::description, i32, i32>,
    e::done,
    e::trashed,
    e::version,
    e::created_at,
    e::created_by_name,
    e::updated_at,
    e::updated_by,
    e::updated_by_name,
    e::title_key,
);

/// Characters of a description that are read for an excerpt: one more than are shown, to see that it goes on.
pub(super) const EXCERPT_READ: usize = EntrySummary::EXCERPT + 1;

/// What an [`EntrySummary`] is made of, with so many characters of the description.
pub(super) fn columns(length: usize) -> Columns {
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    (
        e::uid,
        e::title,
        substr(e::description, 1, length),
        e::done,
        e::trashed,
        e::version,
        e::created_at,
        e::created_by_name,
        e::updated_at,
        e::updated_by,
        e::updated_by_name,
        e::title_key,
    )
}

/// Rows straight from the index of the order, from a place on or, backwards, up to it.
pub(super) fn load(
    conn: &mut Conn,
    filter: &EntryFilter,
    sort: Sort,
    position: &Position,
    limit: usize,
) -> Result<Vec<EntrySummary>> {
    let (cursor, forwards) = match position {
        Position::First => (None, true),
        Position::After(cursor) => (Some(cursor), true),
        Position::Before(cursor) => (Some(cursor), false),
    };
    let descending = sort.descending == forwards;
    let order = Sort { descending, ..sort };
    let mut query = filtered(conn, filter, limit);
    // Any number of entries can have the same title. Those that are left of the place's own come first, by a question of
    // their own: as one, it would read all of them for each page.
    let mut same = Vec::new();
    if let Some(Cursor { key: Key::Title(key), uid }) = cursor {
        let ties = filtered(conn, filter, limit);
        let ties = match dialect::seeks_by_ranges(conn) {
            true => ties.filter(e::title_key.ge(key)).filter(e::title_key.le(key)),
            false => ties.filter(e::title_key.eq(key)),
        };
        let ties = if descending { ties.filter(e::uid.lt(*uid)) } else { ties.filter(e::uid.gt(*uid)) };
        same = in_order(ties, filter, order).load(conn)?;
        if same.len() >= limit {
            return Ok(same);
        }
        query = filtered(conn, filter, limit - same.len());
    }
    // Few entries have the same microsecond: the first condition gives the index a range to begin at, the second settles
    // the ties at its edge.
    macro_rules! seek_time {
        ($column:expr) => {
            match (cursor.map(|cursor| (&cursor.key, cursor.uid)), descending) {
                (None, _) => {}
                (Some((Key::Time(at), uid)), true) => {
                    query = query.filter($column.le(at)).filter($column.lt(at).or(e::uid.lt(uid)));
                }
                (Some((Key::Time(at), uid)), false) => {
                    query = query.filter($column.ge(at)).filter($column.gt(at).or(e::uid.gt(uid)));
                }
                _ => return Err(Error::Internal("a cursor of another order".into())),
            }
        };
    }
    match sort.by {
        SortBy::Changed => {
            seek_time!(e::updated_at);
        }
        SortBy::Created => {
            seek_time!(e::created_at);
        }
        SortBy::Title => {
            if let Some(Cursor { key: Key::Title(key), .. }) = cursor {
                query =
                    if descending { query.filter(e::title_key.lt(key)) } else { query.filter(e::title_key.gt(key)) };
            }
        }
    }
    same.append(&mut in_order(query, filter, order).load(conn)?);
    Ok(same)
}

/// The filters' columns are the same in all rows; they are named so that the order is the index' own.
pub(super) fn in_order<'a>(query: Filtered<'a>, filter: &EntryFilter, sort: Sort) -> Filtered<'a> {
    macro_rules! by {
        ($query:expr, $column:expr) => {
            if sort.descending { $query.then_order_by($column.desc()) } else { $query.then_order_by($column.asc()) }
        };
    }
    let mut query = by!(query, e::trashed);
    if filter.done.is_some() {
        query = by!(query, e::done);
    }
    if filter.changed_by.is_some() {
        query = by!(query, e::updated_by);
    }
    query = match sort.by {
        SortBy::Changed => by!(query, e::updated_at),
        SortBy::Created => by!(query, e::created_at),
        SortBy::Title => by!(query, e::title_key),
    };
    by!(query, e::uid)
}

pub(super) type Filtered<'a> = IntoBoxed<'a, Select<e::entries, Columns>, <Conn as Connection>::Backend>;

/// At most so many rows that the filter includes, by conditions that its index begins with.
pub(super) fn filtered<'a>(conn: &Conn, filter: &EntryFilter, limit: usize) -> Filtered<'a> {
    let mut query = e::entries.select(columns(EXCERPT_READ)).into_boxed();
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
    query = match filter.changed_by {
        None => query,
        Some(person) if ranges => query.filter(e::updated_by.ge(person)).filter(e::updated_by.le(person)),
        Some(person) => query.filter(e::updated_by.eq(person)),
    };
    if let Some(from) = filter.changed_from {
        query = query.filter(e::updated_at.ge(from));
    }
    if let Some(before) = filter.changed_before {
        query = query.filter(e::updated_at.lt(before));
    }
    query.limit(i64::try_from(limit).unwrap_or(i64::MAX))
}
