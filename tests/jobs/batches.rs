//! `change_entries`: all entries of a list, in batches, each in one transaction with its progress.

use std::time::Duration;

use daybook::entries::{self, EntryFilter};
use daybook::jobs::{self, Batch, Bulk, Change, Counts, Job, State};
use daybook::search::Query;
use daybook::users::Role;
use daybook::{Actor, Error, Timestamp, Uid};
use diesel::connection::SimpleConnection;

use super::{LONG, SHORT, assert_lost, book_without_worker};
use crate::cases;
use crate::support::{Book, Setup, eventually, program};

cases![
    BOTH: all_of_a_list_is_changed_in_batches_by_who_asked,
        a_search_leaves_nothing_out_and_takes_nothing_else,
        what_changed_since_the_page_was_shown_is_skipped_and_counted,
        a_batch_whose_lease_was_lost_changes_nothing,
        a_cancelled_job_stops_between_two_batches_and_goes_on_when_retried,
        a_job_stops_when_who_asked_may_not_change_entries_any_more;
    MYSQL: a_batch_that_is_tried_twice_at_once_counts_once
];

fn everything() -> EntryFilter {
    EntryFilter::default()
}

fn demo(book: &Book, number: usize) {
    let settings = [("DATABASE_URL", book.database.url.as_str())];
    let output = program::run(&["demo", "--entries", &number.to_string()], &settings);
    assert!(output.status.success(), "{}", program::printed(&output));
}

fn ask(book: &Book, filter: &EntryFilter, change: Change) -> Job {
    ask_at(book, filter, change, Timestamp::now())
}

fn ask_at(book: &Book, filter: &EntryFilter, change: Change, seen_at: Timestamp) -> Job {
    let new = Bulk::new(filter, change, seen_at).job(Uid::new(), None).expect("JSON");
    let actor = Actor { name: "Berta".into(), ..Actor::operator() };
    book.database.db().write_blocking(|conn| jobs::enqueue(conn, new, &actor)).expect("it works")
}

fn claim(book: &Book, job: &Job, time: Duration) -> Option<jobs::Lease> {
    let claimed = book.database.db().write_blocking(|conn| jobs::claim(conn, job.uid, Uid::new(), time));
    claimed.expect("it works").map(|(_, lease)| lease)
}

/// Runs it to its end; the number of batches.
fn run(book: &Book, job: &Job, size: usize) -> usize {
    let lease = claim(book, job, LONG).expect("it is due");
    let batch = || book.database.db().write_blocking(|conn| Bulk::batch(conn, &lease, size)).expect("it works");
    1 + std::iter::repeat_with(batch).take_while(|left| *left == Batch::More).count()
}

fn now(book: &Book, job: &Job) -> (State, Counts) {
    let job = book.sql(|conn| jobs::find(conn, job.uid)).expect("it can be read").expect("it is there");
    (job.state, Counts::of(&job).expect("JSON"))
}

fn counts(changed: i64, unchanged: i64, skipped: i64) -> Counts {
    Counts { changed, unchanged, skipped }
}

fn all_of_a_list_is_changed_in_batches_by_who_asked(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 95);
    let open = EntryFilter { done: Some(false), ..everything() };
    let number = book.state().0.iter().filter(|entry| !entry.content.done).count();
    let job = ask(&book, &open, Change::Done);
    assert_eq!(run(&book, &job, 10), number / 10 + 1);
    assert_eq!(now(&book, &job), (State::Done, counts(number as i64, 0, 0)));
    let (entries, events) = book.state();
    assert!(entries.iter().all(|entry| entry.content.done));
    let by_job: Vec<_> = events.iter().filter(|event| event.channel == "job").collect();
    assert_eq!(by_job.len(), number);
    assert!(by_job.iter().all(|event| {
        (event.request_id, event.actor_uid, event.actor_name.as_str()) == (job.uid, job.asked_by, "Berta")
    }));
    let all = ask(&book, &everything(), Change::Done);
    run(&book, &all, 50);
    assert_eq!(now(&book, &all), (State::Done, counts(0, 95, 0)));
    for (change, trashed) in [(Change::Trash, false), (Change::Restore, true)] {
        let job = ask(&book, &EntryFilter { trashed, ..everything() }, change);
        run(&book, &job, 40);
        assert_eq!(now(&book, &job), (State::Done, counts(95, 0, 0)), "{change:?}");
    }
}

fn a_search_leaves_nothing_out_and_takes_nothing_else(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 60);
    for n in 0..5 {
        book.add(&format!("Wombat {n}"), "in the text, too");
        book.add(&format!("Other {n}"), if n < 2 { "far behind, a wombat" } else { "" });
    }
    let search = Query::parse("wombat").expect("a search");
    let job = ask(&book, &EntryFilter { search, ..everything() }, Change::Trash);
    run(&book, &job, 3);
    assert_eq!(now(&book, &job), (State::Done, counts(7, 0, 0)));
    let (entries, _) = book.state();
    assert_eq!(entries.iter().filter(|entry| entry.trashed).count(), 7);
    let person =
        entries.iter().find(|entry| entry.content.title.as_str().starts_with("Other") && !entry.trashed).expect("one");
    let by = EntryFilter { changed_by: Some(person.updated_by), ..everything() };
    let job = ask(&book, &by, Change::Done);
    run(&book, &job, 50);
    assert_eq!(now(&book, &job), (State::Done, counts(3, 0, 0)));
}

