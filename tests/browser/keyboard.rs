//! Without a mouse: everything can be reached and done by keys, and the focus is never lost.

use rustix::process::Signal;

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    the_first_tab_skips_to_the_content,
    a_book_is_kept_by_keys_alone,
    filters_and_pages_keep_the_focus,
    an_entrys_own_page_is_used_by_keys_alone,
    a_refusal_keeps_the_focus,
    a_slow_answer_does_not_take_the_focus_from_somebody_who_types
];

fn the_first_tab_skips_to_the_content(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.press(Key::Tab);
    assert_eq!(page.focused(), "a Skip to the content");
    page.press(Key::Enter);
    page.wait_focus("#main");
    page.press(Key::Tab);
    page.wait_focus("#new-entry [name=title]");
}

fn a_book_is_kept_by_keys_alone(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.tab_to("#new-entry [name=title]");
        page.type_text("By keys");
        page.press(Key::Tab);
        page.type_text("one");
        page.press(Key::Enter);
        page.type_text("two");
        page.tab_to("#new-entry button");
        page.press(Key::Space);
        page.wait_text("#rows .title", "By keys");
        page.wait_focus("#new-entry [name=title]");
    });
    let entry = book.state().0.remove(0);
    assert_eq!(entry.content.description.as_str(), "one\ntwo");
    page.in_place(|| {
        page.tab_to(&of(&entry, "[role=switch]"));
        page.press(Key::Space);
        page.wait_for(&of(&entry, "[role=switch][aria-checked=true]"));
        page.wait_focus(&of(&entry, "[role=switch]"));
        page.tab_to(&of(&entry, "[data-edit]"));
        page.press(Key::Enter);
        page.wait_focus(&of(&entry, "[name=title]"));
        page.press(Key::End);
        page.type_text(" alone");
        page.tab_to(&of(&entry, "button[type=submit]"));
        page.press(Key::Space);
        page.wait_text(&of(&entry, ".title"), "By keys alone");
        page.wait_focus(&of(&entry, "[data-edit]"));
        page.tab_to(&of(&entry, ".actions button"));
        page.press(Key::Enter);
        page.wait_focus(&of(&entry, ".undo button"));
        page.press(Key::Enter);
        page.wait_text(&of(&entry, ".title"), "By keys alone");
        page.wait_focus(&of(&entry, "[data-edit]"));
    });
    let entry = book.entry(entry.uid);
    assert_eq!((entry.version, entry.content.done, entry.trashed), (5, true, false));
}

fn filters_and_pages_keep_the_focus(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.tab_to(".filter a:nth-child(2)");
        page.press(Key::Enter);
        page.wait_text(".filter [aria-current]", "Open");
        page.wait_focus(".filter [aria-current]");
        page.press_with(Key::Shift, Key::Tab);
        page.press(Key::Enter);
        page.wait_text(".filter [aria-current]", "All");
        page.wait_focus(".filter [aria-current]");
    });
    // Fifty rows are a long way for Tab.
    page.script("document.querySelector('a[rel=next]').focus()");
    page.in_place(|| {
        page.press(Key::Enter);
        page.wait_for("a[rel=prev]");
        page.wait_focus("#list");
        page.back();
        page.wait_for("a[rel=next]");
        page.wait_focus("#list");
    });
}

fn an_entrys_own_page_is_used_by_keys_alone(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let page = Browser::open(&book, Js::On);
    page.tab_to(&of(&entry, ".title"));
    page.press(Key::Enter);
    page.wait_text("h1", "Title");
    page.in_place(|| {
        page.tab_to("[role=switch]");
        page.press(Key::Enter);
        page.wait_for("[role=switch][aria-checked=true]");
        page.wait_focus("[role=switch]");
        page.tab_to(".actions > form button");
        page.press(Key::Space);
        page.wait_focus(".notice button");
        page.press(Key::Space);
        page.wait_focus("[data-edit]");
        page.tab_to(".history li:first-child summary");
        page.press(Key::Space);
        page.wait_for(".history li:first-child details[open]");
    });
    assert_eq!(book.entry(entry.uid).version, 4);
}

fn a_refusal_keeps_the_focus(setup: Setup) {
    let book = setup.book();
    let (stale, gone) = (book.add("Stale", ""), book.add("Gone", ""));
    let page = Browser::open(&book, Js::On);
    super::change_elsewhere(&book, &stale, "Stale", "changed");
    book.act(&gone, "trash").location();
    book.act(&book.entry(gone.uid), "purge").location();
    page.in_place(|| {
        page.tab_to(&of(&gone, ".actions button"));
        page.press(Key::Enter);
        page.wait_for("#alert .problem");
        page.wait_focus(&of(&gone, ".actions button"));
        page.tab_to(&of(&stale, ".actions button"));
        page.press(Key::Enter);
        page.wait_for(&of(&stale, ".note"));
        page.wait_focus(&of(&stale, "*"));
    });
}

fn a_slow_answer_does_not_take_the_focus_from_somebody_who_types(setup: Setup) {
    let book = setup.book();
    let entry = book.add("To do", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.tab_to(&of(&entry, "[role=switch]"));
        book.program.signal(Signal::STOP);
        page.press(Key::Space);
        page.click("#new-entry [name=title]");
        page.type_text("Half a ti");
        book.program.signal(Signal::CONT);
        page.wait_for(&of(&entry, "[role=switch][aria-checked=true]"));
        page.wait_text("#status", "Marked done");
        page.type_text("tle");
    });
    assert_eq!(page.value("#new-entry [name=title]"), "Half a title");
}
