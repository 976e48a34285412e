//! Every page of the product, and every state that a page can be in, one after the other.

use super::{change_elsewhere, fill, of, scenes_people};
use crate::support::browser::{Browser, Js};
use crate::support::{Book, Setup};

/// Brings the browser from scene to scene and calls `look` at each. All titles are `title`.
pub fn each(setup: Setup, title: &str, look: impl Fn(&Browser, &str)) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    let look_at: &dyn Fn(&Browser, &str) = &look;
    let look = |scene: &str| look_at(&page, scene);
    look("an empty book");
    page.goto("/trash");
    look("an empty trash");
    lists(&book, &page, title, &look);
    editing(&book, &page, title, &look);
    drafts(&book, &page, title, &look);
    one_entry(&book, &page, title, &look);
    deleted(&book, &page, title, &look);
    many(&book, &page, title, &look);
    found(&book, &page, title, &look);
    errors(&book, &page, title, &look);
    log(&page, &look);
    fill(&book, 60);
    page.goto("/entries");
    page.click("a[rel=next]");
    page.wait_for("a[rel=prev]");
    look("a second page");
    jobs(&page, &look);
    snapshots(&page, &look);
    scenes_people::first_one(setup, title, look_at);
    scenes_people::ways_in(&book, title, look_at);
    scenes_people::people(&book, title, look_at);
    scenes_people::roles(&book, title, look_at);
}

fn snapshots(page: &Browser, look: &dyn Fn(&str)) {
    page.goto("/snapshots");
    look("no snapshots");
    page.click("a[href='/snapshots/new']");
    page.wait_for("#new-snapshot");
    look("the page for a new snapshot");
    page.click("#new-snapshot button");
    page.wait_for("#files");
    look("a snapshot");
    page.click("#delete");
    page.wait_for("main .danger");
    look("the question about a snapshot");
    page.goto("/snapshots");
    look("a list of snapshots");
    page.goto("/snapshots/schedule");
    page.fill("[name=cron]", "never");
    page.click("#schedule button");
    page.wait_for("#cron-error");
    look("a refused schedule");
    page.fill("[name=cron]", "30 3 * * *");
    page.click("#schedule button");
    page.wait_for("main > .notice");
    page.goto("/snapshots/schedule");
    look("a schedule");
}

fn lists(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let first = book.add(title, title);
    book.add(title, "");
    book.post(&format!("/entries/{}/status", first.uid), &[("version", "1"), ("done", "true")]).location();
    page.goto("/entries");
    look("a list");
    page.goto("/entries?status=done");
    look("a filtered list");
    page.fill("#new-entry [name=title]", title);
    page.click("#new-entry button");
    page.wait_for("main > .notice");
    look("a list that leaves out the entry just added");
    page.goto("/entries/new");
    look("the page for a new entry");
    page.click("#new-entry button");
    page.wait_for("small.error");
    look("a refused new entry");
    page.goto("/entries");
    page.click("#new-entry button");
    page.wait_for("small.error");
    look("a new entry refused in place");
}

fn editing(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let entry = book.add(title, "text");
    page.goto("/entries");
    page.click(&of(&entry, "[data-edit]"));
    page.wait_for(&of(&entry, "[name=title]"));
    look("a row being edited");
    page.fill(&of(&entry, "[name=title]"), "");
    page.click(&of(&entry, "button[type=submit]"));
    page.wait_for(&of(&entry, "small.error"));
    look("a refused edit in a row");
    page.fill(&of(&entry, "[name=title]"), &format!("{title}mine"));
    change_elsewhere(book, &entry, &format!("{title}theirs"), "their text");
    page.click(&of(&entry, "button[type=submit]"));
    page.wait_for(".conflict .merge");
    look("a merge in a row");
    page.goto(&format!("/entries/{}/edit", entry.uid));
    look("the page for an edit");
    page.fill("[name=title]", "");
    page.click("main button[type=submit]");
    page.wait_for("small.error");
    look("a refused edit");
    page.fill("[name=title]", &format!("{title}mine"));
    change_elsewhere(book, &entry, title, "text");
    page.click("main button[type=submit]");
    page.wait_for(".conflict .merge");
    look("a merge");
}

fn drafts(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let entry = book.add(title, "text");
    page.goto("/entries");
    page.fill("#new-entry [name=title]", title);
    page.click(&of(&entry, "[data-edit]"));
    page.fill(&of(&entry, "[name=title]"), &format!("{title}mine"));
    page.goto("/entries");
    page.click(&of(&entry, "[data-edit]"));
    page.wait_for(&of(&entry, ".notice.draft"));
    page.wait_for("#new-entry .notice.draft");
    look("offers of what was typed");
    page.click(&of(&entry, "[value=discard]"));
    page.click("#new-entry [value=discard]");
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=title]", &format!("{title}mine"));
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.wait_for(".notice.draft");
    look("an offer on the page for an edit");
    page.click("[value=discard]");
    page.click("#show-help");
    page.wait_for("#help[open]");
    look("the help");
}

