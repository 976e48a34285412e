//! The history on the entry's page.

use daybook::entries::Entry;
use daybook::users::Role;

use crate::cases;
use crate::support::page::{Form, Page};
use crate::support::{Book, Setup};

cases![BOTH:
    the_history_shows_each_version_as_it_was,
    a_version_shows_what_it_changed_word_by_word,
    a_version_is_restored_by_an_ordinary_change,
    restoring_a_version_of_a_page_that_is_out_of_date_is_a_merge,
    only_who_may_write_can_restore_and_only_what_differs,
    a_long_history_has_pages
];

fn the_history_shows_each_version_as_it_was(setup: Setup) {
    let book = setup.book();
    let entry = book.add("First words", "text");
    let own = format!("/entries/{}", entry.uid);
    let form = book.get(&format!("{own}/edit")).page().form("form.entry-form").fill("title", "Second words");
    form.submit(&book).location();
    book.post(&format!("{own}/status"), &[("version", "2"), ("done", "true")]).location();
    book.act(&book.entry(entry.uid), "trash");
    book.act(&book.entry(entry.uid), "restore");
    let page = book.get(&own).expect(200).page();
    assert_eq!(page.attrs(".history li", "value"), ["5", "4", "3", "2", "1"]);
    assert_eq!(
        page.texts(".history li .title dd"),
        ["Second words", "Second words", "Second words", "FirstSecond words", "First words"]
    );
    assert_eq!(page.texts(".history li .done dd"), ["Done", "Done", "OpenDone", "Open", "Open"]);
    let summaries = page.texts(".history summary");
    for (summary, word) in summaries.iter().zip(["out of the trash", "to the trash", "done", "title", "created"]) {
        assert!(summary.starts_with("Anna") && summary.contains(word), "{summaries:?}");
    }
    assert_eq!(page.count(".history summary time[datetime]"), 5);
}

fn a_long_history_has_pages(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let own = format!("/entries/{}", entry.uid);
    for version in 1..60 {
        let done = (version % 2 == 1).to_string();
        book.post(&format!("{own}/status"), &[("version", &version.to_string()), ("done", &done)]).location();
    }
    let (mut next, mut versions) = (Some(own), Vec::new());
    while let Some(url) = next {
        let page = book.get(&url).expect(200).page();
        versions.extend(page.attrs(".history li", "value"));
        next = page.attrs(".history > p a", "href").pop();
    }
    let expected: Vec<String> = (1..=60).rev().map(|n: i32| n.to_string()).collect();
    assert_eq!(versions, expected);
}

/// An entry with three versions.
fn of_three(book: &Book) -> Entry {
    let entry = book.add("Two red chairs", "For the hall.\nSoon.");
    for (version, title, description) in [(1, "Two blue chairs", "For the hall.\nSoon."), (2, "Chairs", "")] {
        let form = Form::complete(&format!("/entries/{}", entry.uid), version, title);
        form.fill("description", description).submit(book).location();
    }
    book.entry(entry.uid)
}

fn own(entry: &Entry) -> String {
    format!("/entries/{}", entry.uid)
}

/// The form that brings that version back.
fn restoring(page: &Page, version: i32) -> Form {
    page.form(&format!(".history li[value='{version}'] form"))
}

fn a_version_shows_what_it_changed_word_by_word(setup: Setup) {
    let book = setup.book();
    let entry = of_three(&book);
    let page = book.get(&own(&entry)).page();
    let texts = |css: &str| page.texts(&format!(".history li[value='2'] {css}"));
    assert_eq!((texts(".title del"), texts(".title ins")), (vec!["red".to_owned()], vec!["blue".to_owned()]));
    assert_eq!(texts(".title dd"), ["Two redblue chairs"]);
    assert_eq!(texts(".description :is(ins, del)"), Vec::<String>::new(), "what did not change has no marks");
    assert_eq!(page.raw_text(".history li[value='2'] .description dd"), "For the hall.\nSoon.");
    assert_eq!(page.raw_text(".history li[value='3'] .description del"), "For the hall.\nSoon.");
    assert_eq!(page.count(".history li[value='1'] :is(ins, del)"), 0, "the first version changed nothing");
    let hostile = book.add("<b>a</b>", "");
    let form = Form::complete(&own(&hostile), 1, "<i>a</i> <script>alert(1)</script>");
    form.submit(&book).location();
    assert_eq!(book.get(&own(&hostile)).page().count(".history :is(b, i, script)"), 0);
}

fn a_version_is_restored_by_an_ordinary_change(setup: Setup) {
    let book = setup.book();
    let entry = of_three(&book);
    let form = restoring(&book.get(&own(&entry)).page(), 1);
    assert_eq!((form.action.as_str(), form.value("version")), (own(&entry).as_str(), "3"));
    assert_eq!(form.submit(&book).location(), own(&entry));
    let now = book.entry(entry.uid);
    let texts = (now.content.title.as_str(), now.content.description.as_str(), now.version);
    assert_eq!(texts, ("Two red chairs", "For the hall.\nSoon.", 4));
    let event = book.events().pop().expect("an event");
    assert_eq!((event.kind.as_str(), event.version), ("update", 4));
    form.submit(&book).location();
    assert_eq!(book.entry(entry.uid).version, 4, "sent twice it is done once");
    let answer = restoring(&book.get(&own(&entry)).page(), 2).submit_in_place(&book).expect(200);
    assert_eq!(answer.page().text("h1"), "Two blue chairs");
    assert_eq!(book.entry(entry.uid).version, 5);
}

fn restoring_a_version_of_a_page_that_is_out_of_date_is_a_merge(setup: Setup) {
    let book = setup.book();
    let entry = of_three(&book);
    let form = restoring(&book.get(&own(&entry)).page(), 1);
    Form::complete(&own(&entry), 3, "Somebody was faster").submit(&book).location();
    let before = book.state();
    let page = form.submit(&book).expect(409).page();
    assert_eq!(book.state(), before);
    assert_eq!(page.texts(".conflict .merge dd"), ["Chairs", "Somebody was faster", "Two red chairs"]);
    form.submit_in_place(&book).expect(409);
    page.form("form.entry-form").submit(&book).location();
    assert_eq!(book.entry(entry.uid).version, 5);
}

fn only_who_may_write_can_restore_and_only_what_differs(setup: Setup) {
    let book = setup.book();
    let entry = of_three(&book);
    let versions = |page: &Page| page.attrs(".history li:has(form)", "value");
    assert_eq!(versions(&book.get(&own(&entry)).page()), ["2", "1"]);
    assert_eq!(versions(&book.as_a(Role::Editor).get(&own(&entry)).page()), ["2", "1"]);
    let viewer = book.as_a(Role::Viewer).get(&own(&entry)).expect(200).page();
    assert_eq!((versions(&viewer), viewer.count(".history li")), (vec![], 3));
    restoring(&book.get(&own(&entry)).page(), 1).submit(&book).location();
    // The fourth version is the first one again.
    assert_eq!(versions(&book.get(&own(&entry)).page()), ["3", "2"]);
    book.act(&book.entry(entry.uid), "trash").location();
    assert_eq!(versions(&book.get(&own(&entry)).page()), Vec::<String>::new());
}
