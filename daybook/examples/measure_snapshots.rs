//! Makes snapshots of the book at DATABASE_URL, beside a reader of the list's first page, and says how long they took and how
//! much memory; on MySQL beside `mysqldump` of the same table:
//! `DATABASE_URL=… FILES_URL=… cargo run --release -p daybook --example measure_snapshots -- 1000000`.
//!
//! Fills the book with demonstration entries up to that number first. Prints lines for `docs/benchmarks.md`.

use std::error::Error;
use std::ops::DerefMut;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use daybook::config::{Config, Database};
use daybook::entries::{self, EntryFilter, Position, Sort, demo_entries};
use daybook::jobs::{self, State};
use daybook::schema::entries::table;
use daybook::snapshots::{self, Compression, Format, Request, Shelf, What};
use daybook::{Actor, Db, Uid, migrations};
use diesel::prelude::*;
use tokio::sync::watch;

/// Between two readings of the list.
const PAUSE: Duration = Duration::from_millis(5);
const IDLE: Duration = Duration::from_secs(5);

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let config = Config::from_env()?;
    let (db, shelf) = (Db::new(&config.database, &config.pool)?, Shelf::new(&config)?);
    migrations::run(db.connect()?.deref_mut(), &config.database)?;
    let wanted: i64 = std::env::args().nth(1).map_or(Ok(0), |number| number.parse())?;
    let there: i64 = table.count().get_result(db.connect()?.deref_mut())?;
    for first in (there..wanted).step_by(1000) {
        let new = demo_entries(first.try_into()?, 1000.min(wanted - first).try_into()?)?;
        db.write_blocking(|conn| entries::create(conn, &new, &Actor::operator()))?;
    }
    println!(
        "{} entries, {}",
        wanted.max(there),
        if matches!(config.database, Database::Mysql(_)) { "MySQL" } else { "SQLite" }
    );
    let alone = reading_the_list(&db, || std::thread::sleep(IDLE))?.1;
    println!("| the list's first page alone: p99 {alone:.1} ms |");
    println!("| what | s | entries a second | MB | MB of memory above idle | the list's p99, ms |");
    println!("|---|---|---|---|---|---|");
    let plain = |format| What { trash: true, ..What::everything(format, Compression::None) };
    let packed = |format| What { compression: Compression::Gzip, ..plain(format) };
    let history = What { history: true, ..packed(Format::Ndjson) };
    let all = [
        plain(Format::Csv),
        packed(Format::Csv),
        plain(Format::Ndjson),
        packed(Format::Ndjson),
        packed(Format::Spreadsheet),
        history,
    ];
    for what in all {
        let name = format!(
            "{}, {}{}",
            what.format.name(),
            what.compression.name(),
            if what.history { ", history" } else { "" }
        );
        let idle = memory("VmRSS:")?;
        std::fs::write("/proc/self/clear_refs", "5")?;
        let (made, p99) = reading_the_list(&db, || make(&db, &shelf, what))?;
        let (seconds, rows, bytes) = made?;
        let above = memory("VmHWM:")?.saturating_sub(idle) as f64 / 1024.0;
        let (speed, size) = (rows as f64 / seconds, bytes as f64 / 1e6);
        println!("| {name} | {seconds:.1} | {speed:.0} | {size:.0} | {above:.0} | {p99:.1} |");
    }
    if let Database::Mysql(url) = &config.database {
        let (dumped, p99) = reading_the_list(&db, || mysqldump(url.with_password()))?;
        let seconds = dumped?;
        println!("| mysqldump --single-transaction of `entries` | {seconds:.1} | | | | {p99:.1} |");
    }
    db.close();
    Ok(())
}

/// Seconds, entries and bytes.
fn make(db: &Db, shelf: &Shelf, what: What) -> Outcome<(f64, i64, i64)> {
    let (request, actor) = (Request { key: Uid::new(), what }, Actor::operator());
    let asked = db.write_blocking(|conn| snapshots::ask(conn, &request, shelf, &actor))?.ok_or("not asked for")?;
    let claimed = db.write_blocking(|conn| jobs::claim(conn, asked.job, Uid::new(), Duration::from_secs(600)))?;
    let lease = claimed.ok_or("not claimed")?.1;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (_stop, stop) = watch::channel(false);
    let begin = Instant::now();
    runtime.block_on(snapshots::make(db, shelf, lease, stop))?;
    let seconds = begin.elapsed().as_secs_f64();
    let found = db.write_blocking(|conn| snapshots::find(conn, asked.uid))?.ok_or("it is gone")?;
    if found.job.is_none_or(|job| job.state != State::Done) {
        return Err("it was not made".into());
    }
    db.write_blocking(|conn| snapshots::delete(conn, asked.uid, &actor))?;
    runtime.block_on(snapshots::remove_files(shelf, asked.uid))?;
    Ok((seconds, found.snapshot.entry_rows.unwrap_or_default(), found.snapshot.bytes.unwrap_or_default()))
}

fn mysqldump(url: &str) -> Outcome<f64> {
    let rest = url.strip_prefix("mysql://").ok_or("a URL")?;
    let (account, place) = rest.split_once('@').ok_or("an account")?;
    let (user, password) = account.split_once(':').ok_or("a password")?;
    let (address, name) = place.split_once('/').ok_or("a database")?;
    let (host, port) = address.split_once(':').unwrap_or((address, "3306"));
    let begin = Instant::now();
    let status = Command::new("mysqldump")
        .args([
            "--single-transaction",
            "--quick",
            "--skip-lock-tables",
            "--hex-blob",
            "--protocol=tcp",
            "-h",
            host,
            "-P",
            port,
            "-u",
            user,
            name,
            "entries",
        ])
        .env("MYSQL_PWD", password)
        .stdout(Stdio::null())
        .status()?;
    if status.success() { Ok(begin.elapsed().as_secs_f64()) } else { Err("mysqldump failed".into()) }
}

/// What the work gives, and the 99th percentile, in milliseconds, of reading the list meanwhile.
fn reading_the_list<T>(db: &Db, work: impl FnOnce() -> T) -> Outcome<(T, f64)> {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| -> Outcome<Vec<f64>> {
            let (mut conn, mut times) = (db.connect()?, Vec::new());
            while !ended.load(Ordering::Relaxed) {
                let begin = Instant::now();
                entries::list(conn.deref_mut(), &EntryFilter::default(), Sort::default(), &Position::First, 50)?;
                times.push(begin.elapsed().as_secs_f64() * 1000.0);
                std::thread::sleep(PAUSE);
            }
            Ok(times)
        });
        let answer = work();
        ended.store(true, Ordering::Relaxed);
        let mut times = reader.join().map_err(|_| "the reader broke down")??;
        times.sort_by(f64::total_cmp);
        let p99 = times.get(times.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default();
        Ok((answer, p99))
    })
}

/// Of this process, in KB, from Linux' `/proc`.
fn memory(line: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let found = status.lines().find_map(|text| text.strip_prefix(line)).ok_or("Linux tells it")?;
    Ok(found.trim().trim_end_matches(" kB").parse()?)
}
