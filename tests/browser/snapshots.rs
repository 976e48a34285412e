//! A snapshot from the list to the file, with JavaScript and without.

use super::fill;
use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Setup, eventually};

cases![
    BOTH: progress_is_shown_in_place_until_the_files_are_there;
    SQLITE: without_javascript_one_looks_again
];

fn progress_is_shown_in_place_until_the_files_are_there(setup: Setup) {
    let book = setup.book();
    fill(&book, 5_000);
    let page = Browser::open(&book, Js::On);
    page.goto("/entries?status=open");
    page.click(".below a");
    page.wait_text("h1", "New snapshot");
    page.click("[name=format][value=csv]");
    page.click("[name=history]");
    page.click("#new-snapshot button");
    page.wait_path("the page of the snapshot", |path| path.starts_with("/snapshots/0"));
    page.in_place(|| {
        page.wait_for("#files");
        page.wait_gone("#snapshot progress");
    });
    eventually("it is said aloud", || page.text("#status").starts_with("Ready: ").then_some(()));
    assert_eq!(page.texts("#files a"), ["entries.csv", "history.csv", "manifest.json"]);
    page.click("#keep button");
    page.wait_text("#snapshot .standing strong", "Kept");
    page.click("#delete");
    page.wait_text("h1", "Delete this snapshot?");
    page.click("main form button");
    page.wait_text("main > .notice", "The snapshot was deleted.");
}

fn without_javascript_one_looks_again(setup: Setup) {
    let book = setup.book();
    fill(&book, 2_000);
    let page = Browser::open(&book, Js::Off);
    page.goto("/snapshots");
    page.click("a[href='/snapshots/new']");
    page.click("#new-snapshot button");
    page.wait_path("the page of the snapshot", |path| path.starts_with("/snapshots/0"));
    eventually("it is made", || {
        if page.count("#files") == 1 {
            return Some(());
        }
        page.click("#snapshot noscript a");
        None
    });
    page.goto("/snapshots/schedule");
    page.fill("[name=cron]", "30 3 * * *");
    page.click("#schedule button");
    page.wait_text("main > .notice", "The schedule was saved.");
}
