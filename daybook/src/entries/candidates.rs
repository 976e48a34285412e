//! Lists that no index has in their order: a bounded number of candidates is picked by an index, and the rest is done here.
//!
//! So a search for a word that occurs in everything costs no more than one for a rare word; it says that it looked at the
//! newest only.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use diesel::prelude::*;

use super::indexed::{columns, filtered};
use super::{Cursor, EntryFilter, EntrySummary, Found, Position, Sort};
use crate::schema::entries::dsl as e;
use crate::schema::entry_terms::dsl as t;
use crate::search::{Query, TERM_MAX};
use crate::text::Description;
use crate::{Conn, Result};

/// Entries that are looked at for one list.
pub const CANDIDATES: usize = 1_000;
/// Words with the same beginning that are looked up one by one; a beginning of more is too common for that.
const MANY_TERMS: usize = 16;
/// Words of a query that are looked up. Others are compared in the text only.
const LOOKUPS: usize = 8;
/// So few candidates need no further look-up.
const FEW: usize = 50;

/// Entries by their internal ids, the newest first, at most [`CANDIDATES`].
struct Candidates {
    ids: Vec<i64>,
    /// None that the list should have is left out.
    complete: bool,
    /// All of them hold the word that was looked up.
    certain: bool,
}

/// All entries among the candidates that the filter includes, sorted.
pub(super) fn pick(conn: &mut Conn, filter: &EntryFilter, sort: Sort) -> Result<(Vec<EntrySummary>, Found)> {
    let Candidates { ids, complete, certain } = match filter.search.is_empty() {
        true => by_change(conn, filter)?,
        false => by_words(conn, filter.trashed, &filter.search)?,
    };
    let length = if filter.search.is_empty() { EntrySummary::EXCERPT } else { Description::MAX };
    let mut rows: Vec<EntrySummary> = Vec::with_capacity(ids.len());
    // MariaDB makes a table out of a list of a thousand.
    for ids in ids.chunks(500) {
        let query = e::entries.filter(e::id.eq_any(ids)).filter(e::trashed.eq(filter.trashed));
        rows.append(&mut query.select(columns(length)).load(conn)?);
    }
    let index_was_enough = filter.search.is_empty() || filter.search.is_one_term() && certain;
    rows.retain(|row| {
        filter.includes_state(row.done, row.updated_at) && (index_was_enough || filter.search.matches(&row.texts()))
    });
    rows.sort_by(|a, b| compare(&a.cursor(sort.by), &b.cursor(sort.by), sort));
    let found = Found { total: rows.len(), complete };
    Ok((rows, found))
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

/// The entries of a period that changed last.
fn by_change(conn: &mut Conn, filter: &EntryFilter) -> Result<Candidates> {
    let query = filtered(conn, filter, CANDIDATES + 1).select(e::id);
    let ids = match filter.done {
        None => query.order((e::trashed.desc(), e::updated_at.desc(), e::uid.desc())).load(conn)?,
        Some(_) => query.order((e::trashed.desc(), e::done.desc(), e::updated_at.desc(), e::uid.desc())).load(conn)?,
    };
    Ok(cut(ids))
}

/// The entries that hold the query's most telling word.
fn by_words(conn: &mut Conn, trashed: bool, query: &Query) -> Result<Candidates> {
    let mut best: Option<Candidates> = None;
    for (term, open_end) in lookups(query) {
        let found = if open_end { beginning(conn, trashed, &term)? } else { exactly(conn, trashed, &term)? };
        let better = match &best {
            None => true,
            Some(best) if best.complete && found.complete => found.ids.len() < best.ids.len(),
            // Of two that are cut, the one that reaches further back has left out less.
            Some(best) => found.complete || !best.complete && found.ids.last() < best.ids.last(),
        };
        if better {
            best = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.complete && best.ids.len() <= FEW) {
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
    Ok(cut(query.load(conn)?))
}

/// Greater than everything that begins with the text: the last character of Unicode is in no term.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

fn beginning(conn: &mut Conn, trashed: bool, term: &str) -> Result<Candidates> {
    let range = t::entry_terms.filter(t::trashed.eq(trashed)).filter(t::term.ge(term)).filter(t::term.lt(end_of(term)));
    let all: Vec<i64> = range.select(t::entry_id).limit(CANDIDATES as i64 + 1).load(conn)?;
    if all.len() <= CANDIDATES {
        return Ok(cut(newest_first(all)));
    }
    let terms = terms_with(conn, trashed, term)?;
    if terms.len() > MANY_TERMS {
        let [newest, exact] = [newest(conn, trashed)?.ids, exactly(conn, trashed, term)?.ids];
        let found = cut(newest_first([newest, exact].concat()));
        return Ok(Candidates { complete: false, certain: false, ..found });
    }
    let (mut ids, mut complete) = (Vec::new(), true);
    for term in &terms {
        let mut found = exactly(conn, trashed, term)?;
        ids.append(&mut found.ids);
        complete &= found.complete;
    }
    let found = cut(newest_first(ids));
    Ok(Candidates { complete: complete && found.complete, ..found })
}

/// The terms that begin so, at most one more than [`MANY_TERMS`]: a hop in the index for each.
fn terms_with(conn: &mut Conn, trashed: bool, beginning: &str) -> Result<Vec<String>> {
    let (mut terms, mut from, end) = (Vec::new(), beginning.to_owned(), end_of(beginning));
    while terms.len() <= MANY_TERMS {
        let range = t::entry_terms.filter(t::trashed.eq(trashed)).filter(t::term.ge(&from)).filter(t::term.lt(&end));
        let next: Option<String> = range.select(t::term).order((t::trashed, t::term)).first(conn).optional()?;
        let Some(term) = next else { break };
        from = format!("{term}\0");
        terms.push(term);
    }
    Ok(terms)
}

/// The entries that were made last.
fn newest(conn: &mut Conn, trashed: bool) -> Result<Candidates> {
    let query =
        e::entries.filter(e::trashed.eq(trashed)).order((e::trashed.desc(), e::created_at.desc(), e::uid.desc()));
    Ok(cut(query.select(e::id).limit(CANDIDATES as i64 + 1).load(conn)?))
}

fn newest_first(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids
}

fn cut(mut ids: Vec<i64>) -> Candidates {
    let complete = ids.len() <= CANDIDATES;
    ids.truncate(CANDIDATES);
    Candidates { ids, complete, certain: true }
}
