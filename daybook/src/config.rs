//! Every setting: read from the environment, checked, and with its secrets hidden.
//!
//! [`SETTINGS`] lists them for `--help`; `.env.example` repeats the list, and a test compares the two. A value that is
//! wrong, or that contradicts another, stops the start with one line.

mod accounts;
mod database;
mod files;
mod redis;
mod secrets;
mod settings;
mod telemetry;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use crate::users::Lifetime;

pub use accounts::FirstAdministrator;
pub use database::{Database, MysqlUrl};
pub use files::{FilesConfig, FilesUrl};
pub use redis::RedisUrl;
pub use settings::{SETTINGS, Setting, settings_help};
pub use telemetry::TelemetryConfig;

/// Everything that can be set, with defaults filled in.
#[derive(Debug, Clone)]
pub struct Config {
    pub database: Database,
    /// A copy that follows it, for long reading.
    pub replica: Option<MysqlUrl>,
    pub pool: PoolConfig,
    pub migrate: MigrateConfig,
    /// `None`: the queue is in memory, and background work is done by the process that serves.
    pub redis: Option<RedisUrl>,
    pub worker: WorkerConfig,
    pub files: FilesConfig,
    pub web: WebConfig,
    pub log: LogConfig,
    pub telemetry: TelemetryConfig,
    /// In which times are shown. They are stored in UTC.
    pub time_zone: TimeZone,
}

#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Connections at the most, for the whole process.
    pub size: u32,
    /// How long a request may wait for a connection.
    pub acquire_timeout: Duration,
    /// How long a unit of reading may take once it has one.
    pub read_timeout: Duration,
    /// How long a unit of writing may take once it has one; after it the outcome is unknown.
    pub write_timeout: Duration,
    /// How long a write may wait for a row or for SQLite's write lock.
    pub lock_timeout: Duration,
}

#[derive(Debug, Clone)]
pub struct MigrateConfig {
    /// How often to try to reach the database.
    pub tries: NonZeroU16,
    /// The pause between two tries.
    pub pause: Duration,
    /// Who changes the schema, and makes the account that the application has; `None`: that account does both.
    pub account: Option<MysqlUrl>,
}

#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// How long Redis may be away before the process ends.
    pub redis_give_up: Duration,
    /// Jobs of each kind at a time.
    pub concurrency: NonZeroU16,
    /// How long a job stays with a worker that says nothing.
    pub lease: Duration,
    /// Entries that a job changes in one transaction.
    pub batch: NonZeroU32,
    /// Written on each round, so that `daybook-worker health` need ask nobody.
    pub health_file: PathBuf,
}

#[derive(Debug, Clone)]
pub struct WebConfig {
    pub bind: SocketAddr,
    pub workers: NonZeroU16,
    pub max_connections: usize,
    /// Scheme and authority under which people reach the book; `None`: as the request says.
    pub public_url: Option<Url>,
    pub allowed_hosts: AllowedHosts,
    /// How many proxies in front may be believed; 0: forwarding headers are ignored.
    pub trusted_proxy_hops: usize,
    pub sessions: Lifetime,
    /// Made at the start where there is no account.
    pub first_administrator: Option<FirstAdministrator>,
    /// The folder that holds `static` and `node_modules`.
    pub assets_dir: PathBuf,
}

/// The host names that requests may be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    Any,
    /// Lower case, without ports; IPv6 addresses in brackets.
    Names(Vec<String>),
}

#[derive(Debug, Clone)]
pub struct LogConfig {
    pub format: LogFormat,
    pub level: tracing::Level,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// One line that names the setting and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    name: String,
    problem: String,
}

impl ConfigError {
    fn new(name: &str, problem: impl Into<String>) -> ConfigError {
        ConfigError { name: name.into(), problem: problem.into() }
    }
}

impl Config {
    /// Reads the process' environment.
    pub fn from_env() -> Result<Config, ConfigError> {
        Config::read(&|name| std::env::var(name).ok())
    }

    /// Reads from any source of variables, and secrets also from files. An empty value counts as not set.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
        let env = Env { get, files: secrets::read(get)? };
        let bind: SocketAddr = env.parsed("BIND", "an address and port, such as 127.0.0.1:8000")?;
        let public_url = env.optional("PUBLIC_URL").map(|text| public_url(&text)).transpose()?;
        let database = database::read(&env)?;
        Ok(Config {
            replica: database::replica(&env, &database)?,
            pool: PoolConfig {
                size: env.parsed::<NonZeroU16>("DB_POOL_SIZE", "a number from 1 to 65535")?.get().into(),
                acquire_timeout: env.milliseconds("DB_ACQUIRE_TIMEOUT_MS")?,
                read_timeout: env.milliseconds("DB_READ_TIMEOUT_MS")?,
                write_timeout: env.milliseconds("DB_WRITE_TIMEOUT_MS")?,
                lock_timeout: env.milliseconds("DB_LOCK_TIMEOUT_MS")?,
            },
            migrate: MigrateConfig {
                tries: env.parsed("MIGRATE_TRIES", "a number from 1 to 65535")?,
                pause: env.milliseconds("MIGRATE_PAUSE_MS")?,
                account: database::migrating(&env, &database)?,
            },
            database,
            redis: redis::read(&env)?,
            worker: worker(&env)?,
            files: files::read(&env)?,
            web: WebConfig {
                bind,
                workers: match env.optional("WEB_WORKERS") {
                    Some(_) => env.parsed("WEB_WORKERS", "a number from 1 to 65535")?,
                    None => cores(),
                },
                max_connections: env.parsed("MAX_CONNECTIONS", "a number")?,
                allowed_hosts: allowed_hosts(&env, bind, public_url.as_ref())?,
                public_url,
                trusted_proxy_hops: env.parsed("TRUSTED_PROXY_HOPS", "a number, 0 for no proxy")?,
                sessions: accounts::lifetime(&env)?,
                first_administrator: accounts::first_administrator(&env)?,
                assets_dir: env.optional("ASSETS_DIR").map_or_else(source_tree, PathBuf::from),
            },
            log: LogConfig {
                format: match env.text("LOG_FORMAT").as_str() {
                    "text" => LogFormat::Text,
                    "json" => LogFormat::Json,
                    _ => return Err(ConfigError::new("LOG_FORMAT", "must be text or json")),
                },
                level: env.parsed("LOG_LEVEL", "error, warn, info, debug or trace")?,
            },
            telemetry: telemetry::read(&env, bind)?,
            time_zone: time_zone(&env)?,
        })
    }
}

