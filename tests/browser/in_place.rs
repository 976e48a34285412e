//! The list with JavaScript: everything happens in its row, and the page is never loaded again.

use super::of;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![BOTH:
    an_added_entry_appears_on_top,
    a_click_on_the_text_of_a_row_edits_it;
SQLITE:
    a_refused_new_entry_says_why_and_keeps_its_text,
    an_entry_that_the_filter_leaves_out_is_told_of,
    an_entry_added_on_its_own_page_leads_to_the_list,
    a_new_entry_belongs_to_the_list_that_is_shown_now,
    the_number_of_entries_follows_every_change,
    cancel_and_escape_put_the_row_back,
    ctrl_enter_saves,
    a_refused_edit_shows_its_error_in_the_row,
    the_switch_changes_the_status_in_the_row
];

fn an_added_entry_appears_on_top(setup: Setup) {
    let book = setup.book();
    book.add("Older", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Newer");
        page.fill("#new-entry [name=description]", "one\ntwo");
        page.click("#new-entry button");
        page.wait_text("#rows tr:first-child .title", "Newer");
        page.wait_text("#status", "Added “Newer”");
    });
    assert_eq!(page.texts("#rows .title"), ["Newer", "Older"]);
    assert_eq!(page.value("#new-entry [name=title]") + &page.value("#new-entry [name=description]"), "");
    page.wait_focus("#new-entry [name=title]");
    page.in_place(|| {
        page.type_text("Newest");
        page.press(Key::Enter);
        page.wait_text("#rows tr:first-child .title", "Newest");
    });
    assert_eq!(book.state().0.len(), 3);
    page.reload();
    assert_eq!(page.texts("#rows .title"), ["Newest", "Newer", "Older"]);
}

fn a_refused_new_entry_says_why_and_keeps_its_text(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=description]", "typed");
        page.click("#new-entry button");
        page.wait_text("#title-error-new", "Title is empty.");
        assert_eq!(page.value("#new-entry [name=description]"), "typed");
        page.wait_focus("#new-entry [name=title]");
        page.type_text("Now it has one");
        page.press(Key::Enter);
        page.wait_text("#rows tr:first-child .title", "Now it has one");
        page.wait_gone("#title-error-new");
    });
    assert_eq!(book.state().0[0].content.description.as_str(), "typed");
}

fn an_entry_that_the_filter_leaves_out_is_told_of(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.goto("/entries?status=done");
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Open");
        page.click("#new-entry button");
        page.wait_text("main > .notice", "Added ‘Open’. It is at the top of all entries.");
        page.wait_text("#status", "Added “Open”");
    });
    assert_eq!(page.count("#rows .title"), 0);
}

fn an_entry_added_on_its_own_page_leads_to_the_list(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.goto("/entries/new");
    page.click("#new-entry button");
    page.wait_text("#title-error-new", "Title is empty.");
    page.fill("#new-entry [name=title]", "From its own page");
    page.click("#new-entry button");
    page.wait_text("#rows .title", "From its own page");
    assert_eq!((page.path(), book.events().len()), ("/entries".into(), 1));
}

fn a_new_entry_belongs_to_the_list_that_is_shown_now(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#show-done");
        page.wait_path("done", |path| path == "/entries?status=done");
        page.fill("#new-entry [name=title]", "Open");
        page.click("#new-entry button");
        page.wait_text("main > .notice", "Added ‘Open’. It is at the top of all entries.");
        assert_eq!(page.count("#rows .title"), 0);
    });
}

fn the_number_of_entries_follows_every_change(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Entry");
        page.click("#new-entry button");
        page.wait_text(".count", "1 entry");
        page.click("#rows .actions button");
        page.wait_text(".count", "0 entries");
        page.wait_focus("#rows .undo button");
        page.click("#rows .undo button");
        page.wait_text(".count", "1 entry");
    });
}

fn a_click_on_the_text_of_a_row_edits_it(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add("First", "click here"), book.add("Second", ""));
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&first, ".excerpt"));
        page.wait_focus(&of(&first, "[name=title]"));
        page.fill(&of(&first, "[name=title]"), "Changed");
        page.fill(&of(&first, "[name=description]"), "longer\ntext");
        page.click(&of(&first, "[name=done][value=true]"));
        page.click(&of(&first, "button[type=submit]"));
        page.wait_text(&of(&first, ".title"), "Changed");
        page.wait_text("#status", "Saved “Changed”");
        page.wait_focus(&of(&first, "[data-edit]"));
    });
    assert_eq!(page.texts("#rows .title"), ["Second", "Changed"], "the row stays where it is");
    assert_eq!(page.text(&of(&first, ".excerpt")), "longer text");
    let content = book.entry(first.uid).content;
    assert_eq!((content.description.as_str(), content.done), ("longer\ntext", true));
    assert_eq!(book.entry(second.uid), second);
}

fn cancel_and_escape_put_the_row_back(setup: Setup) {
    let book = setup.book();
    let entry = book.add("As it was", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Not to be kept");
        page.click(&of(&entry, "[data-cancel]"));
        page.wait_text(&of(&entry, ".title"), "As it was");
        page.wait_focus(&of(&entry, "[data-edit]"));
        page.press(Key::Enter);
        page.wait_focus(&of(&entry, "[name=title]"));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "As it was");
        page.type_text("Neither this");
        page.press(Key::Escape);
        page.wait_text(&of(&entry, ".title"), "As it was");
        page.wait_focus(&of(&entry, "[data-edit]"));
    });
    assert_eq!(book.entry(entry.uid), entry);
}

fn ctrl_enter_saves(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=description]"), "text from the keyboard");
        page.press_with(Key::Control, Key::Enter);
        page.wait_text(&of(&entry, ".excerpt"), "text from the keyboard");
    });
    assert_eq!(book.entry(entry.uid).version, 2);
}

fn a_refused_edit_shows_its_error_in_the_row(setup: Setup) {
    let book = setup.book();
    let (first, second) = (book.add("First", ""), book.add("Second", ""));
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&first, "[data-edit]"));
        page.fill(&of(&first, "[name=title]"), "");
        page.fill(&of(&first, "[name=description]"), "typed");
        page.click(&of(&first, "button[type=submit]"));
        page.wait_text(&of(&first, ".error"), "Title is empty.");
        page.wait_focus(&of(&first, "[name=title]"));
        assert_eq!(page.value(&of(&first, "[name=description]")), "typed");
        assert_eq!(book.entry(first.uid), first);
        page.type_text("Has one again");
        page.press(Key::Enter);
        page.wait_text(&of(&first, ".title"), "Has one again");
    });
    assert_eq!(page.text(&of(&second, ".title")), "Second");
    assert_eq!(book.entry(first.uid).content.description.as_str(), "typed");
}

fn the_switch_changes_the_status_in_the_row(setup: Setup) {
    let book = setup.book();
    let entry = book.add("To do", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        for (checked, said) in [("true", "Marked done"), ("false", "Opened again")] {
            page.click(&of(&entry, "[role=switch]"));
            page.wait_for(&of(&entry, &format!("[role=switch][aria-checked={checked}]")));
            page.wait_text("#status", said);
            page.wait_focus(&of(&entry, "[role=switch]"));
            assert_eq!(book.entry(entry.uid).content.done.to_string(), checked);
        }
    });
    assert_eq!(book.entry(entry.uid).version, 3);
}
