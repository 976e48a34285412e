//! The processes that faults happen to. Like an orchestrator it starts again whatever has ended.

use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use daybook::{Db, migrations};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::support::database::{execute, open};
use crate::support::mariadb::{DURABLE, Mariadb};
use crate::support::program::{command, worker_command};
use crate::support::proxy::Proxy;
use crate::support::redis::Redis;
use crate::support::servers::{free_port, wait_for};

/// How long a job stays with a worker that says nothing.
pub const LEASE: Duration = Duration::from_millis(3_000);

pub struct Stage {
    pub name: &'static str,
    pub webs: Vec<Service>,
    pub workers: Vec<Service>,
    pub shared: Option<Shared>,
    /// Past all faults.
    pub db: Db,
    pub database_url: String,
    // The last to go.
    folder: TempDir,
}

/// What several processes have between them.
pub struct Shared {
    pub mariadb: Mariadb,
    pub redis: Redis,
    /// Between the processes and MariaDB.
    pub network: Proxy,
}

/// Makes a command with these arguments and settings.
type Make = fn(&[&str], &[(&str, &str)]) -> Command;

/// A process that is there again after it ended.
pub struct Service {
    name: String,
    /// Of the web.
    pub base: String,
    command: Make,
    settings: Vec<(String, String)>,
    log: std::path::PathBuf,
    child: Option<Child>,
    /// How it ended when nobody had killed it.
    ended: Vec<String>,
}

impl Stage {
    pub fn of_many() -> Stage {
        let folder = folder();
        let mariadb = Mariadb::start(folder.path(), DURABLE);
        let network = Proxy::start(&format!("127.0.0.1:{}", mariadb.port));
        let redis = Redis::start();
        execute(&open(&format!("{}/information_schema", mariadb.url())).1, "CREATE DATABASE book");
        let behind = format!("mysql://daybook:secret@127.0.0.1:{}/book", network.port);
        let settings = [("DATABASE_URL", behind), ("REDIS_URL", redis.url())];
        let of = |service: fn(&TempDir, String, &[(&str, String)]) -> Service, name: &str| {
            (1..=2).map(|n| service(&folder, format!("{name}-{n}"), &settings)).collect::<Vec<_>>()
        };
        let (webs, workers) = (of(Service::web, "web"), of(Service::worker, "worker"));
        let database_url = format!("{}/book", mariadb.url());
        let shared = Some(Shared { mariadb, redis, network });
        Stage::begin("two webs, two workers, MariaDB and Redis", webs, workers, shared, database_url, folder)
    }

    pub fn of_one() -> Stage {
        let folder = folder();
        let database_url = format!("sqlite:{}", folder.path().join("book.sqlite").display());
        let webs = vec![Service::web(&folder, "web".into(), &[("DATABASE_URL", database_url.clone())])];
        Stage::begin("one process with SQLite", webs, Vec::new(), None, database_url, folder)
    }

    fn begin(
        name: &'static str,
        webs: Vec<Service>,
        workers: Vec<Service>,
        shared: Option<Shared>,
        database_url: String,
        folder: TempDir,
    ) -> Stage {
        let (database, db) = open(&database_url);
        migrations::run(&mut db.connect().expect("a connection"), &database).expect("the migrations run");
        let mut stage = Stage { name, webs, workers, shared, db, database_url, folder };
        stage.tend();
        for web in &stage.webs {
            let port = web.base.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
            wait_for(port, &web.name, Duration::from_secs(20));
        }
        stage
    }

    /// Starts what has ended.
    pub fn tend(&mut self) {
        for service in self.webs.iter_mut().chain(&mut self.workers) {
            service.tend();
        }
    }

    /// The end of each log, and every line that should not be there.
    pub fn logs(&self) -> String {
        let mut out = String::new();
        for service in self.webs.iter().chain(&self.workers) {
            let log = service.log();
            let lines: Vec<&str> = log.lines().collect();
            let bad = lines.iter().filter(|line| is_bad(line)).take(20);
            out.push_str(&format!("--- {} ({})\n", service.name, self.folder.path().display()));
            bad.chain(&lines[lines.len().saturating_sub(8)..]).for_each(|line| out.push_str(&format!("{line}\n")));
        }
        let complaints = self.shared.iter().flat_map(|shared| shared.mariadb.complaints());
        complaints.take(20).for_each(|line| out.push_str(&format!("MariaDB: {line}\n")));
        out
    }

    /// Processes that ended though nobody had killed them, and lines of their logs: no fault excuses them.
    pub fn bad_signs(&self) -> Vec<String> {
        let services = self.webs.iter().chain(&self.workers);
        let of = |service: &Service| {
            let log = service.log();
            let lines = log.lines().filter(|line| is_bad(line)).map(|line| format!("{}: {line}", service.name));
            service.ended.iter().cloned().chain(lines).collect::<Vec<_>>()
        };
        services.flat_map(of).collect()
    }
}

fn is_bad(line: &str) -> bool {
    line.contains("panicked") || line.contains("ERROR") && !line.ends_with("No workers")
}

/// On a disk, where the machine has one: what is killed here has to find its data again.
fn folder() -> TempDir {
    tempfile::Builder::new().prefix("daybook-faults-").tempdir().expect("a temporary folder")
}

impl Service {
    fn web(folder: &TempDir, name: String, settings: &[(&str, String)]) -> Service {
        let bind = format!("127.0.0.1:{}", free_port());
        let base = format!("http://{bind}");
        Service::new(folder, name, base, command, &[settings, &[("BIND", bind)]].concat())
    }

    fn worker(folder: &TempDir, name: String, settings: &[(&str, String)]) -> Service {
        let health = folder.path().join(format!("{name}.health")).display().to_string();
        Service::new(
            folder,
            name,
            String::new(),
            worker_command,
            &[settings, &[("WORKER_HEALTH_FILE", health)]].concat(),
        )
    }

    fn new(folder: &TempDir, name: String, base: String, command: Make, settings: &[(&str, String)]) -> Service {
        let more = [
            ("JOB_LEASE_MS", LEASE.as_millis().to_string()),
            ("JOB_BATCH", "3".into()),
            // So short that outcomes are unknown whenever the database is slow, and that it commits after that was said.
            ("DB_ACQUIRE_TIMEOUT_MS", "1000".into()),
            ("DB_WRITE_TIMEOUT_MS", "1000".into()),
        ];
        let settings = settings.iter().chain(&more).map(|(name, value)| ((*name).to_owned(), value.clone()));
        let log = folder.path().join(format!("{name}.log"));
        Service { name, base, command, settings: settings.collect(), log, child: None, ended: Vec::new() }
    }

    fn tend(&mut self) {
        match self.child.as_mut().map(Child::try_wait) {
            Some(Ok(None)) => return,
            Some(ended) => self.ended.push(format!("{} ended by itself: {ended:?}", self.name)),
            None => {}
        }
        let log = File::options().create(true).append(true).open(&self.log).expect("the folder can be written");
        let settings: Vec<(&str, &str)> =
            self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let child = (self.command)(&[], &settings).stdout(Stdio::null()).stderr(log).spawn();
        self.child = Some(child.expect("the program can be started"));
    }

    /// SIGKILL, and there it is again.
    pub fn kill(&mut self) {
        self.end();
        self.tend();
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(child) = &self.child {
            // It may have ended by itself.
            let _ = kill_process(Pid::from_child(child), signal);
        }
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            let _ = child.kill();
            child.wait().expect("it has ended");
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits until it holds, for at most `limit`; whether it did.
pub fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}
