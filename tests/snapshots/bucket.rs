//! Snapshots in a bucket: by multipart upload, behind signed addresses; and a bucket that refuses, is cut off, or gone.

use std::time::Duration;

use daybook::jobs::{self, Job, State};
use daybook::snapshots::{self, Compression, Format, Manifest, Snapshot, What};
use daybook::{Actor, Uid};
use sha2::{Digest, Sha256};

use super::work::{ask, everything, find, made};
use crate::cases;
use crate::jobs::work::{SLOW, fill};
use crate::support::bucket::Bucket;
use crate::support::database::execute;
use crate::support::{Book, Setup, eventually, python, within};

cases![
    BOTH: a_large_one_is_uploaded_in_parts_and_downloaded_by_a_signed_address,
        one_that_is_cancelled_leaves_nothing_in_the_bucket,
        a_process_that_stops_hands_it_back_and_leaves_nothing,
        a_killed_process_leaves_an_upload_and_another_makes_it;
    SQLITE: a_bucket_that_goes_in_the_middle_is_a_failure_that_is_tried_again,
        what_is_deleted_goes_from_the_bucket
];

/// A book with some entries in a program that keeps its files in the bucket.
fn book(setup: Setup, bucket: &Bucket, entries: usize, more: &[(&str, &str)]) -> Book {
    let settings = bucket.settings();
    let mut all: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(more);
    let book = setup.book_with(&all);
    fill(&book, entries);
    book
}

/// Ends the program and starts another one on the same book.
fn restart(book: &mut Book, bucket: &Bucket) {
    let settings = bucket.settings();
    let mut all: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(SLOW);
    book.restart(&all);
}

fn job_of(book: &Book, uid: Uid) -> Job {
    find(book, uid).and_then(|found| found.job).expect("its job is there")
}

/// So much that it takes more than one part.
fn large(book: &Book) {
    use daybook::schema::entries::dsl as e;
    use diesel::prelude::*;
    let long = "A long description. ".repeat(500);
    book.sql(|conn| diesel::update(e::entries).set(e::description.eq(&long)).execute(conn)).expect("it can be written");
}

#[track_caller]
fn assert_whole(bucket: &Bucket, snapshot: &Snapshot) -> Manifest {
    let manifest = snapshot.manifest().expect("JSON").expect("it is made");
    let keys = bucket.keys();
    let key = |name: &str| {
        let found = keys.iter().find(|key| key.contains(&snapshot.uid.to_string()) && key.ends_with(name));
        found.unwrap_or_else(|| panic!("{name} is not among {keys:?}"))
    };
    assert!(key(Manifest::FILE).starts_with("of/one/snapshots/"));
    for file in &manifest.files {
        let bytes = bucket.get(key(&file.name));
        assert_eq!(i64::try_from(bytes.len()).expect("a number"), file.bytes);
        assert_eq!(daybook::audit::hex(&Sha256::digest(&bytes)), file.sha256);
    }
    manifest
}

/// Waits until the upload hangs in a network that is frozen.
#[track_caller]
fn hanging(book: &Book, bucket: &Bucket, uid: Uid) -> Job {
    let job = eventually("its job is under way", || Some(job_of(book, uid)).filter(|job| job.state == State::Running));
    std::thread::sleep(Duration::from_millis(700));
    assert!(bucket.keys().iter().all(|key| !key.contains(&uid.to_string())), "nothing can be seen yet");
    job
}

fn a_large_one_is_uploaded_in_parts_and_downloaded_by_a_signed_address(setup: Setup) {
    let bucket = Bucket::start();
    let book = book(setup, &bucket, 1_500, &[]);
    large(&book);
    let uid = ask(&book, What { compression: Compression::None, ..everything(Format::Csv) });
    let snapshot = made(&book, uid);
    let manifest = assert_whole(&bucket, &snapshot);
    assert!(manifest.files[0].bytes > 2 * i64::try_from(daybook::files::PART).expect("a number"), "{manifest:?}");
    assert_eq!(bucket.uploads(), 0);
    let file = book.sql(|conn| snapshots::open(conn, uid, "entries.csv")).expect("it works").expect("it is there");
    let address = book.get(&format!("/snapshots/{uid}/files/entries.csv")).location();
    let mut answer = ureq::get(&address).call().expect("it works");
    let bytes = answer.body_mut().with_config().limit(u64::MAX).read_to_vec().expect("bytes");
    assert_eq!(daybook::audit::hex(&Sha256::digest(&bytes)), manifest.files[0].sha256);
    let told =
        |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(told("content-type"), "text/csv; charset=utf-8");
    assert_eq!(told("content-disposition"), format!("attachment; filename=\"{}\"", file.label.file_name));
    let worth = |address: &str, seconds: &str| python::run("snapshots/signed.py", &[address, "secret", seconds]);
    assert_eq!([worth(&address, "0"), worth(&address, "50"), worth(&address, "62")], ["good\n", "good\n", "over\n"]);
    let longer = address.replace("X-Amz-Expires=60", "X-Amz-Expires=600");
    assert_ne!(longer, address);
    assert_eq!(worth(&longer, "0"), "forged\n");
    assert_eq!(worth(&address.replace("entries.csv", "manifest.json"), "0"), "forged\n", "it is for one file only");
}

