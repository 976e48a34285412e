//! `daybook-web`: the book in the browser, and the commands to run it.

mod access;
mod account;
mod app;
mod assets;
mod audit;
mod background;
mod bulk;
mod commands;
mod counts;
mod device;
mod entries;
mod error;
mod guards;
mod hashing;
mod headers;
mod health;
mod htmx;
mod invitations;
mod jobs;
mod list;
mod log;
mod notice;
mod params;
mod people;
mod person_form;
mod place;
mod render;
mod request;
mod routes;
mod server;
mod sessions;
mod setup;
mod site_path;
mod snapshots;
mod throttle;
mod trash;
mod upkeep;
mod users;
mod views;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use daybook::config::{Config, SETTINGS};

use crate::commands::user::UserCommand;

/// Daybook: a team's book of entries.
#[derive(Parser)]
#[command(name = "daybook-web", version, after_help = daybook::config::settings_help(SETTINGS))]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the book (what happens without a command, too)
    Serve,
    /// Bring the database's schema up to date: once per release, before `serve`
    Migrate,
    /// Add plausible entries, to try the book out
    Demo {
        /// How many
        #[arg(long, default_value_t = 1000)]
        entries: u64,
    },
    /// Accounts: add, list, role, disable, enable, password
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Verify the audit log: exit code 0 if it is whole
    Verify,
    /// Ask the server at BIND whether it is alive: exit code 0 if so
    Health,
    /// Copy the SQLite database to a new file, also while the book is in use
    Backup {
        /// The file to make
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(error) => {
            eprintln!("daybook-web: {error}");
            return ExitCode::from(2);
        }
    };
    daybook::telemetry::start(&config.log);
    let outcome = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => server::serve(config),
        Command::Migrate => commands::migrate(&config),
        Command::Demo { entries } => commands::demo::run(&config, entries),
        Command::User { command } => commands::user::run(&config, command),
        Command::Verify => commands::verify::run(&config),
        Command::Health => commands::health(&config),
        Command::Backup { file } => commands::backup(&config, &file),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("daybook-web: {error:#}");
            ExitCode::FAILURE
        }
    }
}
