//! What was typed and not saved is offered when its form is there again.

use std::time::Duration;

use daybook::entries::Entry;
use rustix::process::Signal;

use super::{change_elsewhere, of};
use crate::cases;
use crate::support::browser::{Browser, Js, Key};
use crate::support::{Book, Setup};

cases![SQLITE:
    a_new_entrys_text_is_offered_after_a_reload,
    an_edits_text_is_offered_wherever_the_entry_is_edited_and_saves_over_what_it_is_now,
    the_way_back_offers_what_it_replaces,
    text_outlives_the_end_of_the_program_in_the_middle_of_a_plain_save,
    the_way_back_from_the_browsers_own_error_page_leads_to_the_text,
    who_does_not_wait_for_the_answer_is_offered_the_text,
    where_forms_are_sent_as_pages_the_list_tells_saved_from_lost,
    an_error_page_gives_the_text_back,
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

/// Types into the page for an edit and saves, and the program ends before it has answered; then it is there again.
fn killed_while_saving(setup: Setup, prepare: impl FnOnce(&Browser)) -> (Book, Browser, Entry) {
    let mut book = setup.book();
    let entry = book.add("Entry", "old");
    let (page, bind) = (Browser::open(&book, Js::On), book.client.host().to_owned());
    prepare(&page);
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=description]", "typed\nfor an hour");
    book.program.signal(Signal::STOP);
    std::thread::scope(|scope| {
        // The browser waits for the answer until the program is gone.
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(500));
            book.program.signal(Signal::KILL);
        });
        page.click("main button[type=submit]");
        page.wait_gone("main");
    });
    book.restart(&[("BIND", &bind)]);
    (book, page, entry)
}

fn text_outlives_the_end_of_the_program_in_the_middle_of_a_plain_save(setup: Setup) {
    let (_book, page, entry) = killed_while_saving(setup, |_| ());
    page.goto(&format!("/entries/{}/edit", entry.uid));
    wait_offer(&page, "article form");
    assert_eq!(page.value("[name=description]"), "old");
    page.click("[value=bring]");
    assert_eq!(page.value("[name=description]"), "typed\nfor an hour");
    page.click("main button[type=submit]");
    page.wait_text(&of(&entry, ".excerpt"), "typed for an hour");
    assert_eq!(kept(&page), 0);
}

fn the_way_back_from_the_browsers_own_error_page_leads_to_the_text(setup: Setup) {
    // The browser has kept the page as it was.
    let (_book, page, _) = killed_while_saving(setup, |_| ());
    page.back();
    page.wait_for("article form");
    assert_eq!((page.value("[name=description]"), page.count(".notice.draft")), ("typed\nfor an hour".into(), 0));
    page.wait_for("form[data-unsaved]");
    // It has not: it keeps no page that wants to be told of its end.
    let (_book, page, _) = killed_while_saving(setup, |page| page.before_pages("addEventListener('unload', () => {})"));
    page.back();
    wait_offer(&page, "article form");
    page.click("[value=bring]");
    assert_eq!(page.value("[name=description]"), "typed\nfor an hour");
}

/// The person presses Stop as soon as the form is on its way.
fn stop_on_the_way(page: &Browser, button: &str) {
    page.script("addEventListener('submit', (event) => event.preventDefault())");
    page.click(button);
    page.wait_gone("form[data-unsaved]");
}

fn who_does_not_wait_for_the_answer_is_offered_the_text(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    let edit = format!("/entries/{}/edit", entry.uid);
    page.goto(&edit);
    page.fill("[name=description]", "typed");
    stop_on_the_way(&page, "main button[type=submit]");
    page.click(".top a[href='/trash']");
    page.wait_text("h1", "Trash");
    page.goto(&edit);
    wait_offer(&page, "article form");
}

fn where_forms_are_sent_as_pages_the_list_tells_saved_from_lost(setup: Setup) {
    let mut book = setup.book();
    let (page, bind) = (Browser::open(&book, Js::On), book.client.host().to_owned());
    // As if htmx had not come.
    page.before_pages(
        "addEventListener('unload', () => {});
         document.addEventListener('DOMContentLoaded', () => document.querySelector('#new-entry')?.removeAttribute('hx-post'))",
    );
    page.reload();
    page.fill("#new-entry [name=title]", "Saved");
    page.click("#new-entry button[type=submit]");
    page.wait_text("#rows .title", "Saved");
    assert_eq!((page.count(".notice.draft"), kept(&page)), (0, 0), "the answer is the list with an empty form");
    page.fill("#new-entry [name=title]", "Stopped");
    stop_on_the_way(&page, "#new-entry button[type=submit]");
    page.reload();
    wait_offer(&page, "#new-entry");
    page.click("[value=discard]");
    page.fill("#new-entry [name=title]", "Lost");
    book.program.kill();
    page.click("#new-entry button[type=submit]");
    page.wait_gone("main");
    book.restart(&[("BIND", &bind)]);
    page.back();
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "Lost");
}

fn an_error_page_gives_the_text_back(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "old");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.script(
        "const field = document.querySelector('[name=description]');
         field.value = 'x'.repeat(400_000);
         field.dispatchEvent(new Event('input', { bubbles: true }));",
    );
    page.click("main button[type=submit]");
    page.wait_for("article.problem");
    page.click("article.problem a");
    page.click(&of(&entry, "[data-edit]"));
    wait_offer(&page, &of(&entry, "form"));
    page.click("[value=bring]");
    assert_eq!(page.value(&of(&entry, "[name=description]")).len(), 400_000);
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
