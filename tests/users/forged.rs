//! Fields that a form does not have change nothing.

use daybook::entries::Entry;
use daybook::users::{Email, Role, User};
use daybook::{Timestamp, Uid};

use super::{account, accounts, sign_in};
use crate::cases;
use crate::support::client::Client;
use crate::support::{Answer, Book, Setup, person};

cases![SQLITE:
    the_setup_makes_an_administrator_whatever_the_form_says,
    no_form_of_ones_own_gives_a_role_or_an_address,
    an_invitation_is_for_its_address_and_role_whatever_the_form_says,
    an_entry_belongs_to_whoever_sends_it,
    a_field_that_is_there_twice_is_refused
];

const NEW: &str = "neunzehn Hasen im Feld";

/// Whatever somebody might hope for, but what the form really has.
fn send(client: &Client, path: &str, right: &[(&str, &str)]) -> Answer {
    let uid = Uid::new().to_string();
    let hoped = [
        ("role", "administrator"),
        ("email", "mallory@example.org"),
        ("uid", &*uid),
        ("id", "1"),
        ("user_uid", &uid),
        ("disabled", "false"),
        ("password_hash", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"),
        ("token_hash", "00"),
        ("name", "Mallory"),
        ("created_at", "1"),
        ("updated_at", "1"),
        ("expires_at", "9999999999999999"),
        ("created_by", &uid),
        ("created_by_name", "Mallory"),
        ("updated_by", &uid),
        ("updated_by_name", "Mallory"),
        ("trashed", "true"),
        ("title_key", "x"),
        ("actor", "Mallory"),
        ("version", "77"),
    ];
    let more = hoped.iter().copied().filter(|(name, _)| right.iter().all(|(known, _)| known != name));
    client.post(path, &right.iter().copied().chain(more).collect::<Vec<_>>())
}

/// What an account is, without what its own form changes.
fn rights(user: &User) -> (Uid, Email, Role, bool, Timestamp) {
    (user.uid, user.email.clone(), user.role, user.disabled, user.created_at)
}

fn the_setup_makes_an_administrator_whatever_the_form_says(setup: Setup) {
    let (database, program, client) = super::setup::empty(setup);
    let (token, uid) = (super::setup::printed(&program), Uid::new());
    let fields = [
        ("token", token.as_str()),
        ("email", "berta@example.org"),
        ("name", "Berta"),
        ("password", NEW),
        ("again", NEW),
        ("role", "viewer"),
        ("disabled", "true"),
        ("uid", &*uid.to_string()),
    ];
    send(&client, "/setup", &fields).session().expect("she is signed in");
    let all = accounts(&database);
    assert_eq!((all.len(), all[0].role, all[0].disabled, all[0].version), (1, Role::Administrator, false, 1));
    assert!(all[0].uid != uid && all[0].created_at > Timestamp::from_micros(1));
}

fn no_form_of_ones_own_gives_a_role_or_an_address(setup: Setup) {
    let book = setup.book();
    for role in [Role::Viewer, Role::Editor] {
        let berta = book.person("Berta", role);
        let client = book.as_person(&berta);
        send(&client, "/account", &[("name", "Berta B.")]).location();
        let renamed = account(&book, berta.uid);
        assert_eq!((rights(&renamed), renamed.name.as_str(), renamed.version), (rights(&berta), "Berta B.", 2));
        assert_eq!(renamed.password_hash, berta.password_hash);
        let fields = [("current", person::PASSWORD), ("password", NEW), ("again", NEW)];
        let answer = send(&client, "/account/password", &fields);
        let client = client.signed_in(&answer.session().expect("a new session"));
        let changed = account(&book, berta.uid);
        assert_eq!((rights(&changed), changed.name.as_str(), changed.version), (rights(&berta), "Berta B.", 3));
        let answer = send(&book.signed_out(), "/sign-in", &[("email", berta.email.as_str()), ("password", NEW)]);
        answer.session().expect("she is signed in");
        send(&client, "/account/sessions/end", &[]).location();
        assert_eq!(account(&book, berta.uid), changed);
        client.get("/users").expect(403);
        send(&client, "/sign-out", &[]).location();
        assert_eq!(account(&book, berta.uid), changed);
    }
    // The setup is over, whoever asks for it.
    let before = accounts(&book.database);
    send(&book.signed_out(), "/setup", &[("password", NEW), ("again", NEW)]).location();
    assert_eq!(accounts(&book.database), before);
}

fn an_invitation_is_for_its_address_and_role_whatever_the_form_says(setup: Setup) {
    let book = setup.book();
    let fields = [("uid", &*Uid::new().to_string()), ("email", "dora@example.org"), ("role", "viewer")];
    let link = book.post("/invitations", &fields).expect(200).page().text("#link");
    let token = link.split_once("token=").expect("a token").1;
    let fields = [("token", token), ("name", "Dora"), ("password", NEW), ("again", NEW)];
    send(&book.signed_out(), "/join", &fields).session().expect("she is signed in");
    let all = accounts(&book.database);
    let dora = all.iter().find(|user| user.name.as_str() == "Dora").expect("she is there");
    assert_eq!(
        (dora.email.as_str(), dora.role, dora.disabled, dora.version),
        ("dora@example.org", Role::Viewer, false, 1)
    );
    assert!(dora.created_at > Timestamp::from_micros(1));
    assert!(all.iter().all(|user| user.email.as_str() != "mallory@example.org"));
    sign_in(&book.signed_out(), "dora@example.org", NEW).session().expect("the password is hers");
}

fn mine(entry: &Entry, berta: &User) -> bool {
    entry.created_by == berta.uid && entry.created_by_name == "Berta" && entry.created_at > Timestamp::from_micros(1)
}

fn an_entry_belongs_to_whoever_sends_it(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    let uid = Uid::new();
    send(&client, "/entries", &[("uid", &uid.to_string()), ("title", "Title"), ("description", "")]).location();
    let entry = book.entry(uid);
    assert!(mine(&entry, &berta) && !entry.trashed, "{entry:?}");
    assert_eq!((entry.version, entry.updated_by, entry.updated_by_name.as_str()), (1, berta.uid, "Berta"));
    let anna = person::first(&book.database.db());
    let fields = [("version", "1"), ("title", "Other"), ("description", ""), ("done", "false")];
    send(&book, &format!("/entries/{uid}"), &fields).location();
    let entry = book.entry(uid);
    assert!(mine(&entry, &berta) && !entry.trashed, "{entry:?}");
    assert_eq!((entry.version, entry.updated_by, entry.updated_by_name.as_str()), (2, anna.uid, person::NAME));
    for (verb, version) in [("status", "2"), ("trash", "3"), ("restore", "4")] {
        send(&client, &format!("/entries/{uid}/{verb}"), &[("version", version), ("done", "true")]).location();
        let entry = book.entry(uid);
        assert!(mine(&entry, &berta) && entry.updated_by == berta.uid && entry.updated_by_name == "Berta", "{verb}");
    }
    let events = book.events();
    let actors: Vec<Uid> = events.iter().map(|event| event.actor_uid).collect();
    assert_eq!(actors, [berta.uid, anna.uid, berta.uid, berta.uid, berta.uid]);
    assert!(events.iter().all(|event| event.subject == uid));
}

fn a_field_that_is_there_twice_is_refused(setup: Setup) {
    let book: Book = setup.book();
    let fields = [("email", person::EMAIL), ("password", person::PASSWORD), ("email", "mallory@example.org")];
    book.signed_out().post("/sign-in", &fields).expect(400);
    let client = book.as_a(Role::Viewer);
    client.post("/account", &[("name", "A"), ("name", "B")]).expect(400);
}
