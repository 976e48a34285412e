//! The links of the chain: what exactly is hashed. `docs/audit-format.md` says it in full, for whoever writes another
//! verifier; `tests/audit/verify_book.py` was written from it.
//!
//! Nothing here may change: another encoding is another version, beside this one.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use sha2::{Digest, Sha256};

use crate::Uid;

pub(super) type Link = [u8; 32];

/// All that an event is, as it is stored, before it has a place in the chain. Taken as bytes and whole numbers, and not
/// as the types that they should be: a verifier also reads what somebody has put there.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(super) struct Fields {
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
    #[diesel(sql_type = Text)]
    pub(super) subject_kind: String,
    #[diesel(sql_type = Binary)]
    pub(super) subject_uid: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
    #[diesel(sql_type = Binary)]
    pub(super) actor_uid: Vec<u8>,
    #[diesel(sql_type = Text)]
    pub(super) channel: String,
    #[diesel(sql_type = Binary)]
    pub(super) request_id: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    pub(super) at: i64,
    #[diesel(sql_type = Binary)]
    pub(super) commitment: Vec<u8>,
}

impl Fields {
    /// As they stand in a SELECT of `audit_events`.
    pub(super) const COLUMNS: &str = "audit_events.id, audit_events.subject_kind, audit_events.subject_uid, \
        audit_events.version, audit_events.kind, audit_events.actor_uid, audit_events.channel, \
        audit_events.request_id, audit_events.at, audit_events.commitment";
}

/// The link before the first event of a book.
pub(super) fn genesis(book: &[u8]) -> Link {
    let mut hash = Sha256::new();
    hash.update(b"daybook genesis 1");
    bytes(&mut hash, book);
    hash.finalize().into()
}

/// The link of an event at its place, after another one.
pub(super) fn link(previous: &Link, seq: i64, sealed_at: i64, event: &Fields) -> Link {
    let mut hash = Sha256::new();
    hash.update(b"daybook link 1");
    hash.update(previous);
    number(&mut hash, seq);
    number(&mut hash, event.id);
    bytes(&mut hash, event.subject_kind.as_bytes());
    bytes(&mut hash, &event.subject_uid);
    number(&mut hash, event.version);
    bytes(&mut hash, event.kind.as_bytes());
    bytes(&mut hash, &event.actor_uid);
    bytes(&mut hash, event.channel.as_bytes());
    bytes(&mut hash, &event.request_id);
    number(&mut hash, event.at);
    bytes(&mut hash, &event.commitment);
    number(&mut hash, sealed_at);
    hash.finalize().into()
}

/// Eight bytes, the most significant first, negative numbers as two's complement.
fn number(hash: &mut Sha256, value: i64) {
    hash.update(value.to_be_bytes());
}

/// The length in bytes as a number, then the bytes: so no two lists of fields have the same encoding.
fn bytes(hash: &mut Sha256, value: &[u8]) {
    hash.update((value.len() as u64).to_be_bytes());
    hash.update(value);
}

/// For people, and for columns of text.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

/// A uid as it is stored; what is none is told as it is.
pub(super) fn name(uid: &[u8]) -> String {
    uid.try_into().map_or_else(|_| hex(uid), |uid| Uid::from_bytes(uid).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `docs/audit-format.md`: a verifier can be tried on it, and it must never change.
    #[test]
    fn the_links_are_those_of_the_document() {
        let event = Fields {
            id: 1,
            subject_kind: "entry".into(),
            subject_uid: (0..16).collect(),
            version: 1,
            kind: "create".into(),
            actor_uid: vec![0; 16],
            channel: "web".into(),
            request_id: vec![255; 16],
            at: 1_764_000_000_123_456,
            commitment: vec![7; 32],
        };
        let genesis = genesis(&(16..32).collect::<Vec<u8>>());
        let document = include_str!("../../../docs/audit-format.md");
        for link in [genesis, link(&genesis, 1, 1_764_000_000_654_321, &event)] {
            assert!(document.contains(&hex(&link)), "{} is not in the document", hex(&link));
        }
    }
}
