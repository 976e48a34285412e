//! Links by which people join: once, within three days, with the role and the address that they were made for.

use daybook::Uid;
use daybook::schema::invitations::dsl as i;
use daybook::users::{Role, User};
use diesel::prelude::*;

use super::{accounts, sign_in};
use crate::cases;
use crate::support::client::Client;
use crate::support::{Answer, Book, Setup, person};

cases![
    BOTH: an_invitation_makes_an_account_that_can_do_what_its_role_may, a_link_works_once,
        a_link_works_for_three_days, what_was_taken_back_does_not_work, many_who_use_one_link_make_one_account,
        an_account_that_is_made_meanwhile_ends_the_link;
    SQLITE: what_is_wrong_in_the_form_leaves_the_link_working
];

const PASSWORD: &str = "neunzehn Hasen im Feld";

pub fn invite_as(book: &Book, uid: Uid, email: &str, role: &str) -> Answer {
    book.post("/invitations", &[("uid", &uid.to_string()), ("email", email), ("role", role)])
}

/// The secret of the link that the page shows.
#[track_caller]
pub fn token(answer: Answer) -> String {
    let link = answer.expect(200).page().attr("#link", "href").expect("a link leads somewhere");
    link.strip_prefix("/join?token=").expect("a path of this site").to_owned()
}

pub fn invite(book: &Book, email: &str, role: &str) -> String {
    token(invite_as(book, Uid::new(), email, role))
}

pub fn join(client: &Client, token: &str) -> Answer {
    client.post("/join", &[("token", token), ("name", "Dora"), ("password", PASSWORD), ("again", PASSWORD)])
}

pub fn find(book: &Book, email: &str) -> Option<User> {
    accounts(&book.database).into_iter().find(|user| user.email.as_str() == email)
}

pub fn open(book: &Book) -> Vec<Uid> {
    book.sql(|conn| i::invitations.order(i::id).select(i::uid).load(conn)).expect("they can be read")
}

#[track_caller]
pub fn assert_gone(book: &Book, token: &str) {
    let nobody = book.signed_out();
    let page = nobody.get(&format!("/join?token={token}")).expect(410).page();
    assert_eq!(page.text("h1"), "This link does not work any more");
    assert!(join(&nobody, token).expect(410).session().is_none());
}

fn an_invitation_makes_an_account_that_can_do_what_its_role_may(setup: Setup) {
    let book = setup.book();
    for (role, write, manage) in [("viewer", 403, 403), ("editor", 200, 403), ("administrator", 200, 200)] {
        let email = format!("{role}@example.org");
        let form = book.get("/users").expect(200).page().form("#invite");
        let fields = [("uid", form.value("uid")), ("email", &*email.to_uppercase()), ("role", role)];
        let token = token(book.post(&form.action, &fields));
        let nobody = book.signed_out();
        let page = nobody.get(&format!("/join?token={token}")).expect(200).page();
        let lead = page.texts("main p").concat();
        assert_eq!(lead, format!("{} has invited you as {role}. You will sign in as {email}.", person::NAME));
        let form = page.form("main form").fill("name", "Dora").fill("password", PASSWORD).fill("again", PASSWORD);
        let answer = form.send(&nobody);
        assert_eq!(answer.location(), "/entries");
        let dora = nobody.signed_in(&answer.session().expect("she is signed in"));
        assert_eq!(dora.get("/entries").expect(200).page().text("nav .name"), "Dora");
        assert_eq!((dora.get("/entries/new").status, dora.get("/users").status), (write, manage), "{role}");
        let user = find(&book, &email).expect("the account is there");
        assert_eq!((user.role.name(), user.name.as_str(), user.disabled), (role, "Dora", false));
        sign_in(&nobody, &email, PASSWORD).session().expect("the password is hers");
    }
    assert!(open(&book).is_empty());
}

