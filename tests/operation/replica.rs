//! A replica: two real servers, of which one follows the other. The page of the log, `verify` and snapshots are read from it
//! where it has come as far as the database, and from the database where it lags or is gone.

use std::time::{Duration, Instant};

use daybook::snapshots::Format;
use diesel::Connection;
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::cases;
use crate::snapshots::work::{ask, everything, find, made, make};
use crate::support::database::TestDatabase;
use crate::support::mariadb::Mariadb;
use crate::support::program::{self, Program};
use crate::support::servers::memory_folder;
use crate::support::{Book, Setup, eventually};

cases![MYSQL: a_replica_that_follows_is_read_and_one_that_lags_or_is_gone_is_not];

/// The replica follows all that happens from its start on.
struct Pair {
    primary: Mariadb,
    replica: Mariadb,
    _folders: [TempDir; 2],
}

impl Pair {
    fn start() -> Pair {
        let folders = [memory_folder(), memory_folder()];
        let primary = Mariadb::start(folders[0].path(), &["--server-id=1", "--log-bin=log", "--binlog-format=ROW"]);
        let replica = Mariadb::start(folders[1].path(), &["--server-id=2"]);
        let status = primary.sql("SHOW MASTER STATUS");
        let (file, rest) = status.split_once('\t').expect("a file");
        let place = rest.split_once('\t').expect("a place").0;
        replica.sql(&format!(
            "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={}, MASTER_USER='daybook', MASTER_PASSWORD='secret', \
             MASTER_LOG_FILE='{file}', MASTER_LOG_POS={place}; START SLAVE",
            primary.port
        ));
        Pair { primary, replica, _folders: folders }
    }
}

/// What no page of the database itself shows: it stands in the replica alone.
const MARK: &str = "Somebody of the replica";

struct Follower {
    book: Book,
    port: String,
}

impl Follower {
    fn verify(&self) -> String {
        self.verify_with("2500")
    }

    fn verify_with(&self, read_timeout: &str) -> String {
        let url = self.book.database.app_url();
        let replica = [("DB_REPLICA_HOST", "127.0.0.1"), ("DB_REPLICA_PORT", &self.port)];
        let settings = [&[("DATABASE_URL", url), ("DB_READ_TIMEOUT_MS", read_timeout)], &replica[..]].concat();
        let output = program::run(&["verify"], &settings);
        let text = program::printed(&output);
        assert!(output.status.success() && text.contains("The audit log is whole."), "{text}");
        text
    }

    /// How many entries are in a snapshot: in the replica's one is missing.
    fn entries_of_a_snapshot(&self) -> i64 {
        make(&self.book, everything(Format::Csv)).entry_rows.expect("it is made")
    }

    /// The log's page shows that change, whoever was asked for it; whether that was the replica.
    fn shows(&self, title: &str) -> bool {
        let page = self.book.get("/audit").expect(200).text();
        assert!(page.contains(title), "{title} is missing: {}", page);
        page.contains(MARK)
    }
}

fn a_replica_that_follows_is_read_and_one_that_lags_or_is_gone_is_not(setup: Setup) {
    let mut pair = Pair::start();
    let database = TestDatabase::at(setup.backend, &pair.primary.url());
    database.migrate();
    let name = database.url.rsplit_once('/').expect("a name").1.to_owned();
    let port = pair.replica.port.to_string();
    let book = Book::on(
        database,
        &[
            ("DB_REPLICA_HOST", "127.0.0.1"),
            ("DB_REPLICA_PORT", &port),
            // A snapshot that stands still for ten of them is begun anew.
            ("JOB_LEASE_MS", "1000"),
        ],
    );
    let follower = Follower { book, port };
    follower.book.add("The first of all", "");
    eventually("the replica is read for verifying", || {
        follower.verify().contains("Read from the replica").then_some(())
    });
    pair.replica.sql(&format!("UPDATE {name}.audit_images SET actor_name = '{MARK}'"));
    eventually("the replica is read for the page", || follower.shows("The first of all").then_some(()));
    pair.replica.sql(&format!("DELETE FROM {name}.entries"));
    eventually("the replica is read for a snapshot", || (follower.entries_of_a_snapshot() == 0).then_some(()));
    // What is wrong there is held against the database, which is whole.
    assert!(!follower.verify().contains("Read from the replica"));

    falls_silent_in_the_middle(&follower, &pair, &name);
    lags(&follower, &pair);
    is_gone(&follower, &mut pair);
}

