//! A transaction whose end is always known: committed, rolled back, or unknown because the commit itself broke.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::result::Error as DieselError;

use super::Conn;
use crate::{Error, Result};

/// Runs `work` in a transaction: commits its `Ok`, rolls back its `Err`.
pub(crate) fn run<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    begin(conn)?;
    match work(conn) {
        Ok(value) => match commit(conn) {
            Ok(()) => Ok(value),
            Err(error) => Err(unless_busy(error)),
        },
        Err(error) => {
            // A connection that cannot roll back is broken, and the pool throws it away: the server rolls back then.
            if let Err(problem) = rollback(conn) {
                tracing::warn!(error = %problem, "could not roll back");
            }
            Err(error)
        }
    }
}

/// A commit that the database refused because of others changed nothing; any other failure may have come after it.
fn unless_busy(error: DieselError) -> Error {
    match Error::from(error) {
        Error::Busy(text) => Error::Busy(text),
        other => Error::OutcomeUnknown(other.to_string()),
    }
}

/// On SQLite the write lock is taken at once: taken later, it could fail in the middle without a chance to wait.
fn begin(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => AnsiTransactionManager::begin_transaction(conn),
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
    }
}

/// Reads in a transaction that shows the database as it was at one instant, however long it takes and whoever writes
/// meanwhile. On MySQL for a connection of its own only: its isolation level changes.
pub(crate) fn read_consistently<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => {
            use diesel::RunQueryDsl;
            diesel::sql_query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(conn)?;
            AnsiTransactionManager::begin_transaction_sql(
                conn,
                "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            )?;
        }
        // The instant is that of the first statement.
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN DEFERRED")?,
    }
    let answer = work(conn);
    if let Err(problem) = rollback(conn) {
        tracing::debug!(error = %problem, "a transaction that only read could not be ended");
    }
    answer
}

fn commit(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => AnsiTransactionManager::commit_transaction(conn),
        Conn::Sqlite(conn) => AnsiTransactionManager::commit_transaction(conn),
    }
}

fn rollback(conn: &mut Conn) -> diesel::QueryResult<()> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => AnsiTransactionManager::rollback_transaction(conn),
        Conn::Sqlite(conn) => AnsiTransactionManager::rollback_transaction(conn),
    }
}
