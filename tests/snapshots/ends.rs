//! What becomes of a snapshot: downloaded, kept, deleted, over. All of it stands in the log.

use std::time::Duration;

use daybook::files::Way;
use daybook::snapshots::{self, Format, Manifest, What};
use daybook::users::Role;
use daybook::{Actor, Conn, Uid};

use super::work::{ask, ask_as, assert_whole, everything, find, make, read, shelf, stored};
use crate::cases;
use crate::support::database::execute;
use crate::support::{Book, Setup, eventually};

cases![
    BOTH: a_download_is_an_event_and_only_of_files_that_are_there, keeping_and_deleting_are_events,
        what_expires_goes_with_its_files_unless_it_is_kept, what_is_not_made_yet_can_be_deleted,
        who_may_not_any_more_gets_none,
        files_of_another_book_in_the_same_place_are_left_alone
];

fn change<T>(book: &Book, work: impl FnOnce(&mut Conn) -> daybook::Result<T>) -> T {
    book.database.db().write_blocking(work).expect("it works")
}

fn kinds(book: &Book) -> Vec<String> {
    let events = book.snapshot_events();
    events.iter().for_each(|event| event.assert_committed());
    assert!(events.iter().enumerate().all(|(n, event)| event.version == n as i32 + 1), "{events:?}");
    events.into_iter().map(|event| event.kind).collect()
}

