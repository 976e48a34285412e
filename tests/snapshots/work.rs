//! What the tests of snapshots share: asking for one, waiting for it, and holding its files against its manifest.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use daybook::config::Config;
use daybook::snapshots::{self, Compression, Format, Listed, Manifest, Request, Shelf, Snapshot, What};
use daybook::{Actor, Uid, jobs};
use sha2::{Digest, Sha256};

use crate::support::{Book, within};

/// Where the book's program has its files.
pub fn shelf(book: &Book) -> Shelf {
    let files = book.database.files();
    let settings = HashMap::from([("FILES_URL", files.as_str()), ("BOOK_TIME_ZONE", "UTC")]);
    let config = Config::read(&|name| settings.get(name).map(ToString::to_string)).expect("the settings are right");
    Shelf::new(&config).expect("a folder")
}

/// Everything, plain.
pub fn everything(format: Format) -> What {
    What { trash: true, ..What::everything(format, Compression::None) }
}

/// Asks for a snapshot without the browser. The sweeper finds its job.
pub fn ask(book: &Book, what: What) -> Uid {
    ask_as(book, what, &Actor::operator())
}

pub fn ask_as(book: &Book, what: What, actor: &Actor) -> Uid {
    let (shelf, request) = (shelf(book), Request { key: Uid::new(), what });
    let asked = book.database.db().write_blocking(|conn| snapshots::ask(conn, &request, &shelf, actor));
    asked.expect("it can be asked for").expect("it is new").uid
}

pub fn find(book: &Book, uid: Uid) -> Option<Listed> {
    book.sql(|conn| snapshots::find(conn, uid)).expect("it can be read")
}

/// Waits until it is made.
#[track_caller]
pub fn made(book: &Book, uid: Uid) -> Snapshot {
    let limit = Duration::from_secs(60);
    within(limit, "the snapshot is made", || find(book, uid).map(|found| found.snapshot).filter(Snapshot::is_made))
}

/// Asks for it, and waits.
#[track_caller]
pub fn make(book: &Book, what: What) -> Snapshot {
    let uid = ask(book, what);
    made(book, uid)
}

/// Makes it here, where no worker does.
pub fn make_here(book: &Book, what: What) -> Uid {
    let (uid, db, shelf) = (ask(book, what), book.database.db(), shelf(book));
    let job = find(book, uid).expect("it is there").snapshot.job;
    let claimed = db.write_blocking(|conn| jobs::claim(conn, job, Uid::new(), Duration::from_secs(60)));
    let (_, lease) = claimed.expect("it works").expect("it is due");
    let (_stop, stop) = tokio::sync::watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(snapshots::make(&db, &shelf, lease, stop)).expect("it is made");
    uid
}

/// Everything that is in the folder of the store, as paths in it.
pub fn stored(book: &Book) -> Vec<PathBuf> {
    let root = book.database.folder().join("files");
    let (mut folders, mut found) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let entry = entry.expect("an entry");
            match entry.file_type().expect("a type").is_dir() {
                true => folders.push(entry.path()),
                // Says whose place it is.
                false if entry.file_name() == "book" => {}
                false => found.push(entry.path().strip_prefix(&root).expect("below").to_owned()),
            }
        }
    }
    found.sort();
    found
}

/// The bytes of a file of a snapshot, from the folder.
pub fn read(book: &Book, snapshot: &Snapshot, name: &str) -> Vec<u8> {
    let found = book.sql(|conn| snapshots::open(conn, snapshot.uid, name)).expect("it can be read");
    let key = found.expect("there is such a file").key;
    std::fs::read(book.database.folder().join("files").join(key)).expect("it is stored")
}

/// What a snapshot that is marked done promises: its files are those of the manifest.
#[track_caller]
pub fn assert_whole(book: &Book, snapshot: &Snapshot) -> Manifest {
    let manifest = snapshot.manifest().expect("JSON").expect("it is made");
    assert_eq!(
        Manifest::from_json(&String::from_utf8(read(book, snapshot, Manifest::FILE)).expect("UTF-8")).expect("JSON"),
        manifest
    );
    for file in &manifest.files {
        let bytes = read(book, snapshot, &file.name);
        assert_eq!(i64::try_from(bytes.len()).expect("a number"), file.bytes, "{}", file.name);
        assert_eq!(daybook::audit::hex(&Sha256::digest(&bytes)), file.sha256, "{}", file.name);
    }
    assert_eq!(snapshot.bytes, Some(manifest.files.iter().map(|file| file.bytes).sum()));
    assert_eq!(snapshot.entry_rows, Some(manifest.files[0].rows));
    manifest
}

/// Where its files are.
pub fn folder(book: &Book, snapshot: &Snapshot) -> PathBuf {
    let found = book.sql(|conn| snapshots::open(conn, snapshot.uid, Manifest::FILE)).expect("it can be read");
    let file = book.database.folder().join("files").join(found.expect("it is made").key);
    file.parent().expect("a folder").to_owned()
}
