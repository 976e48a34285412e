//! Reads the book at one instant and makes the files of it, page by page, so that memory does not grow with the book.
//!
//! Runs on a blocking thread, in one transaction of a connection of its own ([`crate::Db::long_read`]). Never writes to the
//! database, and stops as soon as nobody takes what it makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use diesel::prelude::*;
use jiff::tz::TimeZone;

use super::history::{self, HistoryRow};
use super::manifest::FileEntry;
use super::output::{Sink, Table};
use super::what::What;
use crate::audit::{self, Head};
use crate::entries::{Entry, EntryFilter};
use crate::schema::{audit_events, entries};
use crate::{Conn, Error, Result, Timestamp, Uid, dialect};

/// Bytes of text that a page of rows should have.
const WEIGHT: usize = 1 << 20;
/// Rows of a page. With the longest texts that there can be, the first page has 20 MB.
const ROWS: std::ops::RangeInclusive<usize> = 20..=500;

/// How far the reading is, and whether it is still wanted. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter {
    /// Rows that were looked at.
    pub(super) handled: Arc<AtomicI64>,
    /// Of how many; 0 while that is not known.
    pub(super) total: Arc<AtomicI64>,
    pub(super) unwanted: Arc<AtomicBool>,
}

impl Meter {
    /// # Errors
    /// When nobody wants the files any more.
    fn check(&self, sink: &Sink) -> Result<()> {
        if self.unwanted.load(Ordering::Relaxed) {
            return Err(Error::Files("nobody wants the files any more".into()));
        }
        sink.check()
    }
}

/// What was read, besides the files.
pub(super) struct Reading {
    /// By the database's clock.
    pub(super) at: Timestamp,
    pub(super) head: Head,
    pub(super) files: Vec<FileEntry>,
}

/// How many rows to ask for, by how long the last ones were.
pub(super) struct Limit(usize);

pub(super) trait Weighed {
    /// Its texts in bytes.
    fn weight(&self) -> usize;
}

impl Weighed for Entry {
    fn weight(&self) -> usize {
        self.content.texts().iter().map(|text| text.len()).sum::<usize>() + 200
    }
}

impl Limit {
    fn new() -> Limit {
        Limit(*ROWS.end())
    }

    pub(super) fn rows(&self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// Whether there may be more after these rows.
    fn learn(&mut self, rows: &[impl Weighed]) -> bool {
        let more = rows.len() == self.0;
        let weight: usize = rows.iter().map(Weighed::weight).sum();
        self.0 = (WEIGHT * rows.len() / weight.max(1)).clamp(*ROWS.start(), *ROWS.end());
        more
    }
}

/// Reads what is wanted, and sends it to the sink.
pub(super) fn read(conn: &mut Conn, what: &What, zone: &TimeZone, sink: &Sink, meter: &Meter) -> Result<Reading> {
    let at = dialect::now(conn)?;
    let head = audit::head(conn)?.ok_or_else(|| Error::Internal("a book without a chain".into()))?;
    let reader = Reader { filter: what.entry_filter()?, what, meter };
    meter.total.store(reader.total(conn)?, Ordering::Relaxed);
    let mut table = Table::<Entry>::begin("entries", what, zone, sink)?;
    reader.entries(conn, sink, |_, page| table.rows(page))?;
    let mut files = vec![table.end()?];
    if what.history {
        let mut table = Table::<HistoryRow>::begin("history", what, zone, sink)?;
        match reader.has_all() {
            true => reader.all_events(conn, sink, &mut table)?,
            false => reader.entries(conn, sink, |conn, page| events_of(conn, page, sink, meter, &mut table))?,
        }
        files.push(table.end()?);
    }
    Ok(Reading { at, head, files })
}

struct Reader<'a> {
    what: &'a What,
    filter: EntryFilter,
    meter: &'a Meter,
}

impl Reader<'_> {
    /// No entry is left out, so that the history can be read as it stands, with that of entries that were purged.
    fn has_all(&self) -> bool {
        self.what.trash && self.what.is_everything()
    }

    fn total(&self, conn: &mut Conn) -> Result<i64> {
        let entries: i64 = entries::table.count().get_result(conn)?;
        Ok(match (self.what.history, self.has_all()) {
            (false, _) => entries,
            (true, false) => 2 * entries,
            (true, true) => entries + audit_events::table.count().get_result::<i64>(conn)?,
        })
    }

    /// Whether the entry belongs to the snapshot; by the rule of the lists, but held against each entry.
    fn includes(&self, entry: &Entry) -> bool {
        (self.what.trash || !entry.trashed) && self.filter.includes_in_or_out_of_the_trash(entry)
    }

    /// All entries of the book go by, in the order of their ids, which is the one that they are stored in.
    fn entries(
        &self,
        conn: &mut Conn,
        sink: &Sink,
        mut each: impl FnMut(&mut Conn, &[Entry]) -> Result<()>,
    ) -> Result<()> {
        let (mut last, mut limit, mut more) = (i64::MIN, Limit::new(), true);
        while more {
            self.meter.check(sink)?;
            let query = entries::table.filter(entries::id.gt(last)).order(entries::id).limit(limit.rows());
            let mut page: Vec<Entry> = query.select(Entry::as_select()).load(conn)?;
            more = limit.learn(&page);
            last = page.last().map_or(last, |entry| entry.id);
            self.looked_at(page.len());
            page.retain(|entry| self.includes(entry));
            each(conn, &page)?;
        }
        Ok(())
    }

    fn all_events(&self, conn: &mut Conn, sink: &Sink, table: &mut Table<HistoryRow>) -> Result<()> {
        let (mut last, mut limit, mut more) = (i64::MIN, Limit::new(), true);
        while more {
            self.meter.check(sink)?;
            let mut page = history::after(conn, last, &limit)?;
            more = limit.learn(&page);
            last = page.last().map_or(last, |event| event.id);
            self.looked_at(page.len());
            page.retain(HistoryRow::is_of_an_entry);
            table.rows(&page)?;
        }
        Ok(())
    }

    fn looked_at(&self, rows: usize) {
        self.meter.handled.fetch_add(i64::try_from(rows).unwrap_or_default(), Ordering::Relaxed);
    }
}

/// One entry may have any number of events.
fn events_of(conn: &mut Conn, page: &[Entry], sink: &Sink, meter: &Meter, table: &mut Table<HistoryRow>) -> Result<()> {
    let uids: Vec<Uid> = page.iter().map(|entry| entry.uid).collect();
    let (mut last, mut limit, mut more) = (None, Limit::new(), !uids.is_empty());
    while more {
        meter.check(sink)?;
        let events = history::of_entries(conn, &uids, last, &limit)?;
        more = limit.learn(&events);
        last = events.last().map(|event| (event.uid, event.version)).or(last);
        table.rows(&events)?;
    }
    Ok(())
}