fn one_that_is_cancelled_leaves_nothing_in_the_bucket(setup: Setup) {
    let bucket = Bucket::start();
    let book = book(setup, &bucket, 300, &[]);
    bucket.network.freeze();
    let uid = ask(&book, everything(Format::Csv));
    let job = hanging(&book, &bucket, uid);
    book.database.db().write_blocking(|conn| jobs::cancel(conn, job.uid)).expect("it works");
    eventually("it is cancelled", || (job_of(&book, uid).state == State::Cancelled).then_some(()));
    bucket.network.open();
    std::thread::sleep(Duration::from_secs(2));
    assert!(find(&book, uid).is_some_and(|found| !found.snapshot.is_made()));
    eventually("nothing is left", || (bucket.keys().is_empty() && bucket.uploads() == 0).then_some(()));
    book.database.db().write_blocking(|conn| jobs::retry(conn, job.uid)).expect("it works");
    assert_whole(&bucket, &made(&book, uid));
}

fn a_process_that_stops_hands_it_back_and_leaves_nothing(setup: Setup) {
    let bucket = Bucket::start();
    let mut book = book(setup, &bucket, 300, &SLOW);
    bucket.network.freeze();
    let uid = ask(&book, everything(Format::Csv));
    hanging(&book, &bucket, uid);
    let (status, after) = book.program.terminate();
    assert!(status.success() && after < Duration::from_secs(25), "{status} {after:?}");
    let job = job_of(&book, uid);
    assert_eq!((job.state, job.failures), (State::Waiting, 0), "handed back");
    bucket.network.open();
    restart(&mut book, &bucket);
    assert_whole(&bucket, &made(&book, uid));
    assert_eq!(job_of(&book, uid).failures, 0);
}

fn a_killed_process_leaves_an_upload_and_another_makes_it(setup: Setup) {
    let bucket = Bucket::start();
    let mut book = book(setup, &bucket, 1_500, &SLOW);
    large(&book);
    let uid = ask(&book, everything(Format::Csv));
    within(Duration::from_secs(30), "an upload begins", || (bucket.uploads() > 0).then_some(()));
    book.program.kill();
    let left = find(&book, uid).expect("it is there");
    let (made_already, job) = (left.snapshot.is_made(), left.job.expect("it is there"));
    restart(&mut book, &bucket);
    let snapshot = made(&book, uid);
    assert_whole(&bucket, &snapshot);
    if !made_already {
        let after = job_of(&book, uid);
        assert_eq!((after.state, after.failures), (State::Done, 1), "{job:?}");
        assert!(after.fence > 1);
    }
    assert_eq!(bucket.keys().len(), 2, "the manifest and a file");
}

fn a_bucket_that_goes_in_the_middle_is_a_failure_that_is_tried_again(setup: Setup) {
    let bucket = Bucket::start();
    let book = book(setup, &bucket, 300, &[]);
    bucket.network.freeze();
    let uid = ask(&book, everything(Format::Csv));
    hanging(&book, &bucket, uid);
    bucket.destroy();
    bucket.network.open();
    let failed =
        within(Duration::from_secs(60), "it fails", || Some(job_of(&book, uid)).filter(|job| job.failures > 0));
    assert!(failed.error.as_deref().is_some_and(|error| error.starts_with("the store of files: ")), "{failed:?}");
    assert!(find(&book, uid).is_some_and(|found| !found.snapshot.is_made()), "nobody sees it");
    bucket.make();
    execute(&book.database.db(), "UPDATE jobs SET run_at = 0 WHERE state = 'waiting'");
    assert_whole(&bucket, &made(&book, uid));
    assert_eq!(book.snapshot_events().len(), 1, "it was made once");
}

fn what_is_deleted_goes_from_the_bucket(setup: Setup) {
    let bucket = Bucket::start();
    let book = book(setup, &bucket, 30, &[]);
    let [over, left] = [0; 2].map(|_| made(&book, ask(&book, everything(Format::Csv))));
    let hex = daybook::audit::hex(over.uid.as_bytes());
    execute(&book.database.db(), &format!("UPDATE snapshots SET expires_at = 1 WHERE uid = x'{hex}'"));
    eventually("its files go", || (bucket.keys().len() == 2).then_some(()));
    // And what nobody knows of any more.
    let delete = |conn: &mut daybook::Conn| snapshots::delete(conn, left.uid, &Actor::operator());
    book.database.db().write_blocking(delete).expect("it works");
    assert_eq!(bucket.keys().len(), 2);
    execute(&book.database.db(), "UPDATE snapshot_schedule SET swept_at = 0");
    eventually("it is swept away", || bucket.keys().is_empty().then_some(()));
}
