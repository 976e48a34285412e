//! Which requests are answered at all: for our host, from our own pages, of bearable size.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web;
use daybook::config::AllowedHosts;
use url::Url;

use crate::app::App;
use crate::error::Error;
use crate::request::{RequestContext, host_name};

/// Bytes of a request's path and query at the most.
const MAX_URI: usize = 8 * 1024;
/// Bytes of all header names and values at the most.
const MAX_HEADERS: usize = 32 * 1024;

/// Refuses what must not reach a handler.
pub async fn guard<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    match check(&req) {
        Ok(()) => Ok(next.call(req).await?.map_into_left_body()),
        Err(error) => Ok(req.error_response(error).map_into_right_body()),
    }
}

fn check(req: &ServiceRequest) -> Result<(), Error> {
    if req.path() == "/healthz" {
        return Ok(());
    }
    let headers = req.headers();
    if req.uri().to_string().len() > MAX_URI {
        return Err(Error::UriTooLong);
    }
    if headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() > MAX_HEADERS {
        return Err(Error::HeadersTooLarge);
    }
    let Some(app) = req.app_data::<web::Data<App>>() else { return Ok(()) };
    let host = RequestContext::of(req.request()).client.host;
    if !is_allowed(&app.config.allowed_hosts, &host) {
        return Err(Error::UnknownHost);
    }
    let safe = matches!(*req.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(headers, &host, app.config.public_url.as_ref()) {
        Ok(())
    } else {
        Err(Error::CrossOrigin)
    }
}

fn is_allowed(allowed: &AllowedHosts, host: &str) -> bool {
    match allowed {
        AllowedHosts::Any => true,
        AllowedHosts::Names(names) => names.iter().any(|name| name == host_name(host)),
    }
}

/// Fetch Metadata where the browser sends it (it does to https and to loopback), else `Origin`, which must be the
/// public URL's or the one that the request is for. A request with neither is refused.
fn is_same_origin(headers: &HeaderMap, host: &str, public_url: Option<&Url>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN).and_then(|value| value.to_str().ok()) else { return false };
    if public_url.is_some_and(|url| url.origin().ascii_serialization() == origin) {
        return true;
    }
    let origin_host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    public_url.is_none() && !host.is_empty() && origin_host == Some(host)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn same_origin(pairs: &[(&'static str, &'static str)], public_url: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        is_same_origin(&headers, "book.example", public_url.map(|url| Url::parse(url).unwrap()).as_ref())
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        assert!(same_origin(&[("sec-fetch-site", "same-origin")], None));
        assert!(same_origin(&[("sec-fetch-site", "none")], None));
        for site in ["same-site", "cross-site"] {
            assert!(!same_origin(&[("sec-fetch-site", site), ("origin", "http://book.example")], None));
        }
    }

    #[test]
    fn without_it_the_origin_must_be_ours() {
        assert!(same_origin(&[("origin", "http://book.example")], None));
        assert!(same_origin(&[("origin", "https://public.example")], Some("https://public.example")));
        assert!(!same_origin(&[("origin", "http://book.example")], Some("https://public.example")));
        assert!(!same_origin(&[("origin", "http://evil.example")], None));
        assert!(!same_origin(&[("origin", "null")], None));
        assert!(!same_origin(&[], None));
    }
}
