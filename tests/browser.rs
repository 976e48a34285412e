//! What people do and see in a real browser: Chromium, with JavaScript and without.

mod accessibility;
mod accounts;
mod audit;
mod bulk;
mod by_person;
mod conflict;
mod day;
mod drafts;
mod drafts_end;
mod drafts_people;
mod drafts_sent;
mod entry;
mod help;
mod in_place;
mod jobs;
mod keyboard;
mod keys;
mod leaving;
mod lists;
mod no_script;
mod outage;
mod people;
mod roles;
mod scenes;
mod scenes_people;
mod search;
mod session_end;
mod snapshots;
mod times;
mod titles;
mod trash;
mod versions;
mod weight;
mod widths;

use daybook::Actor;
use daybook::entries::{self, Entry};

use crate::support::page::Form;
use crate::support::{Book, Case};

pub fn cases() -> Vec<Case> {
    let cases = [
        accessibility::CASES,
        accounts::CASES,
        audit::CASES,
        bulk::CASES,
        by_person::CASES,
        conflict::CASES,
        day::CASES,
        drafts::CASES,
        drafts_end::CASES,
        drafts_people::CASES,
        drafts_sent::CASES,
        entry::CASES,
        help::CASES,
        in_place::CASES,
        jobs::CASES,
        keyboard::CASES,
        keys::CASES,
        leaving::CASES,
        lists::CASES,
        no_script::CASES,
        outage::CASES,
        people::CASES,
        roles::CASES,
        search::CASES,
        session_end::CASES,
        snapshots::CASES,
        times::CASES,
        titles::CASES,
        trash::CASES,
        versions::CASES,
        weight::CASES,
        widths::CASES,
    ]
    .concat();
    cases.into_iter().map(|case| Case { browser: true, ..case }).collect()
}

/// A selector for something in the row, or on the page, of an entry.
fn of(entry: &Entry, css: &str) -> String {
    format!("#entry-{} {css}", entry.uid)
}

/// Changes an entry behind the back of the person at the browser.
fn change_elsewhere(book: &Book, entry: &Entry, title: &str, description: &str) {
    let form = Form::complete(&format!("/entries/{}", entry.uid), book.entry(entry.uid).version, title);
    form.fill("description", description).submit(book).location();
}

/// Many entries at once, each third of them done.
fn fill(book: &Book, count: u64) {
    let entries = entries::demo_entries(1, count).expect("they keep the rules");
    let actor = Actor::operator();
    let db = book.database.db();
    db.write_blocking(|conn| entries::create(conn, &entries, &actor).map(drop)).expect("they are added");
}
