//! Measures how soon a change is sealed in the audit log, and how fast a backlog is, with the workers that serve people:
//!
//! - with `REDIS_URL`, processes of `daybook-worker` from the folder above this program's, rung by Redis as the server does;
//! - without it, the worker in this process, as in a server without Redis.
//!
//! `DATABASE_URL=… REDIS_URL=… target/release/examples/measure_sealing [RATE [SECONDS [BACKLOG [WORKERS]]]]` fills the book
//! at `DATABASE_URL`, which should be an empty one, and prints the lines of the tables in `docs/benchmarks.md`.
//!
//! A change's time runs from its commit, as the one who changes learns of it, until a reader of the database sees its event
//! sealed. Both are read from this process' clock: `at` and `sealed_at` in the log come from two machines, and are noted
//! before the commits that make them true.

use std::collections::HashMap;
use std::ops::DerefMut;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use daybook::audit::{self, LogFilter, LogPosition, Sight};
use daybook::config::Config;
use daybook::entries::{self, demo_entries};
use daybook::queue::{Doorbell, RedisQueues, Wake};
use daybook::snapshots::Shelf;
use daybook::telemetry::Telemetry;
use daybook::{Actor, Conn, Db, Uid, migrations};
use daybook_worker::{Background, Queues};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// How often the reader looks: so much later, at the most, it sees what is sealed.
const LOOK: Duration = Duration::from_millis(2);
/// For all to be sealed at the end.
const PATIENCE: Duration = Duration::from_secs(300);
/// For workers to find their queue.
const START: Duration = Duration::from_secs(3);
/// Entries that are made, and events that are read, in one go.
const PAGE: usize = 1_000;

/// What is measured.
struct Plan {
    /// Changes in a second.
    rate: u32,
    seconds: u32,
    /// Events that wait when the workers begin.
    backlog: u64,
    /// Processes, where there is Redis.
    workers: usize,
}

/// How far the log was sealed at what time.
type Sightings = Vec<(Instant, i64)>;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let plan = plan()?;
    let config = Config::from_env()?;
    let db = Db::new(&config.database, &config.pool)?;
    migrations::run(db.connect()?.deref_mut(), &config.database)?;
    let how = match &config.redis {
        Some(_) => format!("{} × `daybook-worker`, Redis", plan.workers),
        None => "in the server's process".to_owned(),
    };
    let (took, events) = backlog(&config, &db, &plan).await?;
    let (seconds, rate) = (took.as_secs_f64(), events as f64 / took.as_secs_f64());
    println!("| worker | backlog | sealed within | a second |");
    println!("|---|---|---|---|");
    println!("| {how} | {events} events | {seconds:.1} s | {rate:.0} |\n");
    let mut waits = latency(&config, &db, &plan).await?;
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share).round() as usize].as_millis();
    println!("| worker | changes | p50 | p90 | p99 | longest |");
    println!("|---|---|---|---|---|---|");
    let changes = format!("{} at {} a second", waits.len(), plan.rate);
    println!("| {how} | {changes} | {} ms | {} ms | {} ms | {} ms |", at(0.5), at(0.9), at(0.99), at(1.0));
    db.close();
    Ok(())
}

fn plan() -> anyhow::Result<Plan> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u32>());
    let mut next = |default: u32| numbers.next().unwrap_or(Ok(default)).context("RATE SECONDS BACKLOG WORKERS");
    let (rate, seconds, backlog, workers) = (next(200)?, next(60)?, next(100_000)?, next(2)?);
    ensure!(rate > 0 && seconds > 0 && workers > 0, "RATE, SECONDS and WORKERS are 1 at the least");
    Ok(Plan { rate, seconds, backlog: backlog.into(), workers: workers as usize })
}

/// From the start of the workers until a reader sees everything sealed, and how many events that were.
async fn backlog(config: &Config, db: &Db, plan: &Plan) -> anyhow::Result<(Duration, i64)> {
    for first in (0..plan.backlog).step_by(PAGE) {
        let new = demo_entries(first, (PAGE as u64).min(plan.backlog - first))?;
        db.write(move |conn| entries::create(conn, &new, &Actor::operator()), drop).await?;
    }
    let (before, begin) = (head(db).await?, Instant::now());
    let (doorbell, work) = Work::begin(config, db, plan.workers)?;
    doorbell.ring(Wake::Audit);
    all_sealed(db).await?;
    let took = begin.elapsed();
    let events = head(db).await? - before;
    work.end().await?;
    Ok((took, events))
}

/// How long each change waited for its seal.
async fn latency(config: &Config, db: &Db, plan: &Plan) -> anyhow::Result<Vec<Duration>> {
    let (doorbell, work) = Work::begin(config, db, plan.workers)?;
    tokio::time::sleep(START).await;
    let over = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(look(db.clone(), over.clone()));
    let before = head(db).await?;
    let commits = change(db, &doorbell, plan).await?;
    all_sealed(db).await?;
    // The reader looks once more.
    tokio::time::sleep(LOOK * 10).await;
    over.store(true, Ordering::Release);
    let sightings = reader.await??;
    work.end().await?;
    let places = places(db, before).await?;
    let wait = |(uid, committed): (Uid, Instant)| {
        let place = *places.get(&uid).context("a change without an event")?;
        let seen = sightings.partition_point(|(_, head)| *head < place);
        let (seen, _) = sightings.get(seen).context("an event that nobody saw sealed")?;
        Ok(seen.saturating_duration_since(committed))
    };
    commits.into_iter().map(wait).collect()
}

