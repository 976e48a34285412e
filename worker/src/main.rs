//! `daybook-worker`: does the background work where there is Redis.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use daybook::config::{Config, SETTINGS};
use daybook::queue::{Doorbell, RedisQueues};
use daybook::snapshots::Shelf;
use daybook::telemetry::Telemetry;
use daybook::{Db, audit, telemetry};
use daybook_worker::{Background, Queues, health, run, telemetry as telling, told_to_stop};

/// Daybook's background work: long changes, and looking after them.
#[derive(Parser)]
#[command(name = "daybook-worker", version, after_help = daybook::config::settings_help(SETTINGS))]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Work until SIGTERM (what happens without a command, too)
    Run,
    /// Walk the chain of the audit log, and say what is wrong with it
    Verify,
    /// Whether the worker on this machine did its rounds lately: exit code 0 if so
    Health,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => {
            eprintln!("daybook-worker: {error}");
            return ExitCode::from(2);
        }
    };
    telemetry::start(&config.log);
    let outcome = match cli.command.unwrap_or(Command::Run) {
        Command::Run => work(&config),
        Command::Verify => verify(&config),
        Command::Health => health::check(&config.worker.health_file),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("daybook-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn work(config: &Config) -> anyhow::Result<()> {
    let url =
        config.redis.as_ref().context("REDIS_URL is not set: then daybook-web does the background work itself")?;
    let db = Db::new(&config.database, &config.pool)?.with_replica(config.replica.as_ref());
    let queues = RedisQueues::new(url)?;
    let (doorbell, ringer) = Doorbell::redis(queues.clone());
    tokio::spawn(ringer.run());
    let telemetry = Telemetry::new("worker", db.clone(), doorbell.clone())?;
    telling::begin(config, &telemetry).await?;
    let background = Background {
        kind: "worker",
        db: db.clone(),
        config: config.worker.clone(),
        doorbell,
        shelf: Shelf::new(config)?,
        queues: Queues::Redis(queues),
        telemetry,
        health_file: Some(config.worker.health_file.clone()),
    };
    tracing::info!(database = %config.database, redis = %url, files = %config.files.url, "working");
    let outcome = run(background, told_to_stop()?).await;
    db.close();
    outcome
}

/// Also while the book is in use. Fails when the log is not whole, so that a script notices.
fn verify(config: &Config) -> anyhow::Result<()> {
    let db = Db::new(&config.database, &config.pool)?.with_replica(config.replica.as_ref());
    let report = audit::verify_book(&db, |_, _| ())?;
    print!("{report}");
    if report.is_whole() { Ok(()) } else { bail!("the audit log is not whole") }
}
