//! A log without a running program, so that nothing is sealed but by the test.

use std::net::IpAddr;
use std::ops::DerefMut;

use daybook::audit::{self, Report, Sealed};
use daybook::entries::{self, NewEntry, Outcome, Target, demo_entries};
use daybook::schema::audit_events;
use daybook::users::PersonName;
use daybook::{Actor, Conn, Result, Uid};
use diesel::prelude::*;

use crate::support::Setup;
use crate::support::database::{TestDatabase, execute};

pub struct Log {
    pub database: TestDatabase,
}

impl Log {
    /// Migrated, and empty.
    pub fn new(setup: Setup) -> Log {
        let database = setup.database();
        database.migrate();
        Log { database }
    }

    /// Ten sealed events: five entries were created, then each was marked done or opened.
    pub fn of_ten(setup: Setup) -> Log {
        let log = Log::new(setup);
        for entry in demo_entries(0, 5).expect("they keep the rules") {
            log.add(&entry);
        }
        for (uid, done) in log.entries() {
            let change = |conn: &mut Conn| entries::set_status(conn, &[Target { uid, version: 1 }], !done, &actor());
            let outcome = log.write(change).expect("it is written");
            assert!(matches!(outcome[..], [Outcome::Changed(_)]), "{outcome:?}");
        }
        assert_eq!(log.seal(), Sealed { events: 10, more: false });
        log
    }

    pub fn write<T>(&self, change: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.database.db().write_blocking(change)
    }

    /// One event, in a transaction of its own.
    pub fn add(&self, entry: &NewEntry) {
        self.write(|conn| entries::create(conn, std::slice::from_ref(entry), &actor())).expect("it is written");
    }

    pub fn seal(&self) -> Sealed {
        self.write(|conn| audit::seal(conn, 1000)).expect("it is sealed")
    }

    pub fn verify(&self) -> Report {
        self.sql(|conn| audit::verify(conn, |_| ())).expect("it is verified")
    }

    pub fn sql<T>(&self, query: impl FnOnce(&mut Conn) -> T) -> T {
        query(self.database.db().connect().expect("a connection").deref_mut())
    }

    pub fn execute(&self, statement: &str) {
        execute(&self.database.db(), statement);
    }

    /// Ids and places of all events, by id.
    pub fn places(&self) -> Vec<(i64, Option<i64>)> {
        let query = audit_events::table.order(audit_events::id).select((audit_events::id, audit_events::seq));
        self.sql(|conn| query.load(conn)).expect("the log can be read")
    }

    /// The places alone, in their order.
    pub fn seqs(&self) -> Vec<i64> {
        let mut seqs: Vec<i64> = self.places().into_iter().filter_map(|(_, seq)| seq).collect();
        seqs.sort_unstable();
        seqs
    }

    fn entries(&self) -> Vec<(Uid, bool)> {
        use daybook::schema::entries::dsl as e;
        self.sql(|conn| e::entries.order(e::id).select((e::uid, e::done)).load(conn)).expect("the book can be read")
    }
}

pub fn actor() -> Actor {
    let name = PersonName::parse("Anna").expect("a name");
    Actor::person(Uid::nil(), &name, Uid::new(), IpAddr::from([203, 0, 113, 7]))
}

/// Runs a statement on the database of a book that is in use.
pub fn execute_on(database: &TestDatabase, statement: &str) {
    execute(&database.db(), statement);
}
