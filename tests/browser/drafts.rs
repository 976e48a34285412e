//! What was typed and not saved is offered when its form is there again.

use rustix::process::Signal;

use super::{change_elsewhere, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    a_new_entrys_text_is_offered_after_a_reload,
    an_edits_text_is_offered_wherever_the_entry_is_edited_and_saves_over_what_it_is_now,
    the_way_back_offers_what_it_replaces,
    two_drafts_of_one_form_are_both_offered,
    what_is_typed_while_the_answer_is_on_its_way_is_offered,
    a_discarded_draft_is_gone
];

/// The offer in a form, waited for.
#[track_caller]
pub fn wait_offer(page: &Browser, form: &str) {
    page.wait_for(&format!("{form} > .notice.draft"));
    let text = page.text(&format!("{form} > .notice.draft p"));
    let clock = text.strip_prefix("Text that you typed at ").and_then(|text| text.strip_suffix(" was not saved."));
    let is_clock = |text: &str| text.len() == 5 && text.chars().all(|c| c.is_ascii_digit() || c == ':');
    assert!(clock.is_some_and(is_clock), "{text}");
}

/// How many drafts the tab keeps.
pub fn kept(page: &Browser) -> u64 {
    let count =
        page.script("return Object.keys(sessionStorage).filter((name) => name.startsWith('daybook.draft')).length");
    count.as_u64().expect("a number")
}

fn a_new_entrys_text_is_offered_after_a_reload(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "Typed title");
    page.fill("#new-entry [name=description]", "typed\ntext");
    page.reload();
    wait_offer(&page, "#new-entry");
    page.wait_text("#status", &page.text(".notice.draft p"));
    assert!(page.has_focus("body"), "the offer takes no focus");
    assert_eq!(page.value("#new-entry [name=title]") + &page.value("#new-entry [name=description]"), "");
    // Undecided, it is offered again.
    page.reload();
    page.click("#new-entry .notice.draft [value=bring]");
    page.wait_gone(".notice.draft");
    page.wait_focus("#new-entry [name=title]");
    assert_eq!(page.value("#new-entry [name=description]"), "typed\ntext");
    page.in_place(|| {
        page.press(Key::Enter);
        page.wait_text("#rows .title", "Typed title");
    });
    page.reload();
    assert_eq!((page.count(".notice.draft"), kept(&page), book.state().0.len()), (0, 0, 1));
}

fn an_edits_text_is_offered_wherever_the_entry_is_edited_and_saves_over_what_it_is_now(setup: Setup) {
    let book = setup.book();
    let (entry, other) = (book.add("Entry", "old"), book.add("Other", ""));
    let page = Browser::open(&book, Js::On);
    page.click(&of(&entry, "[data-edit]"));
    page.fill(&of(&entry, "[name=title]"), "Typed");
    page.click(&of(&entry, "[name=done][value=true]"));
    page.reload();
    assert_eq!(page.count(".notice.draft"), 0, "no form of the entry is open");
    change_elsewhere(&book, &entry, "Entry", "theirs");
    page.in_place(|| {
        page.click(&of(&other, "[data-edit]"));
        page.wait_focus(&of(&other, "[name=title]"));
        assert_eq!(page.count(".notice.draft"), 0, "it belongs to another entry");
        page.click(&of(&entry, "[data-edit]"));
        wait_offer(&page, &of(&entry, "form"));
        page.wait_focus(&of(&entry, "[name=title]"));
    });
    page.goto(&format!("/entries/{}/edit", entry.uid));
    wait_offer(&page, "article form");
    page.click("[value=bring]");
    assert_eq!((page.value("[name=title]"), page.value("[name=version]")), ("Typed".into(), "2".into()));
    assert_eq!(page.count("[name=done][value=true]:checked"), 1);
    page.click("main button[type=submit]");
    page.wait_text(&of(&entry, ".title"), "Typed");
    assert!(book.entry(entry.uid).content.done && kept(&page) == 0);
}

fn the_way_back_offers_what_it_replaces(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click("#show-open");
        page.wait_path("filtered", |path| path == "/entries?status=open");
        page.fill("#new-entry [name=title]", "Typed");
        page.back();
        page.wait_text(".filter [aria-current]", "All");
        wait_offer(&page, "#new-entry");
        page.click("[value=bring]");
        assert_eq!(page.value("#new-entry [name=title]"), "Typed");
    });
}

fn two_drafts_of_one_form_are_both_offered(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "One");
    page.reload();
    wait_offer(&page, "#new-entry");
    page.fill("#new-entry [name=title]", "Two");
    page.reload();
    page.wait_for("#new-entry .notice + .notice");
    // What is in the form gives way, and is offered in its turn.
    page.fill("#new-entry [name=title]", "Three");
    page.click("#new-entry .notice:first-child [value=bring]");
    let brought = page.value("#new-entry [name=title]");
    assert!(["One", "Two"].contains(&brought.as_str()), "{brought}");
    assert_eq!((page.count(".notice.draft"), kept(&page)), (2, 3));
    page.in_place(|| {
        page.press(Key::Enter);
        page.wait_text("#rows tr:first-child .title", &brought);
        // The new form offers what is left.
        page.wait_for("#new-entry .notice + .notice");
    });
    assert_eq!(kept(&page), 2);
}

fn what_is_typed_while_the_answer_is_on_its_way_is_offered(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Sent");
        book.program.signal(Signal::STOP);
        page.press(Key::Enter);
        page.type_text(", and more");
        book.program.signal(Signal::CONT);
        page.wait_text("#rows .title", "Sent");
        wait_offer(&page, "#new-entry");
        page.click("[value=bring]");
        assert_eq!(page.value("#new-entry [name=title]"), "Sent, and more");
    });
}

fn a_discarded_draft_is_gone(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "Typed");
    page.reload();
    page.click("[value=discard]");
    page.wait_gone(".notice.draft");
    page.wait_focus("#new-entry [name=title]");
    assert_eq!((page.value("#new-entry [name=title]"), kept(&page)), (String::new(), 0));
    page.reload();
    assert_eq!(page.count(".notice.draft"), 0);
}
