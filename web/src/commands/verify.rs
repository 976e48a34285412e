//! `daybook-web verify`: walks the chain of the audit log, and says what is wrong with it.

use std::ops::DerefMut;

use anyhow::bail;
use daybook::config::Config;
use daybook::{Db, audit};
use indicatif::{ProgressBar, ProgressStyle};

/// Also while the book is in use. Fails when the log is not whole, so that a script notices.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?.with_replica(config.replica.as_ref());
    let events = audit::state(db.connect()?.deref_mut())?.head.map_or(0, |head| head.seq);
    let bar = ProgressBar::new(u64::try_from(events).unwrap_or_default())
        .with_style(ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {per_sec} {eta} left")?);
    let report = audit::verify_book(&db, |done| bar.set_position(done))?;
    bar.finish_and_clear();
    print!("{report}");
    if report.is_whole() { Ok(()) } else { bail!("the audit log is not whole") }
}
