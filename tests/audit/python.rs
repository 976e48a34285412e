//! A verifier in another language, written from `docs/audit-format.md`, comes to the same verdict.

use std::path::PathBuf;
use std::process::Command;

use super::log::Log;
use super::sabotage::{SABOTAGES, columns, insert_at_the_end, insert_in_the_middle};
use crate::cases;
use crate::support::Setup;

cases![SQLITE: a_verifier_written_from_the_document_agrees];

/// The places that it finds something wrong at; none when it finds the log whole.
fn places(log: &Log) -> Vec<i64> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("audit/verify_book.py");
    let file = log.database.folder().join("book.sqlite");
    let output = Command::new("python3").arg(script).arg(file).output();
    let output = output.unwrap_or_else(|error| panic!("this test needs python3 on the path: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    let places: Vec<i64> = text.lines().filter_map(|line| line.split_once(": ")?.0.parse().ok()).collect();
    match output.status.code() {
        Some(0) => assert!(text.starts_with("whole") && places.is_empty(), "{text}"),
        Some(1) if errors.is_empty() => assert!(!places.is_empty(), "{text}"),
        _ => panic!("the verifier failed: {text}{errors}"),
    }
    places
}

fn a_verifier_written_from_the_document_agrees(setup: Setup) {
    let log = Log::of_ten(setup);
    assert!(places(&log).is_empty());
    log.execute("DELETE FROM audit_images WHERE event_id IN (2, 8)");
    assert!(places(&log).is_empty(), "erased images are no fault");
    let of_columns = columns()
        .into_iter()
        .map(|(name, value, _)| (name, vec![format!("UPDATE audit_events SET {name} = {value} WHERE seq = 3")]));
    let others = SABOTAGES.iter().map(|one| (one.what, one.statements.iter().map(ToString::to_string).collect()));
    let added = [("added at the end", vec![insert_at_the_end()]), ("added", insert_in_the_middle())];
    for (what, statements) in of_columns.chain(others).chain(added) {
        let log = Log::of_ten(setup);
        statements.iter().for_each(|statement| log.execute(statement));
        let ours = log.verify();
        let first = places(&log).into_iter().min();
        assert_eq!(first, Some(ours.faults[0].seq), "{what}: {ours}");
    }
}
