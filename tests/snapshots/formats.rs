//! The files are what Python's csv and json, and pandas, make of them: byte for byte in the lossless formats.

use daybook::entries::Entry;
use daybook::schema::entries::dsl as e;
use daybook::snapshots::{Compression, Format, Snapshot, What};
use diesel::prelude::*;
use serde_json::Value;

use super::work::{assert_whole, everything, folder, make, read};
use crate::cases;
use crate::support::{Book, Setup, python};

cases![
    BOTH: hostile_text_comes_back_byte_for_byte_from_the_lossless_formats,
        a_spreadsheet_runs_no_formula, the_history_has_every_version_and_no_address
];

/// Also what no form lets in, but an older release or another program may have put there.
const HOSTILE: [(&str, &str); 12] = [
    ("=cmd|' /C calc'!A0", "+1\n-1\n@SUM(A1:A9)"),
    ("\"quoted\", with; separators\tand tabs", "a \"\"doubled\"\" mark, \"\r\n\" and a lone \r in the middle"),
    ("  spaces around  ", "\n\nline breaks around\n"),
    ("NULL", "NA"),
    ("nan", ""),
    ("\\N \\n \\\" \\u0000", "{\"json\": [1, 2.50, null]}"),
    ("\u{feff}byte order mark", "\u{feff}"),
    ("＝1+1", "\u{2028}\u{2029}\u{85}\u{b}\u{c}"),
    ("👩‍👩‍👧‍👦 e\u{301} é", "\u{202e}right to left\u{202c} עברית العربية"),
    ("0012", "1e5"),
    ("true", "2026-11-24"),
    ("-", "\u{1}\u{1f}\u{7f}"),
];

fn hostile_book(setup: Setup) -> Book {
    let book = setup.book();
    for (n, (title, description)) in HOSTILE.into_iter().enumerate() {
        let entry = if n % 3 == 0 { book.add_trashed("x") } else { book.add("x", "") };
        book.sql(|conn| {
            let row = diesel::update(e::entries.filter(e::uid.eq(entry.uid)));
            row.set((e::title.eq(title), e::description.eq(description))).execute(conn).expect("it can be written");
        });
    }
    book
}

/// The rows of a file as Python reads them.
fn rows(book: &Book, snapshot: &Snapshot, content: &str, reader: &str) -> Vec<Value> {
    let folder = folder(book, snapshot);
    let printed = python::run("snapshots/read.py", &[folder.to_str().expect("a path"), content, reader]);
    serde_json::from_str(&printed).expect("JSON")
}

fn time(at: daybook::Timestamp) -> String {
    format!("{}.{:06}Z", at.iso().trim_end_matches('Z'), at.micros() % 1_000_000)
}

fn expected(entry: &Entry) -> Value {
    serde_json::json!({
        "uid": entry.uid, "title": entry.content.title, "description": entry.content.description,
        "done": entry.content.done, "trashed": entry.trashed, "version": entry.version,
        "created_at": time(entry.created_at), "created_by": entry.created_by,
        "created_by_name": entry.created_by_name, "updated_at": time(entry.updated_at),
        "updated_by": entry.updated_by, "updated_by_name": entry.updated_by_name,
    })
}

fn hostile_text_comes_back_byte_for_byte_from_the_lossless_formats(setup: Setup) {
    let book = hostile_book(setup);
    let expected: Vec<Value> = book.state().0.iter().map(expected).collect();
    for (format, readers) in [(Format::Csv, ["csv", "pandas"]), (Format::Ndjson, ["json", "pandas"])] {
        for compression in Compression::ALL {
            let snapshot = make(&book, What { compression, ..everything(format) });
            assert_whole(&book, &snapshot);
            for reader in readers {
                assert_eq!(rows(&book, &snapshot, "entries", reader), expected, "{format:?} {compression:?} {reader}");
            }
        }
    }
}

fn a_spreadsheet_runs_no_formula(setup: Setup) {
    let book = hostile_book(setup);
    let snapshot = make(&book, everything(Format::Spreadsheet));
    assert_whole(&book, &snapshot);
    assert!(read(&book, &snapshot, "entries.csv").starts_with(b"\xef\xbb\xbfuid,title,description,"));
    let rows = rows(&book, &snapshot, "entries", "csv");
    assert_eq!(rows.len(), HOSTILE.len());
    for (row, (title, description)) in rows.iter().zip(HOSTILE) {
        for (cell, text) in [(&row["title"], title), (&row["description"], description)] {
            let cell = cell.as_str().expect("text");
            let risky = text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
            let risky = risky.starts_with(['=', '+', '-', '@', '＝']) || text.starts_with(['\t', '\r', '\n']);
            assert_eq!(cell, if risky { format!("'{text}") } else { text.to_owned() });
        }
        assert!(row["created_at"].as_str().is_some_and(|at| at.len() == "2026-11-24 09:30:00".len()), "{row}");
    }
}

fn the_history_has_every_version_and_no_address(setup: Setup) {
    let book = setup.book();
    let kept = book.add("Kept", "");
    let purged = book.add_trashed("Purged");
    let trashed = book.add_trashed("Trashed");
    book.act(&purged, "purge");
    let events = book.events();
    assert!(events.iter().all(|event| event.client_address.as_deref() == Some("127.0.0.1")));
    for format in [Format::Csv, Format::Ndjson] {
        let reader = if format == Format::Csv { "csv" } else { "json" };
        let all = make(&book, What { history: true, compression: Compression::Gzip, ..everything(format) });
        assert_whole(&book, &all);
        let rows_of_all = rows(&book, &all, "history", reader);
        assert_eq!(rows_of_all.len(), events.len());
        for (row, event) in rows_of_all.iter().zip(&events) {
            assert_eq!((&row["uid"], &row["version"]), (&event.subject.to_string().into(), &event.version.into()));
            let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
            assert_eq!((&row["before"], &row["after"]), (&text(&event.before), &text(&event.after)));
            assert_eq!(row["commitment"], daybook::audit::hex(&event.commitment));
        }
        let some = make(&book, What { history: true, ..What::everything(format, Compression::None) });
        assert_whole(&book, &some);
        let uids: Vec<String> =
            rows(&book, &some, "history", reader).iter().map(|row| row["uid"].as_str().expect("text").into()).collect();
        assert_eq!(uids, [kept.uid.to_string()], "neither {} nor {}", purged.uid, trashed.uid);
        let text =
            String::from_utf8(read(&book, &some, if format == Format::Csv { "history.csv" } else { "history.ndjson" }));
        assert!(!text.expect("UTF-8").contains("127.0.0.1"));
    }
}
