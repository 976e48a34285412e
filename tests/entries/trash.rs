//! The trash: into it, out of it, and out of it for good.

use crate::cases;
use crate::support::Setup;
use crate::support::page::Form;

cases![BOTH:
    a_deleted_entry_waits_in_the_trash_and_can_be_undone,
    in_place_the_row_turns_into_an_offer_to_undo,
    the_trash_lists_what_was_deleted_and_restores_it,
    purging_asks_first_and_leaves_only_the_record,
    only_the_trash_can_be_purged,
    an_entry_in_the_trash_cannot_be_edited,
    an_edit_of_an_entry_trashed_meanwhile_keeps_its_text
];

fn a_deleted_entry_waits_in_the_trash_and_can_be_undone(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Oops", "");
    let to = book.get("/entries").page().form("#rows .actions form").submit(&book).location();
    let page = book.get(&to).page();
    assert_eq!(page.text("#notice p"), "Deleted ‘Oops’");
    assert_eq!(page.count("#rows a.title"), 0);
    assert!(book.entry(entry.uid).trashed);
    let to = page.form("#notice form").submit(&book).location();
    let page = book.get(&to).page();
    assert_eq!(page.text("#notice p"), "Restored ‘Oops’");
    assert_eq!(page.texts("#rows a.title"), ["Oops"]);
    let entry = book.entry(entry.uid);
    assert_eq!((entry.trashed, entry.version), (false, 3));
}

fn in_place_the_row_turns_into_an_offer_to_undo(setup: Setup) {
    let book = setup.book();
    book.add("Oops", "");
    let row = book.get("/entries").page().form("#rows .actions form").submit_in_place(&book).expect(200).page();
    assert_eq!(row.text("tr.gone p"), "Deleted ‘Oops’");
    let row = row.form("tr.gone form").submit_in_place(&book).expect(200).page();
    assert_eq!(row.text("tr a.title"), "Oops");
    assert_eq!(row.form("tr .switch form").value("version"), "3");
}

fn the_trash_lists_what_was_deleted_and_restores_it(setup: Setup) {
    let book = setup.book();
    assert_eq!(book.get("/trash").expect(200).page().text("#rows .empty"), "The trash is empty.");
    let entry = book.add_trashed("Waste");
    let page = book.get("/trash").page();
    assert_eq!(page.texts("#rows a.title"), ["Waste"]);
    let row = page.form("#rows form").submit_in_place(&book).expect(200).page();
    assert_eq!(row.text("tr.gone p"), "Restored ‘Waste’");
    assert!(!book.entry(entry.uid).trashed);
    book.act(&book.entry(entry.uid), "trash");
    let to = book.get("/trash").page().form("#rows form").submit(&book).location();
    assert!(to.starts_with("/trash?restored="), "{to}");
    assert_eq!(book.get(&to).page().text("#notice p"), "Restored ‘Waste’");
}

fn purging_asks_first_and_leaves_only_the_record(setup: Setup) {
    let book = setup.book();
    let entry = book.add_trashed("Secret");
    let link = book.get("/trash").page().attr("#rows .actions a", "href").expect("a link");
    let page = book.get(&link).expect(200).page();
    assert_eq!(page.text("h1"), "Delete ‘Secret’ for good?");
    assert!(book.find(entry.uid).is_some(), "asking deletes nothing");
    let to = page.form("main form").submit(&book).location();
    assert_eq!(book.get(&to).page().text("#notice p"), "Deleted for good.");
    assert!(book.find(entry.uid).is_none());
    book.get(&format!("/entries/{}", entry.uid)).expect(404);
    let last = book.events().pop().expect("an event");
    assert_eq!((last.kind.as_str(), last.version, last.after), ("purge", 3, None));
    assert!(last.before.expect("an image").contains("Secret"));
}

fn only_the_trash_can_be_purged(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Wanted", "");
    let before = book.state();
    book.get(&format!("/entries/{}/purge", entry.uid)).expect(404);
    let page = book.act(&entry, "purge").expect(409).page();
    assert!(page.text(".entry > .notice").contains("not in the trash"));
    let path = format!("/entries/{}/purge", entry.uid);
    let row = book.post_in_place(&path, &[("version", "1"), ("back", "/entries")]).expect(409).page();
    assert!(row.text("tr .note").contains("not in the trash"));
    assert_eq!(book.state(), before);
}

fn an_entry_in_the_trash_cannot_be_edited(setup: Setup) {
    let book = setup.book();
    let entry = book.add_trashed("Waste");
    let before = book.state();
    let path = format!("/entries/{}", entry.uid);
    let form = Form::complete(&path, 2, "New").fill("description", "typed");
    let page = form.submit(&book).expect(409).page();
    assert!(page.text(".notice").contains("moved this entry to the trash"));
    assert_eq!(page.form("form.entry-form").value("description"), "typed");
    book.post(&format!("{path}/status"), &[("version", "2"), ("done", "true")]).expect(409);
    assert_eq!(book.state(), before);
}

fn an_edit_of_an_entry_trashed_meanwhile_keeps_its_text(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Busy", "");
    let form = book.get_in_place(&format!("/entries/{}/edit", entry.uid)).page().form("form").fill("title", "Typed");
    book.act(&entry, "trash");
    let answer = form.submit_in_place(&book).expect(409).page();
    assert_eq!(answer.form("form").value("title"), "Typed");
    assert!(answer.text(".notice").contains("restored"));
}
