//! The cookie of a session: where it goes, and that a planted one is worth nothing.

use daybook::users::{Role, Token};

use super::{is_in, sessions_of, sign_in};
use crate::cases;
use crate::support::client::{FORM, encode};
use crate::support::{Answer, Setup, person};

cases![
    BOTH: a_planted_cookie_is_worth_nothing_after_the_sign_in;
    SQLITE: the_cookie_is_for_this_site_only, behind_https_the_cookie_is_bound_to_the_host
];

/// The attributes of the session's cookie, in their order.
fn cookie(answer: &Answer) -> Vec<String> {
    let cookie = answer.headers("set-cookie");
    cookie.split("; ").map(|part| part.split_once('=').map_or(part, |(name, _)| name).to_owned()).collect()
}

fn the_cookie_is_for_this_site_only(setup: Setup) {
    let book = setup.book();
    let answer = sign_in(&book.signed_out(), person::EMAIL, person::PASSWORD);
    assert_eq!(cookie(&answer), ["daybook", "HttpOnly", "SameSite", "Path", "Max-Age"]);
    let text = answer.headers("set-cookie");
    assert!(text.contains("; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"), "{text}");
    assert!(!text.contains("Domain") && !text.contains("Secure"), "{text}");
}

fn behind_https_the_cookie_is_bound_to_the_host(setup: Setup) {
    let port = crate::support::servers::free_port();
    let bind = format!("127.0.0.1:{port}");
    let mut book = setup.book_with(&[("PUBLIC_URL", "https://book.example"), ("BIND", &bind)]);
    book.client = book.client.at(&format!("http://{bind}"));
    let client = book.signed_out();
    let headers = [("Origin", "https://book.example"), ("Content-Type", FORM)];
    let body = encode(&[("email", person::EMAIL), ("password", person::PASSWORD)]);
    let answer = client.send("POST", "/sign-in", &headers, body.as_bytes());
    let text = answer.headers("set-cookie");
    assert!(text.starts_with("__Host-daybook="), "{text}");
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age="] {
        assert!(text.contains(attribute), "{text}");
    }
    assert!(!text.contains("Domain"), "{text}");
    // A cookie that a page without https could have set is not looked at.
    let token = answer.session().expect("a session");
    let with = |name: &str| client.send("GET", "/entries", &[("Cookie", &format!("{name}={token}"))], b"").status;
    assert_eq!((with("__Host-daybook"), with("daybook")), (200, 303));
}

fn a_planted_cookie_is_worth_nothing_after_the_sign_in(setup: Setup) {
    let book = setup.book();
    let attacker = book.person("Mallory", Role::Viewer);
    let own = person::sign_in(&book.database.db(), &attacker);
    for planted in [Token::random().expect("randomness"), own.clone()] {
        let victim = book.signed_out().signed_in(&planted);
        let token = sign_in(&victim, person::EMAIL, person::PASSWORD).session().expect("a session");
        assert_ne!(token, planted);
        assert!(!is_in(&book.signed_out().signed_in(&planted)), "the planted one does not become the victim's");
        assert!(is_in(&book.signed_out().signed_in(&token)));
    }
    assert!(sessions_of(&book, attacker.uid).is_empty(), "the session that the browser had is ended");
    // The session that the victim's browser had of their own is ended, too.
    let before = sign_in(&book.signed_out(), person::EMAIL, person::PASSWORD).session().expect("a session");
    let after = sign_in(&book.signed_out().signed_in(&before), person::EMAIL, person::PASSWORD).session();
    assert!(after.is_some_and(|after| after != before) && !is_in(&book.signed_out().signed_in(&before)));
}
