//! Faults, for real: processes under steady load are killed, paused and cut off at random. Whatever was acknowledged is there
//! afterwards, once, with its one sealed event; and no job was lost or done twice.
//!
//! `bin/faults --minutes N --seed S` does it for longer. The seed decides which fault comes when; what is hit by it is up
//! to the machine, so a seed repeats the plan and not the run. Each run has a new one, and prints it: a run that fails
//! has found something, whatever the seed.

mod chain;
mod chaos;
mod load;
mod many;
mod stage;
mod told;
mod verdict;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::cases;
use crate::support::{Case, Setup};
use chaos::Chaos;
use load::Part;
use stage::Stage;

cases![
    MYSQL: many_processes_lose_nothing_acknowledged;
    SQLITE: one_process_loses_nothing_acknowledged
];

pub fn cases() -> Vec<Case> {
    CASES.to_vec()
}

/// Two webs and two workers, with MariaDB and Redis.
fn many_processes_lose_nothing_acknowledged(_: Setup) {
    run(Stage::of_many(), seconds());
}

/// The embedded mode: one process with SQLite.
fn one_process_loses_nothing_acknowledged(_: Setup) {
    run(Stage::of_one(), seconds() / 2);
}

/// For how long faults happen.
fn seconds() -> u64 {
    number("DAYBOOK_FAULTS_SECONDS").unwrap_or(60)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

fn run(mut stage: Stage, seconds: u64) {
    let seed = number("DAYBOOK_FAULTS_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("faults: {} for {seconds} s, --seed {seed}", stage.name);
    let people = load::people(&stage, seed);
    let stop = AtomicBool::new(false);
    let mut chaos = Chaos::new(seed);
    let parts: Vec<Part> = std::thread::scope(|scope| {
        let people = people.into_iter().map(|person| scope.spawn(|| person.work(&stop))).collect::<Vec<_>>();
        let stopping = Stopping(&stop);
        chaos.reign(&mut stage, Duration::from_secs(seconds));
        drop(stopping);
        people.into_iter().map(|person| person.join().expect("a person goes on whatever happens")).collect()
    });
    let verdict = verdict::of(&mut stage, parts, &chaos);
    println!("{verdict}");
    assert!(verdict.is_good(), "faults: {} with --seed {seed}: {verdict}\n{}", stage.name, stage.logs());
}

/// Ends the load, also when something goes wrong with the processes: people would go on for ever.
struct Stopping<'a>(&'a AtomicBool);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
