//! Background work beside the requests: in this process where there is no Redis, elsewhere where there is.

use std::time::Duration;

use daybook::config::Config;
use daybook::queue::{Doorbell, MemoryQueues, RedisQueues, Ringer};
use daybook_worker::{Background, Queues};
use tokio::sync::watch;

use crate::app::App;

/// Before background work begins again that came to an end by itself.
const PAUSE: Duration = Duration::from_secs(5);

/// What hears the bell that changes ring.
pub enum Work {
    /// This process.
    Here(MemoryQueues),
    /// Others, by Redis.
    Elsewhere(Ringer),
}

/// The bell, and what hears it.
///
/// # Errors
/// For an address of Redis that makes no sense.
pub fn doorbell(config: &Config) -> daybook::Result<(Doorbell, Work)> {
    Ok(match &config.redis {
        Some(url) => {
            let (doorbell, ringer) = Doorbell::redis(RedisQueues::new(url)?);
            (doorbell, Work::Elsewhere(ringer))
        }
        None => {
            let (doorbell, queues) = Doorbell::memory();
            (doorbell, Work::Here(queues))
        }
    })
}

/// Works until it is told to stop. Who only rings does so for as long as requests are answered.
pub async fn run(app: App, config: Config, work: Work, stop: watch::Receiver<bool>) {
    match work {
        Work::Here(queues) => here(app, config, queues, stop).await,
        Work::Elsewhere(ringer) => drop(actix_web::rt::spawn(ringer.run())),
    }
}

async fn here(app: App, config: Config, queues: MemoryQueues, stop: watch::Receiver<bool>) {
    let background = Background {
        kind: "web",
        db: app.db.clone(),
        config: config.worker,
        doorbell: app.doorbell.clone(),
        shelf: app.shelf.clone(),
        queues: Queues::Memory(queues),
        telemetry: app.telemetry.clone(),
        health_file: None,
    };
    while let Err(error) = daybook_worker::run(background.clone(), stop.clone()).await {
        tracing::warn!(%error, "background work begins again");
        tokio::time::sleep(PAUSE).await;
    }
}
