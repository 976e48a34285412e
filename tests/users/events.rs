//! Whatever happens to accounts, sessions and invitations is on record, once, with who did it.

use daybook::Uid;
use daybook::users::{InvitationImage, Role, SessionImage, User, UserImage};

use super::{account, give_password, sessions_of};
use crate::cases;
use crate::support::book::Event;
use crate::support::client::Client;
use crate::support::{Answer, Book, Setup, eventually, person};

cases![BOTH:
    everything_that_happens_to_accounts_is_one_event,
    what_an_invited_person_does_is_on_record_as_theirs,
    the_setup_is_on_record,
    an_image_of_an_account_tells_what_it_was_and_what_it_is,
    changes_of_entries_name_the_account
];

const ADDRESS: &str = "203.0.113.7";
const NEW: &str = "neunzehn Hasen im Feld";

fn post(client: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
    client.post_with(path, fields, &[("X-Forwarded-For", ADDRESS)])
}

fn proxied(setup: Setup) -> Book {
    setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")])
}

/// The events since then, each of them complete and of this person.
#[track_caller]
fn since(book: &Book, from: usize, by: &User) -> Vec<Event> {
    let new = book.account_events().split_off(from);
    for event in &new {
        assert_eq!((event.actor_uid, event.actor_name.as_str()), (by.uid, by.name.as_str()), "{}", event.kind);
        assert_eq!((event.channel.as_str(), event.client_address.as_deref()), ("web", Some(ADDRESS)), "{}", event.kind);
        assert_eq!(event.request_id, new[0].request_id);
        let images = format!("{:?} {:?}", event.before, event.after);
        for secret in ["argon2", "hash", "token", "password", "salt"] {
            assert!(!images.contains(secret), "{}: {images}", event.kind);
        }
        event.assert_committed();
    }
    if let Some(event) = new.first() {
        let id = event.request_id.to_string();
        eventually("the request's line is in the log", || book.program.log().contains(&id).then_some(()));
    }
    new
}

fn kinds(events: &[Event]) -> Vec<(&str, &str)> {
    events.iter().map(|event| (event.subject_kind.as_str(), event.kind.as_str())).collect()
}

/// Sends a request that has to work, and gives what it has put on record.
#[track_caller]
fn recorded(book: &Book, by: &User, client: &Client, path: &str, fields: &[(&str, &str)]) -> (Answer, Vec<Event>) {
    let from = book.account_events().len();
    let answer = post(client, path, fields);
    assert!(answer.status < 400, "{path}: {}", answer.text());
    let events = since(book, from, by);
    (answer, events)
}

