//! What is known of a request before any handler: its id, the client behind the proxies, and whether htmx asks.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{HOST, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use daybook::users::{Action, Session};
use daybook::{Actor, Uid};

use crate::app::App;
use crate::error::Error;
use crate::htmx;

/// An extractor, and the same for the whole request.
#[derive(Debug, Clone)]
pub struct RequestContext {
    /// Ours, made anew for each request; in the log, on error pages and in audit events.
    pub id: Uid,
    pub client: Client,
    /// Path and query, as they came.
    pub path: String,
    /// The answer is a fragment to swap into the page, not a page.
    pub wants_fragment: bool,
    /// The person who asks, once `access.rs` has let them through.
    pub session: Option<Arc<Session>>,
    /// What they were let through to do; changes make sure of it once more.
    pub action: Option<Action>,
}

/// The browser's side of the connection, as far as it can be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub address: IpAddr,
    /// As in the `Host` header: with a port unless it is the scheme's own. Lower case.
    pub host: String,
}

impl RequestContext {
    /// Worked out once; later calls get the same.
    pub fn of(req: &HttpRequest) -> RequestContext {
        if let Some(context) = req.extensions().get::<RequestContext>() {
            return context.clone();
        }
        let hops = req.app_data::<web::Data<App>>().map_or(0, |app| app.config.trusted_proxy_hops);
        let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        let context = RequestContext {
            id: Uid::new(),
            client: client(peer, req.headers(), hops),
            path: req.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            wants_fragment: htmx::wants_fragment(req.headers()),
            session: None,
            action: None,
        };
        req.extensions_mut().insert(context.clone());
        context
    }

    /// Notes who is asking, for the rest of the request.
    pub fn recognise(req: &HttpRequest, session: Arc<Session>, action: Option<Action>) {
        let context = RequestContext { session: Some(session), action, ..RequestContext::of(req) };
        req.extensions_mut().insert(context);
    }

    /// The person who asks.
    ///
    /// # Errors
    /// 401 where nobody is signed in; a route that needs nothing has no session.
    pub fn session(&self) -> Result<&Session, Error> {
        self.session.as_deref().ok_or(Error::SignedOut)
    }

    /// Who changes something by this request.
    ///
    /// # Errors
    /// As [`RequestContext::session`].
    pub fn actor(&self) -> Result<Actor, Error> {
        Ok(self.session()?.actor(self.id, self.client.address))
    }

    /// Whether the person may do more than the route asks for.
    ///
    /// # Errors
    /// 403 if not.
    pub fn require(&self, action: Action) -> Result<(), Error> {
        if self.session()?.role.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl FromRequest for RequestContext {
    type Error = Infallible;
    type Future = Ready<Result<RequestContext, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(RequestContext::of(req)))
    }
}

/// With 0 hops the forwarding headers are ignored. With n, the n-th value from the right counts: the ones to the right
/// of it were written by our own proxies, the ones to the left by anybody. A header with fewer values counts for
/// nothing. `X-Forwarded-Prefix` is never used.
fn client(peer: IpAddr, headers: &HeaderMap, hops: usize) -> Client {
    let forwarded = |name: &str| nth_from_right(headers, name, hops);
    let address = forwarded("x-forwarded-for").and_then(|text| without_port(&text)).unwrap_or(peer);
    let own_host = || headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let mut host = forwarded("x-forwarded-host").unwrap_or_else(own_host).to_ascii_lowercase();
    let default_port = match forwarded("x-forwarded-proto").as_deref() {
        Some("https") => "443",
        _ => "80",
    };
    if let Some(port) = forwarded("x-forwarded-port")
        && port.parse::<u16>().is_ok()
        && port != default_port
        && host_name(&host) == host
    {
        host = format!("{host}:{port}");
    }
    Client { address, host }
}

fn nth_from_right(headers: &HeaderMap, name: &str, n: usize) -> Option<String> {
    let mut values = Vec::new();
    for header in headers.get_all(name) {
        values.extend(header.to_str().ok()?.split(',').map(|value| value.trim().to_owned()));
    }
    let position = values.len().checked_sub(n)?;
    values.get(position).filter(|value| n > 0 && !value.is_empty()).cloned()
}

/// Some proxies write `address:port`.
fn without_port(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

/// A host without its port: `[::1]:80` is `[::1]`.
pub fn host_name(host: &str) -> &str {
    match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9));

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn without_trusted_proxies_forwarding_headers_are_ignored() {
        let headers =
            headers(&[("host", "book.example"), ("x-forwarded-for", "1.2.3.4"), ("x-forwarded-host", "evil")]);
        assert_eq!(client(PEER, &headers, 0), Client { address: PEER, host: "book.example".into() });
    }

    #[test]
    fn the_nth_address_from_the_right_is_the_client() {
        let headers =
            headers(&[("host", "inner"), ("x-forwarded-for", "6.6.6.6, 1.2.3.4"), ("x-forwarded-for", "5.5.5.5:99")]);
        assert_eq!(client(PEER, &headers, 1).address.to_string(), "5.5.5.5");
        assert_eq!(client(PEER, &headers, 2).address.to_string(), "1.2.3.4");
        assert_eq!(client(PEER, &headers, 4).address, PEER);
    }

    #[test]
    fn a_forwarded_port_belongs_to_the_host_unless_it_is_the_schemes_own() {
        let with = |proto: &str, port: &str| {
            let headers =
                headers(&[("host", "Book.example"), ("x-forwarded-proto", proto), ("x-forwarded-port", port)]);
            client(PEER, &headers, 1).host
        };
        assert_eq!(with("https", "443"), "book.example");
        assert_eq!(with("https", "8443"), "book.example:8443");
        assert_eq!(with("http", "443"), "book.example:443");
    }

    #[test]
    fn a_host_name_is_found_in_any_form_of_host() {
        for (host, name) in [("a", "a"), ("a:1", "a"), ("[::1]", "[::1]"), ("[::1]:80", "[::1]")] {
            assert_eq!(host_name(host), name);
        }
    }

    proptest! {
        #[test]
        fn what_a_client_sends_itself_is_never_believed(forged in "[0-9a-z., :]{0,40}") {
            let headers = headers(&[("x-forwarded-for", &forged), ("x-forwarded-for", "9.9.9.9")]);
            prop_assert_eq!(client(PEER, &headers, 1).address.to_string(), "9.9.9.9");
        }
    }
}
