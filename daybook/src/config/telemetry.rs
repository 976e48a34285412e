//! What a process tells of itself, and where.

use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use super::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct TelemetryConfig {
    /// Where Prometheus may ask for metrics; `None`: nowhere. Never the port of the pages.
    pub metrics_bind: Option<SocketAddr>,
    /// Between two lines of statistics in the log.
    pub interval: Duration,
}

pub(super) fn read(env: &Env, bind: SocketAddr) -> Result<TelemetryConfig, ConfigError> {
    const ADDRESS: &str = "an address and port, such as 127.0.0.1:9464";
    let interval: NonZeroU16 = env.parsed("STATISTICS_S", "a number of seconds, 1 at the least")?;
    let metrics_bind = match env.optional("METRICS_BIND") {
        None => None,
        Some(_) => Some(env.parsed::<SocketAddr>("METRICS_BIND", ADDRESS)?),
    };
    if metrics_bind.is_some_and(|metrics| metrics.port() == bind.port() && bind.port() != 0) {
        return Err(ConfigError::new(
            "METRICS_BIND",
            format!("has the port of BIND={bind}: metrics are not for everybody"),
        ));
    }
    Ok(TelemetryConfig { metrics_bind, interval: Duration::from_secs(interval.get().into()) })
}
