//! Lists that no index has in their order: a bounded number of candidates is picked by an index, and the rest is done here.
//!
//! So a search for a word that occurs in everything costs no more than one for a rare word; it says that it looked at the
//! newest only.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use diesel::prelude::*;

use super::indexed::{EXCERPT_READ, columns, filtered, in_order};
use super::{Cursor, EntryFilter, EntrySummary, Extent, Found, Position, Sort};
use crate::schema::entries::dsl as e;
use crate::schema::entry_terms::dsl as t;
use crate::search::{Query, TERM_MAX};
use crate::text::Description;
use crate::{Conn, Result, Uid};

/// Entries with a word that are looked at for one list.
pub const CANDIDATES: usize = 1_000;
/// Words with the same beginning that are looked up one by one; a beginning of more is too common for that.
const MANY_TERMS: usize = 16;
/// Words of a query that are looked up. Others are compared in the text only.
const LOOKUPS: usize = 8;
/// So few candidates need no further look-up.
const FEW: usize = 50;

/// Bytes of text that are compared for one list: some thousand ordinary entries, or a hundred of the longest.
const MOST_TEXT: usize = 4 << 20;

/// Entries by their internal ids, the newest first.
struct Candidates {
    ids: Vec<i64>,
    extent: Extent,
    /// All of them hold the word that was looked up.
    certain: bool,
}

/// All entries among the candidates that the filter includes, sorted. Where the index alone answers, with the beginnings
/// of their texts only: see [`fill_in`].
pub(super) fn pick(conn: &mut Conn, filter: &EntryFilter, sort: Sort) -> Result<(Vec<EntrySummary>, Found)> {
    let Candidates { ids, mut extent, certain } = match filter.search.is_empty() {
        true => by_change(conn, filter)?,
        false => by_words(conn, filter.trashed, &filter.search)?,
    };
    let index_is_enough = filter.search.is_empty() || filter.search.is_one_term() && certain;
    // MariaDB makes a table out of a list of a thousand.
    let (length, batch) = if index_is_enough { (EXCERPT_READ, 500) } else { (Description::MAX, 100) };
    let (mut rows, mut text) = (Vec::with_capacity(ids.len()), 0);
    for ids in ids.chunks(batch) {
        if text > MOST_TEXT {
            extent = Extent::Newest;
            break;
        }
        // By key alone: with another condition, SQLite takes an index of that one and reads the whole book.
        let query = e::entries.filter(e::id.eq_any(ids));
        let mut loaded: Vec<EntrySummary> = query.select(columns(length)).load(conn)?;
        if !index_is_enough {
            text += loaded.iter().map(|row| row.text.len()).sum::<usize>();
        }
        loaded.retain(|row| {
            row.trashed == filter.trashed
                && filter.includes_state(row.done, row.updated_at, row.updated_by)
                && (index_is_enough || filter.search.matches(&row.texts()))
        });
        rows.append(&mut loaded);
    }
    rows.sort_by(|a, b| compare(&a.cursor(sort.by), &b.cursor(sort.by), sort));
    let found = Found { total: rows.len(), extent };
    Ok((rows, found))
}

/// Gives the rows of a page that was searched their whole texts, to show where the words are.
pub(super) fn fill_in(conn: &mut Conn, rows: &mut [EntrySummary]) -> Result<()> {
    let uids: Vec<Uid> = rows.iter().map(|row| row.uid).collect();
    let texts: Vec<(Uid, String)> =
        e::entries.filter(e::uid.eq_any(uids)).select((e::uid, e::description)).load(conn)?;
    for (uid, text) in texts {
        if let Some(row) = rows.iter_mut().find(|row| row.uid == uid) {
            row.text = text;
        }
    }
    Ok(())
}

/// The rows after a place, or those before it from there backwards, at most `limit`.
pub(super) fn page(rows: Vec<EntrySummary>, sort: Sort, position: &Position, limit: usize) -> Vec<EntrySummary> {
    let is = |row: &EntrySummary, place: &Cursor, order: Ordering| compare(&row.cursor(sort.by), place, sort) == order;
    let rows = rows.into_iter();
    match position {
        Position::First => rows.take(limit).collect(),
        Position::After(place) => rows.filter(|row| is(row, place, Ordering::Greater)).take(limit).collect(),
        Position::Before(place) => rows.rev().filter(|row| is(row, place, Ordering::Less)).take(limit).collect(),
    }
}

fn compare(a: &Cursor, b: &Cursor, sort: Sort) -> Ordering {
    let order = a.key.cmp(&b.key).then(a.uid.cmp(&b.uid));
    if sort.descending { order.reverse() } else { order }
}

/// The entries of a period, or of a person, that changed last.
fn by_change(conn: &mut Conn, filter: &EntryFilter) -> Result<Candidates> {
    let query = in_order(filtered(conn, filter, CANDIDATES + 1), filter, Sort::default());
    Ok(cut(query.select(e::id).load(conn)?, Extent::Changed))
}