fn a_download_is_an_event_and_only_of_files_that_are_there(setup: Setup) {
    let book = setup.book();
    book.add("One", "");
    let snapshot = make(&book, everything(Format::Csv));
    let actor = Actor::operator();
    let get = |name: &str| change(&book, |conn| snapshots::download(conn, snapshot.uid, name, &actor));
    for name in ["", ".", "..", "../entries.csv", "entries.csv.gz", "history.csv", "/etc/passwd", "entries.csv#1"] {
        assert_eq!(get(name), None, "{name}");
    }
    assert_eq!(change(&book, |conn| snapshots::download(conn, Uid::new(), "entries.csv", &actor)), None);
    assert_eq!(kinds(&book), ["create"], "none of that is a download");
    let file = get("entries.csv").expect("it is there");
    assert_eq!(file.label.content_type, "text/csv; charset=utf-8");
    assert!(file.label.file_name.starts_with("daybook-") && file.label.file_name.ends_with("Z-entries.csv"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let way = runtime.block_on(shelf(&book).files.way(&file.key, Duration::from_secs(60))).expect("a way");
    let Way::Path(path) = way else { panic!("{way:?}") };
    assert_eq!(std::fs::read(path).expect("it is there"), read(&book, &snapshot, "entries.csv"));
    assert!(get(Manifest::FILE).is_some());
    assert_eq!(kinds(&book), ["create", "download", "download"]);
    let events = book.snapshot_events();
    let image: serde_json::Value = serde_json::from_str(events[1].after.as_deref().expect("it is")).expect("JSON");
    assert_eq!(image["file"], "entries.csv");
}

fn keeping_and_deleting_are_events(setup: Setup) {
    let book = setup.book();
    let snapshot = make(&book, everything(Format::Csv));
    let (shelf, actor) = (shelf(&book), Actor::operator());
    let keep = |kept: bool| change(&book, |conn| snapshots::keep(conn, snapshot.uid, kept, &shelf, &actor));
    assert!(keep(true).expect("it is there").kept);
    assert!(keep(true).expect("it is there").kept, "a double click is one event");
    assert!(!keep(false).expect("it is there").kept);
    assert_eq!(change(&book, |conn| snapshots::keep(conn, Uid::new(), true, &shelf, &actor)), None);
    assert!(change(&book, |conn| snapshots::delete(conn, snapshot.uid, &actor)).is_some());
    assert_eq!(change(&book, |conn| snapshots::delete(conn, snapshot.uid, &actor)), None);
    assert_eq!(keep(true), None);
    assert_eq!(kinds(&book), ["create", "keep", "release", "delete"]);
    assert!(!stored(&book).is_empty(), "the files are there, but nobody can ask for them");
    assert_eq!(book.sql(|conn| snapshots::open(conn, snapshot.uid, "entries.csv")).expect("it can be read"), None);
    // A crash between the two leaves them to the sweep.
    execute(&book.database.db(), "UPDATE snapshot_schedule SET swept_at = 0");
    eventually("they are swept away", || stored(&book).is_empty().then_some(()));
}

fn what_expires_goes_with_its_files_unless_it_is_kept(setup: Setup) {
    let book = setup.book();
    let [over, kept, later] = [0; 3].map(|_| make(&book, everything(Format::Csv)));
    let (shelf, actor) = (shelf(&book), Actor::operator());
    assert!(later.expires_at > later.created_at.after(Duration::from_secs(29 * 24 * 60 * 60)));
    change(&book, |conn| snapshots::keep(conn, kept.uid, true, &shelf, &actor));
    let later_hex = daybook::audit::hex(later.uid.as_bytes());
    execute(&book.database.db(), &format!("UPDATE snapshots SET expires_at = 1 WHERE uid <> x'{later_hex}'"));
    eventually("one is over", || find(&book, over.uid).is_none().then_some(()));
    eventually("with its files", || (stored(&book).len() == 4).then_some(()));
    for left in [kept, later] {
        assert_whole(&book, &find(&book, left.uid).expect("it is there").snapshot);
    }
    let last = book.snapshot_events().pop().expect("there are some");
    assert_eq!((last.kind.as_str(), last.subject, last.actor_uid), ("delete", over.uid, Uid::nil()));
    assert_eq!(last.actor_name, "Daybook");
}

fn what_is_not_made_yet_can_be_deleted(setup: Setup) {
    // Nobody does its background work.
    let book = setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")]);
    let uid = ask(&book, What { history: true, ..everything(Format::Csv) });
    let found = find(&book, uid).expect("it is there");
    assert_eq!((found.snapshot.is_made(), found.snapshot.manifest().expect("none")), (false, None));
    assert_eq!(change(&book, |conn| snapshots::download(conn, uid, "entries.csv", &Actor::operator())), None);
    assert!(change(&book, |conn| snapshots::delete(conn, uid, &Actor::operator())).is_some());
    let job = book.sql(|conn| daybook::jobs::find(conn, found.snapshot.job)).expect("it can be read").expect("it is");
    assert_eq!(job.state, daybook::jobs::State::Cancelled);
    assert!(book.snapshot_events().is_empty(), "nothing was made, and nothing is gone");
}

fn files_of_another_book_in_the_same_place_are_left_alone(setup: Setup) {
    let first = setup.book_with(&[("FILES_SWEEP_S", "1")]);
    let snapshot = make(&first, everything(Format::Csv));
    eventually("it marks the place", || first.database.folder().join("files/snapshots/book").exists().then_some(()));
    // By mistake.
    let files = first.database.files();
    let second = setup.book_with(&[("FILES_URL", &files), ("FILES_SWEEP_S", "1")]);
    eventually("it says so", || {
        second.program.log().contains("the place of the snapshots is another book's").then_some(())
    });
    assert_whole(&first, &snapshot);
}

fn who_may_not_any_more_gets_none(setup: Setup) {
    // Nobody does its background work at first.
    let mut book = setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")]);
    let person = book.person("Somebody", Role::Editor);
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    let uid = ask_as(&book, everything(Format::Csv), &Actor::person(person.uid, &person.name, Uid::new(), address));
    execute(&book.database.db(), "UPDATE users SET role = 'viewer' WHERE name = 'Somebody'");
    book.restart(&[]);
    let job = eventually("it ends", || find(&book, uid)?.job.filter(|job| job.state.is_final()));
    assert_eq!(job.state, daybook::jobs::State::Failed);
    assert_eq!(job.error.as_deref(), Some("Whoever asked for this may not do that any more."));
    assert!(find(&book, uid).is_some_and(|found| !found.snapshot.is_made()) && stored(&book).is_empty());
}
