//! apalis: a worker for each queue, the sweeper, and how they are started again.
//!
//! Handlers only start jobs and always answer `Ok`: whether they are done, and when they are tried again, stands in the
//! database. So a restart of an apalis worker, which drops its handlers, drops no job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis::prelude::{BackendExt, Monitor, MonitorContext, WorkerBuilder, WorkerBuilderExt};
use apalis_cron::{CronScheduler, Schedule, Tick};
use daybook::queue::{MemoryQueue, Message, RedisQueue, Wake};

use crate::runner::Runner;
use crate::{Background, Queues, sweep, unique};

/// How often Redis is asked for messages.
const POLL: Duration = Duration::from_millis(200);
/// Between two rounds of the sweeper, in seconds.
const ROUND: u64 = 2;
/// Before a worker of apalis starts again: never in a hot loop.
const PAUSE: Duration = Duration::from_secs(1);

/// What has to be told to shut down, and what has to be run. Once `ending` is true nothing starts again.
pub fn build(
    background: &Background,
    runner: &Arc<Runner>,
    ending: Arc<AtomicBool>,
) -> anyhow::Result<(MonitorContext, Monitor)> {
    let monitor = Monitor::new().should_restart(move |worker, error| {
        // One that cannot say good-bye, since Redis is away, would otherwise begin anew for ever.
        let ending = ending.load(Ordering::Acquire);
        tracing::warn!(worker = worker.name(), %error, ending, "a worker of the queue broke down");
        !ending
    });
    let monitor = listeners(monitor, &background.queues, runner)?;
    let monitor = sweeper(monitor, background.queues.clone(), runner.clone());
    Ok((monitor.context(), monitor))
}

/// Nobody waits for anything the first time.
fn pause(restarts: usize) -> Duration {
    if restarts == 0 { Duration::ZERO } else { PAUSE }
}

/// A long job never delays sealing: each has an apalis worker of its own.
fn listeners(monitor: Monitor, queues: &Queues, runner: &Arc<Runner>) -> anyhow::Result<Monitor> {
    Ok(match queues {
        Queues::Memory(queues) => {
            let monitor = listen_in_memory(monitor, "audit", queues.audit().clone(), runner.clone());
            listen_in_memory(monitor, "jobs", queues.jobs().clone(), runner.clone())
        }
        Queues::Redis(queues) => {
            let monitor = listen_to_redis(monitor, "audit", queues.audit()?, runner.clone());
            listen_to_redis(monitor, "jobs", queues.jobs()?, runner.clone())
        }
    })
}

fn listen_in_memory(monitor: Monitor, what: &'static str, queue: MemoryQueue, runner: Arc<Runner>) -> Monitor {
    monitor.register(move |_| {
        let runner = runner.clone();
        let hear = move |message: Message| hear(runner.clone(), message);
        WorkerBuilder::new(unique(what)).backend(queue.backend()).concurrency(1).build(hear)
    })
}

fn listen_to_redis(monitor: Monitor, what: &'static str, queue: RedisQueue, runner: Arc<Runner>) -> Monitor {
    monitor.register(move |restarts| {
        let runner = runner.clone();
        let hear = move |message: Message| hear(runner.clone(), message);
        let backend = queue.clone().poll_with_interval(POLL).before_start(move |_| async move {
            tokio::time::sleep(pause(restarts)).await;
            Ok(())
        });
        WorkerBuilder::new(unique(what)).backend(backend).concurrency(1).build(hear)
    })
}

async fn hear(runner: Arc<Runner>, message: Message) {
    match Wake::from_message(&message) {
        Some(Wake::Audit) => runner.sealer.seal().await,
        Some(Wake::Job(uid)) => runner.start(uid).await,
        None => tracing::debug!("a message of another release"),
    }
}

fn sweeper(monitor: Monitor, queues: Queues, runner: Arc<Runner>) -> Monitor {
    let handler = move |_: Tick| {
        let (runner, queues) = (runner.clone(), queues.clone());
        async move { sweep::round(&runner, &queues).await }
    };
    monitor.register(move |restarts| {
        let backend = CronScheduler::new(Rounds).before_start(move |_| async move {
            tokio::time::sleep(pause(restarts)).await;
            Ok(())
        });
        WorkerBuilder::new(unique("sweeper")).backend(backend).concurrency(1).build(handler.clone())
    })
}

/// Every few seconds.
#[derive(Debug, Clone, Copy)]
struct Rounds;

impl<Tz> Schedule<Tz> for Rounds {
    fn next_tick(&mut self, _: &Tz) -> Option<Tick<Tz>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Some(Tick::new(now + ROUND))
    }
}
