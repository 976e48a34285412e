//! A form that is sent twice (a double click, a reload, a lost answer) does its work once.

use crate::cases;
use crate::support::page::Form;
use crate::support::{Book, Setup};

cases![BOTH:
    a_new_entry_sent_twice_is_made_once,
    a_new_entry_sent_eight_times_at_once_is_made_once,
    an_edit_sent_eight_times_at_once_makes_one_version,
    every_small_form_can_be_sent_twice,
    a_purge_sent_twice_answers_the_same,
    a_used_form_with_other_words_is_not_lost,
    a_used_form_after_the_purge_is_not_lost
];

fn a_new_entry_sent_twice_is_made_once(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry").fill("title", "Once");
    assert_eq!(form.submit(&book).location(), form.submit(&book).location());
    assert_eq!((book.state().0.len(), book.events().len()), (1, 1));
}

fn at_once(book: &Book, form: &Form) -> Vec<u16> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| form.submit(book).status)).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    })
}

fn a_new_entry_sent_eight_times_at_once_is_made_once(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry").fill("title", "Once");
    assert_eq!(at_once(&book, &form), [303; 8]);
    assert_eq!((book.state().0.len(), book.events().len()), (1, 1));
}

fn an_edit_sent_eight_times_at_once_makes_one_version(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form").fill("title", "New");
    assert_eq!(at_once(&book, &form), [303; 8]);
    assert_eq!((book.entry(entry.uid).version, book.events().len()), (2, 2));
}

fn every_small_form_can_be_sent_twice(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let mut version = 1;
    for (verb, done) in [("status", "true"), ("status", "false"), ("trash", ""), ("restore", "")] {
        let path = format!("/entries/{}/{verb}", entry.uid);
        let fields = [("version", version.to_string()), ("done", done.to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let first = book.post(&path, &fields).location();
        assert_eq!(first, book.post(&path, &fields).location(), "{verb}");
        version += 1;
        assert_eq!(book.entry(entry.uid).version, version, "{verb}");
    }
    assert_eq!(book.events().len(), 5);
}

fn a_purge_sent_twice_answers_the_same(setup: Setup) {
    let book = setup.book();
    let entry = book.add_trashed("Title");
    let first = book.act(&entry, "purge").location();
    assert_eq!(first, book.act(&entry, "purge").location());
    assert_eq!(book.events().len(), 3);
}

fn a_used_form_with_other_words_is_not_lost(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry").fill("title", "First");
    form.submit(&book).location();
    let page = form.fill("title", "Second").submit(&book).expect(409).page();
    assert!(page.text(".notice").contains("has already made the entry “First”"));
    page.form("#new-entry").submit(&book).location();
    let mut titles: Vec<String> = book.state().0.iter().map(|e| e.content.title.as_str().to_owned()).collect();
    titles.sort();
    assert_eq!(titles, ["First", "Second"]);
}

fn a_used_form_after_the_purge_is_not_lost(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry").fill("title", "Again");
    form.submit(&book).location();
    let uid = form.value("uid").parse().expect("a uid");
    book.act(&book.entry(uid), "trash");
    book.act(&book.entry(uid), "purge");
    let page = form.submit(&book).expect(409).page();
    assert_eq!(page.form("#new-entry").value("title"), "Again");
    page.form("#new-entry").submit(&book).location();
    assert_eq!(book.state().0.len(), 1);
}
