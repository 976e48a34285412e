//! Reading from a copy of the database that follows it, where it has come as far as the database itself; else, or when the
//! copy is away, from the database. A copy that is away costs one reader a moment, and the others nothing.
//!
//! It never writes, and nothing that decides about a change is read there. The client library has no time-outs, so whatever
//! is asked of the copy is asked on a thread of its own, which may hang as long as the copy does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection;

use super::long::Ways;
use super::{Conn, Db, transaction};
use crate::{Error, Result};

/// For the copy to answer at all.
const REACH: Duration = Duration::from_secs(1);
/// How long a copy that was away is left alone.
const LEAVE_ALONE: Duration = Duration::from_secs(10);
/// Connections that are kept for the next reader.
const KEPT: usize = 2;
/// At once, with those that hang; the others read from the database.
const READERS: usize = 8;
/// A long read is waited for as long as it says something this many times as often as a page may take.
const PATIENCE: u32 = 12;

/// What is remembered of the copy.
#[derive(Default)]
pub(super) struct Memory {
    remembered: Mutex<Remembered>,
    readers: AtomicUsize,
}

#[derive(Default)]
struct Remembered {
    kept: Vec<Conn>,
    away_until: Option<Instant>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the [`READERS`].
pub(super) struct Reader(Arc<Ways>);

impl Reader {
    fn new(ways: &Arc<Ways>) -> Option<Reader> {
        let reader = Reader(ways.clone());
        (ways.memory.readers.fetch_add(1, Ordering::Relaxed) < READERS).then_some(reader)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.0.memory.readers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Db {
    /// Reads as [`Db::read`] does, from the copy if `shows` says that it is as far as what `mark` finds in the database.
    ///
    /// # Errors
    /// Those of [`Db::read`]. None because of the copy.
    pub async fn read_copy<M: Send + 'static, T: Send + 'static, U: Send + 'static>(
        &self,
        mark: impl FnOnce(&mut Conn) -> Result<M> + Send + 'static,
        shows: impl FnOnce(&mut Conn, &M) -> Result<bool> + Send + 'static,
        query: impl Fn(&mut Conn) -> Result<T> + Clone + Send + 'static,
        finish: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U> {
        if !self.copy_is_there() {
            return self.read(query, finish).await;
        }
        let mark = self.read(mark, |mark| mark).await?;
        let (db, limit, work) = (self.clone(), self.timeouts.read, query.clone());
        let reading = tokio::task::spawn_blocking(move || {
            let data = db.ask_copy(limit, move |conn| shows(conn, &mark), move |conn, _| work(conn), |_| ());
            match data {
                Some(data) => Ok(finish(data)),
                None => Err(finish),
            }
        });
        match reading.await.map_err(|error| Error::Internal(format!("a reading ended early: {error}")))? {
            Ok(finished) => Ok(finished),
            Err(finish) => self.read(query, finish).await,
        }
    }

    /// Reads from the copy, if there is one, and it is within reach, and `shows` what it must. Blocks for as long as it takes, but not
    /// if `query` says nothing of its progress, which `heard` is told of, for [`PATIENCE`] times as long as a page may take:
    /// then it goes on where nobody waits for it.
    pub fn from_copy<T: Send + 'static>(
        &self,
        shows: impl FnOnce(&mut Conn) -> Result<bool> + Send + 'static,
        query: impl FnOnce(&mut Conn, &dyn Fn(u64)) -> Result<T> + Send + 'static,
        heard: impl FnMut(u64),
    ) -> Option<T> {
        self.ask_copy(self.timeouts.read * PATIENCE, shows, query, heard)
    }

    fn ask_copy<T: Send + 'static>(
        &self,
        limit: Duration,
        shows: impl FnOnce(&mut Conn) -> Result<bool> + Send + 'static,
        query: impl FnOnce(&mut Conn, &dyn Fn(u64)) -> Result<T> + Send + 'static,
        heard: impl FnMut(u64),
    ) -> Option<T> {
        let (reader, mut conn) = self.copy()?;
        let work = move |tell: &dyn Fn(u64)| {
            let read = |conn: &mut Conn| if shows(conn)? { query(conn, tell).map(Some) } else { Ok(None) };
            let answer = transaction::read_consistently(&mut conn, read)?;
            let mut memory = reader.0.memory.lock();
            if memory.kept.len() < KEPT {
                memory.kept.push(conn);
            }
            Ok(answer)
        };
        let answer = watch(limit, work, heard).unwrap_or_else(too_long).map_err(|error| self.leave_copy_alone(&error));
        if let Ok(None) = answer {
            tracing::info!("the replica is behind: reading from the database itself");
        }
        answer.ok().flatten()
    }

    /// A connection to the copy, which has just answered.
    pub(super) fn copy(&self) -> Option<(Reader, Conn)> {
        if !self.copy_is_there() {
            return None;
        }
        let reader = Reader::new(&self.long)?;
        let reached = watch(REACH, move |_| reader.0.copy().map(|conn| (reader, conn)), |_| ());
        reached.unwrap_or_else(too_long).map_err(|error| self.leave_copy_alone(&error)).ok()
    }

    fn copy_is_there(&self) -> bool {
        self.long.replica.is_some() && self.long.memory.lock().away_until.is_none_or(|until| until < Instant::now())
    }

    /// Has everybody read from the database for a while.
    pub(crate) fn leave_copy_alone(&self, error: &Error) {
        if self.long.replica.is_none() {
            return;
        }
        tracing::warn!(%error, "the replica cannot be read");
        let mut memory = self.long.memory.lock();
        memory.kept.clear();
        memory.away_until = Some(Instant::now() + LEAVE_ALONE);
    }
}

impl Ways {
    /// A connection that is kept, or a new one. Takes as long as the copy is silent.
    fn copy(&self) -> Result<Conn> {
        let Some(replica) = &self.replica else { return Err(Error::Unavailable("there is none".into())) };
        let kept = self.memory.lock().kept.pop();
        if let Some(mut conn) = kept
            && conn.ping().is_ok()
        {
            return Ok(conn);
        }
        self.connect(replica)
    }
}

fn too_long<T>() -> Result<T> {
    Err(Error::Unavailable("it does not answer in time".into()))
}

enum Said<T> {
    Progress(u64),
    Done(T),
}

/// Has `work` done on a thread of its own, and waits for it as long as it says something each `limit`.
fn watch<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&dyn Fn(u64)) -> T + Send + 'static,
    mut heard: impl FnMut(u64),
) -> Option<T> {
    let (tell, told) = channel();
    let body = move || {
        // An error: nobody waits any more.
        let answer = work(&|progress| drop(tell.send(Said::Progress(progress))));
        drop(tell.send(Said::Done(answer)));
    };
    std::thread::Builder::new().name("replica".into()).spawn(body).ok()?;
    loop {
        match told.recv_timeout(limit).ok()? {
            Said::Progress(progress) => heard(progress),
            Said::Done(answer) => return Some(answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_waited_for_as_long_as_it_says_something() {
        let (limit, pause) = (Duration::from_millis(400), Duration::from_millis(100));
        let slow = move |tell: &dyn Fn(u64)| {
            (1..=6).for_each(|step| {
                std::thread::sleep(pause);
                tell(step);
            });
            "done"
        };
        let mut heard = Vec::new();
        assert_eq!(watch(limit, slow, |step| heard.push(step)), Some("done"));
        assert_eq!(heard, [1, 2, 3, 4, 5, 6]);
        assert_eq!(watch(pause, move |_| std::thread::sleep(limit), |_| ()), None);
    }
}
