//! The servers that all tests share: MySQL or MariaDB, and chromedriver. Private, on free loopback ports, with data that
//! is thrown away.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

static MYSQL_URL: OnceLock<String> = OnceLock::new();
static CHROMEDRIVER_URL: OnceLock<String> = OnceLock::new();

/// `mysql://user:password@host:port` of an account that may create databases.
pub fn mysql_url() -> &'static str {
    MYSQL_URL.get().expect("the servers are started")
}

/// Where WebDriver sessions are made.
pub fn chromedriver_url() -> &'static str {
    CHROMEDRIVER_URL.get().expect("the servers are started")
}

/// Ends them when it is dropped.
pub struct Servers {
    children: Vec<Child>,
    _folder: TempDir,
}

/// Starts them, or takes the MySQL of `DAYBOOK_TEST_MYSQL_URL`.
pub fn start() -> Servers {
    let folder = memory_folder();
    let mut servers = Servers { children: Vec::new(), _folder: folder };
    let path = servers._folder.path().to_owned();
    servers.children.push(chromedriver());
    let url = match std::env::var("DAYBOOK_TEST_MYSQL_URL") {
        Ok(url) => url.trim_end_matches('/').to_owned(),
        Err(_) => {
            let (child, url) = mariadb(&path);
            servers.children.push(child);
            url
        }
    };
    MYSQL_URL.set(url).expect("started once");
    servers
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            child.kill().and_then(|()| child.wait()).expect("a server can be ended");
        }
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

fn mariadb(folder: &Path) -> (Child, String) {
    let (data, port) = (folder.join("mysql"), free_port());
    let installed = Command::new("mariadb-install-db")
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"])
        .output()
        .expect("mariadb-install-db is there");
    assert!(installed.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&installed.stderr));
    let init = folder.join("init.sql");
    let account = "CREATE USER daybook@'%' IDENTIFIED BY 'secret';\nGRANT ALL ON *.* TO daybook@'%';\n";
    std::fs::write(&init, account).expect("the folder can be written");
    let child = Command::new(command("mariadbd"))
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", folder.join("mysql.sock").display()))
        .arg(format!("--init-file={}", init.display()))
        .arg(format!("--port={port}"))
        .args(["--user=root", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"])
        // Nothing here has to outlive the machine; what has to outlive the program does.
        .args(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--max-connections=500"])
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("mysql.log")).expect("the folder can be written"))
        .spawn()
        .expect("mariadbd is there");
    wait_for(port, "MariaDB", Duration::from_secs(60));
    (child, format!("mysql://daybook:secret@127.0.0.1:{port}"))
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
