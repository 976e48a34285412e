//! A MariaDB of one's own, on a free port of the loopback, to be killed and started again on the same data.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::servers::{command, free_port, wait_for};

pub struct Mariadb {
    folder: PathBuf,
    options: &'static [&'static str],
    pub port: u16,
    child: Option<Child>,
}

/// Nothing has to outlive the machine; what has to outlive the program does.
pub const FAST: &[&str] = &["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--max-connections=500"];
/// What was committed is on the disk, as in production. Without io_uring: what it has under way goes on after the program was
/// killed and waited for, and on a slow disk overwrites what the next one on the same data has written meanwhile.
pub const DURABLE: &[&str] = &[
    "--innodb-flush-log-at-trx-commit=1",
    "--innodb-doublewrite=1",
    "--innodb-use-native-aio=0",
    "--max-connections=500",
];

impl Mariadb {
    /// With its data below this folder.
    pub fn start(folder: &Path, options: &'static [&'static str]) -> Mariadb {
        std::fs::create_dir(folder.join("tmp")).expect("the folder can be written");
        let installed = Command::new("mariadb-install-db")
            .env("TMPDIR", folder.join("tmp"))
            .arg("--no-defaults")
            .arg(format!("--datadir={}", folder.join("mysql").display()))
            .args(["--auth-root-authentication-method=normal", "--skip-test-db", "--user=root"])
            .output()
            .expect("mariadb-install-db is there");
        assert!(installed.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&installed.stderr));
        let account = "CREATE USER IF NOT EXISTS daybook@'%' IDENTIFIED BY 'secret';\nGRANT ALL ON *.* TO daybook@'%' WITH GRANT OPTION;\n";
        std::fs::write(folder.join("init.sql"), account).expect("the folder can be written");
        let mut mariadb = Mariadb { folder: folder.to_owned(), options, port: free_port(), child: None };
        mariadb.start_again();
        mariadb
    }

    /// On the same data and port.
    pub fn start_again(&mut self) {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("mysql.log"));
        let child = Command::new(command("mariadbd"))
            // Each one removes all temporary tables there when it starts.
            .env("TMPDIR", self.folder.join("tmp"))
            .arg("--no-defaults")
            .arg(format!("--datadir={}", self.folder.join("mysql").display()))
            .arg(format!("--socket={}", self.folder.join("mysql.sock").display()))
            .arg(format!("--init-file={}", self.folder.join("init.sql").display()))
            .arg(format!("--port={}", self.port))
            .args(["--user=root", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"])
            .args(self.options)
            .stdout(Stdio::null())
            .stderr(log.expect("the folder can be written"))
            .spawn()
            .expect("mariadbd is there");
        self.child = Some(child);
        wait_for(self.port, "MariaDB", Duration::from_secs(60));
    }

    /// SIGKILL: no chance to write anything more.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().and_then(|()| child.wait()).expect("it can be ended");
        }
    }

    /// SIGSTOP: it takes connections, and says nothing.
    pub fn freeze(&self) {
        kill_process(self.pid(), Signal::STOP).expect("it runs");
        // Until the last of its threads stands still.
        waitpid(Some(self.pid()), WaitOptions::UNTRACED).expect("it is a child");
    }

    pub fn thaw(&self) {
        kill_process(self.pid(), Signal::CONT).expect("it is there");
    }

    fn pid(&self) -> Pid {
        Pid::from_child(self.child.as_ref().expect("it runs"))
    }

    /// As the client `mariadb` does, by the root account.
    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        let socket = format!("--socket={}", self.folder.join("mysql.sock").display());
        let output = Command::new("mariadb")
            .args(["--no-defaults", &socket, "--user=root", "--skip-column-names", "--batch", "-e", statement])
            .output()
            .expect("the client is there");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// What it said that a person should know.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.join("mysql.log")).unwrap_or_default();
        log.lines().filter(|line| line.contains("[ERROR]") || line.contains("corrupt")).map(str::to_owned).collect()
    }

    /// `mysql://user:password@host:port` of an account that may create databases and accounts.
    pub fn url(&self) -> String {
        format!("mysql://daybook:secret@127.0.0.1:{}", self.port)
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        self.kill();
    }
}
