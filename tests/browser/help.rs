//! The help that lists the keys, and the switch in it that turns single keys off.

use super::of;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    the_help_takes_the_focus_and_gives_it_back,
    keys_do_nothing_behind_the_help,
    the_switch_turns_single_keys_off_for_good,
    without_storage_the_keys_work_and_can_be_turned_off,
    without_javascript_there_is_no_button_for_the_help
];

fn the_help_takes_the_focus_and_gives_it_back(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.tab_to(&of(&entry, "[data-edit]"));
        page.type_text("?");
        page.wait_for("#help[open]");
        page.wait_focus("#help *");
        assert!(page.text("#help").contains("Next and previous entry"));
        page.press(Key::Escape);
        page.wait_gone("#help[open]");
        page.wait_focus(&of(&entry, "[data-edit]"));
        page.type_text("?");
        page.click("#help [data-close]");
        page.wait_gone("#help[open]");
        page.wait_focus(&of(&entry, "[data-edit]"));
        page.tab_to("#show-help");
        page.press(Key::Enter);
        page.wait_for("#help[open]");
        // A click beside it.
        page.script("document.getElementById('help').click()");
        page.wait_gone("#help[open]");
        page.wait_focus("#show-help");
        // The way back brings a whole page; its button is no dead one.
        page.click(".filter a:nth-child(2)");
        page.wait_path("filtered", |path| path == "/entries?status=open");
        page.back();
        page.wait_text(".filter [aria-current]", "All");
        page.click("#show-help");
        page.wait_for("#help[open]");
    });
}

fn keys_do_nothing_behind_the_help(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}", entry.uid));
    page.in_place(|| {
        page.type_text("?");
        page.wait_for("#help[open]");
        page.type_text("ekn?");
        page.wait_focus("#help *");
        page.press(Key::Escape);
        page.wait_gone("#help[open]");
        assert_eq!(page.count("article.editing"), 0);
        page.type_text("e");
        page.wait_focus("article.editing [name=title]");
    });
}

fn the_switch_turns_single_keys_off_for_good(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    let turn = |on: bool| {
        page.click("#show-help");
        page.wait_for("#help[open]");
        assert_eq!(page.count("#single-keys:checked") == 1, !on);
        page.click("#single-keys");
        page.press(Key::Escape);
        page.wait_gone("#help[open]");
        page.wait_focus("#show-help");
    };
    turn(false);
    for path in ["/entries", "/entries", "/trash"] {
        page.type_text("j?n");
        assert_eq!((page.count("#help[open]"), page.has_focus("#rows *, #new-entry *")), (0, false));
        page.goto(path);
    }
    page.goto("/entries");
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.wait_focus(&of(&entry, "[name=title]"));
        page.press(Key::Escape);
        page.wait_focus(&of(&entry, "[data-edit]"));
        page.press(Key::Enter);
        page.wait_focus(&of(&entry, "[name=title]"));
        page.press(Key::End);
        page.type_text(", saved");
        page.press_with(Key::Control, Key::Enter);
        page.wait_text(&of(&entry, ".title"), "Entry, saved");
        page.wait_focus(&of(&entry, "[data-edit]"));
    });
    turn(true);
    page.type_text("k");
    page.wait_focus("#rows a.title");
    page.reload();
    page.type_text("j");
    page.wait_focus("#rows a.title");
}

fn without_storage_the_keys_work_and_can_be_turned_off(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.before_pages("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('closed') } })");
    page.reload();
    page.type_text("j?");
    page.wait_for("#help[open]");
    page.click("#single-keys");
    page.press(Key::Escape);
    page.wait_focus("#rows a.title");
    page.type_text("n?");
    page.wait_focus("#rows a.title");
    assert_eq!(page.count("#help[open]"), 0);
}

fn without_javascript_there_is_no_button_for_the_help(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::Off);
    assert_eq!((page.count("#show-help[hidden]"), page.texts("#help, #show-help").concat()), (1, String::new()));
}
