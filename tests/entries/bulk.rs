//! Changing many entries at once.

use daybook::entries::Entry;

use super::audit::check;
use crate::cases;
use crate::support::{Answer, Book, Setup};

cases![BOTH:
    every_action_changes_all_that_are_selected_in_one_request,
    what_changed_meanwhile_is_left_alone_and_shown,
    undo_takes_all_of_it_back,
    deleting_many_for_good_asks_first,
    in_place_the_list_comes_back_with_its_report,
    sent_twice_it_changes_nothing_more,
    the_report_of_another_request_offers_nothing_to_undo,
    nothing_selected_is_said,
    what_cannot_be_selected_is_refused
];

fn add(book: &Book, count: usize) -> Vec<Entry> {
    (0..count).map(|n| book.add(&format!("Entry {n}"), "text")).collect()
}

fn now(book: &Book, entries: &[Entry]) -> Vec<Entry> {
    entries.iter().map(|entry| book.entry(entry.uid)).collect()
}

fn fields(action: &str, back: &str, entries: &[Entry]) -> Vec<(String, String)> {
    let mut fields = vec![("action".to_owned(), action.to_owned()), ("back".into(), back.into())];
    fields.extend(entries.iter().map(|entry| ("entry".to_owned(), format!("{}.{}", entry.uid, entry.version))));
    fields
}

fn send(book: &Book, fields: &[(String, String)], in_place: bool) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    book.post_form("/entries/bulk", &fields, in_place)
}

fn every_action_changes_all_that_are_selected_in_one_request(setup: Setup) {
    let book = setup.book();
    let mut entries = add(&book, 3);
    let mut events = 3;
    for (action, kind, done, trashed, report) in [
        ("done", "status", true, false, "3 marked done"),
        ("open", "status", false, false, "3 opened again"),
        ("trash", "trash", false, true, "3 deleted"),
        ("restore", "restore", false, false, "3 restored"),
    ] {
        let before = now(&book, &entries);
        let to = send(&book, &fields(action, "/entries?sort=title", &entries), false).location();
        assert!(to.starts_with("/entries?sort=title&request="), "{to}");
        assert_eq!(book.get(&to).expect(200).page().text("#notice p"), report);
        entries = now(&book, &entries);
        assert!(entries.iter().all(|entry| entry.content.done == done && entry.trashed == trashed), "{action}");
        let new = book.events().split_off(events);
        assert_eq!(new.len(), 3, "{action}");
        for (event, (before, after)) in new.iter().zip(before.iter().zip(&entries)) {
            assert_eq!((event.kind.as_str(), event.request_id), (kind, new[0].request_id));
            check(event, Some(before), Some(after));
        }
        events += 3;
    }
}

fn what_changed_meanwhile_is_left_alone_and_shown(setup: Setup) {
    let book = setup.book();
    let entries = add(&book, 4);
    let edit = format!("/entries/{}/edit", entries[1].uid);
    book.get(&edit).page().form("form.entry-form").fill("title", "Renamed meanwhile").submit(&book).location();
    let gone = book.entry(entries[2].uid);
    book.act(&gone, "trash");
    book.act(&book.entry(gone.uid), "purge");
    let to = send(&book, &fields("trash", "/entries", &entries), false).location();
    let page = book.get(&to).page();
    assert_eq!(page.text("#notice summary"), "2 deleted, 2 left alone: show");
    let left = page.texts("#notice li");
    assert_eq!(left[0], "Renamed meanwhile changed meanwhile by Anna");
    assert_eq!(left[1], "An entry that is gone for good");
    assert!(!book.entry(entries[1].uid).trashed && book.entry(entries[3].uid).trashed);
}

fn undo_takes_all_of_it_back(setup: Setup) {
    let book = setup.book();
    let entries = add(&book, 3);
    // One is done already: nothing happens to it, and undoing leaves it so.
    book.post(&format!("/entries/{}/status", entries[0].uid), &[("version", "1"), ("done", "true")]).location();
    let entries = now(&book, &entries);
    let to = send(&book, &fields("done", "/entries", &entries), false).location();
    let page = book.get(&to).page();
    assert_eq!(page.text("#notice p"), "2 marked done, 1 so already");
    let to = page.form("#notice form").submit(&book).location();
    assert_eq!(book.get(&to).page().text("#notice p"), "2 opened again");
    let done: Vec<bool> = now(&book, &entries).iter().map(|entry| entry.content.done).collect();
    assert_eq!(done, [true, false, false]);
    let to = send(&book, &fields("trash", "/entries", &now(&book, &entries)), false).location();
    book.get(&to).page().form("#notice form").submit(&book).location();
    assert!(now(&book, &entries).iter().all(|entry| !entry.trashed));
}

