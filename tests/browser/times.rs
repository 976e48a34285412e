//! Times: relative, exact when pointed at, and true for as long as the page is open.

use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![SQLITE:
    every_time_says_how_long_ago_and_exactly_when,
    times_stay_true_while_the_page_is_open,
    a_page_that_was_in_the_background_is_true_at_once,
    times_that_are_told_by_their_date_are_left_alone
];

/// Makes the page's clock `minutes` fast from here on.
fn later(page: &Browser, minutes: u32) {
    page.script(&format!("const now = Date.now; Date.now = () => now() + {minutes} * 60_000"));
}

fn wake(page: &Browser) {
    page.script("document.dispatchEvent(new Event('visibilitychange'))");
}

fn every_time_says_how_long_ago_and_exactly_when(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    book.add_trashed("Gone");
    let page = Browser::open(&book, Js::Off);
    for path in ["/entries", "/trash", &format!("/entries/{}", entry.uid)] {
        page.goto(path);
        let times = page.texts("time");
        assert!(!times.is_empty() && times.iter().all(|text| text == "just now"), "{path}: {times:?}");
        assert_eq!(page.count("time[datetime$=Z][title$=UTC]"), times.len(), "{path}");
    }
}

fn times_stay_true_while_the_page_is_open(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.before_pages("const set = setInterval; window.setInterval = (step, ms) => set(step, ms === 60_000 ? 50 : ms)");
    page.reload();
    page.script("document.getElementById('status').textContent = 'as it was'");
    later(&page, 5);
    page.wait_text("td.when time", "5 minutes ago");
    later(&page, 60);
    page.wait_text("td.when time", "1 hour ago");
    assert_eq!(page.text("#status"), "as it was", "nothing is announced");
}

fn a_page_that_was_in_the_background_is_true_at_once(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    for (minutes, text) in [(1, "1 minute ago"), (58, "59 minutes ago"), (1380, "23 hours ago"), (60, "1 day ago")] {
        later(&page, minutes);
        wake(&page);
        assert_eq!(page.text("td.when time"), text);
    }
}

fn times_that_are_told_by_their_date_are_left_alone(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.script("document.querySelector('td.when time').textContent = '24 Nov'");
    later(&page, 7 * 24 * 60);
    wake(&page);
    assert_eq!(page.text("td.when time"), "24 Nov");
    // A clock that is behind by more than a minute cannot know better either.
    page.script("Date.now = () => new Date(document.querySelector('td.when time').dateTime) - 61_000");
    wake(&page);
    assert_eq!(page.text("td.when time"), "24 Nov");
    page.script("Date.now = () => new Date(document.querySelector('td.when time').dateTime) - 59_000");
    wake(&page);
    assert_eq!(page.text("td.when time"), "just now");
}