/// Makes entries at a steady rate, whether or not the ones before are done, and rings after each commit. When each was
/// committed.
async fn change(db: &Db, doorbell: &Doorbell, plan: &Plan) -> anyhow::Result<Vec<(Uid, Instant)>> {
    let number = plan.rate * plan.seconds;
    let (sender, mut done) = mpsc::channel(number as usize);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / plan.rate);
    let begin = Instant::now();
    for entry in demo_entries(plan.backlog, number.into())? {
        ticks.tick().await;
        let (db, doorbell, sender, uid) = (db.clone(), doorbell.clone(), sender.clone(), entry.uid);
        tokio::spawn(async move {
            let made = db.write(move |conn| entries::create(conn, &[entry], &Actor::operator()), drop).await;
            let committed = Instant::now();
            doorbell.ring(Wake::Audit);
            let _ = sender.send(made.map(|()| (uid, committed))).await;
        });
    }
    drop(sender);
    let mut commits = Vec::new();
    while let Some(commit) = done.recv().await {
        commits.push(commit?);
    }
    let rate = commits.len() as f64 / begin.elapsed().as_secs_f64();
    ensure!(rate > 0.97 * f64::from(plan.rate), "only {rate:.0} changes a second were made");
    Ok(commits)
}

/// Looks how far the log is sealed, until it is over.
async fn look(db: Db, over: Arc<AtomicBool>) -> daybook::Result<Sightings> {
    let mut sightings: Sightings = Vec::new();
    while !over.load(Ordering::Acquire) {
        let head = head(&db).await?;
        if sightings.last().is_none_or(|(_, last)| *last < head) {
            sightings.push((Instant::now(), head));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(sightings)
}

async fn head(db: &Db) -> daybook::Result<i64> {
    db.read(audit::state, |state| state.head.map_or(0, |head| head.seq)).await
}

async fn all_sealed(db: &Db) -> anyhow::Result<()> {
    let begin = Instant::now();
    while db.read(audit::state, |state| state.waiting_since.is_some()).await? {
        ensure!(begin.elapsed() < PATIENCE, "not all was sealed");
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// The places of what was sealed after this one.
async fn places(db: &Db, after: i64) -> anyhow::Result<HashMap<Uid, i64>> {
    let (mut places, mut position) = (HashMap::new(), LogPosition::Newest);
    loop {
        let page = move |conn: &mut Conn| audit::log(conn, Sight::Entries, &LogFilter::default(), position, PAGE);
        let page = db.read(page, |page| page).await?;
        for event in page.events {
            let seal = event.seal.context("an event that is not sealed")?;
            if seal.seq <= after {
                return Ok(places);
            }
            places.insert(event.subject, seal.seq);
        }
        match page.older {
            Some(older) => position = LogPosition::After(older),
            None => return Ok(places),
        }
    }
}

/// Who seals meanwhile.
enum Work {
    Processes(Processes, JoinHandle<()>),
    Here(watch::Sender<bool>, JoinHandle<anyhow::Result<()>>),
}

impl Work {
    /// With the bell that they hear.
    fn begin(config: &Config, db: &Db, workers: usize) -> anyhow::Result<(Doorbell, Work)> {
        let Some(url) = &config.redis else { return Work::here(config, db) };
        let (doorbell, ringer) = Doorbell::redis(RedisQueues::new(url)?);
        Ok((doorbell, Work::Processes(Processes::start(workers)?, tokio::spawn(ringer.run()))))
    }

    fn here(config: &Config, db: &Db) -> anyhow::Result<(Doorbell, Work)> {
        let (doorbell, queues) = Doorbell::memory();
        let background = Background {
            kind: "web",
            db: db.clone(),
            config: config.worker.clone(),
            doorbell: doorbell.clone(),
            shelf: Shelf::new(config)?,
            queues: Queues::Memory(queues),
            telemetry: Telemetry::new("web", db.clone(), doorbell.clone())?,
            health_file: None,
        };
        let (stop, told) = watch::channel(false);
        Ok((doorbell, Work::Here(stop, tokio::spawn(daybook_worker::run(background, told)))))
    }

    async fn end(self) -> anyhow::Result<()> {
        match self {
            Work::Here(stop, running) => {
                stop.send(true)?;
                running.await?
            }
            Work::Processes(_ended, ringing) => {
                ringing.abort();
                Ok(())
            }
        }
    }
}

/// Ended when they are dropped: without a good-bye, which sealing does not need.
struct Processes(Vec<Child>);

impl Processes {
    fn start(number: usize) -> anyhow::Result<Processes> {
        let (program, mut processes) = (program()?, Processes(Vec::new()));
        for number in 0..number {
            let health = std::env::temp_dir().join(format!("daybook-measured-{}-{number}", std::process::id()));
            let mut worker = Command::new(&program);
            worker.env("WORKER_HEALTH_FILE", health).env("LOG_LEVEL", "warn").stdin(Stdio::null());
            processes.0.push(worker.spawn().context("daybook-worker cannot be started")?);
        }
        Ok(processes)
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for process in &mut self.0 {
            if let Err(error) = process.kill().and_then(|()| process.wait()) {
                eprintln!("a worker may go on: {error}");
            }
        }
    }
}

fn program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = own.ancestors().nth(2).context("a folder")?.join("daybook-worker");
    ensure!(program.exists(), "{}: cargo build --release -p daybook-worker --bins --examples", program.display());
    Ok(program)
}
