//! The log: how it is written. Knows nothing of what is in it.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};

/// Crates whose lines are for debugging: actix calls every request that it cannot parse an error, and anybody can send
/// those; apalis tells of each restart of a worker what Daybook tells, too.
const NOISY: [&str; 4] = ["actix_http::h1", "apalis_core", "apalis_cron", "apalis_redis"];

/// To standard error, so that what commands print stays apart.
pub fn start(config: &LogConfig) {
    let level = LevelFilter::from_level(config.level);
    let noisy = if level >= LevelFilter::DEBUG { level } else { LevelFilter::OFF };
    let filter = Targets::new().with_default(level).with_targets(NOISY.map(|target| (target, noisy)));
    let builder = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => {
            builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).finish().with(filter).init();
        }
        LogFormat::Json => builder.json().flatten_event(true).finish().with(filter).init(),
    }
}
