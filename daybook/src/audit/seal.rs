//! Sealing: events that are committed get their places in the chain, in an order that is settled then and not before.
//!
//! Events are found by having no place yet, never by `id > the last one seen`: ids are given out before the commit, so a
//! lower one can come in after a higher one. They are not locked: nothing changes an event but sealing, and who seals
//! holds the head.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;

use super::chain;
use super::link::{Fields, Link, hex, link};
use crate::schema::chain_head;
use crate::{Conn, Error, Result, Timestamp, dialect};

/// What one call of [`seal`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// Events that have their places now.
    pub events: usize,
    /// There may be more to seal.
    pub more: bool,
}

/// Events that one transaction should seal at the most: so many that statements cost little, and so few that on SQLite
/// nobody waits noticeably for the write lock.
pub const SEAL_MOST: usize = 500;

/// An event's place, as `dialect::place_events` takes it: links are hexadecimal, since they travel as JSON.
#[derive(Serialize)]
struct Place {
    id: i64,
    seq: i64,
    link: String,
}

/// Seals up to `most` events. To be called in one transaction of its own ([`crate::Db::write`]): events and head change
/// together or not at all. Any number of servers may seal at once, one after the other.
///
/// # Errors
/// [`Error::NotMigrated`] when the chain has no beginning yet; [`Error::Busy`] when others sealed for too long.
pub fn seal(conn: &mut Conn, most: usize) -> Result<Sealed> {
    let head = chain::lock(conn)?.ok_or(Error::NotMigrated)?;
    let events = unsealed(conn, most)?;
    if events.is_empty() {
        return Ok(Sealed { events: 0, more: false });
    }
    let broken = || Error::Internal("the head of the audit log's chain is no link".into());
    let mut last = Link::try_from(head.link.as_slice()).map_err(|_| broken())?;
    let mut seq = head.seq;
    let now = Timestamp::now();
    let mut places = Vec::with_capacity(events.len());
    for event in &events {
        seq += 1;
        last = link(&last, seq, now.micros(), event);
        places.push(Place { id: event.id, seq, link: hex(&last) });
    }
    place(conn, &places, now)?;
    diesel::update(chain_head::table)
        .set((chain_head::seq.eq(seq), chain_head::link.eq(last.to_vec()), chain_head::sealed_at.eq(now)))
        .execute(conn)?;
    Ok(Sealed { events: events.len(), more: events.len() == most })
}

/// The events without a place, by primary key; whether they wait for a second or for a year, the index begins with them.
fn unsealed(conn: &mut Conn, most: usize) -> Result<Vec<Fields>> {
    let query = format!("SELECT {} {} LIMIT ?", Fields::COLUMNS, dialect::unsealed(conn));
    let query = diesel::sql_query(query).bind::<BigInt, _>(i64::try_from(most).unwrap_or(i64::MAX));
    let mut events: Vec<Fields> = query.load(conn)?;
    events.sort_unstable_by_key(|event| event.id);
    Ok(events)
}

fn place(conn: &mut Conn, places: &[Place], now: Timestamp) -> Result<()> {
    let json = serde_json::to_string(places).map_err(|error| Error::Internal(format!("places: {error}")))?;
    let placed = dialect::place_events(conn, &json, now)?;
    if placed == places.len() {
        return Ok(());
    }
    Err(Error::Internal(format!("{placed} of {} events got their places", places.len())))
}
