//! Tells what a process counts: the line of statistics, and metrics for Prometheus on a port of their own.
//!
//! Both programs use it. The port is for machines of the same network, answers `GET /metrics` and nothing else, and is
//! never the one of the pages. However many connect to it, it has few connections open, each for a short time.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use daybook::config::Config;
use daybook::telemetry::Telemetry;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Connections at a time; more wait for one to end.
const CONNECTIONS: usize = 16;
/// From a connection's beginning to its end, with the one request that it is for.
const LIMIT: Duration = Duration::from_secs(5);
/// Of a request's headers, in bytes.
const LONGEST: usize = 8 * 1024;
/// Before trying again when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);
/// Prometheus' text format.
const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Begins to tell, until the runtime ends.
///
/// # Errors
/// When nothing can listen at `METRICS_BIND`.
pub async fn begin(config: &Config, telemetry: &Telemetry) -> anyhow::Result<()> {
    if let Some(bind) = config.telemetry.metrics_bind {
        tokio::spawn(serve(listen(bind).await?, telemetry.clone()));
    }
    let (telemetry, interval, format) = (telemetry.clone(), config.telemetry.interval, config.log.format);
    tokio::spawn(async move { telemetry.tell_statistics(interval, format).await });
    Ok(())
}

async fn listen(bind: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(bind).await.with_context(|| format!("cannot listen on METRICS_BIND={bind}"))?;
    tracing::info!(address = %listener.local_addr()?, "metrics");
    Ok(listener)
}

async fn serve(listener: TcpListener, telemetry: Telemetry) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let telemetry = telemetry.clone();
                tokio::spawn(async move {
                    // Who is too slow is cut off.
                    let _ = tokio::time::timeout(LIMIT, answer_one(stream, telemetry)).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::debug!(%error, "no connection for metrics");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn answer_one(stream: TcpStream, telemetry: Telemetry) {
    let service = service_fn(|request| answer(request, &telemetry));
    let mut http = http1::Builder::new();
    http.keep_alive(false).max_buf_size(LONGEST);
    if let Err(error) = http.serve_connection(TokioIo::new(stream), service).await {
        tracing::debug!(%error, "a request for metrics came to nothing");
    }
}

async fn answer(request: Request<Incoming>, telemetry: &Telemetry) -> Result<Response<String>, Infallible> {
    let told = |status, text: &str| {
        let mut response = Response::new(text.to_owned());
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        response
    };
    if request.uri().path() != "/metrics" {
        return Ok(told(StatusCode::NOT_FOUND, "not found\n"));
    }
    if request.method() != Method::GET {
        let mut response = told(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        return Ok(response);
    }
    Ok(match telemetry.metrics().await {
        Ok(text) => {
            let mut response = Response::new(text);
            response.headers_mut().insert(CONTENT_TYPE, FORMAT);
            response
        }
        Err(error) => {
            tracing::error!(%error, "no metrics");
            told(StatusCode::INTERNAL_SERVER_ERROR, "no metrics\n")
        }
    })
}
