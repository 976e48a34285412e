//! Tera finds a missing variable only when it renders, so every template is rendered here.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cases;
use crate::support::client::Client;
use crate::support::page::Form;
use crate::support::program::Program;
use crate::support::{Book, Setup};

cases![SQLITE: every_template_is_rendered];

fn every_template_is_rendered(setup: Setup) {
    let mut book = setup.book_with(&[("LOG_LEVEL", "debug")]);
    visit(&book);
    visit_people(&book);
    visit_jobs(&book);
    visit_snapshots(&book);
    book.program.terminate();
    let log = book.program.log() + &setup_log(setup);
    let mut rendered: BTreeSet<String> =
        log.lines().filter_map(|line| line.split("template=\"").nth(1)?.split('"').next().map(String::from)).collect();
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../templates"));
    // What a rendered template includes or extends was rendered with it.
    let mut open: Vec<String> = rendered.iter().cloned().collect();
    while let Some(name) = open.pop() {
        let text = std::fs::read_to_string(folder.join(&name)).expect("a template");
        for tag in ["{% include \"", "{% extends \""] {
            let parts = text.split(tag).skip(1).filter_map(|rest| rest.split('"').next());
            open.extend(parts.filter(|part| rendered.insert((*part).to_owned())).map(String::from));
        }
    }
    assert_eq!(rendered, all(folder, ""));
}

fn all(folder: &Path, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            names.extend(all(&entry.path(), &format!("{name}/")));
        } else {
            names.insert(name);
        }
    }
    names
}

/// The pages of a server without accounts.
fn setup_log(setup: Setup) -> String {
    let database = setup.database();
    let mut program = Program::start(&[("DATABASE_URL", &database.url), ("LOG_LEVEL", "debug")]);
    Client::new(&program.base).get("/setup").expect(403);
    program.terminate();
    program.log()
}

/// The pages about accounts.
fn visit_people(book: &Book) {
    for path in ["/account", "/users", "/account?changed=name", "/users?changed=role", "/audit"] {
        book.get(path).expect(200);
    }
    book.get_in_place("/audit").expect(200);
    let form = book.get("/users").page().form("#invite").fill("email", "new@example.org").fill("role", "viewer");
    let link = form.submit(book).expect(200).page().attr("#link", "href").expect("a link");
    let nobody = book.signed_out();
    nobody.get(&link).expect(200);
    book.get("/users").expect(200);
    nobody.get("/sign-in").expect(200);
}

/// The pages about background work.
fn visit_jobs(book: &Book) {
    for n in 0..51 {
        book.add(&format!("Entry {n}"), "");
    }
    let form = book.get("/entries").page().form("#all");
    let mut fields = form.pairs();
    fields.retain(|(name, _)| *name != "action");
    fields.push(("action", "done"));
    let job = book.post("/jobs", &fields).location();
    for path in ["/jobs", &job] {
        book.get(path).expect(200);
    }
    for path in ["/jobs", &job] {
        book.get_in_place(path).expect(200);
    }
}

fn visit_snapshots(book: &Book) {
    let snapshot = book.get("/snapshots/new").expect(200).page().form("#new-snapshot").submit(book).location();
    for path in ["/snapshots", "/snapshots/schedule", &snapshot, &format!("{snapshot}/delete")] {
        book.get(path).expect(200);
    }
    for path in ["/snapshots", &snapshot] {
        book.get_in_place(path).expect(200);
    }
}

/// Every page and every fragment once, with all that they can show.
fn visit(book: &Book) {
    let entry = book.add("Entry", "text");
    let own = format!("/entries/{}", entry.uid);
    for path in ["/entries", "/entries/new", "/trash", "/nowhere", &own, &format!("{own}/edit")] {
        book.get(path);
        book.get_in_place(path);
    }
    let stale = Form::complete(&own, 9, "Other");
    stale.submit(book).expect(409);
    stale.submit_in_place(book).expect(409);
    book.get("/entries").page().form("#new-entry").fill("title", "x").submit_in_place(book).expect(200);
    for (version, verb) in [("1", "trash"), ("2", "restore"), ("3", "trash")] {
        book.post_in_place(&format!("{own}/{verb}"), &[("version", version), ("back", "/entries")]).expect(200);
    }
    book.get_in_place("/trash").expect(200);
    book.get(&format!("/entries?trashed={}", entry.uid)).expect(200);
    book.post_in_place(&format!("{own}/restore"), &[("version", "4"), ("back", "/trash")]).expect(200);
    book.post_in_place(&format!("{own}/trash"), &[("version", "5"), ("back", "/trash")]).expect(200);
    book.get(&format!("{own}/purge")).expect(200);
    let many = [("action", "purge"), ("back", "/trash"), ("entry", &*format!("{}.6", entry.uid))];
    book.post("/entries/bulk", &many).expect(200);
    book.post_in_place("/entries/bulk", &many).expect(200);
    book.post_in_place(&format!("{own}/purge"), &[("version", "6"), ("back", "/trash")]).expect(200);
}
