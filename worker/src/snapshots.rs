//! What happens to snapshots by itself: the schedule, their end, and what is left over in the store.
//!
//! Every process does it, so nothing here may matter when it is done twice.

use daybook::queue::Wake;
use daybook::{Actor, Result, snapshots};

use crate::runner::Runner;

/// Snapshots that are deleted in one round.
const MOST: i64 = 20;

/// A part of the sweeper's round.
pub async fn round(runner: &Runner) {
    if let Err(error) = ask(runner).await {
        tracing::debug!(%error, "the schedule was not looked at");
    }
    if let Err(error) = delete(runner).await {
        tracing::debug!(%error, "snapshots whose time is over are still there");
    }
    if let Err(error) = sweep(runner).await {
        tracing::warn!(%error, "left-over files are still there");
    }
}

async fn ask(runner: &Runner) -> Result<()> {
    let shelf = runner.shelf.clone();
    let due = runner.db.read(snapshots::schedule, |schedule| schedule.next_at).await?;
    if due.is_none_or(|due| due > daybook::Timestamp::now()) {
        return Ok(());
    }
    let asked = runner.db.write(move |conn| snapshots::ask_what_is_due(conn, &shelf), |asked| asked).await?;
    if let Some(asked) = asked {
        tracing::info!(snapshot = %asked.uid, "the schedule asks for a snapshot");
        runner.doorbell.ring(Wake::Job(asked.job));
    }
    Ok(())
}

async fn delete(runner: &Runner) -> Result<()> {
    for uid in runner.db.read(|conn| snapshots::over(conn, MOST), |over| over).await? {
        let gone = runner.db.write(move |conn| snapshots::delete(conn, uid, &Actor::program()), |gone| gone).await?;
        if gone.is_some() {
            tracing::info!(snapshot = %uid, "a snapshot is over");
            runner.doorbell.ring(Wake::Audit);
            snapshots::remove_files(&runner.shelf, uid).await?;
        }
    }
    Ok(())
}

async fn sweep(runner: &Runner) -> Result<()> {
    let every = runner.shelf.sweep_every;
    if runner.db.write(move |conn| snapshots::time_to_sweep(conn, every), |time| time).await? {
        let removed = snapshots::sweep(&runner.db, &runner.shelf).await?;
        if removed > 0 {
            tracing::info!(removed, "left-over files are gone");
        }
    }
    Ok(())
}
