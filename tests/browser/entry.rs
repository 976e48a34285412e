//! An entry's own page with JavaScript.

use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    an_entry_is_edited_on_its_own_page,
    an_entry_is_switched_deleted_and_restored_on_its_own_page,
    the_history_opens_what_the_entry_was
];

fn an_entry_is_edited_on_its_own_page(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Befor", "old");
    let page = Browser::open(&book, Js::On);
    page.click("#rows .title");
    page.wait_text("h1", "Befor");
    page.in_place(|| {
        page.click("[data-edit]");
        page.wait_focus("[name=title]");
        page.fill("[name=title]", "");
        page.click("article button[type=submit]");
        page.wait_text("small.error", "Title is empty.");
        page.press(Key::Escape);
        page.wait_text("h1", "Befor");
        page.wait_focus("[data-edit]");
        page.press(Key::Enter);
        page.wait_focus("[name=title]");
        page.fill("[name=title]", "After");
        page.fill("[name=description]", "first\n\n  second");
        page.press_with(Key::Control, Key::Enter);
        page.wait_text("h1", "After");
        page.wait_text("#status", "Saved “After”");
        page.wait_focus("[data-edit]");
    });
    assert_eq!(page.text("dl.fields .description dd"), "first second");
    assert_eq!(page.count(".history li"), 2, "the history has grown with it");
    assert_eq!(book.entry(entry.uid).content.description.as_str(), "first\n\n  second");
    assert_eq!(page.path(), format!("/entries/{}", entry.uid));
}

fn an_entry_is_switched_deleted_and_restored_on_its_own_page(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}", entry.uid));
    page.in_place(|| {
        page.click("[role=switch]");
        page.wait_for("article.done [role=switch][aria-checked=true]");
        page.wait_focus("[role=switch]");
        page.click(".actions > form button");
        page.wait_text("article .notice p", "This entry is in the trash.");
        page.wait_text("#status", "Deleted");
        page.wait_focus(".notice button");
        assert!(book.entry(entry.uid).trashed);
        page.click(".notice button");
        page.wait_for("[data-edit]");
        page.wait_text("#status", "Restored");
        page.wait_focus("[data-edit]");
    });
    let entry = book.entry(entry.uid);
    assert_eq!((entry.trashed, entry.content.done, entry.version), (false, true, 4));
}

fn the_history_opens_what_the_entry_was(setup: Setup) {
    let book = setup.book();
    let entry = book.add("First title", "first text");
    super::change_elsewhere(&book, &entry, "Second title", "second text");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}", entry.uid));
    assert_eq!(page.count(".history li"), 2);
    page.click(".history li:last-child summary");
    page.wait_for(".history li:last-child details[open] .description dd");
    assert_eq!(page.text(".history li:last-child .description dd"), "first text");
    assert_eq!(page.text(".history li:last-child .title dd"), "First title");
}
