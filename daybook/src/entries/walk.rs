//! All entries of a list, a batch at a time, for a job that changes them.

use super::indexed;
use super::{Cursor, EntryFilter, EntrySummary, Position, Sort, SortBy, candidates};
use crate::{Conn, Result};

/// Rows that are looked at for one batch where only some of them belong to the list.
const SCANNED: usize = 1_000;

/// The next entries of a list, and where it goes on after them; `None` at its end.
pub(crate) struct Walked {
    pub(crate) rows: Vec<EntrySummary>,
    pub(crate) next: Option<Cursor>,
}

/// At most `most` entries after a place, in the order of their making: unlike others it never changes, so each entry is
/// met once, whatever happens to it. A search and a period are held against each entry; that is slower than a list by
/// candidates, but it leaves none out.
pub(crate) fn walk(conn: &mut Conn, filter: &EntryFilter, position: &Position, most: usize) -> Result<Walked> {
    let all = EntryFilter { trashed: filter.trashed, done: filter.done, ..EntryFilter::default() };
    let limit = if all == *filter { most } else { most.max(SCANNED) };
    let oldest_first = Sort { by: SortBy::Created, descending: false };
    let mut scanned = indexed::load(conn, &all, oldest_first, position, limit)?;
    if !filter.search.is_empty() && !scanned.is_empty() {
        candidates::fill_in(conn, &mut scanned)?;
    }
    let mut more = scanned.len() == limit;
    let (mut rows, mut last) = (Vec::new(), None);
    for row in scanned {
        if rows.len() == most {
            more = true;
            break;
        }
        last = Some(row.cursor(SortBy::Created));
        if filter.includes_state(row.done, row.updated_at, row.updated_by) && filter.search.matches(&row.texts()) {
            rows.push(row);
        }
    }
    Ok(Walked { rows, next: last.filter(|_| more) })
}
