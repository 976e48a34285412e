//! Searching and sorting with JavaScript: as one types, in place, and the address follows.

use rustix::process::Signal;

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![BOTH:
    the_list_follows_what_is_typed;
SQLITE:
    the_last_words_win,
    a_search_keeps_status_and_order_and_they_keep_the_search,
    a_period_is_chosen_in_place,
    heads_sort_in_place_and_keep_the_focus,
    a_row_found_by_a_search_stays_marked_after_an_edit,
    back_from_an_entry_shows_the_same_search
];

fn the_list_follows_what_is_typed(setup: Setup) {
    let book = setup.book();
    book.add("Order the printer", "");
    book.add("Café chairs", "for the printer room");
    book.add("東京オフィス", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#q");
        page.type_text("cafe");
        page.wait_text("#rows .title", "Café chairs");
        page.wait_path("searched", |path| path == "/entries?q=cafe");
        page.wait_focus("#q");
        page.wait_text("#status", "1 entry");
        assert_eq!(
            (page.texts("#rows mark"), page.script("return document.title")),
            (vec!["Café".into()], "“cafe” · Entries · Daybook".into())
        );
        page.fill("#q", "printer");
        page.wait_text(".count", "2 entries · Clear the search");
        page.fill("#q", "京");
        page.wait_text("#rows .title", "東京オフィス");
        page.fill("#q", "nowhere");
        page.wait_for("#rows .empty");
        page.press_with(Key::Control, 'a');
        page.press(Key::Delete);
        page.wait_text(".count", "3 entries");
        page.wait_path("not searched", |path| path == "/entries");
    });
    page.goto("/entries?q=printer");
    assert_eq!((page.value("#q"), page.count("#rows .title")), ("printer".into(), 2));
    page.click(".count a");
    page.wait_text(".count", "3 entries");
    assert_eq!(page.value("#q"), "");
}

fn the_last_words_win(setup: Setup) {
    let book = setup.book();
    book.add("First", "");
    book.add("Second", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#q");
        book.program.signal(Signal::STOP);
        page.type_text("first");
        // Longer than the field waits, so that the request is under way.
        std::thread::sleep(std::time::Duration::from_millis(500));
        page.press_with(Key::Control, 'a');
        page.type_text("second");
        std::thread::sleep(std::time::Duration::from_millis(500));
        book.program.signal(Signal::CONT);
        page.wait_path("searched", |path| path == "/entries?q=second");
        page.wait_text("#rows .title", "Second");
    });
    assert_eq!(page.count("#rows .title"), 1);
}

fn a_search_keeps_status_and_order_and_they_keep_the_search(setup: Setup) {
    let book = setup.book();
    let done = book.add("Word b", "");
    book.post(&format!("/entries/{}/status", done.uid), &[("version", "1"), ("done", "true")]).location();
    book.add("Word c", "");
    book.add("Word a", "");
    book.add("Other", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#show-open");
        page.wait_path("open", |path| path == "/entries?status=open");
        page.click("#sort-title");
        page.wait_path("sorted", |path| path == "/entries?status=open&sort=title");
        page.fill("#q", "word");
        page.wait_path("searched", |path| path == "/entries?q=word&status=open&sort=title");
        page.wait_text(".count", "2 entries · Clear the search");
        assert_eq!(page.texts("#rows .title"), ["Word a", "Word c"]);
        page.click("#show-all");
        page.wait_text(".count", "3 entries · Clear the search");
        assert_eq!(page.texts("#rows .title"), ["Word a", "Word b", "Word c"]);
        page.back();
        page.wait_text(".count", "2 entries · Clear the search");
        assert_eq!(page.value("#q"), "word");
    });
}

fn a_period_is_chosen_in_place(setup: Setup) {
    let book = setup.book();
    book.add("Today", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(".period summary");
        page.script(
            "const f = document.getElementById('until'); f.value = '2020-01-31';
            f.dispatchEvent(new Event('input', { bubbles: true }))",
        );
        page.wait_path("a period", |path| path == "/entries?until=2020-01-31");
        page.wait_for("#rows .empty");
    });
    page.reload();
    assert_eq!(page.value("#until"), "2020-01-31");
    page.wait_for(".period[open]");
}

fn heads_sort_in_place_and_keep_the_focus(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.tab_to("#sort-title");
        page.press(Key::Enter);
        page.wait_for("th[aria-sort=ascending] #sort-title");
        page.wait_focus("#sort-title");
        page.press(Key::Enter);
        page.wait_for("th[aria-sort=descending] #sort-title");
        page.wait_path("sorted", |path| path == "/entries?sort=-title");
        page.back();
        page.wait_for("th[aria-sort=ascending] #sort-title");
    });
}

fn a_row_found_by_a_search_stays_marked_after_an_edit(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Order paper", "");
    let page = Browser::open(&book, Js::On);
    page.goto("/entries?q=paper");
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Order more paper");
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title mark"), "paper");
    });
}

fn back_from_an_entry_shows_the_same_search(setup: Setup) {
    let book = setup.book();
    book.add("Order paper", "");
    book.add("Other", "");
    let page = Browser::open(&book, Js::On);
    page.fill("#q", "paper");
    page.wait_text(".count", "1 entry · Clear the search");
    page.click("#rows .title");
    page.wait_text("h1", "Order paper");
    page.back();
    page.wait_text(".count", "1 entry · Clear the search");
    assert_eq!((page.path(), page.value("#q")), ("/entries?q=paper".into(), "paper".into()));
}
