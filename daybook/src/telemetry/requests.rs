//! Requests as they were answered: since the start for Prometheus, and since the last line for the statistics.
//!
//! On the way of every request, so it does little: two look-ups, and a lock that is held for nanoseconds.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram as Latencies;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::{Error, Result};

/// In seconds: a page takes a few milliseconds, and nothing longer than the database's time-outs.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// In microseconds, for the statistics; what is longer counts as that long.
const LONGEST: u64 = 60_000_000;
/// To how many decimal places percentiles are right.
const DIGITS: u8 = 2;

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// One of the few that there are, and `other` for all else.
    pub method: &'static str,
    /// The pattern, never the path that was asked for; `none` where there is none.
    pub route: String,
    pub status: u16,
    pub took: Duration,
    /// A load balancer's check that the process is alive: left out of the statistics, which it would make look fast.
    pub is_check: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Outcome {
    method: &'static str,
    route: String,
    status: u16,
}

pub(super) struct Requests {
    pub outcomes: Family<Outcome, Counter>,
    pub latencies: Family<Route, Histogram>,
    recent: Mutex<Recent>,
}

struct Recent {
    latencies: Latencies<u32>,
    errors: u64,
}

/// Since the last time that this was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Summary {
    pub requests: u64,
    /// Answered with a status of 500 or more.
    pub errors: u64,
    /// In milliseconds; `None` without a request.
    pub p50: Option<f64>,
    pub p99: Option<f64>,
}

impl Requests {
    pub fn new() -> Result<Requests> {
        let latencies = Latencies::new_with_bounds(1, LONGEST, DIGITS);
        let latencies = latencies.map_err(|error| Error::Internal(format!("a histogram: {error}")))?;
        Ok(Requests {
            outcomes: Family::default(),
            latencies: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            recent: Mutex::new(Recent { latencies, errors: 0 }),
        })
    }

    pub fn count(&self, request: Answered) {
        let Answered { method, route, status, took, is_check } = request;
        let labels = Route { method, route };
        self.latencies.get_or_create(&labels).observe(took.as_secs_f64());
        let labels = Outcome { method, route: labels.route, status };
        self.outcomes.get_or_create(&labels).inc();
        if !is_check {
            let mut recent = self.recent();
            recent.latencies.saturating_record(u64::try_from(took.as_micros()).unwrap_or(LONGEST));
            recent.errors += u64::from(status >= 500);
        }
    }

    /// What was since the last call.
    pub fn take(&self) -> Summary {
        let mut recent = self.recent();
        let latencies = &recent.latencies;
        let percentile = |share| {
            (!latencies.is_empty()).then(|| latencies.value_at_quantile(share).min(latencies.max()) as f64 / 1000.0)
        };
        let (p50, p99) = (percentile(0.5), percentile(0.99));
        let summary = Summary { requests: latencies.len(), errors: recent.errors, p50, p99 };
        recent.latencies.reset();
        recent.errors = 0;
        summary
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, micros: u64, is_check: bool) -> Answered {
        Answered { method: "GET", route: "/".into(), status, took: Duration::from_micros(micros), is_check }
    }

    #[test]
    fn a_summary_is_of_what_was_since_the_last_one_without_checks() {
        let requests = Requests::new().unwrap();
        assert_eq!(requests.take(), Summary { requests: 0, errors: 0, p50: None, p99: None });
        for millisecond in 1..=100 {
            requests.count(answered(if millisecond == 100 { 503 } else { 200 }, millisecond * 1000, false));
            requests.count(answered(200, 1, true));
        }
        let summary = requests.take();
        assert_eq!((summary.requests, summary.errors), (100, 1));
        let near = |value: Option<f64>, wanted: f64| (value.unwrap() - wanted).abs() < wanted / 50.0;
        assert!(near(summary.p50, 50.0) && near(summary.p99, 99.0), "{summary:?}");
        assert_eq!(requests.take().requests, 0);
    }

    #[test]
    fn what_takes_for_ever_counts_as_a_minute() {
        let requests = Requests::new().unwrap();
        requests.count(answered(200, u64::MAX, false));
        assert!((requests.take().p99.unwrap() - 60_000.0).abs() < 1_000.0);
    }
}
