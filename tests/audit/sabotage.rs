//! Everything that somebody could do to a log of ten events behind the program's back, and what is wrong then.

use daybook::audit::Wrong::{self, Added, Book, Changed, Head, Image, Link, Missing, Moved};

pub struct Sabotage {
    pub what: &'static str,
    pub statements: &'static [&'static str],
    pub faults: &'static [(i64, Wrong)],
}

const UID: &str = "x'00112233445566778899aabbccddeeff'";

/// A column, its new value, and what is wrong then.
type ColumnChange = (&'static str, String, Vec<(i64, Wrong)>);

/// A change of one column of the third event.
pub fn columns() -> Vec<ColumnChange> {
    let hash = "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'";
    let changed = vec![(3, Changed)];
    vec![
        // Its image is that of nobody then, which looks as if it had been erased.
        ("id", "id + 1000".into(), changed.clone()),
        ("subject_kind", "'user'".into(), changed.clone()),
        ("subject_uid", UID.into(), changed.clone()),
        ("version", "version + 100".into(), changed.clone()),
        ("kind", "'purge'".into(), changed.clone()),
        ("actor_uid", UID.into(), changed.clone()),
        ("channel", "'cli'".into(), changed.clone()),
        ("request_id", UID.into(), changed.clone()),
        ("at", "at - 1".into(), changed.clone()),
        ("commitment", hash.into(), vec![(3, Image), (3, Changed)]),
        ("seq", "1000".into(), vec![(3, Missing { last: 3 }), (1000, Added)]),
        ("link", hash.into(), vec![(3, Link)]),
        ("sealed_at", "sealed_at + 1".into(), changed),
    ]
}

const COPY: &str = "subject_kind, subject_uid, version + 500, kind, actor_uid, channel, request_id, at, commitment";

/// A copy of the fourth event, with a place.
fn insert(seq: &str) -> String {
    let columns = COPY.replace(" + 500", "");
    format!(
        "INSERT INTO audit_events ({columns}, seq, link, sealed_at) \
         SELECT {COPY}, {seq}, link, sealed_at FROM audit_events WHERE seq = 4"
    )
}

/// Inserts that copy, with what comes after it moved up.
pub fn insert_in_the_middle() -> Vec<String> {
    vec![
        "UPDATE audit_events SET seq = seq + 1000 WHERE seq >= 5".into(),
        "UPDATE audit_events SET seq = seq - 999 WHERE seq > 1000".into(),
        insert("5"),
        "UPDATE chain_head SET seq = 11".into(),
    ]
}

pub fn insert_at_the_end() -> String {
    insert("11")
}

macro_rules! sabotages {
    ($($what:literal: $($statement:literal),+ => [$($fault:expr),*]);+ $(;)?) => {
        pub const SABOTAGES: &[Sabotage] =
            &[$(Sabotage { what: $what, statements: &[$($statement),+], faults: &[$($fault),*] }),+];
    };
}

sabotages! {
    "before": "UPDATE audit_images SET `before` = '{}' WHERE event_id = 8" => [(8, Image)];
    "before emptied": "UPDATE audit_images SET `before` = NULL WHERE event_id = 8" => [(8, Image)];
    "after": "UPDATE audit_images SET `after` = replace(`after`, 'true', 'false') WHERE event_id = 8",
        "UPDATE audit_images SET `after` = '{}' WHERE event_id = 8" => [(8, Image)];
    "actor_name": "UPDATE audit_images SET actor_name = 'Berta' WHERE event_id = 8" => [(8, Image)];
    "client_address": "UPDATE audit_images SET client_address = '203.0.113.8' WHERE event_id = 8" => [(8, Image)];
    "client_address emptied": "UPDATE audit_images SET client_address = NULL WHERE event_id = 8" => [(8, Image)];
    "salt": "UPDATE audit_images SET salt = x'00' WHERE event_id = 8" => [(8, Image)];
    "images exchanged": "UPDATE audit_images SET event_id = 99 WHERE event_id = 2",
        "UPDATE audit_images SET event_id = 2 WHERE event_id = 8",
        "UPDATE audit_images SET event_id = 8 WHERE event_id = 99" => [(2, Image), (8, Image)];
    "deleted at the beginning": "DELETE FROM audit_events WHERE seq = 1" => [(1, Missing { last: 1 })];
    "deleted in the middle": "DELETE FROM audit_events WHERE seq = 5" => [(5, Missing { last: 5 })];
    "three deleted": "DELETE FROM audit_events WHERE seq IN (4, 5, 6)" => [(4, Missing { last: 6 })];
    "deleted at the end": "DELETE FROM audit_events WHERE seq = 10" => [(10, Missing { last: 10 })];
    "all deleted": "DELETE FROM audit_events" => [(1, Missing { last: 10 })];
    "deleted at the end, and the head set back": "DELETE FROM audit_events WHERE seq = 10",
        "UPDATE chain_head SET seq = 9" => [(9, Head)];
    "unsealed again": "UPDATE audit_events SET seq = NULL WHERE seq = 5" => [(5, Missing { last: 5 })];
    "two exchanged": "UPDATE audit_events SET seq = 99 WHERE seq = 3", "UPDATE audit_events SET seq = 3 WHERE seq = 7",
        "UPDATE audit_events SET seq = 7 WHERE seq = 99" => [(3, Moved { from: 7 }), (7, Moved { from: 3 })];
    "neighbours exchanged": "UPDATE audit_events SET seq = 99 WHERE seq = 3",
        "UPDATE audit_events SET seq = 3 WHERE seq = 4", "UPDATE audit_events SET seq = 4 WHERE seq = 99"
        => [(3, Moved { from: 4 }), (4, Moved { from: 3 })];
    "the last two exchanged": "UPDATE audit_events SET seq = 99 WHERE seq = 9",
        "UPDATE audit_events SET seq = 9 WHERE seq = 10", "UPDATE audit_events SET seq = 10 WHERE seq = 99"
        => [(9, Moved { from: 10 }), (10, Moved { from: 9 })];
    "place of nothing": "UPDATE audit_events SET seq = 0 WHERE seq = 1" => [(0, Added), (1, Missing { last: 1 })];
    "link of the last": "UPDATE audit_events SET link = commitment WHERE seq = 10" => [(10, Link)];
    "link gone": "UPDATE audit_events SET link = NULL WHERE seq = 3" => [(3, Link)];
    "time of sealing gone": "UPDATE audit_events SET sealed_at = NULL WHERE seq = 3" => [(3, Changed)];
    "two changed": "UPDATE audit_events SET kind = 'purge' WHERE seq IN (2, 9)" => [(2, Changed), (9, Changed)];
    "link of the head": "UPDATE chain_head SET link = genesis" => [(10, Head)];
    "place of the head set back": "UPDATE chain_head SET seq = 9" => [(9, Head), (10, Added)];
    "place of the head set forward": "UPDATE chain_head SET seq = 12" => [(11, Missing { last: 12 })];
    "uid of the book": "UPDATE chain_head SET book_uid = x'00112233445566778899aabbccddeeff'" => [(0, Book)];
    "genesis": "UPDATE chain_head SET genesis = link" => [(0, Book)];
    "no head": "DELETE FROM chain_head" => [(0, Wrong::NoHead)]
}
