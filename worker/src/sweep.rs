//! The sweeper's round: rings again for whatever is due, and does it itself while Redis is away. It makes a lost message, a
//! lost worker and a lost queue harmless.
//!
//! Every process does it, so nothing here may matter when it is done twice.

use std::sync::Arc;

use daybook::jobs;
use daybook::queue::Wake;

use crate::runner::Runner;
use crate::{Queues, health, snapshots};

/// Jobs that are rung for in one round.
const MOST: i64 = 100;

pub async fn round(runner: &Arc<Runner>, queues: &Queues) {
    if let Some(file) = &runner.health_file {
        health::note(file);
    }
    let due = runner.db.write(
        |conn| {
            jobs::take_from_the_lost(conn)?;
            jobs::forget_workers(conn)?;
            jobs::due(conn, None, MOST)
        },
        |due| due,
    );
    match due.await {
        // Nobody would hear the bell.
        Ok(due) if runner.doorbell.is_delayed() => {
            for uid in due {
                runner.start(uid).await;
            }
        }
        Ok(due) => due.into_iter().for_each(|uid| runner.doorbell.ring(Wake::Job(uid))),
        Err(error) => tracing::debug!(%error, "a round found nothing out"),
    }
    match runner.sealer.has_work().await {
        Ok(true) if runner.doorbell.is_delayed() => runner.sealer.seal().await,
        Ok(true) => runner.doorbell.ring(Wake::Audit),
        Ok(false) => {}
        Err(error) => tracing::debug!(%error, "a round found nothing out about the log"),
    }
    snapshots::round(runner).await;
    if let Queues::Redis(queues) = queues
        && let Err(error) = queues.prune().await
    {
        tracing::debug!(%error, "handled messages are still there");
    }
}
