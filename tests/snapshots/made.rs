//! A snapshot is made, and is what its manifest says: the book at one instant.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daybook::entries::{self, EntryFilter, Position, Sort, Target};
use daybook::search::Query;
use daybook::snapshots::{self, Compression, Format, Pace, Request, What};
use daybook::users::Role;
use daybook::{Actor, Uid, audit};
use serde_json::Value;

use super::work::{ask, assert_whole, everything, find, made, make, read, shelf};
use crate::cases;
use crate::jobs::work::{Shop, fill};
use crate::support::database::{TestDatabase, execute};
use crate::support::proxy::Proxy;
use crate::support::suite::Backend;
use crate::support::{Book, Setup, eventually};

cases![
    BOTH: a_snapshot_of_everything_is_made_by_the_server_itself, what_a_list_shows_is_in_a_snapshot_with_its_filter,
        the_same_form_makes_one_snapshot, it_shows_one_instant_while_others_write, two_are_made_at_once,
        the_empty_book_has_a_snapshot_too, very_long_texts_are_in_it;
    SQLITE: a_pace_is_told_from_the_attempt_that_runs;
    MYSQL: a_replica_is_read_where_it_shows_the_job_and_only_there
];

/// The rows of a file of JSON.
fn json(book: &Book, snapshot: &snapshots::Snapshot, name: &str) -> Vec<Value> {
    let text = String::from_utf8(read(book, snapshot, name)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn uids(rows: &[Value]) -> Vec<Uid> {
    rows.iter().map(|row| row["uid"].as_str().expect("text").parse().expect("a uid")).collect()
}

fn a_snapshot_of_everything_is_made_by_the_server_itself(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add("First", "with “marks”\nand a line"), book.add_trashed("Second"));
    let state = |book: &Book| book.sql(audit::state).expect("it can be read");
    let head = eventually("all is sealed", || {
        let state = state(&book);
        state.waiting_since.is_none().then_some(state.head).flatten()
    });
    let snapshot = make(&book, everything(Format::Ndjson));
    let manifest = assert_whole(&book, &snapshot);
    assert_eq!(manifest.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["entries.ndjson"]);
    assert_eq!((manifest.chain.seq, manifest.chain.link.clone()), (head.seq, head.link_hex()));
    assert_eq!(manifest.book.as_bytes().as_slice(), head.book_uid);
    assert!(manifest.at >= snapshot.created_at && Some(manifest.at) <= snapshot.finished_at);
    let rows = json(&book, &snapshot, "entries.ndjson");
    assert_eq!(uids(&rows), [first.uid, second.uid]);
    assert_eq!((&rows[0]["trashed"], &rows[1]["trashed"]), (&false.into(), &true.into()));
    let events = book.snapshot_events();
    assert_eq!(events.len(), 1);
    let event = &events[0];
    event.assert_committed();
    assert_eq!((event.subject, event.kind.as_str(), event.version), (snapshot.uid, "create", 1));
    assert_eq!((event.channel.as_str(), event.request_id), ("job", snapshot.job));
    let image: Value = serde_json::from_str(event.after.as_deref().expect("an image")).expect("JSON");
    assert_eq!(image["files"][0][1], manifest.files[0].sha256);
    let alone = make(&book, What::everything(Format::Ndjson, Compression::None));
    assert_eq!(uids(&json(&book, &alone, "entries.ndjson")), [first.uid], "without the trash");
}

fn what_a_list_shows_is_in_a_snapshot_with_its_filter(setup: Setup) {
    let book = setup.book();
    let somebody = book.person("Somebody", Role::Editor);
    for (n, text) in ["apple pie", "apple tree", "pear tree", "a pineapple", "an Äpple"].into_iter().enumerate() {
        let entry = book.add(text, &format!("number {n}"));
        if n % 2 == 0 {
            book.post(&format!("/entries/{}/status", entry.uid), &[("version", "1"), ("done", "true")]);
        }
    }
    let theirs = book.as_person(&somebody);
    let form = theirs.get("/entries").page().form("#new-entry").fill("title", "Apple of somebody");
    theirs.post("/entries", &form.pairs()).expect(303);
    book.add_trashed("apple in the trash");
    let middle = book.state().0[2].updated_at;
    let query = |text: &str| Query::parse(text).expect("a query");
    let filters = [
        EntryFilter { done: Some(true), ..EntryFilter::default() },
        EntryFilter { search: query("apple"), ..EntryFilter::default() },
        EntryFilter { search: query("\"tree\" -pear"), done: Some(false), ..EntryFilter::default() },
        EntryFilter { changed_from: Some(middle), ..EntryFilter::default() },
        EntryFilter { changed_before: Some(middle), ..EntryFilter::default() },
        EntryFilter { changed_by: Some(somebody.uid), ..EntryFilter::default() },
    ];
    for filter in filters {
        let snapshot = make(&book, What::filtered(&filter, Format::Ndjson, Compression::None));
        assert_whole(&book, &snapshot);
        let listed = |filter: &EntryFilter| {
            let page = book.sql(|conn| entries::list(conn, filter, Sort::default(), &Position::First, 50));
            page.expect("a page").rows.iter().map(|row| row.uid).collect::<Vec<Uid>>()
        };
        let sorted = |mut all: Vec<Uid>| {
            all.sort();
            all
        };
        let expected = listed(&filter);
        assert!(!expected.is_empty());
        assert_eq!(uids(&json(&book, &snapshot, "entries.ndjson")), sorted(expected.clone()), "{filter:?}");
        let both = What { trash: true, ..What::filtered(&filter, Format::Ndjson, Compression::None) };
        let both = make(&book, both);
        let trashed = listed(&EntryFilter { trashed: true, ..filter.clone() });
        assert_eq!(uids(&json(&book, &both, "entries.ndjson")), sorted([expected, trashed].concat()), "{filter:?}");
    }
}

fn the_same_form_makes_one_snapshot(setup: Setup) {
    let book = setup.book();
    let (shelf, actor) = (shelf(&book), Actor::operator());
    let request = Request { key: Uid::new(), what: everything(Format::Csv) };
    let ask = || {
        let db = book.database.db();
        db.write_blocking(|conn| snapshots::ask(conn, &request, &shelf, &actor)).expect("it can be asked for")
    };
    let both = std::thread::scope(|scope| [scope.spawn(ask), scope.spawn(ask)].map(|one| one.join().expect("it ends")));
    let [first, second] = both.map(|asked| asked.expect("it is there").uid);
    assert_eq!(first, second);
    made(&book, first);
    assert_eq!(ask().expect("it is there").uid, first);
    let delete = |conn: &mut daybook::Conn| snapshots::delete(conn, first, &actor);
    book.database.db().write_blocking(delete).expect("it works").expect("it was there");
    assert_eq!(ask(), None, "it is not made again");
}

struct Ended<'a>(&'a AtomicBool);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Every transaction turns the first and the last entry over together, so that they are never different.
fn it_shows_one_instant_while_others_write(setup: Setup) {
    let book = setup.book();
    fill(&book, 3_000);
    let uids_of_all: Vec<Uid> = book.state().0.iter().map(|entry| entry.uid).collect();
    let pair = [uids_of_all[0], *uids_of_all.last().expect("there are some")];
    execute(&book.database.db(), "UPDATE entries SET done = 0");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when the test fails: else it would wait for the writer for ever.
        let ended = Ended(&stop);
        let writer = scope.spawn(|| {
            let (db, actor, mut turns) = (book.database.db(), Actor::operator(), 0_i32);
            while !stop.load(Ordering::Relaxed) {
                let targets = pair.map(|uid| Target { uid, version: turns + 1 });
                let turn = |conn: &mut daybook::Conn| entries::set_status(conn, &targets, turns % 2 == 0, &actor);
                db.write_blocking(turn).expect("nobody else changes them");
                turns += 1;
                // SQLite's lock is not fair.
                std::thread::sleep(Duration::from_millis(3));
            }
            turns
        });
        for _ in 0..3 {
            let snapshot = make(&book, What { history: true, ..everything(Format::Ndjson) });
            assert_whole(&book, &snapshot);
            let rows = json(&book, &snapshot, "entries.ndjson");
            assert_eq!(rows.len(), uids_of_all.len());
            // Ordered by their ids, which is not always the order of their uids.
            let row = |uid: Uid| rows.iter().find(|row| row["uid"] == uid.to_string()).expect("it is in it");
            let [first, last] = pair.map(row);
            assert_eq!((&first["done"], &first["version"]), (&last["done"], &last["version"]));
            let history = json(&book, &snapshot, "history.ndjson");
            let versions: i64 = rows.iter().map(|row| row["version"].as_i64().expect("a number")).sum();
            assert_eq!(i64::try_from(history.len()).expect("a number"), versions, "one event for each version");
        }
        drop(ended);
        assert!(writer.join().expect("it ends") > 3, "others wrote meanwhile");
    });
}

