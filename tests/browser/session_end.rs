//! A session that ends in the middle of work: the person signs in, is back where they were, and has lost nothing.

use daybook::schema::sessions;
use daybook::users::Token;
use diesel::prelude::*;

use super::drafts::{kept, wait_offer};
use super::people::sign_in;
use super::{fill, of};
use crate::cases;
use crate::support::browser::{Asks, Browser, Js, Key};
use crate::support::{Book, Setup, person};

cases![BOTH:
    text_in_a_row_outlives_the_session;
SQLITE:
    text_of_a_new_entry_outlives_the_session,
    text_on_a_page_for_an_edit_outlives_the_session,
    a_search_leads_back_to_the_list_after_signing_in,
    a_filter_leads_back_to_the_list_after_signing_in,
    the_way_back_in_the_history_needs_a_session_too,
    without_javascript_every_page_leads_back_to_itself,
    without_javascript_a_form_leads_back_to_its_page
];

/// Ends every session behind the program's back, as time does.
pub fn end_sessions(book: &Book) {
    book.sql(|conn| diesel::delete(sessions::table).execute(conn).expect("they can be deleted"));
    // For reading it believes for five seconds what it knows; a request that changes something makes it look.
    assert_eq!(book.post("/sign-out", &[]).location(), "/sign-in");
}

/// Waits for the way in, and comes back by it.
#[track_caller]
fn return_by_signing_in(page: &Browser, back: &str) {
    page.wait_text("h1", "Sign in");
    assert!(!page.asks() && page.path().starts_with("/sign-in?back="), "{}", page.path());
    assert_eq!(page.value("[name=back]"), back);
    sign_in(page, person::EMAIL);
    page.wait_path("back again", |path| path == back);
    page.wait_for(".top .own");
}

fn text_in_a_row_outlives_the_session(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.goto("/entries?status=open");
    page.click(&of(&entry, "[data-edit]"));
    page.fill(&of(&entry, "[name=title]"), "Typed for long");
    end_sessions(&book);
    page.click(&of(&entry, "button[type=submit]"));
    return_by_signing_in(&page, "/entries?status=open");
    assert_eq!(book.entry(entry.uid).version, 1, "nothing was saved without a session");
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        wait_offer(&page, &of(&entry, "form"));
        page.click("[value=bring]");
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Typed for long");
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title"), "Typed for long");
    });
    assert_eq!(kept(&page), 0);
}

fn text_of_a_new_entry_outlives_the_session(setup: Setup) {
    let book = setup.book();
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.fill("#new-entry [name=title]", "Typed for long");
    page.fill("#new-entry [name=description]", "on two\nlines");
    end_sessions(&book);
    page.click("#new-entry button[type=submit]");
    return_by_signing_in(&page, "/entries");
    wait_offer(&page, "#new-entry");
    page.in_place(|| {
        page.click("[value=bring]");
        assert_eq!(page.value("#new-entry [name=description]"), "on two\nlines");
        page.click("#new-entry button[type=submit]");
        page.wait_text("#rows .title", "Typed for long");
    });
    assert_eq!((kept(&page), book.state().0.len()), (0, 1));
}

fn text_on_a_page_for_an_edit_outlives_the_session(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let edit = format!("/entries/{}/edit", entry.uid);
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.goto(&edit);
    page.fill("[name=title]", "Typed for long");
    end_sessions(&book);
    page.click("main button[type=submit]");
    return_by_signing_in(&page, &edit);
    wait_offer(&page, "article form");
    page.click("[value=bring]");
    page.click("main button[type=submit]");
    page.wait_text(&of(&entry, ".title"), "Typed for long");
    assert_eq!(kept(&page), 0);
}

fn a_search_leads_back_to_the_list_after_signing_in(setup: Setup) {
    let book = setup.book();
    book.add("Order paper", "");
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.goto("/entries?sort=title");
    page.fill("#new-entry [name=title]", "Half written");
    end_sessions(&book);
    page.fill("#q", "paper");
    return_by_signing_in(&page, "/entries?sort=title");
    wait_offer(&page, "#new-entry");
    page.in_place(|| {
        page.fill("#q", "paper");
        page.wait_path("searched", |path| path == "/entries?q=paper&sort=title");
    });
}

fn a_filter_leads_back_to_the_list_after_signing_in(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    for link in ["#show-done", "#sort-created", "a[rel=next]"] {
        page.goto("/entries?sort=title");
        // The cookie of a session that nobody knows is as good as none.
        page.sign_in(&Token::random().expect("randomness"));
        page.click(link);
        return_by_signing_in(&page, "/entries?sort=title");
    }
}

fn the_way_back_in_the_history_needs_a_session_too(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.click("#show-open");
    page.wait_path("filtered", |path| path == "/entries?status=open");
    end_sessions(&book);
    page.back();
    page.wait_text("h1", "Sign in");
    sign_in(&page, person::EMAIL);
    page.wait_text("#rows .title", "Entry");
}

fn without_javascript_every_page_leads_back_to_itself(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::Off);
    end_sessions(&book);
    page.goto("/entries?q=entry&status=open");
    return_by_signing_in(&page, "/entries?q=entry&status=open");
    assert_eq!(page.texts("#rows .title"), ["Entry"]);
    for path in [format!("/entries/{}", entry.uid), "/account".into(), "/users".into()] {
        page.sign_in(&Token::random().expect("randomness"));
        page.goto(&path);
        return_by_signing_in(&page, &path);
    }
}

fn without_javascript_a_form_leads_back_to_its_page(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::Off);
    let own = format!("/entries/{}", entry.uid);
    page.goto(&own);
    end_sessions(&book);
    page.click("[role=switch]");
    return_by_signing_in(&page, &own);
    page.tab_to("[role=switch]");
    page.press(Key::Enter);
    page.wait_for("[role=switch][aria-checked=true]");
}
