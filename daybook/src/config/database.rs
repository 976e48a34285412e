//! Where the database is: a SQLite file, or a MySQL server as a URL or in parts.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::{ConfigError, Env};

/// The database that this process works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    Sqlite { file: PathBuf },
    Mysql(MysqlUrl),
}

/// A complete `mysql://` URL. Its password is in no log: `Debug` and `Display` leave it out.
#[derive(Clone, PartialEq, Eq)]
pub struct MysqlUrl(Url);

impl MysqlUrl {
    /// The URL with its password, for the client library only.
    pub fn with_password(&self) -> &str {
        self.0.as_str()
    }

    /// The account, for statements that are about it.
    pub fn username(&self) -> String {
        percent_decode_str(self.0.username()).decode_utf8_lossy().into_owned()
    }

    /// Its password; as [`MysqlUrl::username`].
    pub fn password(&self) -> String {
        percent_decode_str(self.0.password().unwrap_or_default()).decode_utf8_lossy().into_owned()
    }

    /// The same database by another account.
    pub fn by(&self, username: &str, password: &str) -> MysqlUrl {
        let mut url = self.0.clone();
        // Refused only for URLs without a host, and this one has one.
        let _ = url.set_username(&encode(username)).and_then(|()| url.set_password(Some(&encode(password))));
        MysqlUrl(url)
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        self.0.path().trim_start_matches('/')
    }
}

impl fmt::Display for MysqlUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, host) = (self.0.username(), self.0.host_str().unwrap_or_default());
        write!(f, "mysql://{user}@{host}:{}{}", self.0.port().unwrap_or(3306), self.0.path())
    }
}

impl fmt::Debug for MysqlUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite { file } => write!(f, "sqlite:{}", file.display()),
            Database::Mysql(url) => url.fmt(f),
        }
    }
}

pub(super) fn read(env: &Env) -> Result<Database, ConfigError> {
    let parts = ["DB_HOST", "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_SSL_CA"];
    let set = parts.into_iter().find(|name| env.optional(name).is_some());
    let database = match (env.optional("DATABASE_URL"), set) {
        (Some(_), Some(part)) => return Err(ConfigError::new(part, "contradicts DATABASE_URL: set one of them")),
        (None, Some(_)) => from_parts(env)?,
        (url, None) => from_url(&url.unwrap_or_else(|| env.text("DATABASE_URL")))?,
    };
    if matches!(database, Database::Mysql(_)) && cfg!(not(feature = "mysql")) {
        return Err(ConfigError::new("DATABASE_URL", "this program was built without the cargo feature mysql"));
    }
    Ok(database)
}

fn from_url(text: &str) -> Result<Database, ConfigError> {
    // The text itself is never repeated: it may hold a password.
    let wrong = |problem: &str| ConfigError::new("DATABASE_URL", problem);
    if let Some(file) = text.strip_prefix("sqlite:") {
        let file = file.strip_prefix("//").unwrap_or(file);
        if file.is_empty() || file.contains(['?', ':']) {
            return Err(wrong("sqlite: is followed by a file's path, such as sqlite:data/daybook.sqlite"));
        }
        return Ok(Database::Sqlite { file: file.into() });
    }
    if !text.starts_with("mysql://") {
        return Err(wrong("begins with neither sqlite: nor mysql://"));
    }
    let url = Url::parse(text).map_err(|_| wrong("is not a well-formed URL; escape special characters as %XX"))?;
    if !has_plain_name(url.path()) {
        return Err(wrong(PLAIN_NAME));
    }
    mysql(url).ok_or_else(|| wrong("lacks a host, a user or a database: mysql://USER:PASSWORD@HOST:PORT/NAME"))
}