fn one_entry(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let entry = book.add(title, &format!("text\n{title}"));
    change_elsewhere(book, &entry, title, "less");
    page.goto(&format!("/entries/{}", entry.uid));
    page.click(".history li:last-child summary");
    page.wait_for(".history li:last-child details[open]");
    page.click(".history li:first-child summary");
    page.wait_for(".history li:first-child :is(ins, del)");
    look("an entry with its history");
    page.click("[role=switch]");
    page.wait_for("[role=switch][aria-checked=true]");
    look("an entry that is done");
    page.click("[data-edit]");
    page.wait_for("[name=title]");
    look("an entry being edited");
    book.act(&book.entry(entry.uid), "trash").location();
    page.goto(&format!("/entries/{}", entry.uid));
    look("an entry in the trash");
}

fn deleted(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let entry = book.add(title, "");
    page.goto("/entries");
    page.click(&of(&entry, ".actions button"));
    page.wait_for(".undo button");
    look("a deleted row");
    page.goto(&format!("/entries?trashed={}", entry.uid));
    look("a list that says what was deleted");
    page.goto(&format!("/entries/{}/purge", entry.uid));
    look("the question before deleting for good");
    page.goto("/trash");
    look("the trash");
    page.click(&of(&entry, ".actions button"));
    page.wait_for(".undo a");
    look("a restored row");
    page.goto(&format!("/trash?restored={}", entry.uid));
    look("a trash that says what was restored");
    page.goto("/trash?purged=1");
    look("a trash that says that something is gone for good");
}

fn many(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let (stale, gone) = (book.add(title, ""), book.add_trashed(title));
    book.add_trashed(title);
    page.goto("/entries");
    change_elsewhere(book, &stale, title, "changed");
    page.click(&of(&stale, "[name=entry]"));
    page.wait_for(".bulk button");
    look("a selected row");
    page.click(".bulk [value=trash]");
    page.wait_for("#notice summary");
    page.click("#notice summary");
    look("what was left alone");
    page.goto("/trash");
    page.click(&of(&gone, "[name=entry]"));
    page.click(".bulk [value=purge]");
    page.wait_for("#question");
    look("the question before deleting many for good");
    page.click("#list .buttons a");
    page.click("[data-select-all]");
    page.click(".bulk [value=restore]");
    page.wait_for("#notice button");
    look("what was done to many");
    page.goto("/entries?selected=0");
    look("a list that says that nothing was selected");
}

fn found(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    let word: String = title.chars().take(2).collect();
    page.goto(&format!("/entries?q={word}&from=2020-01-01&sort=title"));
    page.wait_for("#rows mark");
    look("what a search has found");
    let long = "Long text. ".repeat(900);
    let letters = book.add("רשימת קניות לישיבה", "שורה ראשונה\nשורה שנייה");
    book.add("Long text", &long);
    page.goto("/entries");
    look("long text and letters from right to left");
    page.goto(&format!("/entries/{}", letters.uid));
    look("an entry from right to left");
    page.goto("/entries?q=nowhere");
    look("a search that finds nothing");
}

fn log(page: &Browser, look: &dyn Fn(&str)) {
    page.goto("/audit");
    page.click("#events li:first-child summary");
    page.click("#chain summary");
    page.wait_for("#events li:first-child dl");
    look("the log");
    page.goto("/audit?what=entry.purge&until=2000-01-01");
    look("a log with nothing in it");
}

fn jobs(page: &Browser, look: &dyn Fn(&str)) {
    page.goto("/jobs");
    look("background work, before there is any");
    page.goto("/entries");
    page.click("details.all summary");
    look("what can be done to all entries");
    page.click("#all [value=open]");
    page.wait_text("#job .standing strong", "Done");
    look("a job that is done");
    page.goto("/jobs");
    look("all background work");
}

fn errors(book: &Book, page: &Browser, title: &str, look: &dyn Fn(&str)) {
    page.goto("/nowhere");
    look("an address that does not exist");
    page.goto("/entries?status=x");
    look("a request that makes no sense");
    let (stale, gone) = (book.add(title, ""), book.add_trashed(title));
    page.goto("/entries");
    change_elsewhere(book, &stale, title, "changed");
    page.click(&of(&stale, ".actions button"));
    page.wait_for(&of(&stale, ".note"));
    look("a row with a remark");
    page.goto("/trash");
    book.act(&gone, "purge").location();
    page.click(&of(&gone, ".actions button"));
    page.wait_for("#alert .problem");
    look("an alert");
}
