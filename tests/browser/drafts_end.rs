//! A draft ends when its text is saved or given up, and not before; and never is one offered that the form shows.

use super::drafts::{kept, wait_offer};
use super::{change_elsewhere, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Asks, Browser, Js, Key};
use crate::support::eventually;

cases![SQLITE:
    a_saved_form_leaves_no_draft,
    cancel_and_escape_give_the_text_up,
    a_refusal_in_place_keeps_the_text_without_an_offer,
    a_refused_page_keeps_the_text_without_an_offer,
    a_conflict_keeps_the_text_without_an_offer,
    an_unreachable_program_ends_no_draft,
    what_is_no_longer_different_is_no_draft,
    without_storage_everything_else_works
];

#[track_caller]
fn wait_kept(page: &Browser, count: u64) {
    eventually(&format!("{count} drafts are kept, but {}", kept(page)), || (kept(page) == count).then_some(()));
}

fn a_saved_form_leaves_no_draft(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=description]"), "in its row");
        wait_kept(&page, 1);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".excerpt"), "in its row");
        page.fill("#new-entry [name=title]", "New");
        page.click("#new-entry button[type=submit]");
        page.wait_text("#rows tr:first-child .title", "New");
    });
    wait_kept(&page, 0);
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=description]", "on its page");
    page.click("main button[type=submit]");
    page.wait_text(&of(&entry, ".excerpt"), "on its page");
    assert_eq!(kept(&page), 0);
    // Somebody changes it later: what was saved once is not offered.
    change_elsewhere(&book, &entry, "Entry", "theirs");
    page.click(&of(&entry, "[data-edit]"));
    page.wait_focus(&of(&entry, "[name=title]"));
    assert_eq!(page.count(".notice.draft"), 0);
}

fn cancel_and_escape_give_the_text_up(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        for escape in [false, true] {
            page.click(&of(&entry, "[data-edit]"));
            page.fill(&of(&entry, "[name=title]"), "Given up");
            wait_kept(&page, 1);
            match escape {
                true => page.press(Key::Escape),
                false => page.click(&of(&entry, "[data-cancel]")),
            }
            page.wait_focus(&of(&entry, "[data-edit]"));
            assert_eq!(kept(&page), 0);
        }
        page.press(Key::Enter);
        page.wait_focus(&of(&entry, "[name=title]"));
        assert_eq!(page.count(".notice.draft"), 0);
    });
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=title]", "Given up");
    page.click("[data-cancel]");
    page.wait_text(&of(&entry, ".title"), "Entry");
    assert_eq!(kept(&page), 0);
}

fn a_refusal_in_place_keeps_the_text_without_an_offer(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.fill("#new-entry [name=description]", "typed");
        page.click("#new-entry button[type=submit]");
        page.wait_text("small.error", "Title is empty.");
        assert_eq!((page.value("#new-entry [name=description]"), page.count(".notice.draft")), ("typed".into(), 0));
    });
    page.reload();
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=description]"), "typed");
}

fn a_refused_page_keeps_the_text_without_an_offer(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.goto(&format!("/entries/{}/edit", entry.uid));
    page.fill("[name=title]", "");
    page.fill("[name=description]", "typed");
    page.click("main button[type=submit]");
    page.wait_text("small.error", "Title is empty.");
    assert_eq!((page.value("[name=description]"), page.count(".notice.draft"), kept(&page)), ("typed".into(), 0, 1));
    // The browser sends it again, and the answer is the same.
    page.reload();
    page.wait_text("small.error", "Title is empty.");
    assert_eq!((page.value("[name=description]"), page.count(".notice.draft"), kept(&page)), ("typed".into(), 0, 1));
    page.goto(&format!("/entries/{}/edit", entry.uid));
    wait_offer(&page, "article form");
    page.click("[value=bring]");
    page.fill("[name=title]", "Has one");
    page.click("main button[type=submit]");
    page.wait_text(&of(&entry, ".excerpt"), "typed");
    assert_eq!(kept(&page), 0);
}

fn a_conflict_keeps_the_text_without_an_offer(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "old");
    let page = Browser::open(&book, Js::On);
    let edit = format!("/entries/{}/edit", entry.uid);
    for (start, theirs) in [("/entries", "theirs"), (edit.as_str(), "theirs again")] {
        page.goto(start);
        if start == "/entries" {
            page.click(&of(&entry, "[data-edit]"));
        }
        page.fill("main .editing [name=title]", "Mine");
        change_elsewhere(&book, &entry, "Entry", theirs);
        page.click("main .editing button[type=submit]");
        page.wait_for(".editing .merge");
        assert_eq!(page.value(".editing [name=description]"), theirs, "their part is merged");
        assert_eq!((page.count(".notice.draft"), kept(&page)), (0, 1), "{start}");
        page.click(".editing [data-cancel]");
        page.wait_text(&of(&entry, ".title"), "Entry");
        assert_eq!(kept(&page), 0);
    }
}

fn an_unreachable_program_ends_no_draft(setup: Setup) {
    let mut book = setup.book();
    let (page, bind) = (Browser::open(&book, Js::On), book.client.host().to_owned());
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Typed");
        book.program.kill();
        page.click("#new-entry button[type=submit]");
        page.wait_for("#alert .problem");
    });
    book.restart(&[("BIND", &bind)]);
    page.reload();
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "Typed");
}

fn what_is_no_longer_different_is_no_draft(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "old");
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "x");
    wait_kept(&page, 1);
    page.press(Key::Backspace);
    wait_kept(&page, 0);
    page.click(&of(&entry, "[data-edit]"));
    page.fill(&of(&entry, "[name=description]"), "the same");
    page.reload();
    change_elsewhere(&book, &entry, "Entry", "the same");
    page.click(&of(&entry, "[data-edit]"));
    page.wait_focus(&of(&entry, "[name=title]"));
    assert_eq!((page.count(".notice.draft"), kept(&page)), (0, 0), "the entry says it by now");
}

fn without_storage_everything_else_works(setup: Setup) {
    let book = setup.book();
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.before_pages(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('closed') } })",
    );
    page.reload();
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Typed");
        page.click(".top a[href='/trash']");
        page.answer(false);
        page.click("#new-entry button[type=submit]");
        page.wait_text("#rows .title", "Typed");
    });
    assert_eq!(page.count(".notice.draft"), 0);
}
