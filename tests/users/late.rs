//! What a person had begun, or had prepared, before they were shut out: none of it works afterwards.

use std::io::{Read, Write};
use std::net::TcpStream;

use daybook::Uid;
use daybook::users::{Role, User};

use super::{account, sessions_of};
use crate::cases;
use crate::support::client::{Client, FORM, encode};
use crate::support::person::{self, PASSWORD};
use crate::support::{Book, Setup};

cases![BOTH:
    a_change_that_was_under_way_is_not_made_any_more,
    a_role_that_was_lost_meanwhile_does_not_count,
    links_of_a_disabled_administrator_do_not_work,
    links_of_somebody_who_was_demoted_do_not_work,
    a_new_password_takes_back_the_link_to_one,
    an_account_has_fifty_sessions_at_the_most
];

/// A form whose last byte has not been sent.
struct Slow(TcpStream);

impl Slow {
    fn begin(client: &Client, path: &str, fields: &[(&str, &str)]) -> Slow {
        let body = encode(fields);
        let mut stream = client.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: {FORM}\r\n\
             Content-Length: {}\r\nConnection: close\r\n{}\r\n",
            body.len() + 1,
            client.cookie_line()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).expect("it listens");
        Slow(stream)
    }

    /// Sends the rest, and gives the status.
    fn end(mut self) -> String {
        self.0.write_all(b"&").expect("it still reads");
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).expect("it answers");
        answer.split(' ').nth(1).expect("a status").to_owned()
    }
}

/// Until the program has let the request in, which it does before it waits for the form.
fn wait_until_it_is_let_in(book: &Book) {
    // Another request of the same kind takes the same way, later.
    book.post("/account", &[("name", person::NAME)]).location();
    std::thread::sleep(std::time::Duration::from_millis(200));
}

fn a_change_that_was_under_way_is_not_made_any_more(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Administrator);
    let client = book.as_person(&berta);
    let (entry, invitation) = (Uid::new().to_string(), Uid::new().to_string());
    let write = Slow::begin(&client, "/entries", &[("uid", &entry), ("title", "Late")]);
    let fields = [("uid", &*invitation), ("email", "late@example.org"), ("role", "administrator")];
    let invite = Slow::begin(&client, "/invitations", &fields);
    wait_until_it_is_let_in(&book);
    book.post(&format!("/users/{}/disable", berta.uid), &[]).location();
    let (before, events) = (book.state(), book.account_events());
    assert_eq!((write.end(), invite.end()), ("303".into(), "303".into()), "on to the sign-in");
    assert_eq!((book.state(), book.account_events()), (before, events));
}

fn a_role_that_was_lost_meanwhile_does_not_count(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let uid = Uid::new().to_string();
    let write = Slow::begin(&book.as_person(&berta), "/entries", &[("uid", &uid), ("title", "Late")]);
    wait_until_it_is_let_in(&book);
    book.post(&format!("/users/{}/role", berta.uid), &[("role", "viewer")]).location();
    assert_eq!(write.end(), "403");
    assert!(book.state().0.is_empty());
}

fn invitation(client: &Client) -> String {
    let form = client.get("/users").page().form("#invite").fill("email", "late@example.org");
    let answer = form.fill("role", "administrator").send(client).expect(200);
    answer.page().attr("#link", "href").expect("a link")
}

fn password_link(client: &Client, of: &User) -> String {
    let answer = client.post(&format!("/users/{}/password-link", of.uid), &[]).expect(200);
    answer.page().attr("#link", "href").expect("a link")
}

fn assert_gone(book: &Book, links: &[String]) {
    for link in links {
        book.signed_out().get(link).expect(410);
    }
    assert_eq!(book.get("/users").page().count("li[id^=invitation-]"), 0);
}

fn links_of_a_disabled_administrator_do_not_work(setup: Setup) {
    let book = setup.book();
    let [berta, clara] = ["Berta", "Clara"].map(|name| book.person(name, Role::Administrator));
    let client = book.as_person(&berta);
    let links = [invitation(&client), password_link(&client, &clara)];
    book.post(&format!("/users/{}/disable", berta.uid), &[]).location();
    assert_gone(&book, &links);
    let kinds: Vec<String> = book.account_events().into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "revoke").count(), 2, "on record: {kinds:?}");
}

fn links_of_somebody_who_was_demoted_do_not_work(setup: Setup) {
    let book = setup.book();
    let [berta, clara] = ["Berta", "Clara"].map(|name| book.person(name, Role::Administrator));
    let client = book.as_person(&berta);
    let links = [invitation(&client), password_link(&client, &clara)];
    book.post(&format!("/users/{}/role", berta.uid), &[("role", "editor")]).location();
    assert_gone(&book, &links);
}

fn a_new_password_takes_back_the_link_to_one(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Viewer);
    let link = password_link(&book, &berta);
    let new = "neunzehn Hasen im Feld";
    let fields = [("current", PASSWORD), ("password", new), ("again", new)];
    book.as_person(&berta).post("/account/password", &fields).location();
    book.signed_out().get(&link).expect(410);
    let link = password_link(&book, &berta);
    book.post(&format!("/users/{}/disable", berta.uid), &[]).location();
    book.post(&format!("/users/{}/enable", berta.uid), &[]).location();
    book.signed_out().get(&link).expect(410);
}

fn an_account_has_fifty_sessions_at_the_most(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Viewer);
    let first = book.as_person(&berta);
    (0..55).for_each(|_| drop(book.as_person(&berta)));
    assert_eq!(sessions_of(&book, berta.uid).len(), 50);
    assert!(!super::is_in(&first), "the oldest have ended");
    let ended = book.account_events().iter().filter(|event| event.kind == "end").count();
    assert_eq!(ended, 6, "on record");
    assert_eq!(account(&book, berta.uid).version, 1);
}
