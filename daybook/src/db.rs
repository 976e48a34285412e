//! The way to the database: the connection enum, the pool, and units of work with their time-outs.
//!
//! One unit of work is one blocking hop: [`Db::read`] and [`Db::write`] take a connection inside the closure and give
//! owned data back. Only this file, `dialect.rs` and `migrations.rs` know which database runs.

mod long;
mod pool;
mod replica;
pub(crate) mod transaction;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{CacheSize, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

use crate::config::{Database, PoolConfig};
use crate::{Error, Result, migrations};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    #[cfg(feature = "mysql")]
    Mysql(diesel::MysqlConnection),
    Sqlite(diesel::SqliteConnection),
}

/// The pool and its rules. Clones share it.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<pool::Manager>,
    timeouts: Timeouts,
    /// One for each connection: requests wait here, first come first served, and not in blocking threads.
    connections: Arc<Semaphore>,
    /// SQLite has one writer at a time; this queue is fair, its own lock is not.
    writers: Arc<Semaphore>,
    /// Units of work that wait in one of the two queues.
    waiting: Arc<AtomicUsize>,
    size: usize,
    migrated: Arc<AtomicBool>,
    open: Arc<Open>,
    /// For connections that are no part of the pool.
    long: Arc<long::Ways>,
}

/// Closes the pool with the last clone of [`Db`].
struct Open(Arc<pool::Gate>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[derive(Clone, Copy)]
struct Timeouts {
    acquire: Duration,
    read: Duration,
    write: Duration,
}

impl Db {
    /// Makes the pool. Connects in the background: a database that is away now may come later.
    pub fn new(database: &Database, config: &PoolConfig) -> Result<Db> {
        let size = config.size as usize;
        let writers = match database {
            Database::Sqlite { .. } => 1,
            Database::Mysql(_) => size,
        };
        let gate = Arc::new(pool::Gate::default());
        let long = Arc::new(long::Ways::new(database, config, gate.clone()));
        Ok(Db {
            pool: pool::build(database, config, gate.clone())?,
            open: Arc::new(Open(gate)),
            timeouts: Timeouts {
                acquire: config.acquire_timeout,
                read: config.read_timeout,
                write: config.write_timeout,
            },
            connections: Arc::new(Semaphore::new(size)),
            writers: Arc::new(Semaphore::new(writers)),
            waiting: Arc::default(),
            size,
            migrated: Arc::new(AtomicBool::new(false)),
            long,
        })
    }

    /// Reads. `finish` works on the answer on the same blocking thread, after the connection went back to the pool: the
    /// place to render a page.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection is free in time or the reading takes too long;
    /// [`Error::NotMigrated`] on an older schema.
    pub async fn read<T, U: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        finish: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U> {
        let deadline = self.acquire_deadline();
        let permits = vec![self.permit(&self.connections, deadline).await?];
        self.run(Waiting { permits, deadline }, self.timeouts.read, query, finish).await?.ok_or_else(|| {
            Error::Unavailable(format!("reading took longer than {} ms", self.timeouts.read.as_millis()))
        })?
    }

    /// Writes in one transaction, which `change` must leave by returning: `Err` rolls back. `finish` as in [`Db::read`].
    ///
    /// # Errors
    /// As [`Db::read`]; [`Error::Busy`] when others held the rows too long, with nothing changed;
    /// [`Error::OutcomeUnknown`] when the time ran out, or the connection broke, on the way.
    pub async fn write<T, U: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        finish: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U> {
        let deadline = self.acquire_deadline();
        let writer = self.permit(&self.writers, deadline).await?;
        let permits = vec![writer, self.permit(&self.connections, deadline).await?];
        let change = move |conn: &mut Conn| transaction::run(conn, change);
        self.run(Waiting { permits, deadline }, self.timeouts.write, change, finish).await?.ok_or_else(|| {
            Error::OutcomeUnknown(format!("writing took longer than {} ms", self.timeouts.write.as_millis()))
        })?
    }

    /// The same as [`Db::write`] for programs without an async runtime; no outer time-out.
    pub fn write_blocking<T>(&self, change: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connect()?;
        self.require_migrated(&mut conn)?;
        transaction::run(&mut conn, change)
    }

    /// A connection with no transaction and no check of the schema: for migrations and backups.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none in time.
    pub fn connect(&self) -> Result<r2d2::PooledConnection<impl r2d2::ManageConnection<Connection = Conn>>> {
        self.pool.get().map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Opens no connection any more. To be called, or the last clone dropped, before the program ends.
    pub fn close(&self) {
        self.open.0.close();
    }

    /// How much of the pool is in use at this moment.
    pub fn pool_use(&self) -> PoolUse {
        PoolUse {
            size: self.size,
            in_use: self.size.saturating_sub(self.connections.available_permits()),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    async fn permit(&self, semaphore: &Arc<Semaphore>, deadline: Instant) -> Result<OwnedSemaphorePermit> {
        let _waits = Waits::new(&self.waiting);
        match tokio::time::timeout_at(deadline.into(), semaphore.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Error::Unavailable("every connection is in use".into())),
        }
    }

    fn acquire_deadline(&self) -> Instant {
        Instant::now() + self.timeouts.acquire
    }

    /// One blocking hop. `Ok(None)`: the work began but did not end in time.
    async fn run<T, U: Send + 'static>(
        &self,
        Waiting { permits, deadline }: Waiting,
        limit: Duration,
        work: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        finish: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<Option<Result<U>>> {
        let start = Arc::new(Start::default());
        let (db, began) = (self.clone(), start.clone());
        let task = tokio::task::spawn_blocking(move || {
            let answer = db.with_connection(deadline, &began, work);
            drop(permits);
            answer.map(finish)
        });
        wait(task, deadline, &start, limit).await
    }

    fn with_connection<T>(
        &self,
        deadline: Instant,
        start: &Start,
        work: impl FnOnce(&mut Conn) -> Result<T>,
    ) -> Result<T> {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut conn = self.pool.get_timeout(left).map_err(|error| Error::Unavailable(error.to_string()))?;
        self.require_migrated(&mut conn)?;
        if !start.begin() {
            return Err(Error::Unavailable("given up before the work began".into()));
        }
        let answer = work(&mut conn);
        if let Err(Error::Internal(_)) = answer {
            // MariaDB never mends a prepared statement whose table was away for a moment, as while a dump is read in.
            conn.set_prepared_statement_cache_size(CacheSize::Disabled);
            conn.set_prepared_statement_cache_size(CacheSize::Unbounded);
        }
        answer
    }

    /// Asks the database once; once it was migrated it stays so.
    fn require_migrated(&self, conn: &mut Conn) -> Result<()> {
        if self.migrated.load(Ordering::Relaxed) {
            return Ok(());
        }
        if !migrations::pending(conn)?.is_empty() {
            return Err(Error::NotMigrated);
        }
        self.migrated.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// A place in the queues, and until when to wait for a connection with it.
struct Waiting {
    permits: Vec<OwnedSemaphorePermit>,
    deadline: Instant,
}

/// How much of a pool is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUse {
    /// Connections at the most.
    pub size: usize,
    /// Connections that a unit of work has, or is about to take or to open.
    pub in_use: usize,
    /// Units of work that wait for a connection or, on SQLite, for their turn to write.
    pub waiting: usize,
}

/// Counts one who waits for as long as it lives: who gives up waiting is counted out, too.
struct Waits<'a>(&'a AtomicUsize);

impl Waits<'_> {
    fn new(waiting: &AtomicUsize) -> Waits<'_> {
        waiting.fetch_add(1, Ordering::Relaxed);
        Waits(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits for the work to begin and then for its end. `Ok(None)`: it began but did not end in time.
async fn wait<U>(
    mut task: JoinHandle<Result<U>>,
    deadline: Instant,
    start: &Start,
    limit: Duration,
) -> Result<Option<Result<U>>> {
    let answer = match tokio::time::timeout_at(deadline.into(), &mut task).await {
        Ok(answer) => answer,
        Err(_) if start.abandon() => return Err(Error::Unavailable("no connection in time".into())),
        Err(_) => match tokio::time::timeout(limit, &mut task).await {
            Ok(answer) => answer,
            Err(_) => return Ok(None),
        },
    };
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) => Err(Error::Internal(format!("a unit of work ended early: {error}"))),
    }
}

/// Settles, exactly once, whether the work began before the caller gave up waiting for a connection. Only so can the
/// caller say truthfully that nothing was changed.
#[derive(Default)]
struct Start(AtomicU8);

impl Start {
    const WAITING: u8 = 0;
    const BEGUN: u8 = 1;
    const ABANDONED: u8 = 2;

    fn begin(&self) -> bool {
        self.settle(Start::BEGUN)
    }

    fn abandon(&self) -> bool {
        self.settle(Start::ABANDONED)
    }

    fn settle(&self, state: u8) -> bool {
        self.0.compare_exchange(Start::WAITING, state, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
