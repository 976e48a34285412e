//! Migrations: waited for, safe to run at once, and never run behind the operator's back on MySQL.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cases;
use crate::support::database::{TestDatabase, execute};
use crate::support::proxy::Proxy;
use crate::support::suite::Backend;
use crate::support::{Book, Setup, client::Client, eventually, program};

cases![
    BOTH: many_processes_may_migrate_at_once, a_second_run_finds_nothing_to_do,
        a_schema_that_is_newer_than_the_program_is_fine, down_and_up_again_leaves_an_empty_book;
    SQLITE: the_embedded_default_migrates_by_itself;
    MYSQL: somebody_who_reads_for_long_is_waited_for, on_an_older_schema_the_program_is_not_ready_until_it_is_migrated, migrate_waits_for_the_database,
        migrate_gives_up_after_its_tries
];

fn migrate(database: &TestDatabase) -> std::process::Output {
    program::run(&["migrate"], &[("DATABASE_URL", &database.url)])
}

/// The migrations of that side, oldest first.
fn folders(backend: Backend) -> Vec<PathBuf> {
    let side = match backend {
        Backend::Sqlite => "sqlite",
        Backend::Mysql => "mysql",
    };
    let folder = format!("{}/../migrations/{side}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder).expect("the folder");
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    folders
}

fn many_processes_may_migrate_at_once(setup: Setup) {
    let database = setup.database();
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| migrate(&database))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    let ran: usize = outputs
        .iter()
        .map(|output| {
            let text = program::printed(output);
            assert!(output.status.success() && text.contains("The schema is up to date."), "{text}");
            text.matches("Ran ").count()
        })
        .sum();
    assert_eq!(ran, folders(setup.backend).len(), "each migration ran once");
    Book::on(database, &[]).add("It works", "");
}

fn a_second_run_finds_nothing_to_do(setup: Setup) {
    let database = setup.database();
    let all = folders(setup.backend).len();
    assert_eq!(program::printed(&migrate(&database)).matches("Ran ").count(), all);
    assert_eq!(program::printed(&migrate(&database)).matches("Ran ").count(), 0);
}

fn a_schema_that_is_newer_than_the_program_is_fine(setup: Setup) {
    let database = setup.database();
    database.migrate();
    execute(&database.db(), "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000001')");
    execute(&database.db(), "ALTER TABLE entries ADD COLUMN from_the_future INTEGER NULL");
    let book = Book::on(database, &[]);
    book.get("/readyz").expect(200);
    book.add("Written by the older program", "");
}

fn down_and_up_again_leaves_an_empty_book(setup: Setup) {
    let database = setup.database();
    database.migrate();
    folders(setup.backend).iter().rev().for_each(|folder| take_back(&database, folder));
    execute(&database.db(), "DELETE FROM __diesel_schema_migrations");
    database.migrate();
    assert_eq!(Book::on(database, &[]).state(), (vec![], vec![]));
}

fn take_back(database: &TestDatabase, folder: &Path) {
    let sql = std::fs::read_to_string(folder.join("down.sql")).expect("every migration has its way back");
    for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        execute(&database.db(), statement);
    }
}

/// A backup, say. MySQL takes back nothing of a migration that failed in its middle, so that none must fail there.
fn somebody_who_reads_for_long_is_waited_for(setup: Setup) {
    use diesel::connection::SimpleConnection;
    let database = setup.database();
    database.migrate();
    let folders = folders(setup.backend);
    let accounts = folders.iter().position(|folder| folder.ends_with("2026-11-25-000005_users")).expect("it is there");
    folders[accounts..].iter().rev().for_each(|folder| take_back(&database, folder));
    execute(&database.db(), "DELETE FROM __diesel_schema_migrations WHERE version >= '20261125000005'");
    let db = database.db();
    let mut reader = db.connect().expect("a connection");
    let read = |conn: &mut daybook::Conn, sql: &str| match conn {
        daybook::Conn::Mysql(conn) => conn.batch_execute(sql).expect(sql),
        daybook::Conn::Sqlite(_) => unreachable!("this is MySQL"),
    };
    read(&mut reader, "START TRANSACTION; SELECT uid FROM entries LIMIT 1");
    let output = std::thread::scope(|scope| {
        let migrating = scope.spawn(|| migrate(&database));
        // Longer than a request waits for a lock.
        std::thread::sleep(Duration::from_secs(5));
        read(&mut reader, "COMMIT");
        migrating.join().expect("it ends")
    });
    assert!(output.status.success(), "{}", program::printed(&output));
    drop(reader);
    Book::on(database, &[]).add("It works", "");
}

fn the_embedded_default_migrates_by_itself(setup: Setup) {
    let book = Book::on(setup.database(), &[]);
    book.get("/readyz").expect(200);
    book.add("It works", "");
}

fn on_an_older_schema_the_program_is_not_ready_until_it_is_migrated(setup: Setup) {
    let mut book = Book::on(setup.database(), &[]);
    book.get("/readyz").expect(503);
    book.get("/healthz").expect(200);
    assert_eq!(book.get("/entries").expect(503).page().text("h1"), "The book is being prepared");
    book.post("/entries", &[("uid", &daybook::Uid::new().to_string()), ("title", "x")]).expect(503);
    book.database.migrate();
    book.get("/readyz").expect(200);
    book.sign_in();
    book.add("It works", "");
}

/// The database's address by way of the proxy.
fn through(proxy: &Proxy, database: &TestDatabase) -> String {
    let (account, rest) = database.url.split_once('@').expect("an account");
    let name = rest.split_once('/').expect("a database").1;
    format!("{account}@127.0.0.1:{}/{name}", proxy.port)
}

fn server(database: &TestDatabase) -> &str {
    database.url.split_once('@').expect("an account").1.split_once('/').expect("a database").0
}

fn migrate_waits_for_the_database(setup: Setup) {
    let database = setup.database();
    let proxy = Proxy::start(server(&database));
    proxy.cut();
    let url = through(&proxy, &database);
    let settings = [("DATABASE_URL", url.as_str()), ("MIGRATE_PAUSE_MS", "200"), ("DB_ACQUIRE_TIMEOUT_MS", "300")];
    std::thread::scope(|scope| {
        let migrating = scope.spawn(|| program::run(&["migrate"], &settings));
        std::thread::sleep(Duration::from_millis(1200));
        proxy.open();
        let output = migrating.join().expect("it ends");
        let text = program::printed(&output);
        assert!(output.status.success() && text.contains("Try 1 of 10"), "{text}");
    });
}

fn migrate_gives_up_after_its_tries(setup: Setup) {
    let database = setup.database();
    let proxy = Proxy::start(server(&database));
    proxy.cut();
    let url = through(&proxy, &database);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("MIGRATE_TRIES", "2"),
        ("MIGRATE_PAUSE_MS", "50"),
        ("DB_ACQUIRE_TIMEOUT_MS", "200"),
    ];
    let output = program::run(&["migrate"], &settings);
    assert_eq!(output.status.code(), Some(1), "{}", program::printed(&output));
    // The address becomes reachable, and the same command works.
    proxy.open();
    eventually("it migrates", || program::run(&["migrate"], &settings).status.success().then_some(()));
    Client::new(&crate::support::Book::on(database, &[]).program.base).get("/readyz").expect(200);
}
