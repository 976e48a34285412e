//! What a newcomer gets: `bin/run` builds and starts the book, or a worker, just as it stands in the repository.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::cases;
use crate::support::client::Client;
use crate::support::person::{EMAIL, NAME, PASSWORD};
use crate::support::program::{self, Program};
use crate::support::redis::Redis;
use crate::support::{Setup, eventually, servers, within};

cases![SQLITE: bin_run_builds_and_starts_the_book, bin_run_worker_builds_and_starts_a_worker];

fn bin_run_builds_and_starts_the_book(_: Setup) {
    let folder = servers::memory_folder();
    let mut command = bin_run(folder.path());
    command.env("BIND", "127.0.0.1:0");
    let program = Program::spawn(command);
    let book = set_up(&program);
    let uid = daybook::Uid::new();
    book.post("/entries", &[("uid", &uid.to_string()), ("title", "As it ships")]).location();
    let page = book.get("/entries").expect(200).page();
    assert_eq!(page.texts("#rows a.title"), ["As it ships"]);
    for url in page.attrs("script[src]", "src") {
        book.get(&url).expect(200);
    }
}

fn bin_run_worker_builds_and_starts_a_worker(_: Setup) {
    let folder = servers::memory_folder();
    let (redis, health) = (Redis::start(), folder.path().join("alive"));
    let asked = |args: &[&str]| {
        let mut command = bin_run(folder.path());
        command.arg("worker").args(args).env("REDIS_URL", redis.url()).env("WORKER_HEALTH_FILE", &health);
        command
    };
    let output = asked(&["health"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", program::printed(&output));
    assert!(program::printed(&output).contains("no worker has done a round"), "{}", program::printed(&output));
    let worker = Program::quiet(asked(&[]));
    within(Duration::from_secs(60), "it works", || worker.log().contains("background work begins").then_some(()));
    eventually("it does its rounds", || health.exists().then_some(()));
}

/// `bin/run` with a database in that folder.
fn bin_run(folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../bin/run"));
    // Only these, so that what the tests were started with does not show.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DB_") || name.starts_with("CARGO_PKG")) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", format!("sqlite:{}", folder.join("book.sqlite").display()));
    command
}

/// As the first person does: by the link that the program prints.
fn set_up(program: &Program) -> Client {
    let nobody = Client::new(&program.base);
    let link = eventually("it prints a link", || {
        let output = program.output();
        output.lines().find_map(|line| line.strip_prefix("Make the first account at ").map(String::from))
    });
    let path = link.strip_prefix(&program.base).expect("a link of this server");
    let form = nobody.get(path).expect(200).page().form("main form");
    let form = form.fill("email", EMAIL).fill("name", NAME).fill("password", PASSWORD).fill("again", PASSWORD);
    let answer = nobody.post(&form.action, &form.pairs());
    assert_eq!(answer.location(), "/entries");
    nobody.signed_in(&answer.session().expect("signed in"))
}
