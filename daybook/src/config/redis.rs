//! Where Redis is, if there is one: a URL, or parts. Without it the queue is in the memory of the one process.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::{ConfigError, Env};

/// A complete `redis://` or, with TLS, `rediss://` URL. Its password is in no log: `Debug` and `Display` leave it out.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(Url);

impl RedisUrl {
    /// The URL with its password, for the client library only.
    pub fn with_password(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host) = (self.0.scheme(), self.0.host_str().unwrap_or_default());
        write!(f, "{scheme}://{host}:{}{}", self.0.port().unwrap_or(6379), self.0.path())
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(super) fn read(env: &Env) -> Result<Option<RedisUrl>, ConfigError> {
    let parts = ["REDIS_HOST", "REDIS_PASSWORD", "REDIS_TLS"];
    let set = parts.into_iter().find(|name| env.optional(name).is_some());
    match (env.optional("REDIS_URL"), set) {
        (Some(_), Some(part)) => Err(ConfigError::new(part, "contradicts REDIS_URL: set one of them")),
        (None, Some(_)) => from_parts(env).map(Some),
        (url, None) => url.map(|url| from_url(&url)).transpose(),
    }
}

fn from_url(text: &str) -> Result<RedisUrl, ConfigError> {
    // The text itself is never repeated: it may hold a password.
    let wrong = |problem: &str| ConfigError::new("REDIS_URL", problem);
    if !text.starts_with("redis://") && !text.starts_with("rediss://") {
        return Err(wrong("begins with neither redis:// nor, for TLS, rediss://"));
    }
    let url = Url::parse(text).map_err(|_| wrong("is not a well-formed URL; escape special characters as %XX"))?;
    let number = url.path().trim_start_matches('/');
    if url.host_str().is_none_or(str::is_empty) || !(number.is_empty() || number.parse::<u16>().is_ok()) {
        return Err(wrong("is not redis://:PASSWORD@HOST:PORT, with /NUMBER for another database than 0"));
    }
    Ok(RedisUrl(url))
}

fn from_parts(env: &Env) -> Result<RedisUrl, ConfigError> {
    let host = env.optional("REDIS_HOST");
    let host = host.ok_or_else(|| ConfigError::new("REDIS_HOST", "is missing; the other parts say how to reach it"))?;
    let port: u16 = env.parsed("REDIS_PORT", "a port number")?;
    let scheme = if env.parsed("REDIS_TLS", "true or false")? { "rediss" } else { "redis" };
    let password = env.optional("REDIS_PASSWORD");
    let password = password.map(|text| format!(":{}@", utf8_percent_encode(&text, NON_ALPHANUMERIC)));
    let text = format!("{scheme}://{}{host}:{port}", password.unwrap_or_default());
    let url = Url::parse(&text).ok().filter(|url| url.host_str().is_some_and(|host| !host.is_empty()));
    url.map(RedisUrl).ok_or_else(|| ConfigError::new("REDIS_HOST", "is not a host name or address"))
}
