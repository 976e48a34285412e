//! What each version of an entry changed, and bringing one back.

use daybook::entries::Entry;

use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Book, Setup};

cases![SQLITE:
    an_older_version_is_restored_in_place,
    an_older_version_is_restored_without_javascript
];

/// An entry that was changed once, on its page, with its first version open.
fn changed_once(setup: Setup, js: Js) -> (Book, Entry, Browser) {
    let book = setup.book();
    let entry = book.add("Two red chairs", "");
    super::change_elsewhere(&book, &entry, "Two blue chairs", "");
    let page = Browser::open(&book, js);
    page.goto(&format!("/entries/{}", entry.uid));
    page.click(".history li:first-child summary");
    page.wait_for(".history li:first-child ins");
    assert_eq!((page.text(".history li:first-child del"), page.text(".history ins")), ("red".into(), "blue".into()));
    page.click(".history li:last-child summary");
    page.wait_for(".history li:last-child button");
    (book, entry, page)
}

fn an_older_version_is_restored_in_place(setup: Setup) {
    let (book, entry, page) = changed_once(setup, Js::On);
    page.in_place(|| {
        page.click(".history li:last-child button");
        page.wait_text("h1", "Two red chairs");
        page.wait_text("#status", "Saved “Two red chairs”");
    });
    assert_eq!(book.entry(entry.uid).version, 3);
    // Somebody is faster the next time: both texts are there to choose from.
    super::change_elsewhere(&book, &entry, "Three green chairs", "");
    page.click(".history li[value='2'] summary");
    page.click(".history li[value='2'] button");
    page.wait_for(".conflict .merge");
    assert_eq!(page.value("article [name=title]"), "Two blue chairs");
}

fn an_older_version_is_restored_without_javascript(setup: Setup) {
    let (book, entry, page) = changed_once(setup, Js::Off);
    page.click(".history li:last-child button");
    page.wait_text("h1", "Two red chairs");
    assert_eq!(page.path(), format!("/entries/{}", entry.uid));
    assert_eq!(book.entry(entry.uid).version, 3);
    assert_eq!(page.count(".history li[value='1'] form"), 0, "it says that now");
}