fn two_are_made_at_once(setup: Setup) {
    let book = setup.book();
    fill(&book, 1_000);
    let all = [ask(&book, everything(Format::Csv)), ask(&book, everything(Format::Csv))];
    let all = all.map(|uid| made(&book, uid));
    let hashes = all.map(|snapshot| assert_whole(&book, &snapshot).files[0].sha256.clone());
    assert_eq!(hashes[0], hashes[1], "the same book is the same file");
}

fn the_empty_book_has_a_snapshot_too(setup: Setup) {
    let book = setup.book();
    for format in Format::ALL {
        for compression in Compression::ALL {
            let snapshot = make(&book, What { history: true, compression, ..everything(format) });
            let manifest = assert_whole(&book, &snapshot);
            assert!(manifest.files.iter().all(|file| file.rows == 0));
        }
    }
}

fn very_long_texts_are_in_it(setup: Setup) {
    use daybook::schema::entries::dsl as e;
    use diesel::prelude::*;
    let book = setup.book();
    fill(&book, 700);
    let long = "🂡".repeat(10_000);
    book.sql(|conn| diesel::update(e::entries).set(e::description.eq(&long)).execute(conn)).expect("it can be written");
    let snapshot = make(&book, everything(Format::Csv));
    assert_whole(&book, &snapshot);
    assert!(snapshot.bytes > Some(700 * 40_000));
}

