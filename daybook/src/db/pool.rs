//! Opening connections: r2d2's pool over [`Conn`], and how each connection is set up.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::r2d2::R2D2Connection;
use diesel::{Connection, ConnectionError};

use super::Conn;
use crate::config::{Database, PoolConfig};
use crate::{Error, Result, dialect};

/// Makes connections for r2d2. Not diesel's own manager: that one picks the database by trying every kind in turn, and
/// would open a SQLite file named `mysql:…` while MySQL is away.
pub(super) struct Manager {
    database: Database,
    lock_timeout: Duration,
    gate: Arc<Gate>,
}

/// Lets connections be opened until it is closed.
///
/// r2d2 opens them in threads of its own that nobody waits for. If the program ends in the middle of a TLS handshake,
/// OpenSSL's clean-up at exit takes away what the handshake works with, and the program dies of SIGSEGV.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    closed: bool,
    /// Connections being opened.
    opening: usize,
}

impl Gate {
    /// A network that has gone silent is not waited for any longer.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// Lets nobody in any more, and waits for those who are inside.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let _left = self.changed.wait_timeout_while(state, Gate::PATIENCE, |state| state.opening > 0);
    }

    fn enter(&self) -> Option<Inside<'_>> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        state.opening += 1;
        Some(Inside(self))
    }

    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Inside<'a>(&'a Gate);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.lock().opening -= 1;
        self.0.changed.notify_all();
    }
}

pub(super) fn build(database: &Database, config: &PoolConfig, gate: Arc<Gate>) -> Result<r2d2::Pool<Manager>> {
    if let Database::Sqlite { file } = database
        && let Some(folder) = file.parent()
    {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::Unavailable(format!("cannot make the folder {}: {error}", folder.display())))?;
    }
    let manager = Manager { database: database.clone(), lock_timeout: config.lock_timeout, gate };
    Ok(r2d2::Pool::builder()
        .max_size(config.size)
        .min_idle(Some(1))
        .connection_timeout(config.acquire_timeout)
        .error_handler(Box::new(LogErrors))
        .build_unchecked(manager))
}

impl r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> std::result::Result<Conn, Self::Error> {
        connect(&self.database, self.lock_timeout, &self.gate)
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// A connection as the pool has them, and as a long read has one of its own.
pub(super) fn connect(
    database: &Database,
    lock_timeout: Duration,
    gate: &Gate,
) -> std::result::Result<Conn, diesel::r2d2::Error> {
    let closed = || ConnectionError::BadConnection("the pool is closed".into());
    let _inside = gate.enter().ok_or_else(closed).map_err(diesel::r2d2::Error::ConnectionError)?;
    let mut conn = open(database).map_err(diesel::r2d2::Error::ConnectionError)?;
    dialect::set_up(&mut conn, lock_timeout).map_err(diesel::r2d2::Error::QueryError)?;
    Ok(conn)
}

fn open(database: &Database) -> std::result::Result<Conn, ConnectionError> {
    match database {
        Database::Sqlite { file } => diesel::SqliteConnection::establish(&file.to_string_lossy()).map(Conn::Sqlite),
        #[cfg(feature = "mysql")]
        Database::Mysql(url) => diesel::MysqlConnection::establish(url.with_password()).map(Conn::Mysql),
        #[cfg(not(feature = "mysql"))]
        Database::Mysql(_) => Err(ConnectionError::InvalidConnectionUrl("built without MySQL".into())),
    }
}

#[derive(Debug)]
struct LogErrors;

impl<E: std::error::Error> r2d2::HandleError<E> for LogErrors {
    fn handle_error(&self, error: E) {
        tracing::warn!(%error, "no connection to the database");
    }
}
