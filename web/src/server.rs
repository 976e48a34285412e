//! Builds the application and runs it until it is told to stop.

use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use anyhow::Context;
use daybook::config::{Config, Database};

use crate::app::App;
use crate::background::Work;
use crate::{background, commands, error, guards, hashing, headers, log, params, routes, upkeep};

/// Longer than a load balancer's idle time-out (60 s on AWS), which else meets closed connections.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// For a request's headers to arrive.
const SLOWEST_HEADERS: Duration = Duration::from_secs(10);
const SLOWEST_DISCONNECT: Duration = Duration::from_secs(5);
/// For requests under way to finish after SIGTERM, in seconds.
const SHUTDOWN: u64 = 20;

/// `daybook-web serve`
pub fn serve(config: Config) -> anyhow::Result<()> {
    let (doorbell, work) = background::doorbell(&config)?;
    let app = App::build(&config, doorbell)?;
    if let Database::Sqlite { .. } = config.database {
        // The embedded default is one process and one command; elsewhere `migrate` is a step of the release.
        commands::try_to_migrate(&config, &app.db)?;
    }
    actix_web::rt::System::new().block_on(run(config, app, work))
}

async fn run(config: Config, app: App, work: Work) -> anyhow::Result<()> {
    let (db, shared) = (app.db.clone(), app.clone());
    let stop = daybook_worker::told_to_stop()?;
    daybook_worker::telemetry::begin(&config, &app.telemetry).await?;
    let workers = usize::from(config.web.workers.get());
    // One blocking thread for each connection to the database, and for each hash; more would only wait.
    let blocking = (config.pool.size as usize).div_ceil(workers).max(2) + hashing::at_once();
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(web::Data::new(app.clone()))
            .app_data(web::PayloadConfig::new(params::MAX_FORM))
            .configure(routes::configure)
            .wrap(from_fn(guards::guard))
            .wrap(from_fn(error::dress))
            .wrap(from_fn(headers::secure))
            .wrap(Compress::default())
            .wrap(from_fn(log::requests))
    })
    .workers(workers)
    .worker_max_blocking_threads(blocking)
    .max_connections(config.web.max_connections)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(SLOWEST_HEADERS)
    .client_disconnect_timeout(SLOWEST_DISCONNECT)
    .shutdown_timeout(SHUTDOWN)
    .bind(config.web.bind)
    .with_context(|| format!("cannot listen on BIND={}", config.web.bind))?;
    let addresses = server.addrs();
    let running = actix_web::rt::spawn(server.run());
    // Lets it begin to listen for signals, so that whoever reads the line below may end the program at once.
    tokio::task::yield_now().await;
    let mut base = String::new();
    for address in addresses {
        let here = || format!("http://{}/", commands::reachable(address));
        let url = config.web.public_url.as_ref().map_or_else(here, ToString::to_string);
        println!("Daybook is at {url}");
        base = url;
        tracing::info!(%address, database = %config.database, workers, "serving");
    }
    let upkeep = actix_web::rt::spawn(upkeep::run(shared.clone(), base));
    let background = actix_web::rt::spawn(background::run(shared, config, work, stop));
    running.await??;
    upkeep.abort();
    // It was told so, too, and comes to an end by itself.
    let _ = background.await;
    db.close();
    tracing::info!("stopped");
    Ok(())
}
