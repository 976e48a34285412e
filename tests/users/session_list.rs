//! The list of one's own sessions on the account's page, and ending them there.

use daybook::Uid;
use daybook::users::Role;

use super::{is_in, sessions_of, sign_in};
use crate::cases;
use crate::support::client::{Client, encode};
use crate::support::{Book, Setup, person};

cases![BOTH:
    ones_own_sessions_are_listed_with_device_and_address,
    one_session_can_be_ended_from_another,
    all_others_can_be_ended_at_once,
    sessions_of_others_cannot_be_ended
];

const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0";

/// Somebody with sessions in two browsers, and their uids.
fn twice(book: &Book) -> ([Client; 2], Vec<Uid>, Uid) {
    let berta = book.person("Berta", Role::Viewer);
    let clients = [book.as_person(&berta), book.as_person(&berta)];
    (clients, sessions_of(book, berta.uid), berta.uid)
}

fn ones_own_sessions_are_listed_with_device_and_address(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    let berta = book.person("Berta", Role::Viewer);
    let more = [("User-Agent", FIREFOX), ("X-Forwarded-For", "203.0.113.9")];
    let fields = [("email", berta.email.as_str()), ("password", person::PASSWORD)];
    let first = book.signed_out().post_with("/sign-in", &fields, &more).session().expect("she is signed in");
    let own = book.as_person(&berta);
    let page = own.get("/account").expect(200).page();
    assert_eq!(page.count("#sessions li"), 2, "hers, and nobody else's");
    let rows = page.texts("#sessions li .who");
    let there = rows.iter().find(|row| row.contains("Firefox on Windows")).expect("it is listed");
    assert!(there.contains("203.0.113.9 · last seen just now · signed in just now") && !there.contains("this one"));
    assert_eq!(page.count("#sessions .tag"), 1);
    assert!(rows.iter().any(|row| row.starts_with("Test this one 127.0.0.1")), "{rows:?}");
    assert_eq!(page.count("#sessions form"), 1, "the one in front of the page is ended by signing out");
    // A header that is very long, or not text that can be shown, is cut and never harmful.
    let odd = [("User-Agent", &*format!("<b>{}", "x".repeat(2000)))];
    book.signed_out().post_with("/sign-in", &fields, &odd).session().expect("she is signed in");
    let page = own.get("/account").expect(200).page();
    assert_eq!((page.count("#sessions li"), page.count("#sessions b")), (3, 0));
    assert!(book.signed_out().signed_in(&first).get("/account").status == 200);
    assert!(!own.get("/account").text().contains(&encode(&[("", &first.to_string())])), "no secret is on the page");
}

fn one_session_can_be_ended_from_another(setup: Setup) {
    let book = setup.book();
    let ([here, there], uids, berta) = twice(&book);
    there.get("/entries").expect(200);
    let form = here.get("/account").page().form("#sessions form");
    assert_eq!(form.action, format!("/account/sessions/{}/end", uids[1]));
    assert_eq!(form.send(&here).location(), "/account?changed=sessions");
    assert!(is_in(&here) && !is_in(&there));
    assert_eq!(there.get("/entries").status, 303, "also for reading, at once");
    assert_eq!(sessions_of(&book, berta), [uids[0]]);
    assert_eq!(form.send(&here).location(), "/account?changed=sessions", "once more is as wanted");
    let page = here.get("/account?changed=sessions").page();
    assert_eq!((page.text("p.notice"), page.count("#end-others")), ("You were signed out there.".into(), 0));
}

fn all_others_can_be_ended_at_once(setup: Setup) {
    let book = setup.book();
    let ([here, there], uids, berta) = twice(&book);
    let third = sign_in(&book.signed_out(), person::EMAIL, person::PASSWORD).session().expect("somebody else's");
    assert_eq!(here.get("/account").page().form("#end-others").send(&here).location(), "/account?changed=sessions");
    assert!(is_in(&here) && !is_in(&there));
    assert_eq!(sessions_of(&book, berta), [uids[0]]);
    assert!(is_in(&book) && is_in(&book.signed_out().signed_in(&third)), "nobody else is signed out");
    assert_eq!(here.post("/account/sessions/end", &[]).location(), "/account?changed=sessions");
}

fn sessions_of_others_cannot_be_ended(setup: Setup) {
    let book = setup.book();
    let ([berta, _], uids, _) = twice(&book);
    let cilli = book.person("Cilli", Role::Administrator);
    let events = book.account_events().len();
    // Not even by an administrator: they disable the account instead.
    for client in [&book.client, &book.as_person(&cilli), &book.as_a(Role::Viewer)] {
        let own = book.account_events();
        for uid in uids.iter().copied().chain([Uid::nil(), cilli.uid]) {
            client.post(&format!("/account/sessions/{uid}/end"), &[]).location();
        }
        client.post("/account/sessions/x/end", &[]).expect(404);
        assert_eq!(book.account_events(), own);
    }
    assert!(book.account_events().len() > events, "the others have signed in meanwhile");
    assert!(is_in(&berta));
    assert_eq!(berta.get("/account").page().count("#sessions li"), 2);
}
