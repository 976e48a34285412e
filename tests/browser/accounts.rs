//! From a book without accounts to a team, and out again: in the browser, with JavaScript and without.

use std::collections::BTreeSet;

use daybook::Uid;
use daybook::users::{self, Email, Role, Token};

use super::people::{join, sign_in};
use crate::cases;
use crate::support::browser::{Asks, Browser, Js};
use crate::support::client::Client;
use crate::support::program::Program;
use crate::support::{Book, Setup, eventually};

cases![BOTH:
    a_team_comes_together_and_apart;
SQLITE:
    a_team_comes_together_and_apart_without_javascript,
    an_invitation_that_was_taken_back_opens_nothing,
    the_link_of_an_invitation_is_whole_and_can_be_copied
];

/// A program on a book that has no account, and the path that its start has printed.
pub fn not_set_up(setup: Setup) -> (Book, String) {
    let database = setup.database();
    database.migrate();
    let program = Program::start(&[("DATABASE_URL", &database.url)]);
    let link = eventually("the link is printed", || {
        let output = program.output();
        output.lines().find_map(|line| line.strip_prefix("Make the first account at ")).map(String::from)
    });
    let path = link.trim_start_matches(&program.base).to_owned();
    let (client, token) = (Client::new(&program.base), Token::random().expect("randomness"));
    (Book { program, client, token, database }, path)
}

/// The row of somebody on the page of all people.
fn row(book: &Book, email: &str) -> String {
    let email = Email::parse(email).expect("an address");
    let user = book.sql(|conn| users::find_by_email(conn, &email).expect("it can be read"));
    format!("#user-{}", user.expect("the account is there").uid)
}

/// Where the link on the page leads.
fn link(page: &Browser, book: &Book) -> String {
    let link = page.script("return document.getElementById('link').href");
    link.as_str().expect("a link").trim_start_matches(&book.program.base).to_owned()
}

fn a_team_comes_together_and_apart(setup: Setup) {
    a_team(setup, Js::On);
}

fn a_team_comes_together_and_apart_without_javascript(setup: Setup) {
    a_team(setup, Js::Off);
}

fn a_team(setup: Setup, js: Js) {
    let (book, setup_link) = not_set_up(setup);
    let (anna, berta) = (Browser::signed_out(Asks::Never, js, &book), Browser::signed_out(Asks::Never, js, &book));
    anna.goto("/entries");
    anna.wait_text("h1", "Daybook is not set up yet");
    anna.goto(&setup_link);
    anna.fill("#email", "anna@example.org");
    join(&anna, "Anna");
    anna.wait_text("h1", "Entries");
    anna.click(".top a[href='/users']");
    anna.fill("#invite [name=email]", "berta@example.org");
    anna.click("#invite button");
    anna.wait_text("h1", "Pass on this link");
    berta.goto(&link(&anna, &book));
    berta.wait_text("h1", "Join Daybook");
    join(&berta, "Berta");
    berta.wait_text(".top .name", "Berta");
    berta.fill("#new-entry [name=title]", "By Berta");
    berta.click("#new-entry button[type=submit]");
    berta.wait_text("#rows .title", "By Berta");
    assert_eq!(berta.text("#rows .made .who"), "Berta");
    let row = row(&book, "berta@example.org");
    anna.click(".top a[href='/users']");
    anna.click(&format!("{row} option[value=viewer]"));
    anna.click(&format!("{row} .role button"));
    anna.wait_text(&format!("{row} .notice"), "The role was changed.");
    berta.reload();
    berta.wait_text("#rows .title", "By Berta");
    assert_eq!(berta.count("#new-entry, #rows button, [name=entry]"), 0);
    anna.click(&format!("{row} .shut button"));
    anna.wait_text(&format!("{row} .notice"), "The account was disabled and signed out everywhere.");
    berta.reload();
    berta.wait_text("h1", "Sign in");
    sign_in(&berta, "berta@example.org");
    berta.wait_text(".problem", "This account is disabled. An administrator can enable it again.");
    anna.click(&format!("{row} .shut button"));
    anna.wait_text(&format!("{row} .notice"), "The account was enabled.");
    sign_in(&berta, "berta@example.org");
    berta.wait_text("#rows .title", "By Berta");
    anna.click("#sign-out button");
    anna.wait_text("h1", "Sign in");
    assert_eq!((anna.path(), anna.count(".top ul")), ("/sign-in".into(), 0));
    // What the browser has seen is not shown to whoever sits there next.
    for _ in 0..3 {
        anna.back();
        anna.wait_text("h1", "Sign in");
    }
    let kinds: BTreeSet<String> = book.account_events().into_iter().map(|event| event.kind).collect();
    for kind in ["create", "accept", "sign_in", "role", "disable", "enable", "sign_out"] {
        assert!(kinds.contains(kind), "{kind} is on record: {kinds:?}");
    }
}

fn an_invitation_that_was_taken_back_opens_nothing(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::Off);
    page.goto("/users");
    page.fill("#invite [name=email]", "berta@example.org");
    page.click("#invite option[value=viewer]");
    page.click("#invite button");
    page.wait_for("#link");
    let link = link(&page, &book);
    page.click("main a[href='/users']");
    page.wait_for("[id^=invitation-]");
    assert!(page.text("[id^=invitation-] .who").contains("berta@example.org as viewer, invited by Anna"));
    page.click("[id^=invitation-] button");
    page.wait_text("p.notice", "The invitation was taken back. Its link does not work any more.");
    assert_eq!(page.count("[id^=invitation-]"), 0);
    let other = Browser::signed_out(Asks::Never, Js::Off, &book);
    other.goto(&link);
    other.wait_text("h1", "This link does not work any more");
}

fn the_link_of_an_invitation_is_whole_and_can_be_copied(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::On);
    page.goto("/users");
    page.fill("#invite [name=email]", &format!("{}@example.org", Uid::new()));
    page.click("#invite button");
    page.wait_for("[data-copies]");
    let whole = page.text("#link");
    assert!(whole.starts_with(&format!("{}/join?token=", book.program.base)), "{whole}");
    assert_eq!(page.count("[data-part]"), 0, "nothing is left to be put before it");
    page.click("[data-copies]");
    page.wait_text("[data-copied]", "Copied.");
    // The clipboard may be closed to pages.
    page.goto("/users");
    page.fill("#invite [name=email]", &format!("{}@example.org", Uid::new()));
    page.click("#invite button");
    page.wait_for("[data-copies]");
    page.script("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false;");
    page.click("[data-copies]");
    page.wait_text("[data-copied]", "The link is selected: copy it with Ctrl+C.");
    assert_eq!(
        page.script("return String(getSelection())"),
        page.script("return document.getElementById('link').href")
    );
    assert_eq!(book.as_a(Role::Editor).get("/users").status, 403);
}
