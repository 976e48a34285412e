//! The same without JavaScript: every feature, page by page.

use super::{change_elsewhere, fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![BOTH:
    an_entry_lives_without_javascript;
SQLITE:
    a_refused_entry_comes_back_without_javascript,
    filters_and_pages_are_links_without_javascript,
    a_conflict_is_a_page_without_javascript,
    the_trash_works_without_javascript,
    an_entrys_own_page_works_without_javascript
];

fn without_javascript(setup: Setup) -> (crate::support::Book, Browser) {
    let book = setup.book();
    let page = Browser::open(&book, Js::Off);
    let started = page.script("return typeof htmx + document.querySelectorAll('[data-htmx-powered]').length");
    assert_eq!(started, "undefined0", "scripts of the page run");
    (book, page)
}

fn an_entry_lives_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    page.fill("#new-entry [name=title]", "Order paper");
    page.fill("#new-entry [name=description]", "A4\nwhite");
    page.click("#new-entry button");
    page.wait_text("#rows .title", "Order paper");
    assert_eq!(page.value("#new-entry [name=title]"), "");
    page.click("[data-edit]");
    page.wait_text("h1", "Edit entry");
    page.fill("[name=title]", "Order more paper");
    page.click("main button[type=submit]");
    page.wait_text("#rows .title", "Order more paper");
    page.click("[role=switch]");
    page.wait_for("[role=switch][aria-checked=true]");
    let entry = book.state().0.remove(0);
    assert!(entry.content.done && entry.content.description.as_str() == "A4\nwhite");
    page.click("#rows .actions button");
    page.wait_text("#notice p", "Deleted ‘Order more paper’");
    assert_eq!((page.count("#rows .title"), book.entry(entry.uid).trashed), (0, true));
    page.click("#notice button");
    page.wait_text("#notice p", "Restored ‘Order more paper’");
    assert_eq!(page.texts("#rows .title"), ["Order more paper"]);
    assert_eq!(book.entry(entry.uid).version, 5);
}

fn a_refused_entry_comes_back_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    page.fill("#new-entry [name=description]", "typed");
    page.click("#new-entry button");
    page.wait_text("small.error", "Title is empty.");
    assert_eq!(page.value("#new-entry [name=description]"), "typed");
    page.fill("#new-entry [name=title]", "Has one");
    page.click("#new-entry button");
    page.wait_text("#rows .title", "Has one");
    page.click("[data-edit]");
    page.fill("[name=title]", "");
    page.fill("[name=description]", "typed again");
    page.click("main button[type=submit]");
    page.wait_text("small.error", "Title is empty.");
    assert_eq!(page.value("[name=description]"), "typed again");
    page.click("[data-cancel]");
    page.wait_text("#rows .excerpt", "typed");
    assert_eq!(book.state().0[0].version, 1);
}

fn filters_and_pages_are_links_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    fill(&book, 60);
    page.reload();
    let first = page.texts("#rows .title");
    page.click("a[rel=next]");
    page.wait_for("a[rel=prev]");
    assert_eq!((first.len(), page.count("#rows .title")), (50, 10));
    page.back();
    page.wait_for("a[rel=next]");
    assert_eq!(page.texts("#rows .title"), first);
    page.click(".filter a:nth-child(3)");
    page.wait_text(".filter [aria-current]", "Done");
    assert_eq!(page.path(), "/entries?status=done");
    let done = book.state().0.iter().filter(|entry| entry.content.done).count();
    assert_eq!(page.count("#rows tr.done"), done.min(50));
    page.click("#rows .actions button");
    page.wait_for("#notice button");
    assert!(page.path().starts_with("/entries?status=done&trashed="), "the filter stays");
}

fn a_conflict_is_a_page_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    let entry = book.add("Title", "text");
    page.reload();
    page.click(&of(&entry, "[data-edit]"));
    page.fill("[name=title]", "My title");
    change_elsewhere(&book, &entry, "Their title", "their text");
    page.click("main button[type=submit]");
    page.wait_for(".conflict .merge");
    assert_eq!(page.texts(".conflict .merge dd"), ["Title", "Their title", "My title"]);
    assert_eq!(
        (page.value("[name=title]"), page.value("[name=description]")),
        ("My title".into(), "their text".into())
    );
    page.click("main button[type=submit]");
    page.wait_text("#rows .title", "My title");
    assert_eq!(book.entry(entry.uid).version, 3);
}

fn the_trash_works_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    let (back, gone) = (book.add_trashed("Back"), book.add_trashed("Gone"));
    page.goto("/trash");
    page.click(&of(&back, ".actions button"));
    page.wait_text("#notice p", "Restored ‘Back’");
    assert_eq!(page.texts("#rows .title"), ["Gone"]);
    page.click(&of(&gone, ".actions a"));
    page.wait_text("h1", "Delete ‘Gone’ for good?");
    page.click("button.danger");
    page.wait_text("#notice p", "Deleted for good.");
    assert_eq!(page.text("#rows .empty"), "The trash is empty.");
    assert!(book.find(gone.uid).is_none() && !book.entry(back.uid).trashed);
}

fn an_entrys_own_page_works_without_javascript(setup: Setup) {
    let (book, page) = without_javascript(setup);
    let entry = book.add("Title", "text");
    let own = format!("/entries/{}", entry.uid);
    page.goto(&own);
    page.click("[role=switch]");
    page.wait_for("[role=switch][aria-checked=true]");
    page.click("[data-edit]");
    page.fill("[name=title]", "New title");
    page.click("main button[type=submit]");
    page.wait_text("main h1", "New title");
    assert_eq!(page.path(), own);
    page.click(".history li:last-child summary");
    page.wait_for(".history li:last-child details[open] .title dd");
    assert_eq!(page.text(".history li:last-child .title dd"), "Title");
    page.click(".actions > form button");
    page.wait_text("article .notice p", "This entry is in the trash.");
    page.click(".notice button");
    page.wait_for("[data-edit]");
    let entry = book.entry(entry.uid);
    assert_eq!((entry.trashed, entry.version, page.path()), (false, 5, own));
}