fn a_link_works_once(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora@example.org", "viewer");
    join(&book.signed_out(), &token).session().expect("she is signed in");
    let before = (accounts(&book.database), book.account_events());
    assert_gone(&book, &token);
    assert_eq!((accounts(&book.database), book.account_events()), before);
    for wrong in ["", "x", &"0".repeat(64), &token.to_uppercase()] {
        assert_gone(&book, wrong);
    }
    book.signed_out().get("/join").expect(410);
}

fn a_link_works_for_three_days(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora@example.org", "viewer");
    let hour = 3_600_000_000_i64;
    let age = |by: i64| {
        book.sql(|conn| diesel::update(i::invitations).set(i::expires_at.eq(i::expires_at - by)).execute(conn))
    };
    assert_eq!(age(71 * hour), Ok(1));
    book.signed_out().get(&format!("/join?token={token}")).expect(200);
    assert_eq!(book.get("/users").page().count("li[id^=invitation-]"), 1);
    assert_eq!(age(hour), Ok(1));
    assert_gone(&book, &token);
    assert_eq!(book.get("/users").page().count("li[id^=invitation-]"), 0);
    assert!(find(&book, "dora@example.org").is_none());
    // Another invitation of the same address is none too many.
    let again = invite(&book, "dora@example.org", "editor");
    assert_gone(&book, &token);
    join(&book.signed_out(), &again).session().expect("she is signed in");
    assert_eq!(find(&book, "dora@example.org").expect("she is there").role, Role::Editor);
}

fn what_was_taken_back_does_not_work(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora@example.org", "viewer");
    let form = book.get("/users").page().form("li[id^=invitation-] form");
    assert_eq!(form.send(&book).location(), "/users?changed=revoked");
    assert_gone(&book, &token);
    assert!(find(&book, "dora@example.org").is_none() && open(&book).is_empty());
    assert_eq!(form.send(&book).location(), "/users?changed=revoked", "once more is as wanted");
    book.post("/invitations/x/revoke", &[]).expect(404);
    let again = invite(&book, "dora@example.org", "viewer");
    join(&book.signed_out(), &again).session().expect("the new one works");
}

fn many_who_use_one_link_make_one_account(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora@example.org", "viewer");
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..5).map(|_| scope.spawn(|| join(&book.signed_out(), &token))).collect();
        threads.into_iter().map(|thread| thread.join().expect("it is answered")).collect()
    });
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410]);
    assert_eq!(answers.iter().filter_map(Answer::session).count(), 1);
    assert_eq!(accounts(&book.database).len(), 2);
    let accepted = book.account_events().iter().filter(|event| event.kind == "accept").count();
    assert_eq!(accepted, 1);
}

fn an_account_that_is_made_meanwhile_ends_the_link(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora@example.org", "administrator");
    let dora = person::add(&book.database.db(), "dora@example.org", "Dora", Role::Viewer);
    assert!(join(&book.signed_out(), &token).expect(410).session().is_none());
    assert_eq!(find(&book, "dora@example.org"), Some(dora));
}

fn what_is_wrong_in_the_form_leaves_the_link_working(setup: Setup) {
    let book = setup.book();
    let token = invite(&book, "dora.waldemar@example.org", "viewer");
    let nobody = book.signed_out();
    for (name, password, again, wrong) in [
        ("", PASSWORD, PASSWORD, "name"),
        ("Dora", "kurz", "kurz", "password"),
        ("Dora", "dora.waldemar@example.org", "dora.waldemar@example.org", "password"),
        ("Dora", PASSWORD, "anders", "again"),
    ] {
        let fields = [("token", token.as_str()), ("name", name), ("password", password), ("again", again)];
        let page = nobody.post("/join", &fields).expect(422).page();
        assert_eq!(page.attrs("[aria-invalid]", "name"), [wrong]);
        assert_eq!(page.form("main form").value("token"), token, "the form can be sent again");
    }
    assert!(find(&book, "dora.waldemar@example.org").is_none());
    join(&nobody, &token).session().expect("she is signed in");
}
