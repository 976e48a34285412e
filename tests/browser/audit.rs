//! The page of the log.

use daybook::users::Role;

use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Book, Setup};

cases![SQLITE:
    the_log_is_filtered_and_turned_in_place,
    the_log_works_without_javascript
];

/// An entry that Berta has changed, and more events than a page shows.
fn eventful(setup: Setup) -> Book {
    let book = setup.book();
    let entry = book.add("Paper", "");
    let berta = book.as_person(&book.person("Berta", Role::Editor));
    let form = berta.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    form.fill("title", "Pens").send(&berta).location();
    super::fill(&book, 60);
    book
}

const CHANGED: &str = "Berta changed title of ‘Pens’";

fn the_log_is_filtered_and_turned_in_place(setup: Setup) {
    let book = eventful(setup);
    let page = Browser::open(&book, Js::On);
    page.click("nav a[href='/audit']");
    page.wait_text("h1", "Log");
    page.in_place(|| {
        page.click("#what option[value='entry.update']");
        page.wait_path("filtered", |path| path == "/audit?what=entry.update");
        page.wait_text("#status", "1 event");
        page.wait_text("#events .did", CHANGED);
        page.click("#events summary");
        page.wait_for("#events dl");
    });
    page.click("#events dl a");
    page.wait_path("of one entry", |path| path.starts_with("/audit?subject="));
    page.wait_text("#events li:last-child .did", "Anna created ‘Paper’");
    page.click("#list .notice a");
    page.wait_path("everything", |path| path == "/audit");
    page.in_place(|| {
        page.click("a[rel=next]");
        page.wait_for("a[rel=prev]");
        assert!(page.texts("#events .did").contains(&CHANGED.to_owned()));
        page.click("a[rel=prev]");
        page.wait_gone("a[rel=prev]");
        assert_eq!(page.count("#events > li"), 50);
    });
    page.click("#chain summary");
    page.wait_for("#chain code.secret");
    page.wait_gone("#events .tag");
}

fn the_log_works_without_javascript(setup: Setup) {
    let book = eventful(setup);
    let page = Browser::open(&book, Js::Off);
    page.click("nav a[href='/audit']");
    page.wait_text("h1", "Log");
    page.click("#what option[value='entry.update']");
    page.click("#find button");
    page.wait_text("#events .did", CHANGED);
    page.click("#events summary");
    page.click("#events dl a");
    page.wait_path("of one entry", |path| path.starts_with("/audit?subject="));
    assert_eq!(page.texts("#events .did"), [CHANGED, "Anna created ‘Paper’"]);
    page.click("#list .notice a");
    page.click("a[rel=next]");
    page.wait_for("a[rel=prev]");
    page.click("#events .did a");
    page.wait_for("#history");
}