fn deleting_many_for_good_asks_first(setup: Setup) {
    let book = setup.book();
    let trashed: Vec<Entry> = (0..3).map(|n| book.add_trashed(&format!("Waste {n}"))).collect();
    let wanted = book.add("Wanted", "");
    let before = book.state();
    let page = send(&book, &fields("purge", "/trash", &trashed[..2]), false).expect(200).page();
    assert_eq!(page.texts("#list li"), ["Waste 0", "Waste 1"]);
    assert_eq!(book.state(), before, "asking deletes nothing");
    let to = page.form("#list form").submit(&book).location();
    let page = book.get(&to).page();
    assert_eq!((page.text("#notice p"), page.count("#notice form")), ("2 deleted for good".into(), 0));
    assert!(book.find(trashed[0].uid).is_none() && book.find(trashed[2].uid).is_some());
    let again = page_of_the_repeat(&book, &trashed[..2]);
    assert_eq!(again.text("#notice p"), "2 deleted for good");
    // Not out of the book itself.
    let mut forged = fields("purge", "/trash", std::slice::from_ref(&wanted));
    forged.push(("confirmed".into(), "yes".into()));
    send(&book, &forged, false).location();
    assert!(book.find(wanted.uid).is_some());
}

/// The same purge sent once more.
fn page_of_the_repeat(book: &Book, entries: &[Entry]) -> crate::support::Page {
    let mut form = fields("purge", "/trash", entries);
    form.push(("confirmed".into(), "yes".into()));
    book.get(&send(book, &form, false).location()).page()
}

fn in_place_the_list_comes_back_with_its_report(setup: Setup) {
    let book = setup.book();
    let entries = add(&book, 3);
    let answer = send(&book, &fields("trash", "/entries?sort=title", &entries[..2]), true).expect(200);
    assert!(answer.text().trim_start().starts_with("<section id=\"list\""));
    assert!(answer.text().contains("data-say=\"2 deleted\""));
    let page = answer.page();
    assert_eq!((page.text("#notice p"), page.texts("#rows a.title")), ("2 deleted".into(), vec!["Entry 2".to_owned()]));
    assert_eq!(page.text(".count"), "1 entry");
    let question = send(&book, &fields("purge", "/trash", &now(&book, &entries[..2])), true).expect(200);
    assert!(question.text().trim_start().starts_with("<section id=\"list\""));
    let page = question.page().form("#list form").submit_in_place(&book).expect(200).page();
    assert_eq!(page.text("#notice p"), "2 deleted for good");
}

fn sent_twice_it_changes_nothing_more(setup: Setup) {
    let book = setup.book();
    let entries = add(&book, 3);
    let form = fields("trash", "/entries", &entries);
    send(&book, &form, false).location();
    let state = book.state();
    let page = book.get(&send(&book, &form, false).location()).page();
    assert_eq!(book.state(), state);
    // A double click shows the answer to its second request: the same report, with the same Undo.
    assert_eq!((page.text("#notice p"), page.count("#notice form")), ("3 deleted".into(), 1));
    // The same entry twice in one form.
    let twice = fields("restore", "/trash", &[now(&book, &entries), now(&book, &entries)].concat());
    send(&book, &twice, false).location();
    assert_eq!(book.events().len(), 9);
}

fn the_report_of_another_request_offers_nothing_to_undo(setup: Setup) {
    let book = setup.book();
    add(&book, 1);
    let request = book.events()[0].request_id;
    let page = book.get(&format!("/entries?request={request}")).expect(200).page();
    assert_eq!((page.text("#notice p"), page.count("#notice form")), ("Nothing had to be changed".into(), 0));
}

fn nothing_selected_is_said(setup: Setup) {
    let book = setup.book();
    let to = send(&book, &fields("trash", "/entries", &[]), false).location();
    assert_eq!(book.get(&to).page().text("#notice p"), "Nothing was selected. Tick the entries first.");
}

fn what_cannot_be_selected_is_refused(setup: Setup) {
    let book = setup.book();
    let entries = add(&book, 1);
    let before = book.state();
    let entry = format!("{}.1", entries[0].uid);
    for (action, back, entry) in [
        ("trash", "/entries", "x"),
        ("trash", "/entries", "x.1"),
        ("trash", "/entries", &entry.replace(".1", ".x")),
        ("trash", "/entries", &entry.replace(".1", "")),
        ("explode", "/entries", &entry),
        ("", "/entries", &entry),
        ("trash", &format!("/entries/{}", entries[0].uid), &entry),
        ("trash", "//evil.example", &entry),
    ] {
        book.post("/entries/bulk", &[("action", action), ("back", back), ("entry", entry)]).expect(400);
    }
    let many: Vec<(&str, &str)> =
        std::iter::repeat_n(("entry", entry.as_str()), 101).chain([("action", "trash")]).collect();
    book.post("/entries/bulk", &many).expect(400);
    assert_eq!(book.state(), before);
}
