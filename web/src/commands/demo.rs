//! `daybook-web demo`: many entries through the ordinary function, with a progress bar.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use daybook::config::{Config, Database};
use daybook::entries::{create, demo_entries};
use daybook::text::thousands;
use daybook::{Actor, Db};
use indicatif::{ProgressBar, ProgressStyle};

use super::try_to_migrate;

/// Entries of one transaction.
const BATCH: u64 = 1_000;

pub fn run(config: &Config, count: u64) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?;
    if let Database::Sqlite { .. } = config.database {
        try_to_migrate(config, &db)?;
    }
    let writers = match config.database {
        Database::Sqlite { .. } => 1,
        Database::Mysql(_) => config.pool.size.min(4),
    };
    let bar = ProgressBar::new(count)
        .with_style(ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {per_sec} {eta} left")?);
    let (begin, next) = (Instant::now(), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..writers).map(|_| scope.spawn(|| write(&db, count, &next, &bar))).collect();
        writers.into_iter().try_for_each(|writer| match writer.join() {
            Ok(outcome) => outcome,
            Err(_) => Err(anyhow::anyhow!("a writer panicked")),
        })
    })?;
    bar.finish_and_clear();
    println!("{} entries in {:.1} s", thousands(usize::try_from(count)?), begin.elapsed().as_secs_f64());
    Ok(())
}

/// Takes the next batch until there is none.
fn write(db: &Db, count: u64, next: &AtomicU64, bar: &ProgressBar) -> anyhow::Result<()> {
    let actor = Actor::operator();
    loop {
        let first = next.fetch_add(BATCH, Ordering::Relaxed);
        if first >= count {
            return Ok(());
        }
        let entries = demo_entries(first, BATCH.min(count - first))?;
        db.write_blocking(|conn| create(conn, &entries, &actor))?;
        bar.inc(entries.len() as u64);
    }
}
