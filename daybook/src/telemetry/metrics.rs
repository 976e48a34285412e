//! The metrics and their names, as Prometheus asks for them.
//!
//! What a process counts lives in [`Inner`]; what is only true at this moment is put beside it each time, so that nothing
//! old is told when it is not known any more.

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;

use super::Inner;
use super::book::Figures;
use crate::jobs::{JobCount, State};
use crate::{Error, Result};

/// All of them, as text.
pub(super) async fn text(inner: &Inner) -> Result<String> {
    let mut registry = Registry::with_prefix("daybook");
    requests(&mut registry, inner);
    pool(&mut registry, inner);
    doorbell(&mut registry, inner);
    let sealed = "Events of the audit log that this process has sealed";
    registry.register("audit_events_sealed", sealed, inner.sealed.clone());
    let figures = inner.book.figures(&inner.db).await;
    gauge(&mut registry, "database_up", "Whether the database answered when it was last asked", figures.is_some());
    if let Some(figures) = &figures {
        book(&mut registry, figures);
    }
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry).map_err(|error| Error::Internal(format!("metrics: {error}")))?;
    Ok(text)
}

fn requests(registry: &mut Registry, inner: &Inner) {
    registry.register("http_requests", "Requests answered", inner.requests.outcomes.clone());
    let latency = "From a request's headers to its answer's";
    registry.register("http_request_duration_seconds", latency, inner.requests.latencies.clone());
}

fn pool(registry: &mut Registry, inner: &Inner) {
    let pool = inner.db.pool_use();
    gauge(registry, "db_pool_size", "Connections to the database at the most", pool.size);
    gauge(registry, "db_pool_in_use", "Connections to the database in use", pool.in_use);
    gauge(registry, "db_pool_waiting", "Units of work that wait for a connection or for their turn", pool.waiting);
}

fn doorbell(registry: &mut Registry, inner: &Inner) {
    let failures = ConstCounter::new(inner.doorbell.failures());
    registry.register("doorbell_failures", "Attempts to reach the queue that failed", failures);
    let delayed = inner.doorbell.is_delayed();
    gauge(registry, "doorbell_delayed", "Whether the queue is away, so that background work is delayed", delayed);
}

fn book(registry: &mut Registry, figures: &Figures) {
    gauge(registry, "audit_events_unsealed", "Events of the audit log that are not sealed", figures.unsealed);
    let oldest = figures.oldest_unsealed.as_secs_f64();
    let age = "The age of the oldest event that is not sealed; 0 when all are";
    registry.register("audit_oldest_unsealed_seconds", age, ConstGauge::new(oldest));
    gauge(registry, "audit_head", "The place of the event that was sealed last", figures.head);
    registry.register("jobs", "Jobs by kind and state", jobs(&figures.jobs));
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobLabels {
    kind: String,
    state: &'static str,
}

/// Every state of each kind that there is, so that a state that has become empty is told as 0.
fn jobs(counts: &[JobCount]) -> Family<JobLabels, Gauge> {
    let family = Family::<JobLabels, Gauge>::default();
    let labels = |count: &JobCount, state: State| JobLabels { kind: count.kind.clone(), state: state.name() };
    for count in counts {
        for state in State::ALL {
            let _zero = family.get_or_create_owned(&labels(count, state));
        }
    }
    for count in counts {
        let number = i64::try_from(count.number).unwrap_or(i64::MAX);
        family.get_or_create_owned(&labels(count, count.state)).set(number);
    }
    family
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: impl TryInto<i64>) {
    registry.register(name, help, ConstGauge::new(value.try_into().unwrap_or(i64::MAX)));
}
