//! Nobody loses what they typed by leaving: they are asked first.

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Asks, Browser, Js, Key};

cases![SQLITE:
    leaving_a_page_with_unsaved_text_asks_first,
    a_page_is_left_without_a_question_when_nothing_would_be_lost,
    paging_away_from_a_row_being_written_asks_once,
    a_search_asks_once_about_a_row_being_written,
    what_does_not_touch_the_row_being_written_asks_nothing
];

fn leaving_a_page_with_unsaved_text_asks_first(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Typed");
        page.click(".top a[href='/trash']");
        page.answer(false);
        assert_eq!((page.path(), page.value("#new-entry [name=title]")), ("/entries".into(), "Typed".into()));
    });
    page.click(".top a[href='/trash']");
    page.answer(true);
    page.wait_text("h1", "Trash");
    // A form that the server has refused holds unsaved text, although it came with the page.
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=title]", "");
    page.fill("[name=description]", "typed");
    page.click("main button[type=submit]");
    page.wait_for("small.error");
    page.click(".top a[href='/trash']");
    page.answer(true);
    page.wait_text("h1", "Trash");
}

fn a_page_is_left_without_a_question_when_nothing_would_be_lost(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    let leave = |what: &str| {
        page.click(".top a[href='/trash']");
        page.wait_text("h1", "Trash");
        page.goto("/entries");
        assert!(!page.asks(), "{what}");
    };
    page.click("#new-entry [name=title]");
    leave("nothing typed");
    page.fill("#new-entry [name=title]", "x");
    page.press(Key::Backspace);
    leave("typed and taken back");
    page.fill("#new-entry [name=title]", "Saved");
    page.press(Key::Enter);
    page.wait_text("#rows tr:first-child .title", "Saved");
    leave("saved");
    page.click(&of(&entry, "[data-edit]"));
    page.fill(&of(&entry, "[name=title]"), "Cancelled");
    page.press(Key::Escape);
    page.wait_focus(&of(&entry, "[data-edit]"));
    leave("cancelled");
    for (end, title) in [("[data-cancel]", "Entry"), ("main button[type=submit]", "Saved too")] {
        page.goto(&format!("/entries/{}/edit", entry.uid));
        page.fill("[name=title]", "Saved too");
        page.click(end);
        page.wait_text(&of(&entry, ".title"), title);
    }
}

fn paging_away_from_a_row_being_written_asks_once(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#rows tr:first-child [data-edit]");
        page.fill("#rows [name=title]", "Typed");
        for link in ["#show-open", "a[rel=next]"] {
            page.script(&format!("setTimeout(() => document.querySelector('{link}').click())"));
            assert_eq!(page.answer(false), "What you typed is not saved. Leave it?");
            assert!(!page.asks());
            assert_eq!((page.path(), page.value("#rows [name=title]")), ("/entries".into(), "Typed".into()));
        }
        page.script("setTimeout(() => document.querySelector('a[rel=next]').click())");
        page.answer(true);
        page.wait_for("a[rel=prev]");
        assert!(!page.asks());
    });
}

fn a_search_asks_once_about_a_row_being_written(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Typed");
        page.script("document.getElementById('q').focus()");
        page.type_text("a");
        assert_eq!(page.answer(false), "What you typed is not saved. Leave it?");
        page.type_text("bc");
        std::thread::sleep(std::time::Duration::from_millis(600));
        assert!(!page.asks());
        assert_eq!((page.path(), page.value(&of(&entry, "[name=title]"))), ("/entries".into(), "Typed".into()));
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title"), "Typed");
        page.fill("#q", "nowhere");
        page.wait_path("searched", |path| path == "/entries?q=nowhere");
        assert!(!page.asks());
    });
}

fn what_does_not_touch_the_row_being_written_asks_nothing(setup: Setup) {
    let book = setup.book();
    let (entry, other) = (book.add("Entry", ""), book.add("Other", ""));
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        // Above the list, what is typed stays where it is.
        page.fill("#new-entry [name=title]", "Above");
        page.click("#show-open");
        page.wait_path("filtered", |path| path == "/entries?status=open");
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Typed");
        page.click(&of(&other, "[role=switch]"));
        page.wait_for(&of(&other, "[role=switch][aria-checked=true]"));
        page.click(&of(&other, ".actions button"));
        page.wait_for(&of(&other, ".undo"));
        page.press(Key::Tab);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title"), "Typed");
        assert_eq!(page.value("#new-entry [name=title]"), "Above");
        assert!(!page.asks());
    });
}
