//! A whole working day without a mouse.

use super::of;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE: a_working_day_is_done_by_keys_alone];

fn a_working_day_is_done_by_keys_alone(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    // In the morning: what is to be done, written down one after the other.
    page.type_text("n");
    for title in ["Ring the café", "Order paper", "Repair the printer", "Old idea"] {
        page.wait_focus("#new-entry [name=title]");
        page.type_text(title);
        page.press(Key::Enter);
        page.wait_text("#rows tr:first-child .title", title);
    }
    let entry = |title: &str| {
        let all = book.state().0;
        all.into_iter().find(|entry| entry.content.title.as_str() == title).expect("it is there")
    };
    // Out of the field, down the list, and a word more about the printer.
    page.wait_focus("#new-entry [name=title]");
    page.press(Key::Tab);
    page.press(Key::Tab);
    page.wait_focus("#new-entry button");
    page.type_text("jj");
    page.wait_focus(&of(&entry("Repair the printer"), ".title"));
    page.type_text("e");
    page.wait_focus(&of(&entry("Repair the printer"), "[name=title]"));
    page.press(Key::Tab);
    page.type_text("The one on floor 2");
    page.press_with(Key::Control, Key::Enter);
    page.wait_text(&of(&entry("Repair the printer"), ".excerpt"), "The one on floor 2");
    page.wait_focus(&of(&entry("Repair the printer"), "[data-edit]"));
    // Found by a word; done.
    page.type_text("/cafe");
    page.wait_text("#rows .title", "Ring the café");
    page.wait_text("#status", "1 entry");
    page.press(Key::Tab);
    page.tab_to(&of(&entry("Ring the café"), "[role=switch]"));
    page.press(Key::Space);
    page.wait_for(&of(&entry("Ring the café"), "[role=switch][aria-checked=true]"));
    page.wait_text("#status", "Marked done");
    page.type_text("/");
    page.wait_focus("#q");
    page.press(Key::Delete);
    page.wait_text(".count", "4 entries");
    page.press(Key::Tab);
    // Two at once into the trash, one of them back again.
    page.tab_to("#sort-title");
    page.press(Key::Enter);
    page.wait_for("th[aria-sort=ascending] #sort-title");
    assert_eq!(page.texts("#rows .title"), ["Old idea", "Order paper", "Repair the printer", "Ring the café"]);
    page.type_text("jxjx");
    page.wait_text("[data-selected]", "2 selected:");
    page.tab_to(".bulk [value=trash]");
    page.press(Key::Enter);
    page.wait_text("#notice p", "2 deleted");
    page.wait_focus("#notice button");
    page.press(Key::Enter);
    page.wait_text("#notice p", "2 restored");
    page.wait_focus("#notice button");
    page.type_text("j");
    page.wait_focus(&of(&entry("Old idea"), ".title"));
    page.tab_to(&of(&entry("Old idea"), ".actions button"));
    page.press(Key::Space);
    page.wait_focus(&of(&entry("Old idea"), ".undo button"));
    // How one of them came about.
    page.type_text("jj");
    page.wait_focus(&of(&entry("Repair the printer"), ".title"));
    page.press(Key::Enter);
    page.wait_text("h1", "Repair the printer");
    page.tab_to(".history li:last-child summary");
    page.press(Key::Enter);
    page.wait_for(".history li:last-child details[open]");
    // Help, and back to where they were.
    page.type_text("?");
    page.wait_for("#help[open]");
    page.press(Key::Escape);
    page.wait_focus(".history li:last-child summary");
    // In the evening the trash is emptied.
    page.press(Key::Home);
    page.script("document.activeElement.blur(); document.getSelection().removeAllRanges()");
    page.tab_to(".top a[href='/trash']");
    page.press(Key::Enter);
    page.wait_text("#rows .title", "Old idea");
    page.type_text("jx");
    page.tab_to(".bulk [value=purge]");
    page.press(Key::Enter);
    page.wait_focus("#question");
    page.tab_to("#list button.danger");
    page.press(Key::Enter);
    page.wait_text("#notice p", "1 deleted for good");
    let titles: Vec<String> = book.state().0.iter().map(|entry| entry.content.title.as_str().to_owned()).collect();
    assert_eq!(titles, ["Ring the café", "Order paper", "Repair the printer"]);
    assert!(entry("Ring the café").content.done);
}
