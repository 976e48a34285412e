//! The log: the one line for each request. The same figures are counted, for statistics and metrics.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web;
use daybook::telemetry::Answered;

use crate::app::App;
use crate::request::RequestContext;

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
    let took = begin.elapsed();
    let ms = took.as_micros() as f64 / 1000.0;
    if let Some(app) = response.request().app_data::<web::Data<App>>() {
        let (method, route) = (known(&method), route.clone());
        app.telemetry.answered(Answered { method, route, status, took, is_check: quiet });
    }
    let (id, client) = (request.id, request.client.address);
    let user = RequestContext::of(response.request()).session.map(|session| session.user_uid.to_string());
    if quiet {
        tracing::debug!(%id, %method, route, status, ms, %client, user, trace, "request");
    } else {
        tracing::info!(%id, %method, route, status, ms, %client, user, trace, "request");
    }
    Ok(response)
}

/// Anybody can make up methods.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// A header's value, cut to a length that cannot flood the log.
fn header(req: &ServiceRequest, name: &str) -> Option<String> {
    req.headers().get(name)?.to_str().ok().map(|value| value.chars().take(100).collect())
}
