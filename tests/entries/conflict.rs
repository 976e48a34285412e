//! Two people change the same entry: nobody's words are lost without being asked.

use crate::cases;
use crate::support::page::Form;
use crate::support::{Book, Setup};

cases![BOTH:
    changes_of_different_fields_are_merged_and_offered,
    a_field_that_both_changed_shows_base_theirs_and_mine,
    saving_the_merge_makes_one_more_version,
    a_merge_can_meet_a_third_change,
    in_the_row_the_merge_stands_in_the_rows_place,
    a_stale_switch_is_merged_with_what_the_entry_says_now,
    a_stale_delete_is_refused_and_shows_the_entry_as_it_is,
    a_stale_purge_is_refused,
    of_many_edits_at_once_one_wins_and_the_others_are_asked
];

/// The entry's form as one person opened it, and the entry changed by another since.
fn opened_then_changed(book: &Book, change: impl Fn(Form) -> Form) -> Form {
    let entry = book.add("Title", "text");
    let edit = format!("/entries/{}/edit", entry.uid);
    let mine = book.get(&edit).page().form("form.entry-form");
    change(mine.clone()).submit(book).location();
    mine
}

fn changes_of_different_fields_are_merged_and_offered(setup: Setup) {
    let book = setup.book();
    let mine = opened_then_changed(&book, |form| form.fill("description", "their text")).fill("title", "My title");
    let before = book.state();
    let page = mine.submit(&book).expect(409).page();
    let merged = page.form("form.entry-form");
    assert_eq!((merged.value("title"), merged.value("description")), ("My title", "their text"));
    assert_eq!(merged.value("version"), "2");
    assert!(page.count(".conflict") == 0, "nothing has to be decided");
    assert_eq!(book.state(), before);
}

fn a_field_that_both_changed_shows_base_theirs_and_mine(setup: Setup) {
    let book = setup.book();
    let mine = opened_then_changed(&book, |form| form.fill("title", "Their title")).fill("title", "My title");
    let page = mine.submit(&book).expect(409).page();
    assert_eq!(page.texts(".conflict .merge dd"), ["Title", "Their title", "My title"]);
    assert_eq!(page.texts(".conflict .merge dt"), ["Before", "Theirs", "Mine"]);
    assert_eq!(page.form("form.entry-form").value("title"), "My title");
    assert!(!page.text("[role=alert].notice").is_empty(), "the page says what happened");
}

fn saving_the_merge_makes_one_more_version(setup: Setup) {
    let book = setup.book();
    let mine = opened_then_changed(&book, |form| form.fill("description", "their text")).fill("title", "My title");
    mine.submit(&book).expect(409).page().form("form.entry-form").submit(&book).location();
    let entry = &book.state().0[0];
    assert_eq!((entry.content.title.as_str(), entry.content.description.as_str()), ("My title", "their text"));
    assert_eq!((entry.version, book.events().len()), (3, 3));
}

fn a_merge_can_meet_a_third_change(setup: Setup) {
    let book = setup.book();
    let mine = opened_then_changed(&book, |form| form.fill("description", "their text")).fill("title", "My title");
    let merged = mine.submit(&book).expect(409).page().form("form.entry-form");
    let uid = book.state().0[0].uid;
    book.post(&format!("/entries/{uid}/status"), &[("version", "2"), ("done", "true")]).location();
    let again = merged.submit(&book).expect(409).page().form("form.entry-form");
    assert_eq!((again.value("version"), again.value("done"), again.value("title")), ("3", "true", "My title"));
    again.submit(&book).location();
    assert!(book.entry(uid).content.done);
}

fn in_the_row_the_merge_stands_in_the_rows_place(setup: Setup) {
    let book = setup.book();
    let mine = opened_then_changed(&book, |form| form.fill("title", "Their title")).fill("title", "My title");
    let answer = mine.submit_in_place(&book).expect(409);
    assert!(answer.text().trim_start().starts_with("<tr"));
    let page = answer.page();
    assert_eq!(page.texts(".conflict .merge dd"), ["Title", "Their title", "My title"]);
    let row = page.form("form").submit_in_place(&book).expect(200).page();
    assert_eq!(row.text("tr a.title"), "My title");
}

fn a_stale_switch_is_merged_with_what_the_entry_says_now(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let switch = book.get("/entries").page().form("#rows .switch form");
    let edit = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    edit.fill("title", "New title").submit(&book).location();
    let merged = switch.submit(&book).expect(409).page().form("form.entry-form");
    assert_eq!((merged.value("title"), merged.value("done")), ("New title", "true"));
    merged.submit(&book).location();
    let entry = book.entry(entry.uid);
    assert!(entry.content.done && entry.content.title.as_str() == "New title");
}

fn a_stale_delete_is_refused_and_shows_the_entry_as_it_is(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    book.post(&format!("/entries/{}/status", entry.uid), &[("version", "1"), ("done", "true")]).location();
    let before = book.state();
    let page = book.act(&entry, "trash").expect(409).page();
    assert!(page.text(".entry > .notice").contains("changed this entry after you opened the page"));
    let path = format!("/entries/{}/trash", entry.uid);
    let row = book.post_in_place(&path, &[("version", "1"), ("back", "/entries")]).expect(409).page();
    assert!(row.text("tr .note").contains("Look at it again"));
    assert_eq!(row.form("tr .switch form").value("version"), "2");
    assert_eq!(book.state(), before);
}

fn a_stale_purge_is_refused(setup: Setup) {
    let book = setup.book();
    let entry = book.add_trashed("Title");
    book.act(&entry, "restore");
    book.act(&book.entry(entry.uid), "trash");
    let before = book.state();
    book.act(&entry, "purge").expect(409);
    assert_eq!(book.state(), before);
}

fn of_many_edits_at_once_one_wins_and_the_others_are_asked(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let form = form.clone().fill("title", &format!("Title {n}"));
                let book = &book;
                scope.spawn(move || form.submit(book).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 303).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|&&status| status == 409).count(), 7, "{statuses:?}");
    assert_eq!((book.entry(entry.uid).version, book.events().len()), (2, 2));
}
