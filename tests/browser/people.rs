//! The pages about people: what was changed, and what is wrong, is told where the person is.

use daybook::users::{Role, User};

use crate::cases;
use crate::support::browser::{Asks, Browser, Js};
use crate::support::{Book, Setup, person};

cases![SQLITE:
    the_focus_is_on_the_first_field_that_is_wrong,
    a_refused_sign_in_keeps_the_address_and_waits_for_the_password,
    too_many_tries_give_the_form_back,
    a_change_of_an_account_is_told_beside_it,
    the_last_administrator_stays_and_is_told_so,
    who_gives_up_administration_is_shown_their_own_account,
    ones_own_name_password_and_sessions_are_on_one_page
];

/// Fills in the form that says who somebody is; the address is there already.
pub fn join(page: &Browser, name: &str) {
    page.fill("#name", name);
    page.fill("#password", person::PASSWORD);
    page.fill("#again", person::PASSWORD);
    page.click("main button");
}

/// By the form.
pub fn sign_in(page: &Browser, email: &str) {
    page.wait_for("#password");
    page.fill("#email", email);
    page.fill("#password", person::PASSWORD);
    page.click("main button");
}

fn row(user: &User, css: &str) -> String {
    format!("#user-{} {css}", user.uid)
}

/// The words that belong to a field.
fn said_of(page: &Browser, field: &str) -> String {
    let script = format!(
        "const field = document.querySelector('{field}');
         return document.getElementById(field.getAttribute('aria-describedby'))?.textContent ?? ''"
    );
    page.script(&script).as_str().unwrap_or_default().to_owned()
}

fn the_focus_is_on_the_first_field_that_is_wrong(setup: Setup) {
    let book = setup.book();
    let page = Browser::open(&book, Js::Off);
    page.goto("/account");
    assert!(page.has_focus("body"), "nothing is wrong yet");
    page.fill("#name", " ");
    page.click("#rename button");
    page.wait_focus("#name[aria-invalid]");
    assert_eq!(said_of(&page, "#name"), "Your name is empty.");
    page.fill("#current", person::PASSWORD);
    page.fill("#password", "short");
    page.click("#change-password button");
    page.wait_focus("#password[aria-invalid]");
    assert_eq!(said_of(&page, "#password"), "New password is too short: it needs at least 12 characters.");
    page.fill("#current", "not this one");
    page.fill("#password", "sieben Hühner im Hof");
    page.fill("#again", "sieben Hühner im Hof");
    page.click("#change-password button");
    page.wait_focus("#current[aria-invalid]");
    // The others were right, and are empty all the same.
    assert!(said_of(&page, "#password").starts_with("Please type it once more"));
    page.goto("/users");
    page.fill("#invite [name=email]", person::EMAIL);
    page.click("#invite button");
    page.wait_focus("#email[aria-invalid]");
    assert_eq!(said_of(&page, "#email"), "This email address has an account already.");
    assert_eq!(page.value("#email"), person::EMAIL);
}

fn a_refused_sign_in_keeps_the_address_and_waits_for_the_password(setup: Setup) {
    let book = setup.book();
    let page = Browser::signed_out(Asks::Never, Js::Off, &book);
    page.goto("/trash");
    page.wait_focus("#email");
    page.fill("#email", person::EMAIL);
    page.fill("#password", "wrong");
    page.click("main button");
    page.wait_focus("#password[aria-invalid]");
    assert_eq!(said_of(&page, "#password"), "Email address or password is wrong.");
    assert_eq!((page.value("#email"), page.value("#password")), (person::EMAIL.into(), String::new()));
    page.fill("#email", "");
    page.click("main button");
    page.wait_focus("#email[aria-invalid]");
    sign_in(&page, person::EMAIL);
    page.wait_text("h1", "Trash");
}

