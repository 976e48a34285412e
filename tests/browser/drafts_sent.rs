//! Forms that are sent as pages, and whose answer may never come: only the next page tells what became of the text.

use std::time::Duration;

use daybook::entries::Entry;
use rustix::process::Signal;

use super::drafts::{kept, wait_offer};
use super::of;
use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Book, Setup};

cases![SQLITE:
    text_outlives_the_end_of_the_program_in_the_middle_of_a_plain_save,
    the_way_back_from_the_browsers_own_error_page_leads_to_the_text,
    who_does_not_wait_for_the_answer_is_offered_the_text,
    where_forms_are_sent_as_pages_the_list_tells_saved_from_lost,
    an_error_page_gives_the_text_back
];

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
