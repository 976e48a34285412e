//! What a newcomer gets: `bin/run` builds and starts the book, just as it stands in the repository.

use std::process::Command;

use crate::cases;
use crate::support::client::Client;
use crate::support::person::{EMAIL, NAME, PASSWORD};
use crate::support::program::Program;
use crate::support::{Setup, eventually, servers};

cases![SQLITE: bin_run_builds_and_starts_the_book];

fn bin_run_builds_and_starts_the_book(_: Setup) {
    let folder = servers::memory_folder();
    let url = format!("sqlite:{}", folder.path().join("book.sqlite").display());
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../bin/run"));
    // Only these, so that what the tests were started with does not show.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DB_") || name.starts_with("CARGO_PKG")) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", url).env("BIND", "127.0.0.1:0");
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
