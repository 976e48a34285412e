//! Says now and then that this process is there, for the page that shows the workers.

use daybook::jobs::{self, Worker};
use daybook::{Db, Uid};

pub async fn run(db: Db, worker: Worker) {
    loop {
        let own = worker.clone();
        if let Err(error) = db.write(move |conn| jobs::saw_worker(conn, &own), |()| ()).await {
            tracing::debug!(%error, "no sign of life");
        }
        tokio::time::sleep(Worker::BEAT).await;
    }
}

/// So that nobody thinks it was lost.
pub async fn leave(db: &Db, worker: Uid) {
    if let Err(error) = db.write(move |conn| jobs::worker_left(conn, worker), |()| ()).await {
        tracing::debug!(%error, "left without a word");
    }
}
