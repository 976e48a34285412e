//! What is worked out from an entry's text, to find and to sort it by: its words, and the key of its title.
//!
//! Kept by the functions that change entries, in their transaction. Never part of the audit log: it follows from the text.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Content, Entry};
use crate::db::transaction;
use crate::schema::{entries, entry_terms};
use crate::{Conn, Result, Uid, dialect, search};

/// Characters of a title that decide its place; equal beginnings are in the order of their uids.
const TITLE_KEY_MAX: usize = 64;

/// Entries that are indexed in one transaction when there are many.
const BATCH: i64 = 500;

/// A row of the index of words.
#[derive(Insertable, PartialEq, Eq, PartialOrd, Ord)]
#[diesel(table_name = entry_terms)]
pub(crate) struct NewTerm {
    trashed: bool,
    term: String,
    entry_id: i64,
}

/// The title folded and cut: its place in the order of titles. Never empty.
pub(super) fn title_key(content: &Content) -> String {
    let title = content.title.as_str();
    let cut = |text: &str| text.chars().take(TITLE_KEY_MAX).collect::<String>().trim_end().to_owned();
    let folded = cut(search::fold(title).trim_start());
    if folded.is_empty() { cut(title) } else { folded }
}

/// Makes the index follow changes: how each entry was, and how it is.
pub(super) fn keep<'a>(
    conn: &mut Conn,
    changes: impl Iterator<Item = (Option<&'a Entry>, Option<&'a Entry>)>,
) -> Result<()> {
    let mut added = Vec::new();
    for (before, after) in changes {
        let (before, after) = (before.map(rows).unwrap_or_default(), after.map(rows).unwrap_or_default());
        let gone: Vec<&NewTerm> = before.difference(&after).collect();
        remove(conn, &gone)?;
        added.extend(after.into_iter().filter(|row| !before.contains(row)));
    }
    // In the order of the index, which is the quickest way to write it.
    added.sort_unstable();
    Ok(dialect::insert_terms(conn, &added)?)
}

/// The rows that an entry has: none until it was indexed.
fn rows(entry: &Entry) -> BTreeSet<NewTerm> {
    if entry.title_key.is_empty() {
        return BTreeSet::new();
    }
    let terms = search::terms(entry.content.texts()).into_iter();
    terms.map(|term| NewTerm { trashed: entry.trashed, term, entry_id: entry.id }).collect()
}

/// Rows of one entry.
fn remove(conn: &mut Conn, gone: &[&NewTerm]) -> Result<()> {
    // MariaDB makes a table out of a list of a thousand.
    for rows in gone.chunks(500) {
        let Some(first) = rows.first() else { continue };
        let of_entry = entry_terms::table
            .filter(entry_terms::trashed.eq(first.trashed))
            .filter(entry_terms::entry_id.eq(first.entry_id))
            .filter(entry_terms::term.eq_any(rows.iter().map(|row| row.term.as_str())));
        diesel::delete(of_entry).execute(conn)?;
    }
    Ok(())
}

/// Indexes the entries that are not: those from before there was an index, and those that a migration has marked so by
/// emptying their title's key.
pub(crate) fn index_missing(conn: &mut Conn) -> Result<()> {
    while transaction::run(conn, index_batch)? {}
    Ok(())
}

/// Whether there was something to do.
fn index_batch(conn: &mut Conn) -> Result<bool> {
    let missing: Vec<Uid> = entries::table
        .filter(entries::trashed.eq_any([false, true]))
        .filter(entries::title_key.eq(""))
        .limit(BATCH)
        .select(entries::uid)
        .load(conn)?;
    // Locked, so that nobody changes them meanwhile; who did so before has indexed them.
    let mut locked = dialect::lock_entries(conn, &missing)?;
    locked.retain(|entry| entry.title_key.is_empty());
    for entry in &mut locked {
        entry.title_key = title_key(&entry.content);
        diesel::update(entries::table.filter(entries::id.eq(entry.id)))
            .set(entries::title_key.eq(&entry.title_key))
            .execute(conn)?;
    }
    keep(conn, locked.iter().map(|entry| (None, Some(entry))))?;
    Ok(!missing.is_empty())
}
