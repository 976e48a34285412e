//! The head of the chain: the one row that says how far the log is sealed, and when it was verified.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::link::{genesis, hex};
use crate::schema::{audit_events, chain_head};
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// The row of `chain_head`, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = chain_head)]
pub struct Head {
    /// 16 random bytes that no other book has.
    pub book_uid: Vec<u8>,
    /// The link before the first event.
    pub genesis: Vec<u8>,
    /// Of the event that was sealed last; 0 when none was.
    pub seq: i64,
    pub link: Vec<u8>,
    pub sealed_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub verified_seq: Option<i64>,
    pub verified_faults: Option<i64>,
}

impl Head {
    /// The head link for people who note it down.
    pub fn link_hex(&self) -> String {
        hex(&self.link)
    }
}

/// How the log stands.
#[derive(Debug, Clone)]
pub struct State {
    /// `None` until the application has migrated.
    pub head: Option<Head>,
    /// When the oldest event was made that is not sealed yet.
    pub waiting_since: Option<Timestamp>,
}

/// How the log stands: two questions that cost the same however long it is.
pub fn state(conn: &mut Conn) -> Result<State> {
    #[derive(QueryableByName)]
    struct Oldest {
        #[diesel(sql_type = BigInt)]
        at: Timestamp,
    }
    let query = format!("SELECT audit_events.at {} LIMIT 1", dialect::unsealed(conn));
    let oldest: Option<Oldest> = diesel::sql_query(query).get_result(conn).optional()?;
    Ok(State { head: head(conn)?, waiting_since: oldest.map(|event| event.at) })
}

/// How far the log is, to be held against a copy of the database: its newest event, and how far it is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    event: Option<i64>,
    pub(super) sealed: Option<i64>,
}

/// Two lookups by primary key.
pub fn mark(conn: &mut Conn) -> Result<Mark> {
    let event = audit_events::table.select(audit_events::id).order(audit_events::id.desc()).first(conn).optional()?;
    let sealed = chain_head::table.select(chain_head::seq).first(conn).optional()?;
    Ok(Mark { event, sealed })
}

/// Whether a copy has come that far. Every change has an event, so it has all other changes then, too.
pub fn shows(copy: &mut Conn, mark: &Mark) -> Result<bool> {
    let event: Option<i64> = match mark.event {
        Some(id) => {
            audit_events::table.filter(audit_events::id.eq(id)).select(audit_events::id).first(copy).optional()?
        }
        None => None,
    };
    let sealed: Option<i64> = chain_head::table.select(chain_head::seq).first(copy).optional()?;
    Ok(event == mark.event && sealed >= mark.sealed)
}

/// How many events are not sealed yet, counted up to `most`, in an index that begins with them.
pub fn count_unsealed(conn: &mut Conn, most: u32) -> Result<u64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let some = format!("SELECT audit_events.id {} LIMIT ?", dialect::unsealed(conn));
    let query = diesel::sql_query(format!("SELECT COUNT(*) AS number FROM ({some}) AS some"));
    let count: Count = query.bind::<BigInt, _>(i64::from(most)).get_result(conn)?;
    Ok(u64::try_from(count.number).unwrap_or_default())
}

/// The head, without a lock.
pub(crate) fn head(conn: &mut Conn) -> Result<Option<Head>> {
    Ok(chain_head::table.select(Head::as_select()).first(conn).optional()?)
}

/// Gives the book its uid and its chain a beginning, once. To be called in a transaction, where nobody else migrates.
pub(crate) fn begin_chain(conn: &mut Conn) -> Result<()> {
    if head(conn)?.is_some() {
        return Ok(());
    }
    let book = Uid::new();
    let genesis = genesis(book.as_bytes()).to_vec();
    diesel::insert_into(chain_head::table)
        .values((
            chain_head::id.eq(1),
            chain_head::book_uid.eq(book),
            chain_head::genesis.eq(&genesis),
            chain_head::seq.eq(0),
            chain_head::link.eq(&genesis),
        ))
        .execute(conn)?;
    Ok(())
}

/// The head, locked until the transaction ends.
pub(super) fn lock(conn: &mut Conn) -> Result<Option<Head>> {
    Ok(dialect::lock_chain_head(conn)?)
}
