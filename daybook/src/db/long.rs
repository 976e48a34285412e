//! Reading that takes as long as it takes: a snapshot of the whole book, say. It has a connection of its own, so that it
//! takes none from requests, and no time-out. It never writes.

use std::sync::Arc;
use std::time::Duration;

use super::pool::{self, Gate};
use super::replica::Memory;
use super::{Conn, Db, transaction};
use crate::config::{Database, MysqlUrl, PoolConfig};
use crate::{Error, Result};

/// Where a long read may go.
pub(super) struct Ways {
    primary: Database,
    pub(super) replica: Option<Database>,
    lock_timeout: Duration,
    gate: Arc<Gate>,
    pub(super) memory: Memory,
}

impl Ways {
    pub(super) fn new(primary: &Database, config: &PoolConfig, gate: Arc<Gate>) -> Ways {
        Ways {
            primary: primary.clone(),
            replica: None,
            lock_timeout: config.lock_timeout,
            gate,
            memory: Memory::default(),
        }
    }

    pub(super) fn connect(&self, database: &Database) -> Result<Conn> {
        pool::connect(database, self.lock_timeout, &self.gate).map_err(|error| Error::Unavailable(error.to_string()))
    }
}

impl Db {
    /// The same with a copy of the database that follows it, for [`Db::long_read`].
    pub fn with_replica(mut self, replica: Option<&MysqlUrl>) -> Db {
        let Ways { primary, lock_timeout, gate, .. } = &*self.long;
        let replica = replica.cloned().map(Database::Mysql);
        let (lock_timeout, memory) = (*lock_timeout, Memory::default());
        let ways = Ways { primary: primary.clone(), replica, lock_timeout, gate: gate.clone(), memory };
        self.long = Arc::new(ways);
        self
    }

    /// Reads in one transaction that shows the database at one instant. From the replica, if there is one and `shows`
    /// finds there what the reader knows of already; else from the database itself. Never cut off: `work` has to ask
    /// between two statements whether it is still wanted. It goes on when the caller does not wait any more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::NotMigrated`], and whatever `work` says.
    pub async fn long_read<T: Send + 'static>(
        &self,
        shows: impl FnOnce(&mut Conn) -> Result<bool> + Send + 'static,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let db = self.clone();
        let reading = tokio::task::spawn_blocking(move || db.long_read_blocking(shows, work));
        reading.await.map_err(|error| Error::Internal(format!("a long read ended early: {error}")))?
    }

    fn long_read_blocking<T>(
        &self,
        shows: impl FnOnce(&mut Conn) -> Result<bool>,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        let Some((_reader, mut conn)) = self.copy() else { return self.read_primary(work) };
        // Left over where it was not begun.
        let mut work = Some(work);
        let read = |conn: &mut Conn| {
            let work = if shows(conn)? { work.take() } else { None };
            work.map(|work| work(conn)).transpose()
        };
        let answer = transaction::read_consistently(&mut conn, read);
        match &answer {
            Ok(None) => tracing::info!("the replica is behind: reading from the database itself"),
            // Whoever tries again finds the database itself.
            Err(error) if work.is_some() || matches!(error, Error::Busy(_) | Error::Unavailable(_)) => {
                self.leave_copy_alone(error);
            }
            _ => {}
        }
        match work {
            Some(work) => self.read_primary(work),
            None => answer?.ok_or_else(|| Error::Internal("a long read without work".into())),
        }
    }

    fn read_primary<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.long.connect(&self.long.primary)?;
        self.require_migrated(&mut conn)?;
        transaction::read_consistently(&mut conn, work)
    }
}
