//! The first account, by the link that a start prints: exactly once.

use daybook::Uid;
use daybook::schema::setup_links;
use daybook::users::{self, Role};
use diesel::prelude::*;

use super::{accounts, sign_in};
use crate::cases;
use crate::support::client::{Client, HTMX};
use crate::support::database::TestDatabase;
use crate::support::program::Program;
use crate::support::{Answer, Setup, eventually, person};

cases![BOTH:
    with_no_account_every_page_leads_to_the_setup,
    only_the_printed_link_opens_the_setup,
    a_link_makes_one_account,
    what_is_wrong_in_the_form_leaves_the_link_working,
    two_programs_have_a_link_each_until_one_is_used,
    many_who_finish_at_once_make_one_account,
    a_link_works_for_seven_days
];

pub const PASSWORD: &str = "sieben Hühner im Hof";

/// A program on a database without accounts.
pub fn empty(setup: Setup) -> (TestDatabase, Program, Client) {
    let database = setup.database();
    database.migrate();
    let program = Program::start(&[("DATABASE_URL", &database.url)]);
    let client = Client::new(&program.base);
    (database, program, client)
}

/// The secret of the link that a program has printed.
pub fn printed(program: &Program) -> String {
    eventually("the link is printed", || find_link(program))
}

pub fn find_link(program: &Program) -> Option<String> {
    let output = program.output();
    let start = format!("Make the first account at {}/setup?token=", program.base);
    output.lines().find_map(|line| line.strip_prefix(&start)).map(String::from)
}

pub fn set_up(client: &Client, token: &str, email: &str) -> Answer {
    let fields = [("token", token), ("email", email), ("name", "Berta"), ("password", PASSWORD), ("again", PASSWORD)];
    client.post("/setup", &fields)
}

fn with_no_account_every_page_leads_to_the_setup(setup: Setup) {
    let (database, _program, client) = empty(setup);
    let entry = format!("/entries/{}", Uid::new());
    for path in ["/", "/entries", "/entries/new", &entry, "/trash", "/account", "/users", "/sign-in", "/join?token=x"] {
        assert_eq!(client.get(path).location(), "/setup", "{path}");
        let answer = client.send("GET", path, &HTMX, b"").expect(403);
        assert_eq!(answer.header("hx-redirect"), Some("/setup"), "{path}");
    }
    for path in ["/entries", &entry, "/entries/bulk", "/account", "/invitations", "/sign-out"] {
        assert_eq!(client.post(path, &[("title", "x")]).location(), "/setup", "{path}");
    }
    assert_eq!(sign_in(&client, person::EMAIL, person::PASSWORD).location(), "/setup");
    assert!(accounts(&database).is_empty());
}

fn only_the_printed_link_opens_the_setup(setup: Setup) {
    let (database, program, client) = empty(setup);
    let right = printed(&program);
    assert_eq!(right.len(), 64);
    let hash: daybook::users::Token = right.parse().expect("a token");
    let hash = format!("{:?}", hash.hash());
    let other = users::Token::random().expect("randomness").to_string();
    for wrong in ["", &other, &right[1..], &right.to_uppercase(), &format!("{right}0"), &hash] {
        let page = client.get(&format!("/setup?token={}", crate::support::client::encode(&[("", wrong)]))).expect(403);
        assert_eq!(page.page().count("form"), 0, "{wrong}");
        set_up(&client, wrong, "berta@example.org").expect(403);
    }
    client.get("/setup").expect(403);
    client
        .post("/setup", &[("email", "berta@example.org"), ("name", "B"), ("password", PASSWORD), ("again", PASSWORD)])
        .expect(403);
    assert!(accounts(&database).is_empty());
    client.get(&format!("/setup?token={right}")).expect(200);
}

