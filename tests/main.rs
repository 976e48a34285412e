//! Drives the real program over HTTP and in a real browser, each test on both databases with a database of its own.
//!
//! `cargo test -p daybook-tests --test daybook -- WORDS` runs the tests whose names hold the words; `bin/test` installs
//! what they need. A test is a function in the file that its sentence belongs to, and its name in that file's `cases!`.

mod audit;
mod browser;
mod entries;
mod faults;
mod jobs;
mod operation;
mod security;
mod snapshots;
mod support;
mod users;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    // A test mostly waits for its program; a few more than there are cores keep them busy.
    args.test_threads.get_or_insert(4);
    let cases = [
        // The longest, so that it begins with the first.
        faults::cases(),
        entries::cases(),
        audit::cases(),
        users::cases(),
        security::cases(),
        jobs::cases(),
        snapshots::cases(),
        operation::cases(),
        browser::cases(),
    ]
    .concat();
    let (trials, tally) = support::suite::trials(&cases);
    let servers = (!args.list).then(support::servers::start);
    let conclusion = libtest_mimic::run(&args, trials);
    drop(servers);
    if !args.list {
        println!("{tally} skipped={}", conclusion.num_ignored);
    }
    if conclusion.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
