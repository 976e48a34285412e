//! A link to a new password, for somebody who has forgotten theirs: works once, ends all sessions, makes no account.

use daybook::Uid;
use daybook::users::{Role, User};

use super::account;
use crate::cases;
use crate::support::person::PASSWORD;
use crate::support::{Book, Setup};

cases![
    BOTH: a_link_to_a_new_password_works_once_and_ends_all_sessions, a_newer_link_replaces_the_one_before;
    SQLITE: a_link_is_worth_nothing_once_the_account_is_disabled, a_link_is_only_for_an_account_that_there_is,
        the_page_of_a_link_changes_nothing_but_the_password, an_invitation_from_before_the_account_is_in_nobodys_way
];

const NEW: &str = "neunzehn Hasen im Feld";

/// The address of the link, without a host.
fn link(book: &Book, user: &User) -> String {
    let answer = book.post(&format!("/users/{}/password-link", user.uid), &[]).expect(200);
    answer.page().attr("#link", "href").expect("a link")
}

fn choose(book: &Book, link: &str, password: &str) -> crate::support::Answer {
    let nobody = book.signed_out();
    let form = nobody.get(link).expect(200).page().form("main form");
    form.fill("password", password).fill("again", password).send(&nobody)
}

fn sign_in(book: &Book, user: &User, password: &str) -> u16 {
    book.signed_out().post("/sign-in", &[("email", user.email.as_str()), ("password", password)]).status
}

fn a_link_to_a_new_password_works_once_and_ends_all_sessions(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let elsewhere = book.as_person(&berta);
    let link = link(&book, &berta);
    choose(&book, &link, "passwordpassword").expect(422);
    let answer = choose(&book, &link, NEW);
    assert_eq!(answer.location(), "/entries");
    let session = answer.session().expect("signed in");
    book.signed_out().signed_in(&session).get("/account").expect(200);
    elsewhere.post("/account", &[("name", "x")]).location();
    assert_eq!(account(&book, berta.uid).name.as_str(), "Berta", "the other session has ended");
    assert_eq!((sign_in(&book, &berta, PASSWORD), sign_in(&book, &berta, NEW)), (422, 303));
    book.signed_out().get(&link).expect(410);
    let events = book.account_events();
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
    let of_link = kinds.iter().position(|kind| *kind == "accept").expect("the use of the link is on record");
    assert_eq!(kinds[of_link..of_link + 4], ["accept", "password", "end", "sign_in"]);
    assert!(events[of_link..of_link + 4].iter().all(|event| event.actor_uid == berta.uid));
}

fn a_newer_link_replaces_the_one_before(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Viewer);
    let (first, second) = (link(&book, &berta), link(&book, &berta));
    book.signed_out().get(&first).expect(410);
    assert_eq!(choose(&book, &second, NEW).location(), "/entries");
}

fn a_link_is_worth_nothing_once_the_account_is_disabled(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Viewer);
    let link = link(&book, &berta);
    book.post(&format!("/users/{}/disable", berta.uid), &[]).location();
    book.signed_out().get(&link).expect(410);
    let answer = book.post(&format!("/users/{}/password-link", berta.uid), &[]).expect(409);
    assert_eq!(answer.page().text("#note"), "This account is disabled; enable it first.");
}

fn a_link_is_only_for_an_account_that_there_is(setup: Setup) {
    let book = setup.book();
    let before = book.account_events();
    book.post(&format!("/users/{}/password-link", Uid::new()), &[]).expect(404);
    book.post("/users/x/password-link", &[]).expect(404);
    assert_eq!(book.account_events(), before);
}

fn the_page_of_a_link_changes_nothing_but_the_password(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Viewer);
    let link = link(&book, &berta);
    let token = link.split('=').nth(1).expect("a token");
    let more = [
        ("token", token),
        ("password", NEW),
        ("again", NEW),
        ("name", "Mallory"),
        ("email", "mallory@example.org"),
        ("role", "administrator"),
    ];
    book.signed_out().post("/join", &more).location();
    let after = account(&book, berta.uid);
    assert_eq!((after.name, after.email, after.role), (berta.name, berta.email, Role::Viewer));
}

fn an_invitation_from_before_the_account_is_in_nobodys_way(setup: Setup) {
    let book = setup.book();
    let invite = book.get("/users").page().form("#invite").fill("email", "new@example.org");
    invite.submit(&book).expect(200);
    let user = crate::support::person::add(&book.database.db(), "new@example.org", "New", Role::Viewer);
    assert_eq!(choose(&book, &link(&book, &user), NEW).location(), "/entries");
    assert_eq!(sign_in(&book, &user, NEW), 303);
}
