//! A snapshot is made, and is what its manifest says.

use daybook::snapshots::Format;

use super::work::{assert_whole, everything, make, read};
use crate::cases;
use crate::support::Setup;

cases![
    BOTH: a_snapshot_of_everything_is_made_by_the_server_itself
];

fn a_snapshot_of_everything_is_made_by_the_server_itself(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add("First", "with “marks”\nand a line"), book.add_trashed("Second"));
    let snapshot = make(&book, everything(Format::Ndjson));
    let manifest = assert_whole(&book, &snapshot);
    assert_eq!(manifest.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["entries.ndjson"]);
    let text = String::from_utf8(read(&book, &snapshot, "entries.ndjson")).expect("UTF-8");
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 2);
    for (row, entry) in rows.iter().zip([first, second]) {
        assert_eq!(row["uid"], entry.uid.to_string());
        assert_eq!(row["title"], entry.content.title.as_str());
        assert_eq!(row["description"], entry.content.description.as_str());
        assert_eq!(row["trashed"], entry.trashed);
        assert_eq!(row["version"], entry.version);
    }
}
