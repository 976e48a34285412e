//! The database is away, silent or busy: people are told the truth in time, and it recovers by itself.

use std::ops::DerefMut;
use std::time::{Duration, Instant};

use daybook::Uid;
use diesel::connection::SimpleConnection;

use crate::cases;
use crate::support::database::execute;
use crate::support::proxy::Proxy;
use crate::support::suite::Backend;
use crate::support::{Answer, Book, Setup, eventually};

cases![
    BOTH: an_unforeseen_fault_tells_only_its_number, a_write_that_waits_too_long_for_another_says_that_nothing_changed, readers_go_on_while_somebody_writes;
    MYSQL: a_database_that_is_gone_is_told_within_three_seconds_and_comes_back,
        a_database_that_is_silent_is_told_within_three_seconds_to_everybody,
        a_write_without_a_confirmation_says_that_its_outcome_is_unknown,
        a_program_started_without_its_database_serves_when_it_comes
];

/// A book whose MySQL is behind a proxy; the test itself asks it directly.
pub fn behind_a_proxy(setup: Setup, settings: &[(&str, &str)]) -> (Book, Proxy) {
    let database = setup.database();
    database.migrate();
    let (account, rest) = database.url.split_once('@').expect("an account");
    let (server, name) = rest.split_once('/').expect("a database");
    let proxy = Proxy::start(server);
    let url = format!("{account}@127.0.0.1:{}/{name}", proxy.port);
    let own = [("DATABASE_URL", url.as_str()), ("DB_WRITE_TIMEOUT_MS", "2000")];
    let book = Book::on(database, &[&own, settings].concat());
    (book, proxy)
}

fn timed(action: impl FnOnce() -> Answer) -> (Answer, Duration) {
    let begin = Instant::now();
    (action(), begin.elapsed())
}

fn new(book: &Book, title: &str) -> Answer {
    book.post("/entries", &[("uid", &Uid::new().to_string()), ("title", title)])
}

fn recovers(book: &Book) {
    eventually("the book is back", || (book.get("/readyz").status == 200).then_some(()));
    book.get("/entries").expect(200);
    new(book, "After").expect(303);
}

fn a_database_that_is_gone_is_told_within_three_seconds_and_comes_back(setup: Setup) {
    let (book, proxy) = behind_a_proxy(setup, &[]);
    new(&book, "Before").expect(303);
    proxy.cut();
    for _ in 0..2 {
        let (answer, took) = timed(|| book.get("/entries"));
        assert_eq!(answer.clone().expect(503).page().text("h1"), "The book cannot be reached right now");
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    let (answer, took) = timed(|| new(&book, "Lost"));
    assert!(answer.expect(503).text().contains("Nothing was changed") && took < Duration::from_secs(3));
    book.get("/readyz").expect(503);
    book.get("/healthz").expect(200);
    proxy.open();
    recovers(&book);
    assert_eq!(book.state().0.len(), 2, "what was refused was not done later");
}

fn a_database_that_is_silent_is_told_within_three_seconds_to_everybody(setup: Setup) {
    let (book, proxy) = behind_a_proxy(setup, &[]);
    new(&book, "Before").expect(303);
    proxy.freeze();
    std::thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| {
                let (answer, took) = timed(|| book.get("/entries"));
                answer.expect(503);
                assert!(took < Duration::from_secs(3), "{took:?}");
            });
        }
    });
    let fragment = book.get_in_place("/entries?status=open").expect(503);
    assert_eq!(fragment.header("hx-retarget"), Some("#alert"));
    proxy.open();
    recovers(&book);
}

