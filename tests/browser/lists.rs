//! Filters and pages with JavaScript: the address always says what is shown, and the way back works.

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![SQLITE:
    a_filter_changes_the_address_and_back_undoes_it,
    pages_change_the_address_and_the_way_back_works,
    what_was_done_before_a_page_change_is_there_after_it,
    back_from_an_entry_shows_the_same_list
];

fn a_filter_changes_the_address_and_back_undoes_it(setup: Setup) {
    let book = setup.book();
    let done = book.add("Done", "");
    book.post(&format!("/entries/{}/status", done.uid), &[("version", "1"), ("done", "true")]).location();
    book.add("Open", "");
    let page = Browser::open(&book, Js::On);
    let shows = |path: &str, titles: &[&str], chosen: &str| {
        page.wait_path(path, |now| now == path);
        page.wait_text(".filter [aria-current]", chosen);
        assert_eq!(page.texts("#rows .title"), titles);
    };
    page.in_place(|| {
        page.click(".filter a:nth-child(2)");
        shows("/entries?status=open", &["Open"], "Open");
        page.click(".filter a:nth-child(3)");
        shows("/entries?status=done", &["Done"], "Done");
        page.back();
        shows("/entries?status=open", &["Open"], "Open");
        page.back();
        shows("/entries", &["Open", "Done"], "All");
        page.forward();
        shows("/entries?status=open", &["Open"], "Open");
    });
    page.reload();
    shows("/entries?status=open", &["Open"], "Open");
}

fn pages_change_the_address_and_the_way_back_works(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    let first = page.texts("#rows .title");
    assert_eq!(first.len(), 50);
    let second = page.in_place(|| {
        page.click("a[rel=next]");
        page.wait_path("on the second page", |path| path.starts_with("/entries?after="));
        page.wait_for("a[rel=prev]");
        let second = page.texts("#rows .title");
        assert_eq!((second.len(), page.count("a[rel=next]")), (10, 0));
        page.back();
        page.wait_for("a[rel=next]");
        assert_eq!((page.texts("#rows .title"), page.path()), (first.clone(), "/entries".to_owned()));
        page.forward();
        page.wait_for("a[rel=prev]");
        assert_eq!(page.texts("#rows .title"), second);
        second
    });
    page.reload();
    assert_eq!(page.texts("#rows .title"), second);
    page.in_place(|| {
        page.click("a[rel=prev]");
        page.wait_for("a[rel=next]");
    });
    assert_eq!(page.texts("#rows .title"), first);
    page.reload();
    assert_eq!(page.texts("#rows .title"), first);
}

fn what_was_done_before_a_page_change_is_there_after_it(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Added first");
        page.click("#new-entry button");
        page.wait_text("#rows tr:first-child .title", "Added first");
        page.click("#rows tr:nth-child(2) .actions button");
        page.wait_for(".undo");
        page.click("a[rel=next]");
        page.wait_for("a[rel=prev]");
        page.back();
        page.wait_text("#rows tr:first-child .title", "Added first");
        page.wait_gone(".undo");
        // What was put there by the way back is alive too.
        page.click("#rows tr:first-child [role=switch]");
        page.wait_for("#rows tr:first-child [role=switch][aria-checked=true]");
        page.fill("#new-entry [name=title]", "Added later");
        page.click("#new-entry button");
        page.wait_text("#rows tr:first-child .title", "Added later");
    });
    assert_eq!(book.state().0.iter().filter(|entry| entry.content.title.as_str().starts_with("Added")).count(), 2);
}

fn back_from_an_entry_shows_the_same_list(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Look at me", "");
    book.add("Other", "");
    let page = Browser::open(&book, Js::On);
    page.click(".filter a:nth-child(2)");
    page.wait_path("filtered", |path| path == "/entries?status=open");
    page.click(&of(&entry, ".title"));
    page.wait_text("h1", "Look at me");
    page.in_place(|| {
        page.click(".actions [role=switch]");
        page.wait_for(".actions [role=switch][aria-checked=true]");
    });
    page.back();
    page.wait_text("h1", "Entries");
    assert_eq!(page.path(), "/entries?status=open");
    page.wait_gone(&of(&entry, ".title"));
    assert_eq!(page.texts("#rows .title"), ["Other"]);
}
