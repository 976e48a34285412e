//! One's own name and password.

use daybook::users::Role;

use super::{account, give_password, is_in, sessions_of, sign_in};
use crate::cases;
use crate::support::client::Client;
use crate::support::{Answer, Setup, person};

cases![BOTH:
    a_new_password_ends_all_sessions_and_renews_this_one,
    a_new_password_is_refused_for_good_reasons,
    a_password_that_was_reset_meanwhile_is_not_overwritten,
    a_new_name_is_on_pages_and_in_new_changes_only,
    a_name_is_one_line
];

const NEW: &str = "neunzehn Hasen im Feld";

fn change(client: &Client, current: &str, password: &str, again: &str) -> Answer {
    client.post("/account/password", &[("current", current), ("password", password), ("again", again)])
}

fn a_new_password_ends_all_sessions_and_renews_this_one(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let elsewhere = book.as_person(&berta);
    let old = person::sign_in(&book.database.db(), &berta);
    let here = book.signed_out().signed_in(&old);
    for client in [&elsewhere, &here] {
        client.get("/entries").expect(200);
    }
    let form = here.get("/account").page().form("#change-password");
    let form = form.fill("current", person::PASSWORD).fill("password", NEW).fill("again", NEW);
    let answer = form.send(&here);
    assert_eq!(answer.location(), "/account?changed=password");
    let new = answer.session().expect("a new cookie");
    assert_ne!(new, old);
    let renewed = here.signed_in(&new);
    let page = renewed.get("/account?changed=password").expect(200).page();
    assert!(page.text("p.notice").starts_with("Your password was changed."));
    assert!(is_in(&renewed) && !is_in(&here) && !is_in(&elsewhere), "the old cookie of this session, too");
    assert_eq!((here.get("/entries").status, elsewhere.get("/entries").status), (303, 303), "at once, for reading");
    assert_eq!(sessions_of(&book, berta.uid).len(), 1);
    let nobody = book.signed_out();
    sign_in(&nobody, berta.email.as_str(), person::PASSWORD).expect(422);
    sign_in(&nobody, berta.email.as_str(), NEW).session().expect("the new one works");
    assert!(is_in(&book), "nobody else is signed out");
}

fn a_new_password_is_refused_for_good_reasons(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta Zwirnmeister", Role::Editor);
    let client = book.as_person(&berta);
    let events = book.account_events();
    let long = "ein langer Satz ".repeat(70);
    for (current, password, again, wrong) in [
        ("ein falsches Passwort", NEW, NEW, vec!["current"]),
        ("", NEW, NEW, vec!["current"]),
        (person::PASSWORD, "elf Zeichen", "elf Zeichen", vec!["password"]),
        (person::PASSWORD, "", "", vec!["password"]),
        (person::PASSWORD, "passwordpassword", "passwordpassword", vec!["password"]),
        (person::PASSWORD, "Berta Zwirnmeister", "Berta Zwirnmeister", vec!["password"]),
        (person::PASSWORD, &long, &long, vec!["password"]),
        (person::PASSWORD, NEW, "neunzehn Hasen im Wald", vec!["again"]),
        ("falsch", "kurz", "kurz", vec!["current", "password"]),
    ] {
        let answer = change(&client, current, password, again).expect(422);
        let page = answer.page();
        assert_eq!(page.attrs("#change-password [aria-invalid]", "name"), wrong, "{password}");
        assert!(page.attrs("input[type=password]", "value").iter().all(String::is_empty), "they do not come back");
        assert!(answer.header("set-cookie").is_none());
    }
    assert_eq!(account(&book, berta.uid), berta);
    assert_eq!(book.account_events(), events);
    assert!(is_in(&client));
}

fn a_password_that_was_reset_meanwhile_is_not_overwritten(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let reset = give_password(&book, &berta, "dreizehn Igel im Laub");
    // What the page had checked before the reset.
    let hash = daybook::users::Password::parse(NEW, &[]).expect("a good one").hash().expect("randomness");
    let actor = berta.actor(daybook::Uid::new(), std::net::IpAddr::from([127, 0, 0, 1]));
    let changed = book
        .database
        .db()
        .write_blocking(|conn| daybook::users::change_password(conn, &berta, &hash, None, &actor))
        .expect("it is answered");
    assert_eq!(changed, Err(daybook::users::Refused::Changed));
    assert_eq!(account(&book, berta.uid), reset);
    // A session cannot begin by what was checked before, either.
    let origin = daybook::users::Origin { address: "127.0.0.1".into(), device: String::new() };
    let token = daybook::users::Token::random().expect("randomness");
    let begun =
        book.database.db().write_blocking(|conn| daybook::users::sign_in(conn, &berta, &token.hash(), &origin, &actor));
    assert!(begun.expect("it is answered").is_err() && sessions_of(&book, berta.uid).is_empty());
}

fn rename(client: &Client, name: &str) -> Answer {
    client.get("/account").expect(200).page().form("#rename").fill("name", name).send(client)
}

fn a_new_name_is_on_pages_and_in_new_changes_only(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    let uid = daybook::Uid::new().to_string();
    client.post("/entries", &[("uid", &uid), ("title", "Title")]).location();
    assert_eq!(rename(&client, "  Berta <b>von</b> Berg ").location(), "/account?changed=name");
    let page = client.get("/account?changed=name").page();
    assert_eq!(page.text("p.notice"), "Your name was changed.");
    assert_eq!(page.text("nav .name"), "Berta <b>von</b> Berg", "at once, and as text");
    let entry = format!("/entries/{uid}");
    client.post(&format!("{entry}/status"), &[("version", "1"), ("done", "true")]).location();
    let page = book.get(&entry).expect(200).page();
    let history = page.texts(".history summary strong");
    assert_eq!(history, ["Berta <b>von</b> Berg", "Berta"], "what she did before keeps the name of then");
    let row = book.get("/entries").page();
    assert_eq!((row.text("#rows .made .who"), row.text("#rows .when .who")), ("Berta".into(), history[0].clone()));
    let people = book.get("/users").page();
    assert_eq!(people.text(&format!("#user-{} strong", berta.uid)), "Berta <b>von</b> Berg");
    assert!(book.get("/entries").page().texts("#by option").contains(&history[0]), "also in the filter, at once");
    // The same name again is no change.
    let events = book.account_events();
    rename(&client, "Berta <b>von</b> Berg").location();
    assert_eq!(book.account_events(), events);
}

fn a_name_is_one_line(setup: Setup) {
    let book = setup.book();
    let client = book.as_a(Role::Viewer);
    let events = book.account_events();
    for name in ["", "  ", "a\nb", "a\0b", &"x".repeat(101)] {
        let page = client.post("/account", &[("name", name)]).expect(422).page();
        assert_eq!(page.attrs("[aria-invalid]", "name"), ["name"], "{name:?}");
    }
    client.post("/account", &[]).expect(422);
    assert_eq!(book.account_events(), events);
    let longest = "ü".repeat(100);
    assert_eq!(rename(&client, &longest).location(), "/account?changed=name");
    assert_eq!(client.get("/account").page().text("nav .name"), longest);
}