/// The entries that hold the query's most telling word.
fn by_words(conn: &mut Conn, trashed: bool, query: &Query) -> Result<Candidates> {
    let mut best: Option<Candidates> = None;
    for (term, open_end) in lookups(query) {
        let found = if open_end { beginning(conn, trashed, &term)? } else { exactly(conn, trashed, &term)? };
        let better = match &best {
            None => true,
            Some(best) if best.is_complete() && found.is_complete() => found.ids.len() < best.ids.len(),
            // Of two that are cut, the one that reaches further back has left out less.
            Some(best) => found.is_complete() || !best.is_complete() && found.ids.last() < best.ids.last(),
        };
        if better {
            best = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.is_complete() && best.ids.len() <= FEW) {
            break;
        }
    }
    match best {
        Some(best) => Ok(best),
        // Only exclusions.
        None => Ok(Candidates { certain: false, ..newest(conn, trashed)? }),
    }
}

/// Terms to look up, and whether they are beginnings; long ones first, since they are rare.
fn lookups(query: &Query) -> Vec<(String, bool)> {
    let mut lookups = BTreeSet::new();
    for clause in query.wanted() {
        for (position, word) in clause.words.iter().enumerate() {
            let last = position == clause.words.len() - 1;
            let term: String = word.chars().take(TERM_MAX).collect();
            lookups.insert((term, last && clause.open_end));
        }
    }
    let mut lookups: Vec<_> = lookups.into_iter().collect();
    lookups.sort_by_key(|(term, _)| std::cmp::Reverse(term.chars().count()));
    lookups.truncate(LOOKUPS);
    lookups
}

fn exactly(conn: &mut Conn, trashed: bool, term: &str) -> Result<Candidates> {
    let query = t::entry_terms.filter(t::trashed.eq(trashed)).filter(t::term.eq(term));
    let query = query.select(t::entry_id).order(t::entry_id.desc()).limit(CANDIDATES as i64 + 1);
    Ok(cut(query.load(conn)?, Extent::WithWord))
}

/// Greater than everything that begins with the text: the last character of Unicode is in no term.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

fn beginning(conn: &mut Conn, trashed: bool, term: &str) -> Result<Candidates> {
    let range = t::entry_terms.filter(t::trashed.eq(trashed)).filter(t::term.ge(term)).filter(t::term.lt(end_of(term)));
    let all: Vec<i64> = range.select(t::entry_id).limit(CANDIDATES as i64 + 1).load(conn)?;
    if all.len() <= CANDIDATES {
        return Ok(cut(newest_first(all), Extent::WithWord));
    }
    let terms = terms_with(conn, trashed, term)?;
    if terms.len() > MANY_TERMS {
        // The newest entries, and those with the word itself, however old.
        let all = [newest(conn, trashed)?.ids, exactly(conn, trashed, term)?.ids].concat();
        return Ok(Candidates { ids: newest_first(all), extent: Extent::Newest, certain: false });
    }
    let (mut ids, mut complete) = (Vec::new(), true);
    for term in &terms {
        let mut found = exactly(conn, trashed, term)?;
        complete &= found.is_complete();
        ids.append(&mut found.ids);
    }
    let found = cut(newest_first(ids), Extent::WithWord);
    Ok(if complete { found } else { Candidates { extent: Extent::WithWord, ..found } })
}

/// The terms that begin so, at most one more than [`MANY_TERMS`]: a hop in the index for each.
fn terms_with(conn: &mut Conn, trashed: bool, beginning: &str) -> Result<Vec<String>> {
    let (mut terms, end) = (Vec::<String>::new(), end_of(beginning));
    while terms.len() <= MANY_TERMS {
        let range = t::entry_terms.filter(t::trashed.eq(trashed)).filter(t::term.lt(&end)).into_boxed();
        let range = match terms.last() {
            None => range.filter(t::term.ge(beginning)),
            Some(last) => range.filter(t::term.gt(last)),
        };
        let next: Option<String> = range.select(t::term).order((t::trashed, t::term)).first(conn).optional()?;
        let Some(term) = next else { break };
        terms.push(term);
    }
    Ok(terms)
}

/// The entries that were made last.
fn newest(conn: &mut Conn, trashed: bool) -> Result<Candidates> {
    let all = EntryFilter { trashed, ..EntryFilter::default() };
    let query = filtered(conn, &all, CANDIDATES + 1).select(e::id);
    let query = query.order((e::trashed.desc(), e::created_at.desc(), e::uid.desc()));
    Ok(cut(query.load(conn)?, Extent::Newest))
}

fn newest_first(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids
}

/// At most [`CANDIDATES`]; `extent`: what they are when there are more.
fn cut(mut ids: Vec<i64>, extent: Extent) -> Candidates {
    let extent = if ids.len() <= CANDIDATES { Extent::All } else { extent };
    ids.truncate(CANDIDATES);
    Candidates { ids, extent, certain: true }
}

impl Candidates {
    /// None that the list should have is left out.
    fn is_complete(&self) -> bool {
        self.extent == Extent::All
    }
}
