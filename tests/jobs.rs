//! Background work: the table of jobs and its leases, the change of all entries of a list, the worker and its queue.

mod batches;
mod claims;
mod ends;
mod faults;
mod leases;
mod pages;
mod shutdown;
mod tls;
pub mod work;
mod worker;

use std::time::Duration;

use daybook::jobs::{self, Job, Lease, NewJob, State};
use daybook::{Actor, Conn, Db, Error, Result, Uid};

use crate::support::{Book, Case, Setup, database::TestDatabase};

pub fn cases() -> Vec<Case> {
    [
        batches::CASES,
        claims::CASES,
        ends::CASES,
        faults::CASES,
        leases::CASES,
        pages::CASES,
        shutdown::CASES,
        tls::CASES,
        worker::CASES,
    ]
    .concat()
}

/// Long enough that it never runs out in a test.
const LONG: Duration = Duration::from_secs(600);
/// Runs out at once.
const SHORT: Duration = Duration::from_millis(1);

/// The table of jobs of an empty book.
struct Table {
    _database: TestDatabase,
    db: Db,
}

impl Table {
    fn new(setup: Setup) -> Table {
        let database = setup.database();
        database.migrate();
        Table { db: database.db(), _database: database }
    }

    fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> T {
        self.db.write_blocking(work).expect("the table can be written")
    }

    /// A job that does nothing.
    fn enqueue(&self) -> Job {
        self.write(|conn| jobs::enqueue(conn, new_job(Uid::new()), &Actor::operator()))
    }

    fn claim(&self, uid: Uid, time: Duration) -> Option<(Job, Lease)> {
        self.write(|conn| jobs::claim(conn, uid, Uid::new(), time))
    }

    #[track_caller]
    fn claimed(&self, uid: Uid, time: Duration) -> Lease {
        self.claim(uid, time).expect("nobody else has it").1
    }

    fn job(&self, uid: Uid) -> Job {
        self.write(|conn| jobs::find(conn, uid)).expect("the job is there")
    }

    fn state(&self, uid: Uid) -> State {
        self.job(uid).state
    }

    /// Makes the time of a pause come.
    fn hurry(&self, uid: Uid) {
        use daybook::schema::jobs::dsl as j;
        use diesel::prelude::*;
        self.write(|conn| {
            let job = j::jobs.filter(j::uid.eq(uid));
            Ok(diesel::update(job).set(j::run_at.eq(daybook::Timestamp::from_micros(0))).execute(conn)?)
        });
    }
}

fn new_job(key: Uid) -> NewJob {
    NewJob { key, kind: "nothing", arguments: "{}".into(), total: Some(10) }
}

/// A book whose background work is left to the test: its Redis is never there.
fn book_without_worker(setup: Setup) -> Book {
    setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")])
}

#[track_caller]
fn assert_lost<T: std::fmt::Debug>(outcome: Result<T>) {
    assert!(matches!(outcome, Err(Error::LeaseLost)), "{outcome:?}");
}