fn a_link_makes_one_account(setup: Setup) {
    let (database, program, client) = empty(setup);
    let token = printed(&program);
    let form = client.get(&format!("/setup?token={token}")).expect(200).page().form("main form");
    let form = form.fill("email", " Berta@Example.ORG ").fill("name", "Berta").fill("password", PASSWORD);
    let answer = form.fill("again", PASSWORD).send(&client);
    assert_eq!(answer.location(), "/entries");
    let berta = client.signed_in(&answer.session().expect("she is signed in"));
    assert_eq!(berta.get("/users").expect(200).page().count(".people li[id^=user-]"), 1);
    // The same link again, by the page and by the form.
    assert_eq!(client.get(&format!("/setup?token={token}")).location(), "/sign-in");
    let answer = set_up(&client, &token, "cilli@example.org");
    assert_eq!((answer.location().as_str(), answer.session()), ("/sign-in", None));
    let all = accounts(&database);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].email.as_str(), all[0].name.as_str()), ("berta@example.org", "Berta"));
    assert_eq!((all[0].role, all[0].disabled), (Role::Administrator, false));
    sign_in(&client, "berta@example.org", PASSWORD).session().expect("the password is hers");
}

fn what_is_wrong_in_the_form_leaves_the_link_working(setup: Setup) {
    let (database, program, client) = empty(setup);
    let token = printed(&program);
    let right = [("token", token.as_str()), ("email", "b@example.org"), ("name", "Berta"), ("password", PASSWORD)];
    for (name, value, again) in [
        ("email", "nowhere", PASSWORD),
        ("email", "", PASSWORD),
        ("name", " ", PASSWORD),
        ("password", "kurz", "kurz"),
        ("password", "passwordpassword", "passwordpassword"),
        ("password", "b@example.org", "b@example.org"),
        ("again", "", "sieben Hühner im Hag"),
    ] {
        let fields = right.iter().map(|&(field, v)| if field == name { (field, value) } else { (field, v) });
        let fields: Vec<(&str, &str)> = fields.chain([("again", again)]).collect();
        let page = client.post("/setup", &fields).expect(422).page();
        assert_eq!(page.attrs("[aria-invalid]", "name"), [name], "{value}");
        assert!(page.attrs("input[type=password]", "value").iter().all(String::is_empty), "passwords do not come back");
    }
    assert!(accounts(&database).is_empty());
    set_up(&client, &token, "berta@example.org").session().expect("she is signed in");
}

fn two_programs_have_a_link_each_until_one_is_used(setup: Setup) {
    let (database, first, client) = empty(setup);
    let second = Program::start(&[("DATABASE_URL", &database.url)]);
    let links = [printed(&first), printed(&second)];
    assert_ne!(links[0], links[1]);
    let other = client.at(&second.base);
    for token in &links {
        for client in [&client, &other] {
            client.get(&format!("/setup?token={token}")).expect(200);
        }
    }
    set_up(&client, &links[1], "berta@example.org").session().expect("she is signed in");
    assert_eq!(set_up(&other, &links[0], "cilli@example.org").session(), None);
    assert_eq!(accounts(&database).len(), 1);
}

fn many_who_finish_at_once_make_one_account(setup: Setup) {
    let (database, first, client) = empty(setup);
    let second = Program::start(&[("DATABASE_URL", &database.url)]);
    let links = [printed(&first), printed(&second)];
    let clients = [client.clone(), client.at(&second.base)];
    let sessions: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|n| {
                let (client, token) = (&clients[n % 2], &links[n / 2 % 2]);
                scope.spawn(move || set_up(client, token, &format!("{n}@example.org")).session())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it is answered")).collect()
    });
    assert_eq!(sessions.iter().flatten().count(), 1, "one of them is in");
    assert_eq!(accounts(&database).len(), 1);
}

fn a_link_works_for_seven_days(setup: Setup) {
    let (database, program, client) = empty(setup);
    let token = printed(&program);
    let hour = 3_600_000_000_i64;
    let age = |by: i64| {
        database.db().write_blocking(|conn| {
            let all = diesel::update(setup_links::table);
            Ok(all.set(setup_links::created_at.eq(setup_links::created_at - by)).execute(conn)?)
        })
    };
    age(7 * 24 * hour - hour).expect("it can be written");
    client.get(&format!("/setup?token={token}")).expect(200);
    age(hour).expect("it can be written");
    client.get(&format!("/setup?token={token}")).expect(403);
    set_up(&client, &token, "berta@example.org").expect(403);
    assert!(accounts(&database).is_empty());
}
