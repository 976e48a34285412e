//! What happens to snapshots by itself: the schedule, their end, and what is left over in the store.
//!
//! Every process does it, so nothing here may matter when it is done twice.

use daybook::queue::Wake;
use daybook::{Actor, Result, Uid, snapshots};

use crate::runner::Runner;

/// Snapshots that are deleted in one round.
const MOST: i64 = 20;

/// A part of the sweeper's round. One thing that goes wrong is no reason to leave out the others.
pub async fn round(runner: &Runner) {
    let shelf = runner.shelf.clone();
    let to_do = match runner.db.read(move |conn| snapshots::to_do(conn, &shelf, MOST), |to_do| to_do).await {
        Ok(to_do) => to_do,
        Err(error) => return tracing::debug!(%error, "a round found nothing out about snapshots"),
    };
    if to_do.ask
        && let Err(error) = ask(runner).await
    {
        tracing::warn!(%error, "the schedule's snapshot was not asked for");
    }
    for uid in to_do.over {
        if let Err(error) = delete(runner, uid).await {
            tracing::warn!(snapshot = %uid, %error, "a snapshot whose time is over is still there");
        }
    }
    if to_do.sweep
        && let Err(error) = sweep(runner).await
    {
        tracing::warn!(%error, "left-over files are still there");
    }
}

async fn ask(runner: &Runner) -> Result<()> {
    let shelf = runner.shelf.clone();
    let asked = runner.db.write(move |conn| snapshots::ask_what_is_due(conn, &shelf), |asked| asked).await?;
    if let Some(asked) = asked {
        tracing::info!(snapshot = %asked.uid, "the schedule asks for a snapshot");
        runner.doorbell.ring(Wake::Job(asked.job));
    }
    Ok(())
}

async fn delete(runner: &Runner, uid: Uid) -> Result<()> {
    let gone = runner.db.write(move |conn| snapshots::delete(conn, uid, &Actor::program()), |gone| gone).await?;
    if gone.is_some() {
        tracing::info!(snapshot = %uid, "a snapshot is over");
        runner.doorbell.ring(Wake::Audit);
        snapshots::remove_files(&runner.shelf, uid).await?;
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
