//! The embedded migrations: `migrations/sqlite` and `migrations/mysql`, the same names on both sides.

#[cfg(feature = "mysql")]
mod account;

use diesel::prelude::*;
#[cfg(feature = "mysql")]
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::config::Database;
use crate::db::transaction;
use crate::{Conn, Error, Result, audit, entries};

#[cfg(feature = "mysql")]
const MYSQL: EmbeddedMigrations = embed_migrations!("../migrations/mysql");
const SQLITE: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");

/// How long one process waits for another that is migrating, in seconds.
#[cfg(feature = "mysql")]
const LOCK_WAIT: i32 = 60;

/// Runs what has not run yet and returns its names, then fills in what only the application can work out. Any number of
/// processes may do so at once: one runs the migrations, the others wait for it.
///
/// # Errors
/// [`Error::Busy`] when another process migrates for too long; [`Error::Internal`] when a migration fails. On SQLite
/// nothing is changed then; MySQL commits each DDL statement by itself.
pub fn run(conn: &mut Conn, database: &Database) -> Result<Vec<String>> {
    match database {
        Database::Sqlite { .. } => {
            let names = in_transaction(conn)?;
            fill_in(conn)?;
            Ok(names)
        }
        #[cfg(feature = "mysql")]
        Database::Mysql(url) => under_lock(conn, url.database()),
        #[cfg(not(feature = "mysql"))]
        Database::Mysql(_) => Err(Error::Internal("built without MySQL".into())),
    }
}

/// Makes the account of MySQL that `database` names, or gives it that password, and lets it do to each table what the
/// application does. Harmless when it is there already; no right is taken away, so that nobody who is at work with it
/// stumbles. `conn` is of another account, which may do so. On SQLite there are none, and nothing is done.
///
/// # Errors
/// [`Error::Internal`] when that account may not.
#[cfg_attr(not(feature = "mysql"), expect(unused_variables, reason = "there are accounts on MySQL only"))]
pub fn make_account(conn: &mut Conn, database: &Database) -> Result<()> {
    match database {
        Database::Sqlite { .. } => Ok(()),
        #[cfg(feature = "mysql")]
        Database::Mysql(url) => account::make(conn, url),
        #[cfg(not(feature = "mysql"))]
        Database::Mysql(_) => Err(Error::Internal("built without MySQL".into())),
    }
}

/// The names of the migrations that the database lacks. Only reads.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>> {
    let applied = applied(conn)?;
    Ok(names(conn)?.into_iter().filter(|name| !applied.iter().any(|version| is_version_of(version, name))).collect())
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

/// The versions that ran; none when the table of them does not exist yet.
fn applied(conn: &mut Conn) -> Result<Vec<String>> {
    match diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load::<Applied>(conn) {
        Ok(rows) => Ok(rows.into_iter().map(|row| row.version).collect()),
        Err(diesel::result::Error::DatabaseError(_, info))
            if info.message().contains("no such table") || info.message().contains("doesn't exist") =>
        {
            Ok(Vec::new())
        }
        Err(error) => Err(error.into()),
    }
}

/// diesel_migrations writes `2026-11-24-000001_entries` as version `20261124000001`.
fn is_version_of(version: &str, name: &str) -> bool {
    name.split('_').next().is_some_and(|digits| digits.replace('-', "") == version)
}

fn names(conn: &Conn) -> Result<Vec<String>> {
    let names = match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => names_of::<diesel::mysql::Mysql>(&MYSQL),
        Conn::Sqlite(_) => names_of::<diesel::sqlite::Sqlite>(&SQLITE),
    };
    names.map_err(|error| Error::Internal(error.to_string()))
}

fn names_of<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> diesel::migration::Result<Vec<String>>
where
    EmbeddedMigrations: diesel::migration::MigrationSource<DB>,
{
    let migrations = diesel::migration::MigrationSource::<DB>::migrations(source)?;
    Ok(migrations.iter().map(|migration| migration.name().to_string()).collect())
}

fn run_pending(conn: &mut Conn) -> Result<Vec<String>> {
    let before = pending(conn)?;
    let outcome = match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => conn.run_pending_migrations(MYSQL).map(drop),
        Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(drop),
    };
    match outcome {
        Ok(()) => Ok(before),
        Err(error) => Err(Error::Internal(format!("a migration failed: {error}"))),
    }
}

/// What SQL cannot work out: the beginning of the chain, and the index of words.
fn fill_in(conn: &mut Conn) -> Result<()> {
    transaction::run(conn, audit::begin_chain)?;
    entries::index_missing(conn)
}

fn in_transaction(conn: &mut Conn) -> Result<Vec<String>> {
    transaction::run(conn, run_pending)
}

#[cfg(feature = "mysql")]
#[derive(QueryableByName)]
struct Lock {
    #[diesel(sql_type = diesel::sql_types::Nullable<Integer>)]
    held: Option<i32>,
}

/// Lock names are the server's, not the database's, so the name is in it; MySQL takes 64 characters.
#[cfg(feature = "mysql")]
fn under_lock(conn: &mut Conn, database: &str) -> Result<Vec<String>> {
    let name: String = format!("daybook:{database}").chars().take(64).collect();
    let lock: Lock = diesel::sql_query("SELECT GET_LOCK(?, ?) AS held")
        .bind::<Text, _>(&name)
        .bind::<Integer, _>(LOCK_WAIT)
        .get_result(conn)?;
    if lock.held != Some(1) {
        return Err(Error::Busy("another process is migrating".into()));
    }
    // A new index waits for everybody who is reading the table; a request would not wait as long.
    diesel::sql_query(format!("SET SESSION lock_wait_timeout = {LOCK_WAIT}")).execute(conn)?;
    let outcome = run_pending(conn).and_then(|names| fill_in(conn).map(|()| names));
    diesel::sql_query("DO RELEASE_LOCK(?)").bind::<Text, _>(&name).execute(conn)?;
    outcome
}