fn everything_that_happens_to_accounts_is_one_event(setup: Setup) {
    let book = proxied(setup);
    let (anna, berta) = (person::first(&book.database.db()), book.person("Berta", Role::Editor));
    let nobody = book.signed_out();
    let fields = [("email", berta.email.as_str()), ("password", person::PASSWORD)];
    let (answer, events) = recorded(&book, &berta, &nobody, "/sign-in", &fields);
    let client = nobody.signed_in(&answer.session().expect("she is signed in"));
    assert_eq!((kinds(&events), events[0].subject), (vec![("session", "sign_in")], sessions_of(&book, berta.uid)[0]));
    let other = book.as_person(&berta);
    let session = sessions_of(&book, berta.uid)[1];
    let own = |kind: &'static str| vec![("user", kind)];
    let (_, events) = recorded(&book, &berta, &client, "/account", &[("name", "Berta")]);
    assert_eq!(kinds(&events), [], "she has that name already");
    let (_, events) = recorded(&book, &berta, &client, &format!("/account/sessions/{session}/end"), &[]);
    assert_eq!((kinds(&events), events[0].subject), (vec![("session", "end")], session));
    let (_, events) = recorded(&book, &berta, &client, "/account/sessions/end", &[]);
    assert_eq!(kinds(&events), [], "there is no other one");
    let (_, events) = recorded(&book, &berta, &client, "/account", &[("name", "Berta B.")]);
    assert_eq!((kinds(&events), events[0].subject, events[0].version), (own("rename"), berta.uid, 2));
    let berta = account(&book, berta.uid);
    assert!(!super::is_in(&other));
    let third = book.as_person(&berta);
    let fields = [("current", person::PASSWORD), ("password", NEW), ("again", NEW)];
    let (answer, events) = recorded(&book, &berta, &client, "/account/password", &fields);
    let expected = [("user", "password"), ("session", "end"), ("session", "sign_in"), ("session", "sign_out")];
    assert_eq!(kinds(&events), expected, "the other session ended, and this one got a new cookie");
    let client = client.signed_in(&answer.session().expect("a new cookie"));
    assert!(!super::is_in(&third));
    let path = |verb: &str| format!("/users/{}/{verb}", berta.uid);
    for (verb, expected) in [
        ("role", own("role")),
        ("role", vec![]),
        ("disable", vec![("user", "disable"), ("session", "end")]),
        ("disable", vec![]),
        ("enable", own("enable")),
        ("enable", vec![]),
    ] {
        let (_, events) = recorded(&book, &anna, &book, &path(verb), &[("role", "viewer")]);
        assert_eq!(kinds(&events), expected, "{verb}");
        assert!(events.iter().all(|event| event.subject_kind == "session" || event.subject == berta.uid));
    }
    assert!(!super::is_in(&client));
    let berta = account(&book, berta.uid);
    let client = book.as_person(&berta);
    let session = sessions_of(&book, berta.uid)[0];
    let (_, events) = recorded(&book, &berta, &client, "/sign-out", &[]);
    assert_eq!((kinds(&events), events[0].subject), (vec![("session", "sign_out")], session));
    let image: SessionImage = serde_json::from_str(events[0].before.as_deref().expect("an image")).expect("JSON");
    assert_eq!((image.user, image.device.as_str(), &events[0].after), (berta.uid, "Test", &None));
}

fn what_an_invited_person_does_is_on_record_as_theirs(setup: Setup) {
    let book = proxied(setup);
    let anna = person::first(&book.database.db());
    let uid = Uid::new();
    let fields = [("uid", &*uid.to_string()), ("email", "dora@example.org"), ("role", "viewer")];
    let (_, events) = recorded(&book, &anna, &book, "/invitations", &fields);
    assert_eq!((kinds(&events), events[0].subject), (vec![("invitation", "create")], uid));
    let image: InvitationImage = serde_json::from_str(events[0].after.as_deref().expect("an image")).expect("JSON");
    assert_eq!((image.email.as_str(), image.role, image.version), ("dora@example.org", Role::Viewer, 1));
    let (answer, events) = recorded(&book, &anna, &book, "/invitations", &fields);
    assert_eq!((kinds(&events), events[0].subject), (vec![("invitation", "update")], uid), "a new link");
    let link = answer.page().attr("#link", "href").expect("a link");
    let token = link.split_once("token=").expect("a token").1;
    let from = book.account_events().len();
    let fields = [("token", token), ("name", "Dora"), ("password", NEW), ("again", NEW)];
    post(&book.signed_out(), "/join", &fields).session().expect("she is signed in");
    let all = super::accounts(&book.database);
    let dora = all.iter().find(|user| user.name.as_str() == "Dora").expect("she is there");
    let events = since(&book, from, dora);
    assert_eq!(kinds(&events), [("user", "create"), ("invitation", "accept"), ("session", "sign_in")]);
    assert_eq!((events[0].subject, events[1].subject, events[1].version), (dora.uid, uid, 3));
    let uid = Uid::new().to_string();
    let fields = [("uid", uid.as_str()), ("email", "emil@example.org"), ("role", "editor")];
    recorded(&book, &anna, &book, "/invitations", &fields);
    let (_, events) = recorded(&book, &anna, &book, &format!("/invitations/{uid}/revoke"), &[]);
    assert_eq!(kinds(&events), [("invitation", "revoke")]);
    assert!(events[0].before.is_some() && events[0].after.is_none());
}

