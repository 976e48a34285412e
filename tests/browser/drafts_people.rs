//! A draft belongs to who typed it, and signing out leaves none behind.

use daybook::users::Role;

use super::drafts::{kept, wait_offer};
use super::people::sign_in;
use super::session_end::end_sessions;
use crate::cases;
use crate::support::browser::{Asks, Browser, Js};
use crate::support::{Setup, person};

cases![SQLITE:
    what_one_person_typed_is_offered_to_no_other,
    signing_out_leaves_no_draft_behind,
    who_is_asked_before_signing_out_and_stays_keeps_the_text,
    a_sign_out_that_never_arrived_keeps_the_text,
    after_signing_out_the_way_back_shows_nothing_of_the_book
];

fn what_one_person_typed_is_offered_to_no_other(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "By Anna");
    end_sessions(&book);
    page.click("#new-entry button[type=submit]");
    sign_in(&page, berta.email.as_str());
    page.wait_text(".top .name", "Berta");
    page.wait_for("#new-entry");
    assert_eq!((page.count(".notice.draft"), kept(&page)), (0, 1));
    page.fill("#new-entry [name=title]", "By Berta");
    page.reload();
    wait_offer(&page, "#new-entry");
    assert_eq!((page.count(".notice.draft"), kept(&page)), (1, 2));
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "By Berta");
    // Anna has not signed out: her text waits for her.
    page.sign_in(&person::sign_in(&book.database.db(), &person::first(&book.database.db())));
    page.goto("/entries");
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "By Anna");
}

fn signing_out_leaves_no_draft_behind(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.fill("#new-entry [name=title]", "Typed");
    page.reload();
    wait_offer(&page, "#new-entry");
    page.fill("#new-entry [name=title]", "Typed, too");
    page.click("#sign-out button");
    page.wait_text("h1", "Sign in");
    assert_eq!(page.script("return sessionStorage.length"), 0);
    sign_in(&page, person::EMAIL);
    page.wait_for("#new-entry");
    assert_eq!((page.count(".notice.draft"), kept(&page)), (0, 0));
    // The session was over already: they wanted to be out all the same.
    page.fill("#new-entry [name=title]", "Typed");
    end_sessions(&book);
    page.click("#sign-out button");
    page.wait_text("h1", "Sign in");
    assert_eq!(kept(&page), 0);
}

fn who_is_asked_before_signing_out_and_stays_keeps_the_text(setup: Setup) {
    let book = setup.book();
    let page = Browser::open_that(Asks::BeforeLeaving, Js::On, &book);
    page.in_place(|| {
        page.fill("#new-entry [name=title]", "Typed");
        page.click("#sign-out button");
        page.answer(false);
        assert_eq!((page.path(), page.value("#new-entry [name=title]")), ("/entries".into(), "Typed".into()));
    });
    // They go elsewhere without another word, and come back.
    page.click(".top a[href='/trash']");
    page.answer(true);
    page.wait_text("h1", "Trash");
    page.click(".top a[href='/entries']");
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    // They stay once more, and then their session ends: that is no sign-out.
    page.click("#sign-out button");
    page.answer(false);
    end_sessions(&book);
    page.click("#new-entry button[type=submit]");
    page.wait_text("h1", "Sign in");
    sign_in(&page, person::EMAIL);
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "Typed");
    page.click("#sign-out button");
    page.answer(true);
    page.wait_text("h1", "Sign in");
    assert_eq!(kept(&page), 0);
}

fn a_sign_out_that_never_arrived_keeps_the_text(setup: Setup) {
    let mut book = setup.book();
    let (page, bind) = (Browser::open(&book, Js::On), book.client.host().to_owned());
    page.fill("#new-entry [name=title]", "Typed");
    book.program.kill();
    page.click("#sign-out button");
    page.wait_gone("main");
    book.restart(&[("BIND", &bind)]);
    page.goto("/entries");
    wait_offer(&page, "#new-entry");
    page.click("[value=bring]");
    assert_eq!(page.value("#new-entry [name=title]"), "Typed");
}

fn after_signing_out_the_way_back_shows_nothing_of_the_book(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.click("#show-open");
    page.wait_path("filtered", |path| path == "/entries?status=open");
    page.goto(&format!("/entries/{}", entry.uid));
    page.wait_text("h1", "Entry");
    page.click("#sign-out button");
    page.wait_text("h1", "Sign in");
    for _ in 0..3 {
        page.back();
        page.wait_text("h1", "Sign in");
        assert_eq!(page.count("#rows, article.entry"), 0);
    }
}
