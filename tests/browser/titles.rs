//! The document's title says what is shown, also where only a part of the page was replaced.

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};
use crate::support::eventually;

cases![SQLITE:
    the_title_follows_filters_pages_and_the_way_back,
    the_title_of_an_entrys_page_follows_its_title,
    what_happens_in_a_row_leaves_the_title_alone
];

#[track_caller]
fn wait_title(page: &Browser, title: &str) {
    eventually(&format!("the title is {title}, but {}", page.script("return document.title")), || {
        (page.script("return document.title") == title).then_some(())
    });
    assert_eq!(page.count("title"), 1, "the title stands in the head alone");
}

fn the_title_follows_filters_pages_and_the_way_back(setup: Setup) {
    let book = setup.book();
    fill(&book, 160);
    let page = Browser::open(&book, Js::On);
    wait_title(&page, "Entries · Daybook");
    page.in_place(|| {
        page.click("#show-open");
        wait_title(&page, "Open entries · Daybook");
        page.click("a[rel=next]");
        page.wait_for("a[rel=prev]");
        wait_title(&page, "Open entries · Daybook");
        page.click("#show-done");
        wait_title(&page, "Done entries · Daybook");
        page.back();
        wait_title(&page, "Open entries · Daybook");
        page.back();
        page.back();
        wait_title(&page, "Entries · Daybook");
        page.forward();
        wait_title(&page, "Open entries · Daybook");
    });
    page.reload();
    wait_title(&page, "Open entries · Daybook");
    page.goto("/trash");
    wait_title(&page, "Trash · Daybook");
    page.back();
    wait_title(&page, "Open entries · Daybook");
}

fn the_title_of_an_entrys_page_follows_its_title(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Before", "");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}", entry.uid));
    wait_title(&page, "Before · Daybook");
    page.in_place(|| {
        page.click("[data-edit]");
        page.wait_focus("[name=title]");
        page.fill("[name=title]", "<b>After</b> & so on");
        page.press(Key::Enter);
        wait_title(&page, "<b>After</b> & so on · Daybook");
        page.click("[role=switch]");
        page.wait_for("[role=switch][aria-checked=true]");
        wait_title(&page, "<b>After</b> & so on · Daybook");
    });
}

fn what_happens_in_a_row_leaves_the_title_alone(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.click("#show-open");
    wait_title(&page, "Open entries · Daybook");
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Other");
        page.press(Key::Enter);
        page.wait_text(&of(&entry, ".title"), "Other");
        page.click(&of(&entry, ".actions button"));
        page.wait_for(&of(&entry, ".undo"));
        page.fill("#new-entry [name=title]", "New");
        page.click("#new-entry button[type=submit]");
        page.wait_text("#rows tr:first-child .title", "New");
    });
    wait_title(&page, "Open entries · Daybook");
}