fn the_setup_is_on_record(setup: Setup) {
    let database = setup.database();
    database.migrate();
    let settings = [("DATABASE_URL", &*database.url.clone()), ("TRUSTED_PROXY_HOPS", "1")];
    let program = crate::support::program::Program::start(&settings);
    let output = || program.output().lines().find_map(|line| Some(line.split_once("token=")?.1.to_owned()));
    let token = eventually("the link is printed", output);
    let fields = [("token", &*token), ("email", person::EMAIL), ("name", "Anna"), ("password", NEW), ("again", NEW)];
    post(&Client::new(&program.base), "/setup", &fields).session().expect("she is signed in");
    let mut book = Book::on(database, &[("TRUSTED_PROXY_HOPS", "1")]);
    // The request was the other program's, and so is the line in the log.
    let second = std::mem::replace(&mut book.program, program);
    drop(second);
    let anna = person::first(&book.database.db());
    // The last one is the session that this test has just begun itself.
    let all = book.account_events();
    assert_eq!(kinds(&all), [("user", "create"), ("session", "sign_in"), ("session", "sign_in")]);
    for event in &all[..2] {
        assert_eq!((event.actor_uid, event.actor_name.as_str()), (anna.uid, "Anna"));
        assert_eq!((event.channel.as_str(), event.client_address.as_deref()), ("web", Some(ADDRESS)));
        let id = event.request_id.to_string();
        eventually("the request's line is in the log", || book.program.log().contains(&id).then_some(()));
    }
    assert_eq!(all[0].subject, anna.uid);
}

fn an_image_of_an_account_tells_what_it_was_and_what_it_is(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let mut known = vec![berta.clone()];
    for (verb, fields) in [("role", vec![("role", "administrator")]), ("disable", vec![]), ("enable", vec![])] {
        book.post(&format!("/users/{}/{verb}", berta.uid), &fields).location();
        known.push(account(&book, berta.uid));
    }
    known.push(give_password(&book, &berta, NEW));
    let events: Vec<Event> = book.account_events().into_iter().filter(|event| event.subject == berta.uid).collect();
    assert_eq!(events.len(), known.len());
    for (n, event) in events.iter().enumerate() {
        let image = |json: &Option<String>| -> Option<UserImage> {
            json.as_deref().map(|json| serde_json::from_str(json).expect("an image is JSON"))
        };
        let before = n.checked_sub(1).map(|n| UserImage::from(&known[n]));
        assert_eq!((image(&event.before), image(&event.after)), (before, Some(UserImage::from(&known[n]))));
        assert_eq!((event.version, event.at), (n as i32 + 1, known[n].updated_at));
    }
    let json = events[0].after.as_deref().expect("an image");
    let object: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let names: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    let expected = ["created_at", "disabled", "email", "format", "name", "role", "uid", "updated_at", "version"];
    assert_eq!(names, expected, "nothing else, and no secret, is in an image");
}

fn changes_of_entries_name_the_account(setup: Setup) {
    let book = proxied(setup);
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    let uid = Uid::new().to_string();
    post(&client, "/entries", &[("uid", &uid), ("title", "Title")]).location();
    post(&client, &format!("/entries/{uid}/trash"), &[("version", "1")]).location();
    let target = format!("{uid}.2");
    post(&client, "/entries/bulk", &[("action", "restore"), ("back", "/trash"), ("entry", &target)]).location();
    let events = book.events();
    assert_eq!(kinds(&events), [("entry", "create"), ("entry", "trash"), ("entry", "restore")]);
    for event in events {
        assert_eq!((event.actor_uid, event.actor_name.as_str()), (berta.uid, "Berta"), "{}", event.kind);
        assert_eq!((event.channel.as_str(), event.client_address.as_deref()), ("web", Some(ADDRESS)));
    }
}