fn a_pace_is_told_from_the_attempt_that_runs(setup: Setup) {
    let book = setup.book();
    fill(&book, 300);
    let uid = ask(&book, everything(Format::Csv));
    made(&book, uid);
    let job = find(&book, uid).and_then(|found| found.job).expect("its job is there");
    assert_eq!((job.handled, job.total), (300, Some(300)));
    let pace = Pace::of(&job).expect("there was an attempt");
    assert!(pace.rows_per_second > 0.0 && pace.left.is_some_and(|left| left.is_zero()), "{pace:?}");
}

fn a_replica_is_read_where_it_shows_the_job_and_only_there(setup: Setup) {
    let shop = Shop::new(setup);
    let replica = TestDatabase::new(Backend::Mysql);
    replica.migrate();
    let (server, name) = replica.url.rsplit_once('/').expect("a URL");
    let network = Proxy::start(server.rsplit_once('@').expect("an account").1);
    let account = server.rsplit_once('@').expect("an account").0;
    let address = format!("{account}@127.0.0.1:{}/{name}", network.port);
    let worker = || shop.worker_with(&[("DATABASE_REPLICA_URL", &address), ("JOB_LEASE_MS", "30000")]);
    let rows = |uid: Uid| made(&shop.book, uid).entry_rows;
    let first = worker();
    let number = Some(i64::try_from(crate::jobs::work::NUMBER).expect("a number"));
    assert_eq!(rows(ask(&shop.book, everything(Format::Csv))), number);
    assert!(first.log().contains("the replica is behind"), "{}", first.log());
    drop(first);
    // It has the job as whoever claims it next will find it, and no entry: so one sees where a snapshot comes from.
    let uid = ask(&shop.book, everything(Format::Csv));
    let job = find(&shop.book, uid).and_then(|found| found.job).expect("it waits");
    let (own, hex) = (shop.book.database.url.rsplit_once('/').expect("a URL").1, audit::hex(job.uid.as_bytes()));
    execute(&replica.db(), &format!("INSERT INTO jobs SELECT * FROM {own}.jobs WHERE uid = x'{hex}'"));
    execute(&replica.db(), &format!("UPDATE jobs SET fence = 1 WHERE uid = x'{hex}'"));
    let worker = worker();
    assert_eq!(rows(uid), Some(0));
    network.cut();
    assert_eq!(rows(ask(&shop.book, everything(Format::Csv))), number);
    assert!(worker.log().contains("the replica cannot be read"), "{}", worker.log());
}
