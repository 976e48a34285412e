//! The list of settings: what `--help` prints and what the defaults are.

/// One environment variable.
pub struct Setting {
    pub name: &'static str,
    /// The value that an unset variable has; empty where there is none or where it is worked out (`help` says how).
    pub default: &'static str,
    pub help: &'static str,
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help }
}

/// Every variable that Daybook reads.
pub const SETTINGS: &[Setting] = &[
    setting("DATABASE_URL", "sqlite:data/daybook.sqlite", "sqlite:FILE, or mysql://USER:PASSWORD@HOST:PORT/NAME"),
    setting("DATABASE_URL_FILE", "", "… or the path of a file that holds DATABASE_URL"),
    setting("DB_HOST", "", "MySQL in parts, instead of DATABASE_URL: its host"),
    setting("DB_PORT", "3306", "… its port"),
    setting("DB_USER", "", "… the account"),
    setting("DB_PASSWORD", "", "… the account's password"),
    setting("DB_PASSWORD_FILE", "", "… or the path of a file that holds it"),
    setting("DB_NAME", "", "… the database's name"),
    setting("DB_SSL_CA", "", "… a file of certificates: connect by TLS only, and check the server's name"),
    setting("DATABASE_REPLICA_URL", "", "a copy of MySQL that follows it: snapshots and the log are read from there"),
    setting("DATABASE_REPLICA_URL_FILE", "", "… or the path of a file that holds it"),
    setting("DB_REPLICA_HOST", "", "… or only its host, where the rest is as of the database itself"),
    setting("DB_REPLICA_PORT", "", "… and its port, if that is another one"),
    setting("DB_POOL_SIZE", "10", "connections at the most, for each process"),
    setting("DB_ACQUIRE_TIMEOUT_MS", "2000", "how long a request waits for a connection"),
    setting("DB_READ_TIMEOUT_MS", "2500", "how long a page's reading may take"),
    setting("DB_WRITE_TIMEOUT_MS", "8000", "how long a change may take before its outcome counts as unknown"),
    setting("DB_LOCK_TIMEOUT_MS", "3000", "how long a change waits for another one of the same entry"),
    setting("MIGRATE_TRIES", "10", "how often `migrate` tries to reach the database"),
    setting("MIGRATE_PAUSE_MS", "5000", "the pause between two tries"),
    setting("MIGRATE_DB_USER", "", "an account of MySQL that migrates, and makes the application's with few rights"),
    setting("MIGRATE_DB_PASSWORD", "", "… its password"),
    setting("MIGRATE_DB_PASSWORD_FILE", "", "… or the path of a file that holds it"),
    setting(
        "REDIS_URL",
        "",
        "redis://:PASSWORD@HOST:PORT, or rediss:// for TLS: background work is done by daybook-worker",
    ),
    setting("REDIS_URL_FILE", "", "… or the path of a file that holds REDIS_URL"),
    setting("REDIS_HOST", "", "Redis in parts, instead of REDIS_URL: its host"),
    setting("REDIS_PORT", "6379", "… its port"),
    setting("REDIS_PASSWORD", "", "… its password"),
    setting("REDIS_PASSWORD_FILE", "", "… or the path of a file that holds it"),
    setting("REDIS_TLS", "false", "… true: connect by TLS only, and check the server's name"),
    setting(
        "SSL_CERT_FILE",
        "",
        "… a file of certificates of authorities, to check Redis' own by (default: the system's)",
    ),
    setting("REDIS_GIVE_UP_S", "300", "seconds without Redis after which daybook-worker ends, to be started anew"),
    setting("JOB_CONCURRENCY", "2", "jobs of each kind that one process runs at a time"),
    setting("JOB_LEASE_MS", "30000", "how long a job stays with a worker that says nothing, 100 at the least"),
    setting("JOB_BATCH", "200", "entries that a job changes in one transaction"),
    setting(
        "WORKER_HEALTH_FILE",
        "",
        "written by daybook-worker on its rounds (default: in the folder for temporary files)",
    ),
    setting(
        "FILES_URL",
        "file:data/files",
        "where snapshots are: file:FOLDER, or s3://BUCKET/PREFIX with AWS_REGION and the like",
    ),
    setting("FILES_SWEEP_S", "3600", "how often files that nobody needs any more are looked for"),
    setting("SNAPSHOT_DAYS", "30", "days after which a snapshot is deleted that nobody keeps"),
    setting("BIND", "127.0.0.1:8000", "the address and port to listen on"),
    setting("WEB_WORKERS", "", "threads that serve requests (default: the processor's cores)"),
    setting("MAX_CONNECTIONS", "2000", "open connections at the most, for each of those threads"),
    setting("PUBLIC_URL", "", "how people reach the book, such as https://book.example; https turns HSTS on"),
    setting(
        "ALLOWED_HOSTS",
        "",
        "host names to answer to, with commas, * for any (default: PUBLIC_URL's, and loopback's)",
    ),
    setting("TRUSTED_PROXY_HOPS", "0", "proxies in front whose X-Forwarded-For, -Proto, -Host and -Port are believed"),
    setting("DAYBOOK_ADMIN_EMAIL", "", "makes the first administrator at the start, instead of a link; once"),
    setting("DAYBOOK_ADMIN_PASSWORD", "", "… with this password"),
    setting("DAYBOOK_ADMIN_PASSWORD_FILE", "", "… or the path of a file that holds it"),
    setting(
        "SESSION_IDLE_MINUTES",
        "10080",
        "how long a person stays signed in without a request (a week), 5 at the least",
    ),
    setting("SESSION_MAX_MINUTES", "43200", "how long a person stays signed in at the most (30 days)"),
    setting("ASSETS_DIR", "", "the folder with static/ and node_modules/ (default: the sources this was built from)"),
    setting("BOOK_TIME_ZONE", "", "the zone that times are shown in, such as Europe/Vienna (default: the machine's)"),
    setting("LOG_FORMAT", "text", "text or json"),
    setting("LOG_LEVEL", "info", "error, warn, info, debug or trace"),
    setting("STATISTICS_S", "60", "seconds between two lines of statistics in the log, at the level info"),
    setting("METRICS_BIND", "", "an address and port of their own for Prometheus' metrics, such as 127.0.0.1:9464"),
];

/// What `--help` prints of them.
pub fn settings_help(settings: &[Setting]) -> String {
    let mut help = String::from("Settings, from the environment only:\n");
    for setting in settings {
        let default = if setting.default.is_empty() { String::new() } else { format!(" [{}]", setting.default) };
        help.push_str(&format!("  {:<27} {}{default}\n", setting.name, setting.help));
    }
    help
}

pub(super) fn default_of(name: &str) -> &'static str {
    SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.default)
}