/// It says how far it is, and not what is in the log and in the book.
fn falls_silent_in_the_middle(follower: &Follower, pair: &Pair, name: &str) {
    let url = format!("{}/{name}", pair.replica.url());
    let mut conn = diesel::MysqlConnection::establish(&url).expect("a connection");
    conn.batch_execute("LOCK TABLES audit_images WRITE").expect("it may");
    let begin = Instant::now();
    assert!(!follower.verify_with("100").contains("Read from the replica"));
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    // It says that it is busy.
    conn.batch_execute("UNLOCK TABLES; LOCK TABLES entries WRITE").expect("it may");
    assert_eq!(follower.entries_of_a_snapshot(), 1);
    // It says nothing any more. (A busy one is left alone for a while, in which snapshots are made without it.)
    let busy = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%FROM `entries`%' AND state LIKE 'Waiting%'";
    let uid = eventually("the replica is asked again", || {
        let uid = ask(&follower.book, everything(Format::Csv));
        let is_made = || find(&follower.book, uid).is_some_and(|found| found.snapshot.is_made());
        while !is_made() {
            if pair.replica.sql(busy).trim() != "0" {
                return Some(uid);
            }
        }
        None
    });
    pair.replica.freeze();
    assert_eq!(made(&follower.book, uid).entry_rows, Some(1));
    assert!(follower.book.program.log().contains("nothing more was read or stored"));
    pair.replica.thaw();
    drop(conn);
    eventually("it is read again", || follower.shows("The first of all").then_some(()));
}

/// Nobody misses their own change.
fn lags(follower: &Follower, pair: &Pair) {
    pair.replica.sql("STOP SLAVE SQL_THREAD");
    for number in 0..5 {
        let title = format!("Number {number} that the replica lacks");
        follower.book.add(&title, "");
        assert!(!follower.shows(&title), "from the database");
    }
    assert_eq!(follower.entries_of_a_snapshot(), 6);
    assert!(follower.book.program.log().contains("the replica is behind"));
    pair.replica.sql("START SLAVE SQL_THREAD");
    eventually("it is read again", || follower.shows("Number 4 that the replica lacks").then_some(()));
}

fn is_gone(follower: &Follower, pair: &mut Pair) {
    // It takes connections, and says nothing: the page waits once, and then asks no more for a while.
    pair.replica.freeze();
    assert!(!follower.shows("Number 4 that the replica lacks"));
    let begin = Instant::now();
    assert!(!follower.shows("Number 4 that the replica lacks"));
    assert!(begin.elapsed() < Duration::from_millis(1500), "{:?}", begin.elapsed());
    assert!(!follower.verify().contains("Read from the replica"));
    assert_eq!(follower.entries_of_a_snapshot(), 6);
    pair.replica.thaw();
    eventually("it is found again", || follower.shows("Number 4 that the replica lacks").then_some(()));

    pair.replica.kill();
    let begin = Instant::now();
    assert!(!follower.shows("Number 4 that the replica lacks"));
    assert!(begin.elapsed() < Duration::from_millis(2500), "{:?}", begin.elapsed());
    assert!(!follower.verify().contains("Read from the replica"));
    assert_eq!(follower.entries_of_a_snapshot(), 6);
    assert!(follower.book.program.log().contains("the replica cannot be read"));
    // A program that starts without it starts all the same.
    let url = follower.book.database.app_url();
    let settings = [("DATABASE_URL", url), ("DB_REPLICA_HOST", "127.0.0.1"), ("DB_REPLICA_PORT", &follower.port)];
    let second = Program::start(&settings);
    follower.book.client.at(&second.base).get("/audit").expect(200);
}
