//! Background work: runs jobs and looks for ones that nobody has heard of. A library, so that `daybook-web` can do it in
//! its own process where there is no Redis.
//!
//! What there is to do stands in the database (`daybook::jobs`); apalis only brings word that there is something. So this
//! crate may lose any message, and be killed at any moment. No query is in here.

mod audit;
pub mod health;
mod heartbeat;
mod jobs;
mod monitor;
mod places;
mod runner;
mod snapshots;
mod sweep;
pub mod telemetry;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use daybook::config::WorkerConfig;
use daybook::jobs::Worker;
use daybook::queue::{Doorbell, MemoryQueues, RedisQueues};
use daybook::snapshots::Shelf;
use daybook::telemetry::Telemetry;
use daybook::{Db, Uid};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::runner::Runner;

/// For running jobs to hand back, and for apalis to end, after it is told to stop.
const SHUTDOWN: Duration = Duration::from_secs(20);
/// How often it is looked at whether Redis is there.
const CHECK: Duration = Duration::from_secs(1);

/// What a process that works in the background has.
#[derive(Clone)]
pub struct Background {
    /// `web` or `worker`, for people.
    pub kind: &'static str,
    pub db: Db,
    pub config: WorkerConfig,
    pub doorbell: Doorbell,
    pub shelf: Shelf,
    pub queues: Queues,
    pub telemetry: Telemetry,
    /// Written on each round.
    pub health_file: Option<PathBuf>,
}

/// Where word of work comes from.
#[derive(Clone)]
pub enum Queues {
    Memory(MemoryQueues),
    Redis(RedisQueues),
}

/// Works until it is told to stop. Then running jobs are handed back, within [`SHUTDOWN`].
///
/// # Errors
/// When it cannot go on: Redis was away for too long, or apalis came to an end. The process should end, too, and be
/// started anew by whoever watches over it.
pub async fn run(background: Background, mut stop: watch::Receiver<bool>) -> anyhow::Result<()> {
    let worker = Worker::new(background.kind, &name());
    tracing::info!(worker = %worker.uid, name = worker.name, "background work begins");
    let runner = Runner::new(&background, worker.uid, stop.clone());
    let beating = tokio::spawn(heartbeat::run(background.db.clone(), worker.clone()));
    let ending = Arc::new(AtomicBool::new(false));
    let (workers, monitor) = monitor::build(&background, &runner, ending.clone())?;
    let mut monitor = tokio::spawn(monitor.run());
    let outcome = tokio::select! {
        ended = &mut monitor => Err(anyhow::anyhow!("the monitor came to an end: {ended:?}")),
        given_up = watch_redis(&background) => given_up,
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };
    ending.store(true, Ordering::Release);
    // Also wakes up those that wait for messages.
    let _ = workers.shutdown();
    let rest = async {
        runner.idle().await;
        if !monitor.is_finished() {
            let _ = (&mut monitor).await;
        }
    };
    if tokio::time::timeout(SHUTDOWN, rest).await.is_err() {
        tracing::warn!("did not come to an end in time; what is left is taken over when its lease runs out");
    }
    monitor.abort();
    beating.abort();
    heartbeat::leave(&background.db, worker.uid).await;
    tracing::info!("background work ends");
    outcome
}

/// Turns true with SIGTERM or Ctrl+C.
///
/// # Errors
/// When the operating system does not let anybody listen for signals.
pub fn told_to_stop() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = sender.send(true);
        // Whoever listens shall not take the end of this task for a signal.
        sender.closed().await;
    });
    Ok(receiver)
}

/// Ends when Redis was away for too long: then a new process, perhaps elsewhere, is worth a try.
async fn watch_redis(background: &Background) -> anyhow::Result<()> {
    let mut last = Instant::now();
    loop {
        tokio::time::sleep(CHECK).await;
        if !background.doorbell.is_delayed() {
            last = Instant::now();
        } else if last.elapsed() > background.config.redis_give_up {
            bail!("Redis was away for {} s", last.elapsed().as_secs());
        }
    }
}

/// Host and process, and something that differs after a restart under the same number.
fn name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname");
    let host = host.map_or_else(|_| "host".to_owned(), |name| name.trim().to_owned());
    format!("{host}/{}", std::process::id())
}

/// A name that no worker of apalis had before.
fn unique(what: &str) -> String {
    format!("{what}-{}-{}", name().replace('/', "-"), Uid::new())
}
