//! A Redis of a test's own, to be emptied and stopped.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::servers::{command, free_port, wait_for};
use super::tls::Certificate;

pub struct Redis {
    port: u16,
    child: Option<Child>,
    /// By TLS only, with this.
    certificate: Option<Certificate>,
}

impl Redis {
    pub fn start() -> Redis {
        Redis::with(None)
    }

    /// One that is reached by TLS only.
    pub fn start_by_tls(certificate: Certificate) -> Redis {
        Redis::with(Some(certificate))
    }

    fn with(certificate: Option<Certificate>) -> Redis {
        let mut redis = Redis { port: free_port(), child: None, certificate };
        redis.start_again();
        redis
    }

    /// Empty, under the same address.
    pub fn start_again(&mut self) {
        let port = self.port.to_string();
        let mut server = Command::new(command("redis-server"));
        match &self.certificate {
            None => server.args(["--port", &port]),
            Some(Certificate { chain, key, .. }) => server
                .args(["--port", "0", "--tls-port", &port, "--tls-auth-clients", "no"])
                .args(["--tls-cert-file".as_ref(), chain.as_os_str(), "--tls-key-file".as_ref(), key.as_os_str()]),
        };
        let child = server
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is there");
        self.child = Some(child);
        wait_for(self.port, "Redis", Duration::from_secs(10));
    }

    /// For `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// For `REDIS_PORT`.
    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// It is gone, with all that it held.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().and_then(|()| child.wait()).expect("it can be ended");
        }
    }

    /// It forgets everything.
    pub fn flush(&self) {
        assert_eq!(self.ask("FLUSHALL"), "+OK");
    }

    /// The first line of what it answers to a command.
    pub fn ask(&self, command: &str) -> String {
        self.try_ask(command).expect("it answers")
    }

    /// The same of one that may be gone.
    pub fn try_ask(&self, command: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\r\n") {
            stream.read_exact(&mut byte)?;
            answer.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&answer).trim_end().to_owned())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
