//! Changing entries and their status.

use crate::cases;
use crate::support::Setup;
use crate::support::page::Form;

cases![BOTH:
    an_entry_is_edited_on_its_page,
    an_entry_is_edited_in_its_row,
    after_an_edit_the_person_is_where_they_were,
    cancel_puts_the_row_back,
    a_refused_edit_keeps_the_text_and_changes_nothing,
    an_edit_that_leaves_a_field_out_is_refused,
    an_edit_without_a_difference_makes_no_version,
    the_status_is_switched_there_and_back,
    the_status_is_switched_in_the_row,
    an_entry_that_does_not_exist_is_not_found
];

fn an_entry_is_edited_on_its_page(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Befor", "old");
    let edit = format!("/entries/{}/edit", entry.uid);
    let form = book.get(&edit).expect(200).page().form("form.entry-form");
    assert_eq!((form.value("title"), form.value("description"), form.value("version")), ("Befor", "old", "1"));
    let form = form.fill("title", "After").fill("description", "new\nlines");
    assert_eq!(form.submit(&book).location(), "/entries");
    let after = book.entry(entry.uid);
    assert_eq!((after.content.title.as_str(), after.content.description.as_str()), ("After", "new\nlines"));
    assert_eq!((after.version, after.created_at), (2, entry.created_at));
    assert!(after.updated_at > entry.updated_at);
}

fn an_entry_is_edited_in_its_row(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Befor", "old");
    let link = book.get("/entries").page().attr("#rows a[data-edit]", "hx-get").expect("a link");
    let answer = book.get_in_place(&link).expect(200);
    assert!(answer.text().trim_start().starts_with("<tr"), "{}", answer.text());
    let form = answer.page().form("form").fill("title", "After");
    let answer = form.submit_in_place(&book).expect(200);
    let page = answer.page();
    assert_eq!(page.text("tr a.title"), "After");
    assert_eq!(page.attr("tr", "id"), Some(format!("entry-{}", entry.uid)));
    assert_eq!(page.attr("tr", "data-say").as_deref(), Some("Saved “After”"));
    assert_eq!(book.entry(entry.uid).version, 2);
}

fn after_an_edit_the_person_is_where_they_were(setup: Setup) {
    let book = setup.book();
    let entry = book.add("One", "");
    let list = "/entries?status=open";
    let link = book.get(list).page().attr("#rows a[data-edit]", "href").expect("a link");
    let form = book.get(&link).page().form("form.entry-form").fill("title", "Two");
    assert_eq!(form.submit(&book).location(), list);
    let own = format!("/entries/{}", entry.uid);
    let link = book.get(&own).page().attr("a[data-edit]", "href").expect("a link");
    let form = book.get(&link).page().form("form.entry-form").fill("title", "Three");
    assert_eq!(form.submit(&book).location(), own);
}

fn cancel_puts_the_row_back(setup: Setup) {
    let book = setup.book();
    let entry = book.add("As it was", "");
    let edit = book.get_in_place(&format!("/entries/{}/edit?back=%2Fentries", entry.uid)).page();
    let cancel = edit.attr("[data-cancel]", "hx-get").expect("a link");
    let row = book.get_in_place(&cancel).expect(200).page();
    assert_eq!(row.text("tr a.title"), "As it was");
}

fn a_refused_edit_keeps_the_text_and_changes_nothing(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "old");
    let before = book.state();
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    let form = form.fill("title", "").fill("description", "typed");
    let page = form.submit(&book).expect(422).page();
    assert_eq!(page.form("form.entry-form").value("description"), "typed");
    assert_eq!(page.text("small.error"), "Title is empty.");
    let fragment = form.submit_in_place(&book).expect(422);
    assert!(fragment.text().trim_start().starts_with("<tr"));
    assert_eq!(fragment.page().form("form").value("description"), "typed");
    assert_eq!(book.state(), before);
}

fn an_edit_that_leaves_a_field_out_is_refused(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "must not be lost");
    let before = book.state();
    let path = format!("/entries/{}", entry.uid);
    let page = book.post(&path, &[("version", "1"), ("title", "New")]).expect(422).page();
    assert!(page.texts("small.error").contains(&"Description is missing.".to_owned()));
    assert_eq!(book.state(), before);
}

fn an_edit_without_a_difference_makes_no_version(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Same", "same");
    let before = book.state();
    book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form").submit(&book).location();
    assert_eq!(book.state(), before);
}

fn the_status_is_switched_there_and_back(setup: Setup) {
    let book = setup.book();
    let entry = book.add("To do", "");
    let form = book.get("/entries").page().form("#rows .switch form");
    assert_eq!(form.submit(&book).location(), "/entries");
    assert!(book.entry(entry.uid).content.done);
    let page = book.get("/entries").page();
    assert_eq!(page.attr("#rows [role=switch]", "aria-checked").as_deref(), Some("true"));
    page.form("#rows .switch form").submit(&book).location();
    let entry = book.entry(entry.uid);
    assert_eq!((entry.content.done, entry.version), (false, 3));
}

fn the_status_is_switched_in_the_row(setup: Setup) {
    let book = setup.book();
    book.add("To do", "");
    let row = book.get("/entries").page().form("#rows .switch form").submit_in_place(&book).expect(200).page();
    assert_eq!(row.attr("tr [role=switch]", "aria-checked").as_deref(), Some("true"));
    assert_eq!(row.attr("tr", "data-say").as_deref(), Some("Marked done"));
    assert_eq!(row.form("tr .switch form").value("version"), "2");
}

fn an_entry_that_does_not_exist_is_not_found(setup: Setup) {
    let book = setup.book();
    let path = format!("/entries/{}", daybook::Uid::new());
    assert_eq!(book.get(&path).expect(404).page().text("h1"), "There is nothing here");
    book.get(&format!("{path}/edit")).expect(404);
    for verb in ["", "/status", "/trash", "/restore", "/purge"] {
        let form = Form::complete(&format!("{path}{verb}"), 1, "x");
        form.submit(&book).expect(404);
        let fragment = form.submit_in_place(&book).expect(404);
        assert_eq!(fragment.header("hx-retarget"), Some("#alert"));
        assert!(!fragment.text().contains("<html"));
    }
    assert_eq!(book.state(), (vec![], vec![]));
}