fn too_many_tries_give_the_form_back(setup: Setup) {
    let book = setup.book();
    let wrong = [("email", person::EMAIL), ("password", "wrong")];
    (0..10).for_each(|_| drop(book.signed_out().post("/sign-in", &wrong).expect(422)));
    let refused = book.signed_out().post("/sign-in", &wrong).expect(429);
    let seconds: u64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("a number");
    assert!((1..=31).contains(&seconds), "{seconds}");
    let page = Browser::signed_out(Asks::Never, Js::On, &book);
    page.goto("/sign-in?back=%2Ftrash");
    sign_in(&page, person::EMAIL);
    page.wait_focus("#password[aria-invalid]");
    let told = page.text("#problem");
    assert!(told.starts_with("Too many tries. Please try again in ") && told.ends_with(" seconds."), "{told}");
    assert_eq!((page.value("#email"), page.value("[name=back]")), (person::EMAIL.into(), "/trash".into()));
}

fn many(book: &Book) -> Vec<User> {
    (0..30).map(|n| book.person(&format!("Person {n:02}"), Role::Editor)).collect()
}

fn a_change_of_an_account_is_told_beside_it(setup: Setup) {
    let book = setup.book();
    let last = many(&book).pop().expect("thirty");
    let page = Browser::open(&book, Js::Off);
    page.goto("/users");
    let in_sight = |css: &str| {
        let script = format!(
            "const box = document.querySelector('{css}').getBoundingClientRect();
             return box.top >= 0 && box.bottom <= innerHeight"
        );
        page.script(&script) == true
    };
    assert!(!in_sight(&row(&last, "select")), "the list is long");
    page.click(&row(&last, "option[value=viewer]"));
    page.click(&row(&last, ".role button"));
    page.wait_focus(&row(&last, "select"));
    page.wait_text(&row(&last, ".notice"), "The role was changed.");
    assert!(in_sight("#note") && said_of(&page, &row(&last, "select")) == "The role was changed.");
    page.click(&row(&last, ".shut button"));
    page.wait_focus(&row(&last, ".shut button"));
    page.wait_text(&row(&last, ".notice"), "The account was disabled and signed out everywhere.");
    assert!(in_sight("#note") && page.text(&row(&last, ".shut")).starts_with("Enable Person"));
}

fn the_last_administrator_stays_and_is_told_so(setup: Setup) {
    let book = setup.book();
    let me = person::first(&book.database.db());
    let page = Browser::open(&book, Js::Off);
    page.goto("/users");
    assert_eq!(page.count(&row(&me, ".shut")), 0, "nobody shuts themselves out by a click");
    page.click(&row(&me, "option[value=viewer]"));
    page.click(&row(&me, ".role button"));
    page.wait_focus(&row(&me, "select[aria-invalid]"));
    assert!(page.text("#note.problem").contains("administrator"), "{}", page.text("#note"));
    assert_eq!(page.value(&row(&me, "select")), "administrator");
}

fn who_gives_up_administration_is_shown_their_own_account(setup: Setup) {
    let book = setup.book();
    let me = person::first(&book.database.db());
    book.person("Berta", Role::Administrator);
    let page = Browser::open(&book, Js::Off);
    page.goto("/users");
    page.click(&row(&me, "option[value=editor]"));
    page.click(&row(&me, ".role button"));
    page.wait_text("p.notice", "Your role was changed.");
    assert_eq!((page.text("h1"), page.count(".top a[href='/users']")), ("Your account".into(), 0));
}

fn ones_own_name_password_and_sessions_are_on_one_page(setup: Setup) {
    let book = setup.book();
    let page = Browser::signed_out(Asks::Never, Js::Off, &book);
    page.goto("/sign-in");
    sign_in(&page, person::EMAIL);
    page.click(".top .name");
    page.fill("#name", "Anna B.");
    page.click("#rename button");
    page.wait_text("p.notice", "Your name was changed.");
    assert_eq!((page.text(".top .name"), page.count("#sessions li")), ("Anna B.".into(), 2));
    page.click("#sessions button");
    page.wait_text("p.notice", "You were signed out there.");
    assert_eq!((page.count("#sessions li"), page.count("#sessions .tag"), page.count("#end-others")), (1, 1, 0));
    assert!(book.get("/entries").location().starts_with("/sign-in"));
    page.fill("#current", person::PASSWORD);
    page.fill("#password", "sieben Hühner im Hof");
    page.fill("#again", "sieben Hühner im Hof");
    page.click("#change-password button");
    page.wait_text("p.notice", "Your password was changed. You were signed out everywhere else.");
}
