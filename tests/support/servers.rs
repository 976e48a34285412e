//! The servers that all tests share: MySQL or MariaDB, and chromedriver. Private, on free loopback ports, with data that
//! is thrown away.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::mariadb::{self, Mariadb};

static MYSQL_URL: OnceLock<String> = OnceLock::new();
static CHROMEDRIVER_URL: OnceLock<String> = OnceLock::new();

/// `mysql://user:password@host:port` of an account that may create databases and accounts.
pub fn mysql_url() -> &'static str {
    MYSQL_URL.get().expect("the servers are started")
}

/// Where WebDriver sessions are made.
pub fn chromedriver_url() -> &'static str {
    CHROMEDRIVER_URL.get().expect("the servers are started")
}

/// Ends them when it is dropped.
pub struct Servers {
    chromedriver: Child,
    _mariadb: Option<Mariadb>,
    _folder: TempDir,
}

/// Starts them, or takes the MySQL of `DAYBOOK_TEST_MYSQL_URL`.
pub fn start() -> Servers {
    let folder = memory_folder();
    let given = std::env::var("DAYBOOK_TEST_MYSQL_URL").ok();
    let mariadb = given.is_none().then(|| Mariadb::start(folder.path(), mariadb::FAST));
    let url = mariadb.as_ref().map(Mariadb::url).or(given).unwrap_or_default();
    MYSQL_URL.set(url.trim_end_matches('/').to_owned()).expect("started once");
    Servers { chromedriver: chromedriver(), _mariadb: mariadb, _folder: folder }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.chromedriver.kill().and_then(|()| self.chromedriver.wait()).expect("a server can be ended");
    }
}

/// A folder in memory where there is room: throw-away data needs no disk. (A container often has 64 MB there.)
pub fn memory_folder() -> TempDir {
    const ENOUGH: u64 = 2 << 30;
    let memory = Path::new("/dev/shm");
    let roomy = rustix::fs::statvfs(memory).is_ok_and(|space| space.f_bavail * space.f_frsize >= ENOUGH);
    let mut builder = tempfile::Builder::new();
    builder.prefix("daybook-test-");
    if roomy { builder.tempdir_in(memory) } else { builder.tempdir() }.expect("a temporary folder")
}

/// A port that is free now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

fn chromedriver() -> Child {
    let port = free_port();
    let child = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .args(["--log-level=SEVERE"])
        .stdout(Stdio::null())
        .spawn()
        .expect("chromedriver is there");
    wait_for(port, "chromedriver", Duration::from_secs(20));
    CHROMEDRIVER_URL.set(format!("http://127.0.0.1:{port}")).expect("started once");
    child
}

/// Servers live in `/usr/sbin`, which is not on everybody's path.
pub fn command(name: &str) -> String {
    let path = format!("/usr/sbin/{name}");
    if Path::new(&path).exists() { path } else { name.to_owned() }
}

pub fn wait_for(port: u16, what: &str, limit: Duration) {
    let begin = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begin.elapsed() < limit, "{what} did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
}
