//! The doorbell: tells a worker that there is work, and nothing else. It may ring too often, too late, or not at all: what
//! there is to do stands in the database, and a sweeper rings again for it.
//!
//! The bell is Redis, or the memory of the one process where there is no Redis. Ringing never delays, and never fails,
//! whoever changed something: it is done in the background after the commit, within a bounded time.

mod memory;
mod redis;
mod wake;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

pub use memory::{MemoryQueue, MemoryQueues};
pub use redis::{RedisQueue, RedisQueues};
pub use wake::{Message, Wake};

use crate::Result;
use crate::config::RedisUrl;

/// How long ringing may take, all in all.
const LIMIT: Duration = Duration::from_secs(2);

/// Clones ring the same bell.
#[derive(Clone)]
pub struct Doorbell(Arc<Inner>);

struct Inner {
    way: Way,
    /// Somebody is about to ring for the audit log: whoever comes now need not.
    audit: AtomicBool,
    ringing: Mutex<()>,
    /// The last ring did not get through.
    delayed: AtomicBool,
    failures: AtomicU64,
}

enum Way {
    Memory(MemoryQueues),
    Redis(RedisQueues),
    /// There is no worker: for commands that end after one change.
    Nowhere,
}

impl Doorbell {
    /// Rings in this process.
    pub fn memory() -> (Doorbell, MemoryQueues) {
        let queues = MemoryQueues::new();
        (Doorbell::by(Way::Memory(queues.clone())), queues)
    }

    /// Rings by Redis, which need not be there yet.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] for an address that the client library does not understand.
    pub fn redis(url: &RedisUrl) -> Result<Doorbell> {
        Ok(Doorbell::by(Way::Redis(RedisQueues::new(url)?)))
    }

    /// Rings for nobody.
    pub fn none() -> Doorbell {
        Doorbell::by(Way::Nowhere)
    }

    fn by(way: Way) -> Doorbell {
        Doorbell(Arc::new(Inner {
            way,
            audit: AtomicBool::new(false),
            ringing: Mutex::new(()),
            delayed: AtomicBool::new(false),
            failures: AtomicU64::new(0),
        }))
    }

    /// To be called after the commit, within an async runtime. Returns at once.
    pub fn ring(&self, wake: Wake) {
        match &self.0.way {
            Way::Nowhere => {}
            Way::Memory(queues) => queues.push(wake),
            Way::Redis(_) if wake == Wake::Audit && self.0.audit.swap(true, Ordering::AcqRel) => {}
            Way::Redis(_) => {
                let bell = self.clone();
                tokio::spawn(async move { bell.ring_by_redis(wake).await });
            }
        }
    }

    /// One after the other, so that a slow Redis is not met with ever more connections and tasks for the audit log.
    async fn ring_by_redis(&self, wake: Wake) {
        let Way::Redis(queues) = &self.0.way else { return };
        if wake == Wake::Audit {
            let _turn = self.0.ringing.lock().await;
            // From here on a change may come too late to be seen by who is woken, so it rings by itself.
            self.0.audit.store(false, Ordering::Release);
            self.note(tokio::time::timeout(LIMIT, queues.push(wake)).await);
        } else {
            self.note(tokio::time::timeout(LIMIT, queues.push(wake)).await);
        }
    }

    /// Finds out whether Redis is there, for people who want to know why something takes so long.
    pub async fn check(&self) {
        if let Way::Redis(queues) = &self.0.way {
            self.note(tokio::time::timeout(LIMIT, queues.ping()).await);
        }
    }

    fn note<E>(&self, outcome: std::result::Result<Result<()>, E>) {
        let problem = match outcome {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {} s", LIMIT.as_secs())),
        };
        let was = self.0.delayed.swap(problem.is_some(), Ordering::AcqRel);
        match problem {
            None if was => tracing::info!("the queue is back"),
            None => {}
            Some(problem) => {
                let failures = self.0.failures.fetch_add(1, Ordering::Relaxed) + 1;
                match was {
                    false => tracing::warn!(%problem, failures, "the queue is away: background work is delayed"),
                    true => tracing::debug!(%problem, failures, "the queue is away"),
                }
            }
        }
    }

    /// Background work takes longer than usual, since the last ring did not get through.
    pub fn is_delayed(&self) -> bool {
        self.0.delayed.load(Ordering::Acquire)
    }

    /// Rings that did not get through since the start.
    pub fn failures(&self) -> u64 {
        self.0.failures.load(Ordering::Relaxed)
    }
}
