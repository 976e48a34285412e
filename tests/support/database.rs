//! A database for one test, gone afterwards.

use std::collections::HashMap;
use std::ops::DerefMut;
use std::sync::OnceLock;

use daybook::config::{Config, Database};
use daybook::{Conn, Db, migrations};
use diesel::RunQueryDsl;
use tempfile::TempDir;
use uuid::Uuid;

use super::servers::{memory_folder, mysql_url};
use super::suite::Backend;

/// An empty database: on SQLite not even a file yet, on MySQL without tables.
pub struct TestDatabase {
    /// For `DATABASE_URL`.
    pub url: String,
    pub backend: Backend,
    name: String,
    server: String,
    /// The same by the account that `migrate` makes for the application.
    app_url: OnceLock<String>,
    /// The threads of a pool outlive it for a while, so a test has one pool however often it asks.
    db: OnceLock<Db>,
    folder: TempDir,
}

impl TestDatabase {
    pub fn new(backend: Backend) -> TestDatabase {
        match backend {
            Backend::Sqlite => TestDatabase::at(backend, ""),
            Backend::Mysql => TestDatabase::at(backend, mysql_url()),
        }
    }

    /// On another server of MySQL: `mysql://user:password@host:port`.
    pub fn at(backend: Backend, server: &str) -> TestDatabase {
        let folder = memory_folder();
        let name = format!("daybook_{}", Uuid::now_v7().simple());
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("book.sqlite").display()),
            Backend::Mysql => {
                execute(&whole(server), &format!("CREATE DATABASE {name}"));
                format!("{server}/{name}")
            }
        };
        let server = server.to_owned();
        TestDatabase { url, backend, name, server, app_url: OnceLock::new(), db: OnceLock::new(), folder }
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// For `FILES_URL`.
    pub fn files(&self) -> String {
        format!("file:{}", self.folder().join("files").display())
    }

    /// A way to it beside the program's.
    pub fn db(&self) -> Db {
        self.db.get_or_init(|| open(&self.url).1).clone()
    }

    /// As `daybook-web migrate` does, with an account that migrates and one for the application.
    pub fn migrate(&self) {
        let (database, db) = open(&self.url);
        let mut conn = db.connect().expect("a connection");
        migrations::run(&mut conn, &database).expect("the migrations run");
        let app = match database {
            Database::Mysql(url) => Database::Mysql(url.by(self.app_account(), "a\\'b")),
            sqlite => sqlite,
        };
        migrations::make_account(&mut conn, &app).expect("the account is made");
        if let Database::Mysql(url) = app {
            self.app_url.get_or_init(|| url.with_password().to_owned());
        }
    }

    /// For `DATABASE_URL` of a program that is not to migrate: once there are tables, by an account with few rights.
    pub fn app_url(&self) -> &str {
        self.app_url.get().unwrap_or(&self.url)
    }

    /// Unique, and as long as MySQL allows: 32 characters.
    pub fn app_account(&self) -> &str {
        &self.name[self.name.len() - 32..]
    }
}

/// The server as a whole, as far as the account may.
fn whole(server: &str) -> Db {
    open(&format!("{server}/information_schema")).1
}

/// Runs a statement that gives no rows.
pub fn execute(db: &Db, statement: &str) {
    let mut conn = db.connect().expect("a connection");
    let conn: &mut Conn = conn.deref_mut();
    diesel::sql_query(statement).execute(conn).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// A way to any database.
pub fn open(url: &str) -> (Database, Db) {
    let settings = HashMap::from([("DATABASE_URL", url), ("DB_POOL_SIZE", "4"), ("DB_ACQUIRE_TIMEOUT_MS", "10000")]);
    let config = Config::read(&|name| settings.get(name).map(ToString::to_string)).expect("the settings are right");
    let db = Db::new(&config.database, &config.pool).expect("a pool");
    (config.database, db)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.backend == Backend::Mysql {
            execute(&whole(&self.server), &format!("DROP DATABASE {}", self.name));
            execute(&whole(&self.server), &format!("DROP USER IF EXISTS '{}'@'%'", self.app_account()));
        }
    }
}
