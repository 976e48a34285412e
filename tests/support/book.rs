//! A book for one test: the running program, its database, and a client.

use std::ops::{Deref, DerefMut};

use daybook::entries::{self, Entry};
use daybook::schema::{audit_events, audit_images};
use daybook::users::{Role, Token, User};
use daybook::{Conn, Uid, audit, migrations};
use diesel::prelude::*;

use super::client::Client;
use super::database::TestDatabase;
use super::person;
use super::program::Program;
use super::suite::Setup;

pub struct Book {
    pub program: Program,
    /// Signed in as an administrator.
    pub client: Client,
    /// Of the client's session.
    pub token: Token,
    pub database: TestDatabase,
}

/// A row of `audit_events` with its image.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Event {
    pub subject: Uid,
    pub subject_kind: String,
    pub version: i32,
    pub kind: String,
    pub actor_uid: Uid,
    pub channel: String,
    pub request_id: Uid,
    pub at: daybook::Timestamp,
    pub commitment: Vec<u8>,
    pub salt: Vec<u8>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub actor_name: String,
    pub client_address: Option<String>,
}

impl Event {
    /// The commitment binds the image.
    #[track_caller]
    pub fn assert_committed(&self) {
        let salt: [u8; 32] = self.salt.as_slice().try_into().expect("32 bytes of salt");
        let again = audit::commitment(
            &salt,
            self.before.as_deref(),
            self.after.as_deref(),
            &self.actor_name,
            self.client_address.as_deref(),
        );
        assert_eq!(self.commitment, again, "{}: the commitment binds the image", self.kind);
    }
}

impl Setup {
    pub fn book(self) -> Book {
        self.book_with(&[])
    }

    /// With these settings besides the database's address.
    pub fn book_with(self, settings: &[(&str, &str)]) -> Book {
        let database = self.database();
        database.migrate();
        Book::on(database, settings)
    }

    /// An empty database, for tests that start programs themselves.
    pub fn database(self) -> TestDatabase {
        TestDatabase::new(self.backend)
    }
}

impl Book {
    pub fn on(database: TestDatabase, settings: &[(&str, &str)]) -> Book {
        let (url, files) = (database.app_url().to_owned(), database.files());
        let mut all = vec![("DATABASE_URL", url.as_str()), ("FILES_URL", &files)];
        all.extend(settings);
        let program = Program::start(&all);
        let token = first_session(&database);
        Book { client: Client::new(&program.base).signed_in(&token), program, token, database }
    }

    /// Ends the program, gently or not, and starts it again.
    pub fn restart(&mut self, settings: &[(&str, &str)]) {
        let (url, files) = (self.database.app_url().to_owned(), self.database.files());
        let mut all = vec![("DATABASE_URL", url.as_str()), ("FILES_URL", &files)];
        all.extend(settings);
        self.program = Program::start(&all);
        self.client = self.client.at(&self.program.base);
    }

    /// Adds an entry by the form of the page.
    pub fn add(&self, title: &str, description: &str) -> Entry {
        let form = self.get("/entries").page().form("#new-entry");
        let form = form.fill("title", title).fill("description", description);
        assert_eq!(form.submit(self).location(), "/entries");
        self.entry(form.value("uid").parse().expect("a uid"))
    }

    /// Adds one and moves it to the trash.
    pub fn add_trashed(&self, title: &str) -> Entry {
        let entry = self.add(title, "");
        self.act(&entry, "trash");
        self.entry(entry.uid)
    }

    /// Sends one of the small forms: `trash`, `restore`, `purge`.
    pub fn act(&self, entry: &Entry, verb: &str) -> super::Answer {
        self.post(&format!("/entries/{}/{verb}", entry.uid), &[("version", &entry.version.to_string())])
    }

    /// The entry as the database holds it.
    #[track_caller]
    pub fn entry(&self, uid: Uid) -> Entry {
        self.find(uid).expect("the entry is there")
    }

    pub fn find(&self, uid: Uid) -> Option<Entry> {
        self.sql(|conn| entries::find(conn, uid).expect("it can be read"))
    }

    /// For a book whose schema was not there when it was started.
    pub fn sign_in(&mut self) {
        self.token = first_session(&self.database);
        self.client = self.client.signed_in(&self.token);
    }

    /// A client of somebody with this role, with a new account.
    pub fn as_a(&self, role: Role) -> Client {
        self.as_person(&self.person(role.name(), role))
    }

    /// A new account.
    pub fn person(&self, name: &str, role: Role) -> User {
        let email = format!("{}@example.org", Uid::new());
        person::add(&self.database.db(), &email, name, role)
    }

    /// A client of somebody who has an account.
    pub fn as_person(&self, user: &User) -> Client {
        self.client.signed_in(&person::sign_in(&self.database.db(), user))
    }

    /// All audit events of entries with their images, oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.events_of(&[audit::ENTRY])
    }

    /// All audit events of accounts, sessions and invitations.
    pub fn account_events(&self) -> Vec<Event> {
        self.events_of(&[audit::USER, audit::SESSION, audit::INVITATION, audit::FAILED_SIGN_INS])
    }

    /// All audit events of snapshots and their schedule.
    pub fn snapshot_events(&self) -> Vec<Event> {
        self.events_of(&[audit::SNAPSHOT, audit::SNAPSHOT_SCHEDULE])
    }

    fn events_of(&self, kinds: &[&str]) -> Vec<Event> {
        self.sql(|conn| events_of(conn, kinds))
    }

    /// Everything there is: to see that nothing changed.
    pub fn state(&self) -> (Vec<Entry>, Vec<Event>) {
        let rows = self.sql(|conn| {
            use daybook::schema::entries::dsl as e;
            e::entries.order(e::uid).select(Entry::as_select()).load(conn).expect("the book can be read")
        });
        (rows, self.events())
    }

    /// Asks the database directly.
    pub fn sql<T>(&self, query: impl FnOnce(&mut Conn) -> T) -> T {
        let db = self.database.db();
        let mut conn = db.connect().expect("a connection");
        query(conn.deref_mut())
    }
}

/// All audit events of these kinds of things with their images, oldest first.
pub fn events_of(conn: &mut Conn, kinds: &[&str]) -> Vec<Event> {
    audit_events::table
        .inner_join(audit_images::table)
        .filter(audit_events::subject_kind.eq_any(kinds))
        .order(audit_events::id)
        .select((
            audit_events::subject_uid,
            audit_events::subject_kind,
            audit_events::version,
            audit_events::kind,
            audit_events::actor_uid,
            audit_events::channel,
            audit_events::request_id,
            audit_events::at,
            audit_events::commitment,
            audit_images::salt,
            audit_images::before,
            audit_images::after,
            audit_images::actor_name,
            audit_images::client_address,
        ))
        .load(conn)
        .expect("the log can be read")
}

/// A session of the first account, which is made if it is not there. On a schema that is too old nobody can have one.
fn first_session(database: &TestDatabase) -> Token {
    let db = database.db();
    let migrated = db.connect().is_ok_and(|mut conn| migrations::pending(&mut conn).is_ok_and(|all| all.is_empty()));
    if !migrated {
        return Token::random().expect("randomness");
    }
    person::sign_in(&db, &person::first(&db))
}

impl Deref for Book {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}