/// Of the same kind, with the same books.
pub(super) fn replica(env: &Env, database: &Database) -> Result<Option<MysqlUrl>, ConfigError> {
    let host = env.optional("DB_REPLICA_HOST");
    let text = match (env.optional("DATABASE_REPLICA_URL"), host) {
        (None, None) => return Ok(None),
        (None, Some(host)) => return replica_at(env, database, &host),
        (Some(text), None) => text,
        (Some(_), Some(_)) => {
            return Err(ConfigError::new("DB_REPLICA_HOST", "contradicts DATABASE_REPLICA_URL: set one of them"));
        }
    };
    // The text itself is never repeated: it may hold a password.
    let wrong = |problem: &str| ConfigError::new("DATABASE_REPLICA_URL", problem);
    let url = Url::parse(&text).ok().filter(|url| url.scheme() == "mysql" && has_plain_name(url.path()));
    match (database, url.and_then(mysql)) {
        (Database::Sqlite { .. }, _) => Err(wrong("is for MySQL only")),
        (Database::Mysql(_), Some(Database::Mysql(url))) => Ok(Some(url)),
        _ => Err(wrong("is not mysql://USER:PASSWORD@HOST:PORT/NAME")),
    }
}

fn from_parts(env: &Env) -> Result<Database, ConfigError> {
    let part = |name: &str| {
        env.optional(name).ok_or_else(|| {
            ConfigError::new(name, "is missing; DB_HOST, DB_USER, DB_PASSWORD and DB_NAME belong together")
        })
    };
    let (host, user, password, name) = (part("DB_HOST")?, part("DB_USER")?, part("DB_PASSWORD")?, part("DB_NAME")?);
    let port: u16 = env.parsed("DB_PORT", "a port number")?;
    if !has_plain_name(&name) {
        return Err(ConfigError::new("DB_NAME", PLAIN_NAME));
    }
    let mut text = format!("mysql://{}:{}@{host}:{port}/{name}", encode(&user), encode(&password));
    if let Some(ca) = env.optional("DB_SSL_CA") {
        text.push_str(&format!("?ssl_mode=verify_identity&ssl_ca={}", encode(&ca)));
    }
    let url = Url::parse(&text).map_err(|_| ConfigError::new("DB_HOST", "is not a host name or address"))?;
    mysql(url).ok_or_else(|| ConfigError::new("DB_HOST", "is not a host name or address"))
}

/// Everything but its place is as of the database. The database's own place means that there is no copy.
fn replica_at(env: &Env, database: &Database, host: &str) -> Result<Option<MysqlUrl>, ConfigError> {
    let wrong = |problem: &str| ConfigError::new("DB_REPLICA_HOST", problem);
    let Database::Mysql(MysqlUrl(url)) = database else { return Err(wrong("is for MySQL only")) };
    let mut replica = url.clone();
    replica.set_host(Some(host)).map_err(|_| wrong("is not a host name or address"))?;
    if env.optional("DB_REPLICA_PORT").is_some() {
        let port: u16 = env.parsed("DB_REPLICA_PORT", "a port number")?;
        replica.set_port(Some(port)).map_err(|()| wrong("is not a host name or address"))?;
    }
    Ok(Some(MysqlUrl(replica)).filter(|MysqlUrl(replica)| replica != url))
}

/// The account that migrates and makes the one of `database`.
pub(super) fn migrating(env: &Env, database: &Database) -> Result<Option<MysqlUrl>, ConfigError> {
    const USER: &str = "MIGRATE_DB_USER";
    const PASSWORD: &str = "MIGRATE_DB_PASSWORD";
    let (user, password) = match (env.optional(USER), env.optional(PASSWORD)) {
        (None, None) => return Ok(None),
        (Some(user), Some(password)) => (user, password),
        (Some(_), None) => return Err(ConfigError::new(PASSWORD, "is missing; it belongs to MIGRATE_DB_USER")),
        (None, Some(_)) => return Err(ConfigError::new(USER, "is missing; MIGRATE_DB_PASSWORD belongs to it")),
    };
    match database {
        Database::Sqlite { .. } => Err(ConfigError::new(USER, "is for MySQL only")),
        Database::Mysql(url) if url.username() == user => {
            Err(ConfigError::new(USER, "is the application's own account, which is to be a less privileged one"))
        }
        Database::Mysql(url) => Ok(Some(url.by(&user, &password))),
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Diesel passes the name on as it stands in the URL, escapes and all.
const PLAIN_NAME: &str = "has a database name with other characters than letters, digits, _, - and $";

fn has_plain_name(path: &str) -> bool {
    path.trim_start_matches('/').chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'))
}

fn mysql(url: Url) -> Option<Database> {
    let complete = url.has_host() && !url.username().is_empty() && url.path().len() > 1;
    complete.then_some(Database::Mysql(MysqlUrl(url)))
}
