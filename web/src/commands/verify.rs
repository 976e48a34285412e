//! `daybook-web verify`: walks the chain of the audit log, and says what is wrong with it.

use anyhow::bail;
use daybook::config::Config;
use daybook::{Db, audit};
use indicatif::{ProgressBar, ProgressStyle};

/// Also while the book is in use. Fails when the log is not whole, so that a script notices.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?.with_replica(config.replica.as_ref());
    let bar = ProgressBar::no_length()
        .with_style(ProgressStyle::with_template("{wide_bar} {human_pos}/{human_len} {per_sec} {eta} left")?);
    let report = audit::verify_book(&db, |walked, all| {
        bar.set_length(all);
        bar.set_position(walked);
    })?;
    bar.finish_and_clear();
    print!("{report}");
    if report.is_whole() { Ok(()) } else { bail!("the audit log is not whole") }
}
