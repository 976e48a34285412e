//! Background work beside the requests: in this process where there is no Redis, elsewhere where there is.

use std::time::Duration;

use daybook::config::Config;
use daybook::queue::{Doorbell, MemoryQueues};
use daybook_worker::{Background, Queues};
use tokio::sync::watch;

use crate::app::App;

/// How often it is found out whether Redis is there.
const CHECK: Duration = Duration::from_secs(5);
/// Before background work begins again that came to an end by itself.
const PAUSE: Duration = Duration::from_secs(5);

/// The bell that changes ring, and the queues behind it if somebody in this process shall listen.
///
/// # Errors
/// For an address of Redis that makes no sense.
pub fn doorbell(config: &Config) -> daybook::Result<(Doorbell, Option<MemoryQueues>)> {
    match &config.redis {
        Some(url) => Ok((Doorbell::redis(url)?, None)),
        None => {
            let (doorbell, queues) = Doorbell::memory();
            Ok((doorbell, Some(queues)))
        }
    }
}

/// Works until it is told to stop.
pub async fn run(app: App, config: Config, queues: Option<MemoryQueues>, stop: watch::Receiver<bool>) {
    match queues {
        Some(queues) => embedded(app, config, queues, stop).await,
        None => watch_redis(app, stop).await,
    }
}

async fn embedded(app: App, config: Config, queues: MemoryQueues, stop: watch::Receiver<bool>) {
    let background = Background {
        kind: "web",
        db: app.db.clone(),
        config: config.worker,
        doorbell: app.doorbell.clone(),
        queues: Queues::Memory(queues),
        health_file: None,
    };
    while let Err(error) = daybook_worker::run(background.clone(), stop.clone()).await {
        tracing::warn!(%error, "background work begins again");
        tokio::time::sleep(PAUSE).await;
    }
}

/// So that pages can say so when work is delayed.
async fn watch_redis(app: App, mut stop: watch::Receiver<bool>) {
    let watching = async {
        loop {
            app.doorbell.check().await;
            tokio::time::sleep(CHECK).await;
        }
    };
    tokio::select! {
        () = watching => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
