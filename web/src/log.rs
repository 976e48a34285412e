//! The log: how it is written, and the one line for each request.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use daybook::config::{LogConfig, LogFormat};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::request::RequestContext;

/// To standard error, so that what commands print stays apart.
pub fn start(config: &LogConfig) {
    let level = LevelFilter::from_level(config.level);
    // actix calls every request that it cannot parse an error; anybody can send those, so they are for debugging.
    let broken_requests = if level >= LevelFilter::DEBUG { level } else { LevelFilter::OFF };
    let filter = Targets::new().with_default(level).with_target("actix_http::h1", broken_requests);
    let builder = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => {
            builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).finish().with(filter).init();
        }
        LogFormat::Json => builder.json().flatten_event(true).finish().with(filter).init(),
    }
}

/// Writes a line when the response is ready. The path itself is not logged, only its route: paths and queries may hold
/// what people wrote.
pub async fn requests<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let begin = Instant::now();
    let request = RequestContext::of(req.request());
    let trace = header(&req, "x-amzn-trace-id");
    let (method, quiet) = (req.method().clone(), req.path() == "/healthz");
    let response = next.call(req).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "none".into());
    let status = response.status().as_u16();
    let ms = begin.elapsed().as_micros() as f64 / 1000.0;
    let (id, client) = (request.id, request.client.address);
    let user = RequestContext::of(response.request()).session.map(|session| session.user_uid.to_string());
    if quiet {
        tracing::debug!(%id, %method, route, status, ms, %client, user, trace, "request");
    } else {
        tracing::info!(%id, %method, route, status, ms, %client, user, trace, "request");
    }
    Ok(response)
}

/// A header's value, cut to a length that cannot flood the log.
fn header(req: &ServiceRequest, name: &str) -> Option<String> {
    req.headers().get(name)?.to_str().ok().map(|value| value.chars().take(100).collect())
}