/// Where variables come from, and how their values are read.
pub(crate) struct Env<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
    /// Secrets by name, as they stand in files.
    files: BTreeMap<&'static str, String>,
}

impl Env<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        self.files.get(name).cloned().or_else(|| set(self.get, name))
    }

    /// The value, or the default that [`SETTINGS`] names.
    fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| settings::default_of(name).to_owned())
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str, wanted: &str) -> Result<T, ConfigError> {
        let text = self.text(name);
        text.parse().map_err(|_| ConfigError::new(name, format!("“{text}” is not {wanted}")))
    }

    fn milliseconds(&self, name: &str) -> Result<Duration, ConfigError> {
        self.parsed::<u32>(name, "a number of milliseconds").map(|ms| Duration::from_millis(ms.into()))
    }
}

/// The variable's value; `None` also for an empty one.
fn set(get: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn worker(env: &Env) -> Result<WorkerConfig, ConfigError> {
    const POSITIVE: &str = "a number, 1 at the least";
    let lease = env.milliseconds("JOB_LEASE_MS")?;
    if lease < Duration::from_millis(100) {
        return Err(ConfigError::new("JOB_LEASE_MS", "must be at least 100"));
    }
    let health_file = env.optional("WORKER_HEALTH_FILE").map(PathBuf::from);
    Ok(WorkerConfig {
        redis_give_up: Duration::from_secs(env.parsed::<u32>("REDIS_GIVE_UP_S", "a number of seconds")?.into()),
        concurrency: env.parsed("JOB_CONCURRENCY", POSITIVE)?,
        lease,
        batch: env.parsed("JOB_BATCH", POSITIVE)?,
        health_file: health_file.unwrap_or_else(|| std::env::temp_dir().join("daybook-worker.alive")),
    })
}

fn cores() -> NonZeroU16 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    u16::try_from(cores).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN)
}

/// The folder this program was built from: right wherever the program is started, as long as the sources are there.
fn source_tree() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn time_zone(env: &Env) -> Result<TimeZone, ConfigError> {
    match env.optional("BOOK_TIME_ZONE") {
        None => Ok(TimeZone::try_system().unwrap_or(TimeZone::UTC)),
        Some(name) => TimeZone::get(&name)
            .map_err(|_| ConfigError::new("BOOK_TIME_ZONE", format!("“{name}” is not a zone such as Europe/Vienna"))),
    }
}

fn public_url(text: &str) -> Result<Url, ConfigError> {
    let wrong = || {
        ConfigError::new(
            "PUBLIC_URL",
            format!("“{text}” is not http:// or https:// and a host, such as https://book.example"),
        )
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    if bare && web && url.password().is_none() { Ok(url) } else { Err(wrong()) }
}

/// As set; else the host of `PUBLIC_URL`; on a loopback address also the loopback's names. A public address without
/// either would answer to any name (DNS rebinding), so that stops the start.
fn allowed_hosts(env: &Env, bind: SocketAddr, public_url: Option<&Url>) -> Result<AllowedHosts, ConfigError> {
    let set = env.optional("ALLOWED_HOSTS");
    if set.as_deref() == Some("*") {
        return Ok(AllowedHosts::Any);
    }
    let mut names: Vec<String> = match &set {
        Some(list) => list.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|n| !n.is_empty()).collect(),
        None => Vec::new(),
    };
    if let Some(name) = names.iter().find(|name| name.contains(['/', ' ', '*']) || has_port(name)) {
        return Err(ConfigError::new("ALLOWED_HOSTS", format!("“{name}” is not a host name without scheme and port")));
    }
    if let Some(host) = public_url.and_then(Url::host_str) {
        names.push(host.to_ascii_lowercase());
    }
    if bind.ip().is_loopback() {
        names.extend(["localhost", "127.0.0.1", "[::1]"].map(String::from));
    }
    if names.is_empty() {
        let problem =
            format!("BIND={bind} can be reached from outside: set PUBLIC_URL, or the names to answer to, or * for any");
        return Err(ConfigError::new("ALLOWED_HOSTS", problem));
    }
    Ok(AllowedHosts::Names(names))
}

fn has_port(host: &str) -> bool {
    !host.ends_with(']') && host.contains(':')
}

#[cfg(test)]
mod tests;