fn a_write_without_a_confirmation_says_that_its_outcome_is_unknown(setup: Setup) {
    let (book, proxy) = behind_a_proxy(setup, &[]);
    let entry = book.add("Title", "");
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form").fill("title", "New");
    // Somebody holds the row, so that the write is under way when the network goes silent.
    let db = book.database.db();
    let mut conn = db.connect().expect("a connection");
    let hold = |sql: &str, conn: &mut daybook::Conn| conn.batch_execute(sql).expect(sql);
    hold("BEGIN", conn.deref_mut());
    hold("UPDATE entries SET version = version", conn.deref_mut());
    let page = std::thread::scope(|scope| {
        let writing = scope.spawn(|| form.submit(&book));
        std::thread::sleep(Duration::from_millis(700));
        proxy.freeze();
        hold("ROLLBACK", conn.deref_mut());
        writing.join().expect("an answer")
    });
    assert_eq!(page.expect(503).page().text("h1"), "Outcome unknown, safe to send again");
    proxy.open();
    eventually("it can be sent again", || (form.submit(&book).status == 303).then_some(()));
    let after = book.entry(entry.uid);
    assert_eq!((after.content.title.as_str(), after.version, book.events().len()), ("New", 2, 2));
}

fn a_program_started_without_its_database_serves_when_it_comes(setup: Setup) {
    let database = setup.database();
    database.migrate();
    let (account, rest) = database.url.split_once('@').expect("an account");
    let (server, name) = rest.split_once('/').expect("a database");
    let proxy = Proxy::start(server);
    proxy.cut();
    let url = format!("{account}@127.0.0.1:{}/{name}", proxy.port);
    let book = Book::on(database, &[("DATABASE_URL", &url)]);
    book.get("/entries").expect(503);
    proxy.open();
    recovers(&book);
}

/// Keeps everybody else from writing, until the guard is dropped with its connection.
fn hold_the_rows(conn: &mut daybook::Conn, backend: Backend) {
    let begin = match backend {
        Backend::Sqlite => "BEGIN IMMEDIATE",
        Backend::Mysql => "BEGIN",
    };
    for sql in [begin, "UPDATE entries SET version = version"] {
        conn.batch_execute(sql).expect(sql);
    }
}

fn a_write_that_waits_too_long_for_another_says_that_nothing_changed(setup: Setup) {
    let book = setup.book_with(&[("DB_LOCK_TIMEOUT_MS", "1000")]);
    let entry = book.add("Title", "");
    let before = book.state();
    let db = book.database.db();
    let mut conn = db.connect().expect("a connection");
    hold_the_rows(conn.deref_mut(), setup.backend);
    let (answer, took) = timed(|| book.act(&entry, "trash"));
    assert_eq!(answer.expect(503).page().text("h1"), "The book is busy");
    assert!(took < Duration::from_secs(3), "{took:?}");
    conn.batch_execute("ROLLBACK").expect("it can be let go");
    assert_eq!(book.state(), before);
    book.act(&entry, "trash").expect(303);
}

fn an_unforeseen_fault_tells_only_its_number(setup: Setup) {
    let mut book = setup.book();
    book.add("Title", "");
    book.program.may_fail = true;
    execute(&book.database.db(), "ALTER TABLE entries RENAME TO hidden");
    let pages = [book.get("/entries"), new(&book, "x"), book.get_in_place("/entries?status=open")];
    for answer in pages {
        let page = answer.expect(500).page();
        let text = page.texts("body").concat();
        assert!(text.contains("It is our fault, not yours."), "{text}");
        assert!(!text.to_lowercase().contains("table") && !text.contains("hidden"), "{text}");
        let id = page.text("code");
        eventually("the cause is in the log", || {
            book.program.log().lines().find(|line| line.contains("ERROR") && line.contains(&id)).map(drop)
        });
    }
    execute(&book.database.db(), "ALTER TABLE hidden RENAME TO entries");
    assert_eq!(book.get("/entries").expect(200).page().texts("#rows a.title"), ["Title"]);
}

fn readers_go_on_while_somebody_writes(setup: Setup) {
    let book = setup.book();
    book.add("Title", "");
    let db = book.database.db();
    let mut conn = db.connect().expect("a connection");
    hold_the_rows(conn.deref_mut(), setup.backend);
    let (answer, took) = timed(|| book.get("/entries"));
    assert_eq!(answer.expect(200).page().texts("#rows a.title"), ["Title"]);
    assert!(took < Duration::from_secs(1), "{took:?}");
    conn.batch_execute("ROLLBACK").expect("it can be let go");
}
