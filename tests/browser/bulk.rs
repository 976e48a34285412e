//! Many at once, with JavaScript and without.

use super::{change_elsewhere, of};
use crate::cases;
use crate::support::browser::{Browser, Js, Key};
use crate::support::{Book, Setup};

cases![BOTH:
    rows_are_selected_changed_and_the_change_undone;
SQLITE:
    shift_selects_a_range_and_the_head_selects_all,
    what_changed_meanwhile_can_be_looked_at,
    many_are_deleted_for_good_after_a_question,
    without_javascript_many_are_changed_page_by_page
];

fn add(book: &Book, count: usize) {
    (1..=count).for_each(|n| drop(book.add(&format!("Entry {n}"), "")));
}

/// The checkbox of the n-th row, from 1.
fn tick(n: usize) -> String {
    format!("#rows tr:nth-child({n}) [name=entry]")
}

fn rows_are_selected_changed_and_the_change_undone(setup: Setup) {
    let book = setup.book();
    add(&book, 4);
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        assert_eq!(page.script("return getComputedStyle(document.querySelector('.bulk')).display"), "none");
        page.click(&tick(1));
        page.click(&tick(3));
        page.wait_text("[data-selected]", "2 selected:");
        page.click(".bulk [value=trash]");
        page.wait_text("#notice p", "2 deleted");
        page.wait_text("#status", "2 deleted");
        page.wait_focus("#notice button");
        assert_eq!(page.texts("#rows .title"), ["Entry 3", "Entry 1"]);
        page.press(Key::Enter);
        page.wait_text("#notice p", "2 restored");
        assert_eq!(page.count("#rows .title"), 4);
        page.click(&tick(2));
        page.click(".bulk [value=done]");
        page.wait_text("#notice p", "1 marked done");
        page.wait_for("#rows tr.done");
    });
    assert_eq!(page.path(), "/entries");
    assert_eq!(book.events().len(), 4 + 2 + 2 + 1);
}

fn shift_selects_a_range_and_the_head_selects_all(setup: Setup) {
    let book = setup.book();
    add(&book, 6);
    let page = Browser::open(&book, Js::On);
    let ticked = || page.count("#rows [name=entry]:checked");
    page.click(&tick(2));
    // From under the bar that has appeared.
    page.script("scrollTo(0, document.body.scrollHeight)");
    page.click_with(Key::Shift, &tick(5));
    page.wait_text("[data-selected]", "4 selected:");
    assert_eq!(
        (ticked(), page.script("return document.querySelector('[data-select-all]').indeterminate")),
        (4, true.into())
    );
    page.click("[data-select-all]");
    page.wait_text("[data-selected]", "6 selected:");
    page.click(&tick(1));
    page.wait_text("[data-selected]", "5 selected:");
    page.click("[data-select-all]");
    page.click("[data-select-all]");
    assert_eq!(ticked(), 0);
}

fn what_changed_meanwhile_can_be_looked_at(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add("First", ""), book.add("Second", ""));
    let page = Browser::open(&book, Js::On);
    change_elsewhere(&book, &first, "First, renamed", "");
    page.in_place(|| {
        page.click("[data-select-all]");
        page.click(".bulk [value=trash]");
        page.wait_text("#notice summary", "1 deleted, 1 left alone: show");
        page.click("#notice summary");
        page.wait_text("#notice li", "First, renamed changed meanwhile by Anna");
    });
    assert!(!book.entry(first.uid).trashed && book.entry(second.uid).trashed);
    page.click("#notice li a");
    page.wait_text("h1", "First, renamed");
}

fn many_are_deleted_for_good_after_a_question(setup: Setup) {
    let book = setup.book();
    let (kept, gone) = (book.add_trashed("Kept"), book.add_trashed("Gone"));
    let page = Browser::open(&book, Js::On);
    page.goto("/trash");
    page.in_place(|| {
        page.click(&of(&gone, "[name=entry]"));
        page.click(".bulk [value=purge]");
        page.wait_text("#question", "Delete this entry for good?");
        page.wait_focus("#question");
        page.click("#list .buttons a");
        page.wait_for(&of(&gone, ".title"));
        page.click(&of(&gone, "[name=entry]"));
        page.click(".bulk [value=purge]");
        page.click("#list button.danger");
        page.wait_text("#notice p", "1 deleted for good");
        assert_eq!(page.texts("#rows .title"), ["Kept"]);
    });
    assert!(book.find(gone.uid).is_none() && book.find(kept.uid).is_some());
}

fn without_javascript_many_are_changed_page_by_page(setup: Setup) {
    let book = setup.book();
    add(&book, 3);
    let page = Browser::open(&book, Js::Off);
    assert_eq!(page.count("[data-select-all]:not([hidden])"), 0, "no dead control");
    page.click(&tick(1));
    page.click(&tick(2));
    page.click(".bulk [value=trash]");
    page.wait_text("#notice p", "2 deleted");
    assert_eq!(page.texts("#rows .title"), ["Entry 1"]);
    page.click("#notice button");
    page.wait_text("#notice p", "2 restored");
    page.click(&tick(1));
    page.click(".bulk [value=trash]");
    page.wait_text("#notice p", "1 deleted");
    page.goto("/trash");
    page.click(&tick(1));
    page.click(".bulk [value=purge]");
    page.wait_text("#question", "Delete this entry for good?");
    page.click("button.danger");
    page.wait_text("#notice p", "1 deleted for good");
    page.goto("/entries");
    // Search, order and period are links and a form.
    page.fill("#q", "entry 1");
    page.click("#find button");
    page.wait_text("#rows .title", "Entry 1");
    assert!(page.path().starts_with("/entries?q=entry+1"));
    page.click("#sort-title");
    page.wait_for("th[aria-sort=ascending] #sort-title");
    assert_eq!(page.path(), "/entries?q=entry+1&sort=title");
}
