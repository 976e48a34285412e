//! Deleting with JavaScript: never without a way back, until somebody says that it is for good.

use super::of;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![BOTH:
    a_deleted_row_says_so_and_can_be_undone;
SQLITE:
    the_trash_gives_entries_back_in_place,
    deleting_for_good_asks_first
];

fn a_deleted_row_says_so_and_can_be_undone(setup: Setup) {
    let book = setup.book();
    let (first, _) = (book.add("First", "text"), book.add("Second", ""));
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&first, ".actions button"));
        page.wait_text(&of(&first, ".undo p"), "Deleted ‘First’");
        page.wait_text("#status", "Deleted “First”");
        page.wait_focus(&of(&first, ".undo button"));
        assert_eq!(page.text(".undo button"), "Undo deleting First");
        assert!(book.entry(first.uid).trashed);
        page.click(&of(&first, ".undo button"));
        page.wait_text(&of(&first, ".title"), "First");
        page.wait_text("#status", "Restored");
        page.wait_focus(&of(&first, "[data-edit]"));
    });
    assert_eq!(page.texts("#rows .title"), ["Second", "First"]);
    let entry = book.entry(first.uid);
    assert_eq!((entry.trashed, entry.version), (false, 3));
}

fn the_trash_gives_entries_back_in_place(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add_trashed("First"), book.add_trashed("Second"));
    let page = Browser::open(&book, Js::On);
    page.goto("/trash");
    assert_eq!(page.texts("#rows .title"), ["Second", "First"]);
    page.in_place(|| {
        page.click(&of(&first, ".actions button"));
        page.wait_text(&of(&first, ".undo p"), "Restored ‘First’");
        page.wait_text("#status", "Restored “First”");
        page.wait_focus(&of(&first, ".undo a"));
    });
    assert!(!book.entry(first.uid).trashed && book.entry(second.uid).trashed);
    page.click(&of(&first, ".undo a"));
    page.wait_text("h1", "First");
}

fn deleting_for_good_asks_first(setup: Setup) {
    let book = setup.book();
    let (kept, gone) = (book.add_trashed("Kept"), book.add_trashed("Gone"));
    let page = Browser::open(&book, Js::On);
    page.goto("/trash");
    page.click(&of(&kept, ".actions a"));
    page.wait_text("h1", "Delete ‘Kept’ for good?");
    page.click(".buttons a");
    page.wait_path("at the trash", |path| path == "/trash");
    page.click(&of(&gone, ".actions a"));
    page.wait_text("h1", "Delete ‘Gone’ for good?");
    page.click("button.danger");
    page.wait_text("#notice p", "Deleted for good.");
    assert_eq!(page.texts("#rows .title"), ["Kept"]);
    assert!(book.find(gone.uid).is_none() && book.find(kept.uid).is_some());
    page.goto(&format!("/entries/{}", gone.uid));
    assert_eq!(page.text("h1"), "There is nothing here");
}
