//! The real programs as processes: `daybook-web` and `daybook-worker`, as `cargo build` made them.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// A running `daybook-web serve` or `daybook-worker run`. Ends, and has its log looked through, when it is dropped.
pub struct Program {
    /// `http://127.0.0.1:…`, without a slash at the end; empty for a worker.
    pub base: String,
    /// Whether the log may hold errors; otherwise the test fails on the first.
    pub may_fail: bool,
    child: Child,
    log: Arc<Mutex<String>>,
    output: Arc<Mutex<String>>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// A command of `daybook-web` with these settings and no others.
pub fn command(args: &[&str], settings: &[(&str, &str)]) -> Command {
    command_of("daybook-web", args, settings)
}

/// The same of `daybook-worker`.
pub fn worker_command(args: &[&str], settings: &[(&str, &str)]) -> Command {
    command_of("daybook-worker", args, settings)
}

fn command_of(program: &str, args: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(path(program));
    command.args(args).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
    command.envs([("BIND", "127.0.0.1:0"), ("BOOK_TIME_ZONE", "UTC"), ("LOG_LEVEL", "info")]);
    command.envs(settings.iter().copied());
    command
}

/// Runs a command to its end.
pub fn run(args: &[&str], settings: &[(&str, &str)]) -> Output {
    command(args, settings).output().expect("daybook-web runs")
}

/// The same for a command that reads from standard input.
pub fn run_with_input(args: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    let mut command = command(args, settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("daybook-web runs");
    // It may have ended before it reads.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

/// What a command printed, on both streams.
pub fn printed(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// Beside this test's own binary, one folder up.
fn path(program: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this program has a path");
    let path = own.ancestors().nth(2).expect("target/debug").join(program);
    assert!(path.exists(), "{} is missing: run bin/test, or cargo build --workspace", path.display());
    path
}

impl Program {
    pub fn start(settings: &[(&str, &str)]) -> Program {
        Program::spawn(command(&["serve"], settings))
    }

    /// Starts any command that serves, and waits until it says where.
    pub fn spawn(command: Command) -> Program {
        let (mut program, said) = Program::launch(command);
        program.base = said.recv().unwrap_or_default();
        if program.base.is_empty() {
            let status = program.child.wait();
            panic!("the program did not start: {status:?}\n{}", program.log());
        }
        program
    }

    /// Starts a `daybook-worker`, which says nothing.
    pub fn worker(settings: &[(&str, &str)]) -> Program {
        Program::quiet(worker_command(&["run"], settings))
    }

    /// Starts any command that does not say where it is.
    pub fn quiet(command: Command) -> Program {
        Program::launch(command).0
    }

    /// The same, with files of so many kilobytes at the most. A write past it fails, as on a full disk.
    pub fn worker_with_files_of(kilobytes: u32, settings: &[(&str, &str)]) -> Program {
        let worker = worker_command(&["run"], settings);
        let mut command = Command::new("sh");
        // Blocks of 512 bytes, as POSIX says; without the signal that would end the process.
        let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" run", 2 * kilobytes);
        command.arg("-c").arg(script).arg(worker.get_program()).env_clear();
        command.envs(worker.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Program::launch(command).0
    }

    fn launch(mut command: Command) -> (Program, Receiver<String>) {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started");
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = child.stderr.take().expect("piped");
        let reader = std::thread::spawn({
            let log = log.clone();
            move || copy_lines(stderr, &log)
        });
        let stdout = child.stdout.take().expect("piped");
        let (sender, said) = std::sync::mpsc::channel();
        let output = Arc::new(Mutex::new(String::new()));
        std::thread::spawn({
            let output = output.clone();
            move || copy_output(stdout, &output, &sender)
        });
        let base = String::new();
        (Program { base, may_fail: false, child, log, output, reader: Some(reader) }, said)
    }

    /// Everything logged so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("the reader lives").clone()
    }

    /// Everything printed on standard output so far.
    pub fn output(&self) -> String {
        self.output.lock().expect("the reader lives").clone()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the program runs");
    }

    /// SIGTERM, and how it ended and after how long.
    pub fn terminate(&mut self) -> (ExitStatus, Duration) {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits for its end, and for the last line of its log.
    pub fn ended(&mut self) -> (ExitStatus, Duration) {
        let begin = Instant::now();
        let status = self.child.wait().expect("it ends");
        let after = begin.elapsed();
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the log was read");
        }
        (status, after)
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).expect("it can be killed");
    }

    /// The ports of 127.0.0.1 on which it listens, in order, from Linux' `/proc`.
    pub fn listens_on(&self) -> Vec<u16> {
        const LISTENS: &str = "0A";
        let mut ports: Vec<u16> = self.sockets().filter(|(_, state)| state == LISTENS).map(|(port, _)| port).collect();
        ports.sort_unstable();
        ports
    }

    /// How many connections it has accepted at this address.
    pub fn connections_to(&self, address: &str) -> usize {
        const ESTABLISHED: &str = "01";
        let wanted: std::net::SocketAddr = address.parse().expect("an address");
        self.sockets().filter(|(port, state)| *port == wanted.port() && state == ESTABLISHED).count()
    }

    /// Its TCP sockets of IPv4: the local port, and the state as `/proc/net/tcp` has it.
    fn sockets(&self) -> impl Iterator<Item = (u16, String)> {
        let folder = format!("/proc/{}", self.child.id());
        let files = std::fs::read_dir(format!("{folder}/fd")).expect("the program runs");
        let links = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        let own: Vec<String> = links.map(|link| link.to_string_lossy().into_owned()).collect();
        let table = std::fs::read_to_string(format!("{folder}/net/tcp")).expect("the program runs");
        let rows: Vec<Vec<String>> =
            table.lines().skip(1).map(|row| row.split_whitespace().map(String::from).collect()).collect();
        rows.into_iter().filter_map(move |row| {
            let port = u16::from_str_radix(row[1].rsplit(':').next()?, 16).ok()?;
            own.contains(&format!("socket:[{}]", row[9])).then(|| (port, row[3].clone()))
        })
    }

    /// Resident memory in bytes, from Linux' `/proc`.
    pub fn resident_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the program runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }
}

fn copy_lines(stream: impl Read, log: &Mutex<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let mut log = log.lock().expect("nobody panics with it");
        log.push_str(&line);
        log.push('\n');
    }
}

/// Tells where the program is once it says so.
fn copy_output(stream: impl Read, output: &Mutex<String>, base: &std::sync::mpsc::Sender<String>) {
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        if let Some(url) = line.strip_prefix("Daybook is at ") {
            // Nobody listens any more after the first address.
            let _ = base.send(url.trim_end_matches('/').to_owned());
        }
        let mut output = output.lock().expect("nobody panics with it");
        output.push_str(&line);
        output.push('\n');
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // A stopped one would not hear anything else.
            self.signal(Signal::CONT);
            let (status, _) = self.terminate();
            if !std::thread::panicking() {
                assert!(status.success(), "the program ended with {status}");
            }
        }
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the log was read");
        }
        let log = self.log();
        if std::thread::panicking() {
            eprintln!("--- log of the program\n{}", log.lines().rev().take(15).collect::<Vec<_>>().join("\n"));
        } else if !self.may_fail {
            // actix says so of a connection that comes in while it shuts down.
            let shutting_down = |line: &str| line.ends_with("ERROR No workers");
            let bad =
                log.lines().find(|line| line.contains("ERROR") && !shutting_down(line) || line.contains("panicked"));
            assert!(bad.is_none(), "in the log: {bad:?}");
        }
    }
}
