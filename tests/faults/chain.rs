//! The chain as `docs/audit-format.md` describes it, worked out here once more: nothing of the program's own is used.

use daybook::Conn;
use daybook::schema::{audit_events, chain_head};
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// A row of `audit_events` as it is stored.
#[derive(Queryable)]
struct Row {
    id: i64,
    subject_kind: String,
    subject_uid: Vec<u8>,
    version: i32,
    kind: String,
    actor_uid: Vec<u8>,
    channel: String,
    request_id: Vec<u8>,
    at: i64,
    commitment: Vec<u8>,
    seq: Option<i64>,
    link: Option<Vec<u8>>,
    sealed_at: Option<i64>,
}

/// What is wrong with it.
pub fn faults(conn: &mut Conn) -> Vec<String> {
    let rows: Vec<Row> = audit_events::table
        .order((audit_events::seq, audit_events::id))
        .select(audit_events::all_columns)
        .load(conn)
        .expect("the log can be read");
    let (book, genesis, seq, link): (Vec<u8>, Vec<u8>, i64, Vec<u8>) = chain_head::table
        .select((chain_head::book_uid, chain_head::genesis, chain_head::seq, chain_head::link))
        .first(conn)
        .expect("the chain has a head");
    let mut last = hash(&[b"daybook genesis 1", &bytes(&book)]);
    let mut faults = Vec::new();
    if last != genesis {
        faults.push("the genesis link is not the book's".to_owned());
    }
    for (place, row) in (1..).zip(&rows) {
        let next = row.link(&last, place);
        if (row.seq, &row.link) != (Some(place), &Some(next.clone())) {
            faults.push(format!("the event {} is not the one at {place}", row.id));
        }
        last = next;
    }
    if (seq, link) != (rows.len() as i64, last) {
        faults.push(format!("the head is {seq} of {}, or has another link", rows.len()));
    }
    faults
}

impl Row {
    fn link(&self, last: &[u8], seq: i64) -> Vec<u8> {
        hash(&[
            b"daybook link 1",
            last,
            &number(seq),
            &number(self.id),
            &bytes(self.subject_kind.as_bytes()),
            &bytes(&self.subject_uid),
            &number(self.version.into()),
            &bytes(self.kind.as_bytes()),
            &bytes(&self.actor_uid),
            &bytes(self.channel.as_bytes()),
            &bytes(&self.request_id),
            &number(self.at),
            &bytes(&self.commitment),
            &number(self.sealed_at.unwrap_or_default()),
        ])
    }
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn number(value: i64) -> [u8; 8] {
    value.to_be_bytes()
}

fn bytes(value: &[u8]) -> Vec<u8> {
    [&number(value.len() as i64), value].concat()
}
