//! Verifying: walks the chain from its genesis to its head, and says exactly what is wrong, and where.
//!
//! Reads by pages, so that a log of any length takes the same memory, and takes no locks: sealing and writing go on.
//! Never changes an event; the result is noted beside the head.

mod report;
mod suspects;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

use super::chain::{self, Head, mark, shows};
use super::commitment;
use super::link::{Fields, Link, genesis, link, name};
use crate::schema::{audit_events, chain_head};
use crate::{Conn, Db, Error, Result, Timestamp, migrations};
use suspects::{Suspect, Suspects};

pub use report::{EventName, Fault, Report, Wrong};

/// Events of one page; an image can take 240 KB.
const PAGE: i64 = 256;

#[derive(QueryableByName)]
struct Row {
    #[diesel(embed)]
    fields: Fields,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    link: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sealed_at: Option<i64>,
    #[diesel(embed)]
    image: ImageRow,
}

/// The row of `audit_images`; nothing in it where there is none.
#[derive(QueryableByName)]
struct ImageRow {
    #[diesel(sql_type = Nullable<Binary>)]
    salt: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Text>)]
    before: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    after: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    actor_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    client_address: Option<String>,
}

/// Where the walk has come to.
struct Walk {
    report: Report,
    suspects: Suspects,
    /// The place of the last event.
    seq: i64,
    /// Its link as it is stored; `None` where the next event cannot be held against it.
    link: Option<Link>,
}

/// Walks the whole chain, calls `progress` with the number of events after each page, and notes the result for the page of
/// the log. Not to be called in a transaction: it may take minutes.
///
/// # Errors
/// Those of the database. What is wrong with the log is no error, but in the [`Report`].
pub fn verify(conn: &mut Conn, progress: impl FnMut(u64)) -> Result<Report> {
    let report = walk(conn, progress)?;
    note(conn, &report)?;
    Ok(report)
}

