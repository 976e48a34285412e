//! Workers are killed, and the store is full or refuses: what is marked done is whole, and nothing else can be seen.

use std::time::Duration;

use daybook::Uid;
use daybook::jobs::{Job, State};
use daybook::snapshots::{Compression, Format, What};

use super::work::{ask, assert_whole, everything, find, made, stored};
use crate::cases;
use crate::jobs::work::{SLOW, Shop, fill};
use crate::support::database::execute;
use crate::support::{Book, Setup, eventually, within};

cases![
    BOTH: whenever_a_worker_is_killed_what_is_marked_done_is_whole, a_store_that_refuses_is_a_failure_that_is_tried_again;
    MYSQL: a_full_store_is_a_failure_that_is_tried_again
];

fn job_of(book: &Book, uid: Uid) -> Job {
    find(book, uid).and_then(|found| found.job).expect("its job is there")
}

fn whenever_a_worker_is_killed_what_is_marked_done_is_whole(setup: Setup) {
    let shop = Shop::new(setup);
    let book = &shop.book;
    fill(book, 4_000);
    let what = What { history: true, compression: Compression::Gzip, ..everything(Format::Ndjson) };
    let mut killed_in_the_middle = 0;
    for delay in [0, 60, 150, 300, 500, 800, 1_200] {
        let mut first = shop.worker();
        let uid = ask(book, what.clone());
        eventually("its job is under way", || (job_of(book, uid).fence > 0).then_some(()));
        std::thread::sleep(Duration::from_millis(delay));
        first.kill();
        let found = find(book, uid).expect("it is there");
        match found.snapshot.is_made() {
            true => assert_eq!(job_of(book, uid).state, State::Done, "both are in one transaction"),
            false => killed_in_the_middle += 1,
        }
        let second = shop.worker();
        eventually("it is at work", || second.log().contains("background work begins").then_some(()));
        let snapshot = made(book, uid);
        assert_whole(book, &snapshot);
        assert!(job_of(book, uid).failures <= 1);
    }
    assert!(killed_in_the_middle > 1, "too late each time");
    assert_eq!(book.snapshot_events().len(), 7, "each was made once");
    let _worker = shop.worker_with(&[("FILES_SWEEP_S", "1")]);
    eventually("what was left over is swept away", || (stored(book).len() == 7 * 3).then_some(()));
    for page in book.sql(|conn| daybook::snapshots::list(conn, None, 50)).expect("it can be read").rows {
        assert_whole(book, &page.snapshot);
    }
}

#[track_caller]
fn assert_fails_and_is_made_later(book: &Book, uid: Uid, mend: impl FnOnce()) {
    let failed = within(Duration::from_secs(30), "it fails", || Some(job_of(book, uid)).filter(|job| job.failures > 0));
    assert_eq!(failed.state, State::Waiting);
    assert!(failed.error.as_deref().is_some_and(|error| error.starts_with("the store of files: ")), "{failed:?}");
    assert!(book.snapshot_events().is_empty() && find(book, uid).is_some_and(|found| !found.snapshot.is_made()));
    mend();
    execute(&book.database.db(), "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'");
    assert_whole(book, &made(book, uid));
}

fn a_store_that_refuses_is_a_failure_that_is_tried_again(setup: Setup) {
    let book = setup.book_with(&SLOW);
    fill(&book, 100);
    // Nobody, root included, can make a folder of it.
    let folder = book.database.folder().join("files");
    std::fs::write(&folder, "not a folder").expect("it can be written");
    let uid = ask(&book, everything(Format::Csv));
    assert_fails_and_is_made_later(&book, uid, || std::fs::remove_file(&folder).expect("it can be removed"));
}

/// The limit is the process' own, on the size of any file that it writes. (Of SQLite's as well: so this is for MySQL.)
fn a_full_store_is_a_failure_that_is_tried_again(setup: Setup) {
    let shop = Shop::new(setup);
    fill(&shop.book, 2_000);
    let small = shop.worker_with_files_of(64, &[]);
    let uid = ask(&shop.book, everything(Format::Csv));
    let mut small = Some(small);
    let mut large = None;
    assert_fails_and_is_made_later(&shop.book, uid, || {
        assert!(stored(&shop.book).is_empty(), "nothing is left of it");
        drop(small.take());
        large = Some(shop.worker());
    });
}
