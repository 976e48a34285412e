//! What the person who runs Daybook relies on: settings, migrations, health, logs, shutdown, faults, commands.

mod account;
mod commands;
mod durability;
mod faults;
mod health;
mod images;
mod infra;
mod log;
mod metrics;
mod migrations;
mod replica;
mod settings;
mod ship;
mod shutdown;
mod templates;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [
        account::CASES,
        commands::CASES,
        durability::CASES,
        faults::CASES,
        health::CASES,
        images::CASES,
        infra::CASES,
        log::CASES,
        metrics::CASES,
        migrations::CASES,
        replica::CASES,
        settings::CASES,
        ship::CASES,
        shutdown::CASES,
        templates::CASES,
    ]
    .concat()
}