/// [`verify`] where a copy of the database spares it the work, if the copy is as far. If it is not whole there, the
/// database itself is asked: its word counts, as it is when the copy falls silent. Blocks for as long as it takes.
/// `progress` is told how many events were walked, and of how many.
///
/// # Errors
/// As [`verify`], and [`Error::NotMigrated`].
pub fn verify_book(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<Report> {
    let mut conn = db.connect()?;
    if !migrations::pending(&mut conn)?.is_empty() {
        return Err(Error::NotMigrated);
    }
    let mark = mark(&mut conn)?;
    let all = mark.sealed.and_then(|seq| u64::try_from(seq).ok()).unwrap_or_default();
    let mut progress = |walked| progress(walked, all);
    let copied = db.from_copy(move |copy| shows(copy, &mark), |copy, tell| walk(copy, tell), &mut progress);
    let report = match copied.filter(Report::is_whole) {
        Some(mut report) => {
            report.from_copy = true;
            report
        }
        None => walk(&mut conn, progress)?,
    };
    note(&mut conn, &report)?;
    Ok(report)
}

fn walk(conn: &mut Conn, mut progress: impl FnMut(u64)) -> Result<Report> {
    let mut report = Report::new(Timestamp::now());
    let Some(head) = chain::head(conn)? else {
        report.add(0, None, Wrong::NoHead);
        return Ok(report);
    };
    report.begin(&head);
    let first = genesis(&head.book_uid);
    if first.as_slice() != head.genesis {
        report.add(0, None, Wrong::Book);
    }
    // Whichever of the two was changed, the first event follows from the other one.
    let suspects = Suspects::knowing(Link::try_from(head.genesis.as_slice()).ok());
    let mut walk = Walk { report, suspects, seq: 0, link: Some(first) };
    loop {
        let page = page(conn, walk.seq, head.seq)?;
        page.iter().for_each(|row| walk.step(row));
        progress(walk.report.events);
        if (page.len() as i64) < PAGE {
            break;
        }
    }
    let mut report = walk.end(&head);
    for (seq, event) in outside(conn)? {
        report.add(seq, Some(event), Wrong::Added);
    }
    report.unsealed = audit_events::table.filter(audit_events::seq.is_null()).count().get_result(conn)?;
    Ok(report)
}

impl Walk {
    fn step(&mut self, row: &Row) {
        let event = || EventName::from(&row.fields);
        self.report.events += 1;
        if row.seq != self.seq + 1 {
            self.report.add(self.seq + 1, None, Wrong::Missing { last: row.seq - 1 });
            self.link = None;
        }
        self.seq = row.seq;
        let stored = row.link.as_deref().and_then(|link| Link::try_from(link).ok());
        // Without a time of sealing it has a link that no event can have.
        let computed = self.link.zip(row.sealed_at).map(|(before, at)| link(&before, row.seq, at, &row.fields));
        // After a gap there is nothing to hold it against: the gap is what is wrong.
        let checked = self.link.is_some() || stored.is_none();
        if checked && (computed.is_none() || computed != stored) {
            self.suspects.add(Suspect::new(row, self.link, stored, computed), &mut self.report);
        }
        self.link = stored.or(computed);
        match row.image.fits(&row.fields.commitment) {
            None => self.report.erased += 1,
            Some(true) => {}
            Some(false) => self.report.add(row.seq, Some(event()), Wrong::Image),
        }
    }

    /// The chain has to end where its head says.
    fn end(mut self, head: &Head) -> Report {
        let head_fits = self.suspects.end(&head.link, &mut self.report);
        if self.seq < head.seq {
            self.report.add(self.seq + 1, None, Wrong::Missing { last: head.seq });
        } else if self.seq > head.seq || self.link.is_some_and(|link| link.as_slice() != head.link) && !head_fits {
            self.report.add(head.seq, None, Wrong::Head);
        }
        self.report
    }
}

impl ImageRow {
    /// Whether the image is the one that the event's commitment is of; `None`: it was erased.
    fn fits(&self, commitment_of_event: &[u8]) -> Option<bool> {
        let salt = self.salt.as_deref()?;
        let (before, after, address) = (self.before.as_deref(), self.after.as_deref(), self.client_address.as_deref());
        let (Ok(salt), Some(name)) = (salt.try_into(), self.actor_name.as_deref()) else { return Some(false) };
        Some(commitment(salt, before, after, name, address) == commitment_of_event)
    }
}

fn page(conn: &mut Conn, after: i64, last: i64) -> Result<Vec<Row>> {
    let query = format!(
        "SELECT {}, audit_events.seq, audit_events.link, audit_events.sealed_at, audit_images.salt, \
         audit_images.`before`, audit_images.`after`, audit_images.actor_name, audit_images.client_address \
         FROM audit_events LEFT JOIN audit_images ON audit_images.event_id = audit_events.id \
         WHERE audit_events.seq > ? AND audit_events.seq <= ? ORDER BY audit_events.seq LIMIT {PAGE}",
        Fields::COLUMNS
    );
    Ok(diesel::sql_query(query).bind::<BigInt, _>(after).bind::<BigInt, _>(last).load(conn)?)
}

/// Events that claim a place outside the chain, some of them. Each is one statement, so that sealing that goes on
/// meanwhile is no fault: events and head are of the same moment.
fn outside(conn: &mut Conn) -> Result<Vec<(i64, EventName)>> {
    #[derive(QueryableByName)]
    struct Outside {
        #[diesel(embed)]
        fields: Fields,
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    let mut found = Vec::new();
    for place in ["< 1", "> (SELECT chain_head.seq FROM chain_head)"] {
        let query = format!(
            "SELECT {}, audit_events.seq FROM audit_events WHERE audit_events.seq {place} \
             ORDER BY audit_events.seq LIMIT {}",
            Fields::COLUMNS,
            Report::MOST_FAULTS
        );
        let rows: Vec<Outside> = diesel::sql_query(query).load(conn)?;
        found.extend(rows.iter().map(|row| (row.seq, EventName::from(&row.fields))));
    }
    Ok(found)
}

fn note(conn: &mut Conn, report: &Report) -> Result<()> {
    diesel::update(chain_head::table)
        .set((
            chain_head::verified_at.eq(report.at),
            chain_head::verified_seq.eq(report.last_seq),
            chain_head::verified_faults.eq(i64::try_from(report.fault_count).unwrap_or(i64::MAX)),
        ))
        .execute(conn)?;
    Ok(())
}

impl From<&Fields> for EventName {
    fn from(fields: &Fields) -> EventName {
        EventName {
            kind: fields.kind.clone(),
            subject_kind: fields.subject_kind.clone(),
            subject: name(&fields.subject_uid),
            version: fields.version,
        }
    }
}
