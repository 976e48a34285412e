//! HTTP as a browser speaks it: with an `Origin`, and with htmx' headers where a part of a page is asked for.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use daybook::users::Token;
use ureq::http::Request;

use super::Page;

/// Follows no redirects; keeps connections.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    /// `Cookie` headers: signed in, if there is something in it.
    cookie: String,
}

/// What the program answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Client {
    /// For somebody who is not signed in.
    pub fn new(base: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(40)))
            .build();
        Client { agent: config.into(), base: base.to_owned(), cookie: String::new() }
    }

    /// The same server, for the person of this session.
    pub fn signed_in(&self, token: &Token) -> Client {
        // The name that the program looks for depends on PUBLIC_URL.
        Client { cookie: format!("daybook={token}; __Host-daybook={token}"), ..self.clone() }
    }

    /// The same server, for nobody.
    pub fn signed_out(&self) -> Client {
        Client { cookie: String::new(), ..self.clone() }
    }

    /// The same person, at another address of the server.
    pub fn at(&self, base: &str) -> Client {
        Client { base: base.to_owned(), ..self.clone() }
    }

    /// As it stands in a request that a test writes itself.
    pub fn cookie_line(&self) -> String {
        format!("Cookie: {}\r\n", self.cookie)
    }

    /// Any request. The path may be anything that a URI may be.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.cookie.is_empty() {
            request = request.header("Cookie", &self.cookie);
        }
        let mut response = if matches!(method, "GET" | "HEAD" | "OPTIONS" | "DELETE") {
            self.agent.run(request.body(())?)?
        } else {
            self.agent.run(request.body(body.to_vec())?)?
        };
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Answer {
            status: response.status().as_u16(),
            headers: headers.collect(),
            bytes: response.body_mut().with_config().limit(1 << 30).read_to_vec()?,
        })
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub fn get_in_place(&self, path: &str) -> Answer {
        self.send("GET", path, &HTMX, b"")
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(path, fields, false)
    }

    pub fn post_in_place(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(path, fields, true)
    }

    pub fn post_form(&self, path: &str, fields: &[(&str, &str)], in_place: bool) -> Answer {
        self.post_with(path, fields, if in_place { &HTMX } else { &[] })
    }

    /// With more headers than a form has.
    pub fn post_with(&self, path: &str, fields: &[(&str, &str)], more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("Origin", self.base.as_str()), ("Content-Type", FORM)];
        headers.extend(more);
        self.send("POST", path, &headers, encode(fields).as_bytes())
    }

    /// Bytes as they are, and everything that comes back until the connection is closed or `limit` is over.
    pub fn raw(&self, bytes: &[u8], limit: Duration) -> String {
        let mut stream = self.connect();
        stream.set_read_timeout(Some(limit)).expect("a time-out");
        // The program may answer and close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(n) = stream.read(&mut buffer) {
            if n == 0 {
                break;
            }
            answer.extend_from_slice(&buffer[..n]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(self.host()).expect("the program listens")
    }

    /// Address and port.
    pub fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }
}

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const HTMX: [(&str, &str); 2] = [("HX-Request", "true"), ("HX-Request-Type", "partial")];

pub fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn page(&self) -> Page {
        Page::parse(&self.text())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All values of a header that may come several times.
    pub fn headers(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        values.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The session that a cookie of this answer begins.
    pub fn session(&self) -> Option<Token> {
        let cookie = self.header("set-cookie")?;
        cookie.split(';').next()?.split_once('=')?.1.parse().ok()
    }

    /// Fails with the body when the status is another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Where a 303 leads.
    #[track_caller]
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").expect("a redirect says where to").to_owned()
    }
}
