//! Whether the worker did its rounds lately, by a file that it writes on each.
//!
//! A file, and not the database: the check must work in a container without a network and without secrets, and must not
//! tell an orchestrator to kill workers because the database is away, which a restart would not mend.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

/// Rounds are a few seconds apart.
const LATELY: Duration = Duration::from_secs(30);

/// Notes a round.
pub fn note(file: &Path) {
    if let Err(error) = std::fs::write(file, "") {
        tracing::warn!(%error, file = %file.display(), "a round cannot be noted");
    }
}

/// `daybook-worker health`
///
/// # Errors
/// When there was no round lately.
pub fn check(file: &Path) -> anyhow::Result<()> {
    let last = std::fs::metadata(file).and_then(|file| file.modified());
    let last = last.with_context(|| format!("{}: no worker has done a round", file.display()))?;
    // A clock that was set back says nothing about the worker.
    let ago = last.elapsed().unwrap_or_default();
    if ago > LATELY {
        bail!("the last round was {} s ago", ago.as_secs());
    }
    Ok(())
}
