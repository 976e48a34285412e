//! What a process tells of itself: its log, a line of statistics each minute, and metrics for Prometheus.
//!
//! `docs/operations.md` says what each figure means. Alarms and dashboards go by the names: they are not changed. Nothing
//! that people wrote may get in here, and no label may have more values than the program itself knows.

mod book;
mod log;
mod metrics;
mod requests;
mod statistics;

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;

pub use log::start;
pub use requests::Answered;

use crate::queue::Doorbell;
use crate::{Db, Result};

/// What a process counts. Clones count together.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    /// `web` or `worker`.
    process: &'static str,
    db: Db,
    doorbell: Doorbell,
    requests: requests::Requests,
    /// Events of the audit log that this process has sealed.
    sealed: Counter,
    book: book::Book,
}

impl Telemetry {
    /// # Errors
    /// [`crate::Error::Internal`] only if a histogram's limits make no sense.
    pub fn new(process: &'static str, db: Db, doorbell: Doorbell) -> Result<Telemetry> {
        Ok(Telemetry(Arc::new(Inner {
            process,
            db,
            doorbell,
            requests: requests::Requests::new()?,
            sealed: Counter::default(),
            book: book::Book::default(),
        })))
    }

    /// Counts a request that was answered.
    pub fn answered(&self, request: Answered) {
        self.0.requests.count(request);
    }

    /// Counts events that were sealed.
    pub fn sealed(&self, events: usize) {
        self.0.sealed.inc_by(events as u64);
    }

    /// All metrics, in Prometheus' text format, version 0.0.4. However often it is asked for, the database is asked at
    /// most every few seconds; while it is away, what only it knows is left out.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] only if they cannot be written as text.
    pub async fn metrics(&self) -> Result<String> {
        metrics::text(&self.0).await
    }

    /// Writes a line of statistics to the log after each interval. Runs until it is dropped.
    pub async fn tell_statistics(&self, interval: Duration, format: crate::config::LogFormat) {
        statistics::run(&self.0, interval, format).await;
    }
}
