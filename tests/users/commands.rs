//! `daybook-web user …`: accounts from the command line.

use std::process::Output;

use daybook::users::Role;

use super::{account, accounts, is_in, sessions_of, sign_in};
use crate::cases;
use crate::support::program::{printed, run, run_with_input};
use crate::support::{Book, Setup, person};

cases![
    BOTH: accounts_are_added_and_listed, roles_and_states_are_changed, a_password_is_replaced_and_ends_the_sessions,
        what_goes_wrong_is_told_and_changes_nothing;
    SQLITE: the_first_account_can_be_made_before_the_first_start
];

const NEW: &str = "neunzehn Hasen im Feld";

fn user(book: &Book, args: &[&str], input: &str) -> Output {
    let args: Vec<&str> = ["user"].iter().chain(args).copied().collect();
    let output = run_with_input(&args, &[("DATABASE_URL", &book.database.url), ("LOG_LEVEL", "trace")], input);
    assert!(!printed(&output).contains(NEW), "the password is in no output");
    output
}

#[track_caller]
fn told(output: Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    String::from_utf8(output.stdout).expect("text")
}

fn accounts_are_added_and_listed(setup: Setup) {
    let book = setup.book();
    let line = told(user(&book, &["add", "Berta@Example.org"], &format!("{NEW}\n")));
    assert_eq!(line, "berta@example.org\teditor\tenabled\tberta\n");
    let args = ["add", "cilli@example.org", "--name", "Cilli Z.", "--role", "viewer"];
    // A line may end as on Windows, and what comes after it is not the password.
    let line = told(user(&book, &args, &format!("{NEW}\r\nmore\n")));
    assert_eq!(line, "cilli@example.org\tviewer\tenabled\tCilli Z.\n");
    let list = told(user(&book, &["list"], ""));
    let anna = format!("{}\tadministrator\tenabled\t{}", person::EMAIL, person::NAME);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines, [&*anna, "berta@example.org\teditor\tenabled\tberta", line.trim_end()]);
    for email in ["berta@example.org", "cilli@example.org"] {
        sign_in(&book.signed_out(), email, NEW).session().expect("the password is right");
    }
    let made = book.account_events().into_iter().rfind(|event| event.kind == "create").expect("an event");
    assert_eq!(
        (made.channel.as_str(), made.actor_name.as_str(), made.actor_uid),
        ("cli", "Operator", daybook::Uid::nil())
    );
}

fn roles_and_states_are_changed(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let email = berta.email.as_str();
    let client = book.as_person(&berta);
    client.get("/entries").expect(200);
    let line = told(user(&book, &["role", &email.to_uppercase(), "administrator"], ""));
    assert_eq!(line, format!("{email}\tadministrator\tenabled\tBerta\n"));
    assert_eq!(client.post("/invitations", &[]).status, 400, "it holds at once: the form is looked at");
    assert_eq!(told(user(&book, &["disable", email], "")), format!("{email}\tadministrator\tdisabled\tBerta\n"));
    assert!(!is_in(&client) && sessions_of(&book, berta.uid).is_empty());
    sign_in(&book.signed_out(), email, person::PASSWORD).expect(422);
    assert!(told(user(&book, &["list"], "")).contains(&format!("{email}\tadministrator\tdisabled\tBerta\n")));
    assert_eq!(told(user(&book, &["enable", email], "")), format!("{email}\tadministrator\tenabled\tBerta\n"));
    sign_in(&book.signed_out(), email, person::PASSWORD).session().expect("she is in again");
    let events = book.account_events();
    told(user(&book, &["enable", email], ""));
    told(user(&book, &["role", email, "administrator"], ""));
    assert_eq!(book.account_events(), events, "what is so already is no change");
}

fn a_password_is_replaced_and_ends_the_sessions(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    told(user(&book, &["password", berta.email.as_str()], NEW));
    assert!(!is_in(&client) && sessions_of(&book, berta.uid).is_empty() && is_in(&book));
    sign_in(&book.signed_out(), berta.email.as_str(), person::PASSWORD).expect(422);
    sign_in(&book.signed_out(), berta.email.as_str(), NEW).session().expect("the new one works");
    let kinds: Vec<String> = book.account_events().into_iter().map(|event| event.kind).collect();
    assert!(kinds.ends_with(&["password".into(), "end".into(), "sign_in".into()]), "{kinds:?}");
}

fn what_goes_wrong_is_told_and_changes_nothing(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let email = berta.email.as_str();
    let before = (accounts(&book.database), book.account_events());
    let unknown = "there is no account nobody@example.org";
    for (args, input, code, words) in [
        (["role", "nobody@example.org", "editor"].as_slice(), "", 1, unknown),
        (&["disable", "nobody@example.org"], "", 1, unknown),
        (&["enable", "nobody@example.org"], "", 1, unknown),
        (&["password", "nobody@example.org"], NEW, 1, unknown),
        (&["disable", "nobody"], "", 1, "is not an address"),
        (&["add", "nobody"], NEW, 1, "is not an address"),
        (&["add", email], NEW, 1, "has an account already"),
        (&["add", "cilli@example.org"], "kurz\n", 1, "the password is too short"),
        (&["add", "cilli@example.org"], "", 1, "the password is too short"),
        (&["add", "cilli@example.org"], "passwordpassword\n", 1, "the password is too easy to guess"),
        (&["add", "cilli@example.org", "--name", " "], NEW, 1, "the name is empty"),
        (&["password", email], "kurz", 1, "the password is too short"),
        (&["role", email, "owner"], "", 2, "not a role: viewer, editor or administrator"),
        (&["add", "cilli@example.org", "--role", "owner"], NEW, 2, "not a role"),
        (&["add", "cilli@example.org", NEW], "", 2, ""),
        (&["disable", person::EMAIL], "", 1, "the book needs an administrator"),
        (&["role", person::EMAIL, "viewer"], "", 1, "the book needs an administrator"),
    ] {
        let all: Vec<&str> = ["user"].iter().chain(args).copied().collect();
        let output = run_with_input(&all, &[("DATABASE_URL", &book.database.url)], input);
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", printed(&output));
        assert!(printed(&output).contains(words), "{args:?}: {}", printed(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    assert_eq!((accounts(&book.database), book.account_events()), before);
    assert_eq!(account(&book, berta.uid), berta);
}

fn the_first_account_can_be_made_before_the_first_start(setup: Setup) {
    let database = setup.database();
    let settings = [("DATABASE_URL", database.url.as_str())];
    // An editor alone could never let anybody else in.
    let editor = run_with_input(&["user", "add", "berta@example.org"], &settings, NEW);
    assert!(!editor.status.success() && printed(&editor).contains("the first account must be an administrator’s"));
    let args = ["user", "add", "berta@example.org", "--role", "administrator"];
    assert!(run_with_input(&args, &settings, NEW).status.success());
    assert!(printed(&run(&["user", "list"], &settings)).starts_with("berta@example.org\tadministrator"));
    let book = Book::on(database, &[]);
    assert_eq!(book.signed_out().get("/setup").location(), "/sign-in");
    sign_in(&book.signed_out(), "berta@example.org", NEW).session().expect("she is in");
}
