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

use tokio::sync::mpsc;

pub use memory::{MemoryQueue, MemoryQueues};
pub use redis::{RedisQueue, RedisQueues};
pub use wake::{Message, Wake};

use crate::Result;

/// How long ringing may take, all in all.
const LIMIT: Duration = Duration::from_secs(2);
/// How often it is found out whether Redis is there while nobody rings.
const CHECK: Duration = Duration::from_secs(1);
/// Rings that wait for their turn. What is left out the sweeper rings for.
const MOST: usize = 1_000;

/// Clones ring the same bell.
#[derive(Clone)]
pub struct Doorbell(Arc<Inner>);

struct Inner {
    way: Way,
    /// Somebody is about to ring for the audit log: whoever comes now need not.
    audit: AtomicBool,
    /// The last ring did not get through.
    delayed: AtomicBool,
    failures: AtomicU64,
}

enum Way {
    Memory(MemoryQueues),
    Redis(mpsc::Sender<Wake>),
    /// There is no worker: for commands that end after one change.
    Nowhere,
}

impl Doorbell {
    /// Rings in this process.
    pub fn memory() -> (Doorbell, MemoryQueues) {
        let queues = MemoryQueues::new();
        (Doorbell::by(Way::Memory(queues.clone())), queues)
    }

    /// Rings by Redis, which need not be there yet, as long as the ringer runs.
    pub fn redis(queues: RedisQueues) -> (Doorbell, Ringer) {
        let (sender, wakes) = mpsc::channel(MOST);
        let doorbell = Doorbell::by(Way::Redis(sender));
        (doorbell.clone(), Ringer { doorbell, queues, wakes })
    }

    /// Rings for nobody.
    pub fn none() -> Doorbell {
        Doorbell::by(Way::Nowhere)
    }

    fn by(way: Way) -> Doorbell {
        Doorbell(Arc::new(Inner {
            way,
            audit: AtomicBool::new(false),
            delayed: AtomicBool::new(false),
            failures: AtomicU64::new(0),
        }))
    }

    /// To be called after the commit. Returns at once.
    pub fn ring(&self, wake: Wake) {
        match &self.0.way {
            Way::Nowhere => {}
            Way::Memory(queues) => queues.push(wake),
            Way::Redis(_) if wake == Wake::Audit && self.0.audit.swap(true, Ordering::AcqRel) => {}
            Way::Redis(sender) => {
                if sender.try_send(wake).is_err() && wake == Wake::Audit {
                    self.0.audit.store(false, Ordering::Release);
                }
            }
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

/// Carries what is rung to Redis, one after the other, so that a slow Redis is not met with ever more connections and tasks.
///
/// The connection lives in the async runtime that runs this. The runtimes of actix' workers end before the server does: a
/// connection of theirs would be a dead one, and waiting for it a panic.
#[must_use = "nothing rings unless it runs"]
pub struct Ringer {
    doorbell: Doorbell,
    queues: RedisQueues,
    wakes: mpsc::Receiver<Wake>,
}

impl Ringer {
    /// Runs until it is dropped. Asks Redis for a sign of life when there is nothing to ring for.
    pub async fn run(mut self) {
        loop {
            let wake = tokio::time::timeout(CHECK, self.wakes.recv()).await;
            if wake == Ok(Some(Wake::Audit)) {
                // From here on a change may come too late to be seen by who is woken, so it rings by itself.
                self.doorbell.0.audit.store(false, Ordering::Release);
            }
            let outcome = match wake {
                Ok(Some(wake)) => tokio::time::timeout(LIMIT, self.queues.push(wake)).await,
                Ok(None) | Err(_) => tokio::time::timeout(LIMIT, self.queues.ping()).await,
            };
            self.doorbell.note(outcome);
        }
    }
}