fn what_changed_since_the_page_was_shown_is_skipped_and_counted(setup: Setup) {
    let book = book_without_worker(setup);
    let all: Vec<_> = (0..4).map(|n| book.add(&format!("Entry {n}"), "")).collect();
    let seen_at = Timestamp::now();
    let edit = format!("/entries/{}/edit", all[1].uid);
    book.get(&edit).page().form("form.entry-form").fill("title", "Renamed").submit(&book).location();
    let new = book.add("Came later", "");
    let job = ask_at(&book, &everything(), Change::Trash, seen_at);
    run(&book, &job, 2);
    assert_eq!(now(&book, &job), (State::Done, counts(3, 0, 1)));
    assert!(!book.entry(all[1].uid).trashed && !book.entry(new.uid).trashed && book.entry(all[2].uid).trashed);
}

fn a_batch_whose_lease_was_lost_changes_nothing(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 20);
    let job = ask(&book, &everything(), Change::Trash);
    let first = claim(&book, &job, SHORT).expect("it is due");
    let second = eventually("the lease runs out", || claim(&book, &job, LONG));
    let before = book.state();
    assert_lost(book.database.db().write_blocking(|conn| Bulk::batch(conn, &first, 10)));
    // The lease is lost in the middle of the batch, after its changes.
    assert_lost(book.database.db().write_blocking(|conn| {
        let some = entries::find(conn, before.0[0].uid)?.expect("it is there");
        let target = entries::Target { uid: some.uid, version: some.version };
        entries::trash(conn, &[target], &Actor::operator())?;
        jobs::progress(conn, &first, &jobs::Progress { handled: 1, total: None, bookmark: "{}".into() })
    }));
    assert_eq!(book.state(), before);
    book.database.db().write_blocking(|conn| Bulk::batch(conn, &second, 100)).expect("it has the lease");
    assert_eq!(now(&book, &job), (State::Done, counts(20, 0, 0)));
}

fn a_cancelled_job_stops_between_two_batches_and_goes_on_when_retried(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 20);
    let job = ask(&book, &everything(), Change::Trash);
    let lease = claim(&book, &job, LONG).expect("it is due");
    let db = book.database.db();
    assert_eq!(db.write_blocking(|conn| Bulk::batch(conn, &lease, 8)).expect("it works"), Batch::More);
    db.write_blocking(|conn| jobs::cancel(conn, job.uid)).expect("it works");
    assert_eq!(db.write_blocking(|conn| Bulk::batch(conn, &lease, 8)).expect("it works"), Batch::Ended);
    assert_eq!(now(&book, &job), (State::Cancelled, counts(8, 0, 0)));
    assert_eq!(book.state().0.iter().filter(|entry| entry.trashed).count(), 8);
    db.write_blocking(|conn| jobs::retry(conn, job.uid)).expect("it works");
    run(&book, &job, 8);
    assert_eq!(now(&book, &job), (State::Done, counts(20, 0, 0)));
}

fn a_job_stops_when_who_asked_may_not_change_entries_any_more(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 20);
    let db = book.database.db();
    for (name, path, fields) in
        [("Berta", "disable", [].as_slice()), ("Carla", "role", [("role", "viewer")].as_slice())]
    {
        let asks = book.person(name, Role::Editor);
        let trashed = book.state().0.iter().filter(|entry| entry.trashed).count();
        let actor = Actor { uid: asks.uid, ..Actor::operator() };
        let new = Bulk::new(&everything(), Change::Trash, Timestamp::now()).job(Uid::new(), None).expect("JSON");
        let job = db.write_blocking(|conn| jobs::enqueue(conn, new, &actor)).expect("it works");
        let lease = claim(&book, &job, LONG).expect("it is due");
        assert_eq!(db.write_blocking(|conn| Bulk::batch(conn, &lease, 5)).expect("it works"), Batch::More);
        book.post(&format!("/users/{}/{path}", asks.uid), fields).location();
        assert_eq!(db.write_blocking(|conn| Bulk::batch(conn, &lease, 5)).expect("it works"), Batch::Ended);
        assert_eq!(now(&book, &job), (State::Failed, counts(5, 0, 0)), "for good, and with what it did so far");
        assert_eq!(book.state().0.iter().filter(|entry| entry.trashed).count(), trashed + 5);
        let page = book.get(&format!("/jobs/{}", job.uid)).expect(200).page();
        assert_eq!(page.text("#job .problem"), "Whoever asked for this may not do that any more.");
    }
}

/// As when the first try took so long that its outcome is unknown, and it still runs. (On SQLite there is one writer.)
fn a_batch_that_is_tried_twice_at_once_counts_once(setup: Setup) {
    let book = book_without_worker(setup);
    demo(&book, 20);
    let job = ask(&book, &everything(), Change::Trash);
    let lease = claim(&book, &job, LONG).expect("it is due");
    let db = book.database.db();
    let mut other = db.connect().expect("a connection");
    for sql in ["BEGIN", "UPDATE entries SET version = version"] {
        other.batch_execute(sql).expect(sql);
    }
    let batch = || db.write_blocking(|conn| Bulk::batch(conn, &lease, 8));
    let tries = std::thread::scope(|scope| {
        let tries = [scope.spawn(batch), scope.spawn(batch)];
        // Both know where the job is, and wait for the entries.
        std::thread::sleep(Duration::from_millis(500));
        other.batch_execute("ROLLBACK").expect("it can be let go");
        tries.map(|one| one.join().expect("it ends"))
    });
    assert!(tries.iter().any(|one| matches!(one, Ok(Batch::More))), "{tries:?}");
    assert!(tries.iter().any(|one| matches!(one, Err(Error::Busy(_)))), "{tries:?}");
    while batch().expect("it works") == Batch::More {}
    assert_eq!(now(&book, &job), (State::Done, counts(20, 0, 0)));
}
