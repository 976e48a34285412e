//! The line of statistics: what happened since the last one, and how things stand, as one JSON object.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::time::MissedTickBehavior;

use super::Inner;
use super::book::Figures;
use super::requests::Summary;
use crate::config::LogFormat;
use crate::db::PoolUse;
use crate::jobs::State;

/// The members in the order in which they are written. One that is `None` is left out. In a log of JSON they stand beside
/// `message`; in one of text the object follows it.
macro_rules! statistics {
    ($($name:ident: $type:ty),+ $(,)?) => {
        #[derive(Debug, Serialize)]
        struct Statistics {
            $(#[serde(skip_serializing_if = "is_unknown")] $name: $type),+
        }

        fn tell(statistics: &Statistics, format: LogFormat) {
            match format {
                LogFormat::Json => tracing::info!($($name = statistics.$name),+, "statistics"),
                LogFormat::Text => match serde_json::to_string(statistics) {
                    Ok(json) => tracing::info!("statistics {json}"),
                    Err(error) => tracing::warn!(%error, "no statistics"),
                },
            }
        }
    };
}

statistics! {
    process: &'static str,
    seconds: u64,
    requests: u64,
    errors: u64,
    latency_p50_ms: Option<f64>,
    latency_p99_ms: Option<f64>,
    pool_in_use: u64,
    pool_size: u64,
    pool_waiting: u64,
    doorbell_failures: u64,
    sealed: u64,
    unsealed: Option<u64>,
    oldest_unsealed_s: Option<f64>,
    jobs_waiting: Option<u64>,
    jobs_running: Option<u64>,
    jobs_done: Option<u64>,
    jobs_failed: Option<u64>,
    jobs_cancelled: Option<u64>,
}

/// Whether a member is left out.
trait Known {
    fn is_known(&self) -> bool {
        true
    }
}

impl Known for u64 {}
impl Known for &'static str {}

impl<T> Known for Option<T> {
    fn is_known(&self) -> bool {
        self.is_some()
    }
}

fn is_unknown(member: &impl Known) -> bool {
    !member.is_known()
}

/// What has been told already, of figures that are counted from the start.
#[derive(Default, Clone, Copy)]
struct Told {
    sealed: u64,
    doorbell_failures: u64,
}

pub(super) async fn run(inner: &Inner, interval: Duration, format: LogFormat) {
    let (mut told, mut last) = (Told::default(), Instant::now());
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first comes at once.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let figures = inner.book.figures(&inner.db).await;
        let since = last.elapsed();
        last = Instant::now();
        tell(&statistics(inner, &mut told, since, figures), format);
    }
}

fn statistics(inner: &Inner, told: &mut Told, since: Duration, figures: Option<Figures>) -> Statistics {
    let now = Told { sealed: inner.sealed.get(), doorbell_failures: inner.doorbell.failures() };
    let before = std::mem::replace(told, now);
    let Summary { requests, errors, p50, p99 } = inner.requests.take();
    let PoolUse { size, in_use, waiting } = inner.db.pool_use();
    let jobs = |state: State| {
        let in_state = figures.as_ref()?.jobs.iter().filter(|count| count.state == state);
        Some(in_state.map(|count| count.number).sum())
    };
    Statistics {
        process: inner.process,
        seconds: since.as_secs_f64().round() as u64,
        requests,
        errors,
        latency_p50_ms: p50,
        latency_p99_ms: p99,
        pool_in_use: in_use as u64,
        pool_size: size as u64,
        pool_waiting: waiting as u64,
        doorbell_failures: now.doorbell_failures - before.doorbell_failures,
        sealed: now.sealed - before.sealed,
        unsealed: figures.as_ref().map(|figures| figures.unsealed),
        oldest_unsealed_s: figures.as_ref().map(|figures| figures.oldest_unsealed.as_millis() as f64 / 1000.0),
        jobs_waiting: jobs(State::Waiting),
        jobs_running: jobs(State::Running),
        jobs_done: jobs(State::Done),
        jobs_failed: jobs(State::Failed),
        jobs_cancelled: jobs(State::Cancelled),
    }
}
