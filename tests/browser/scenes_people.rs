//! The pages about people, and what other roles see of the rest: see `scenes.rs`.

use daybook::Uid;
use daybook::users::{Role, User};

use super::accounts::not_set_up;
use super::people::{join, sign_in};
use crate::support::browser::{Asks, Browser, Js};
use crate::support::{Book, Setup, person};

/// Names and addresses as long as they may be, out of the letters of a title.
struct Names {
    name: String,
    letters: String,
}

impl Names {
    fn new(title: &str) -> Names {
        Names { name: title.chars().take(100).collect(), letters: title.to_lowercase().replace(' ', "") }
    }

    fn email(&self) -> String {
        format!("{}{}@example.org", self.letters, Uid::new())
    }

    fn person(&self, book: &Book, role: Role) -> User {
        person::add(&book.database.db(), &self.email(), &self.name, role)
    }
}

/// Before there is an account, and with the first one.
pub fn first_one(setup: Setup, title: &str, look: &dyn Fn(&Browser, &str)) {
    let (book, link) = not_set_up(setup);
    let (names, page) = (Names::new(title), Browser::signed_out(Asks::Never, Js::On, &book));
    page.goto("/");
    look(&page, "a book that is not set up");
    page.goto(&link);
    look(&page, "the setup");
    page.fill("#email", &names.email());
    page.click("main button");
    page.wait_for("small.error");
    look(&page, "a refused setup");
    join(&page, &names.name);
    page.wait_text("h1", "Entries");
    page.goto("/users");
    page.click(".role option[value=viewer]");
    page.click(".role button");
    page.wait_for(".people .problem");
    look(&page, "the last administrator");
}

/// The ways in.
pub fn ways_in(book: &Book, title: &str, look: &dyn Fn(&Browser, &str)) {
    let (names, page) = (Names::new(title), Browser::signed_out(Asks::Never, Js::On, book));
    page.goto("/sign-in");
    look(&page, "the way in");
    let email = names.email();
    sign_in(&page, &email);
    page.wait_for("#problem");
    look(&page, "a refused sign-in");
    let wrong = [("email", email.as_str()), ("password", "wrong")];
    while book.signed_out().post("/sign-in", &wrong).status != 429 {}
    sign_in(&page, &email);
    page.wait_text("h1", "Sign in");
    look(&page, "too many tries to sign in");
    page.goto("/join?token=0");
    look(&page, "a link that does not work any more");
}

/// As an administrator, and as who is invited.
pub fn people(book: &Book, title: &str, look: &dyn Fn(&Browser, &str)) {
    let (names, page) = (Names::new(title), Browser::signed_out(Asks::Never, Js::On, book));
    let me = names.person(book, Role::Administrator);
    let [_, _, last] = [(); 3].map(|()| names.person(book, Role::Editor));
    page.sign_in(&person::sign_in(&book.database.db(), &me));
    page.goto("/users");
    look(&page, "people");
    page.fill("#email", me.email.as_str());
    page.click("#invite button");
    page.wait_for("#email-error");
    look(&page, "a refused invitation");
    page.fill("#email", &names.email());
    page.click("#invite button");
    page.wait_for("[data-copies]");
    page.click("[data-copies]");
    look(&page, "the link of an invitation");
    let link = page.script("return document.getElementById('link').href");
    page.goto("/users");
    look(&page, "an open invitation");
    for control in [".role button", ".shut button"] {
        page.click(&format!("#user-{} {control}", last.uid));
        page.wait_for("#note");
        look(&page, "an account that was changed");
    }
    page.goto("/account");
    look(&page, "one's own account");
    page.fill("#name", "");
    page.click("#rename button");
    page.wait_for("#name-error");
    look(&page, "a refused name");
    page.fill("#password", "short");
    page.click("#change-password button");
    page.wait_for("#password-error");
    look(&page, "a refused password");
    page.goto(link.as_str().expect("a link").trim_start_matches(&book.program.base));
    look(&page, "an invitation");
    page.click("main button");
    page.wait_for("#name-error");
    look(&page, "a refused member");
}

/// Who may not do everything.
pub fn roles(book: &Book, title: &str, look: &dyn Fn(&Browser, &str)) {
    let (names, page) = (Names::new(title), Browser::signed_out(Asks::Never, Js::On, book));
    let (entry, waste) = (book.add(title, title), book.add_trashed(title));
    book.post(&format!("/entries/{}/status", entry.uid), &[("version", "1"), ("done", "true")]).location();
    for role in [Role::Viewer, Role::Editor] {
        let look = |scene: &str| look(&page, &format!("{scene}, as {}", role.name()));
        page.sign_in(&person::sign_in(&book.database.db(), &names.person(book, role)));
        page.goto("/entries");
        page.click(".period summary");
        page.wait_for("#by");
        look("a list");
        page.goto("/trash");
        look("a trash");
        page.goto(&format!("/entries/{}", entry.uid));
        look("an entry");
        page.goto(&format!("/entries/{}", waste.uid));
        look("an entry in the trash");
        page.click("#show-help");
        page.wait_for("#help[open]");
        look("the help");
        page.goto("/audit");
        look("the log");
        page.goto("/users");
        look("what the role may not do");
    }
}
