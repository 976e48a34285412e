//! How long a session lives, and what is written down of its use.

use daybook::schema::sessions::dsl as s;
use daybook::users::{Role, Token, User};
use daybook::{Timestamp, Uid};
use diesel::prelude::*;

use super::{is_in, sessions_of, sign_in};
use crate::cases;
use crate::support::client::Client;
use crate::support::{Book, Setup, eventually, person};

cases![
    BOTH: a_session_ends_when_it_was_not_used_for_long, a_session_ends_at_its_age_however_much_it_is_used,
        a_session_is_seen_once_a_minute_at_the_most, only_the_hash_of_the_cookie_is_kept
];

const SETTINGS: [(&str, &str); 3] =
    [("SESSION_IDLE_MINUTES", "30"), ("SESSION_MAX_MINUTES", "120"), ("TRUSTED_PROXY_HOPS", "1")];
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// Somebody with one session that no program has looked at yet.
fn newcomer(book: &Book) -> (User, Client, Uid) {
    let user = book.person("Berta", Role::Editor);
    let client = book.as_person(&user);
    let session = sessions_of(book, user.uid)[0];
    (user, client, session)
}

fn age(book: &Book, session: Uid, created: i64, seen: i64) {
    let set = (s::created_at.eq(s::created_at - created), s::last_seen_at.eq(s::last_seen_at - seen));
    let changed = book.sql(|conn| diesel::update(s::sessions.filter(s::uid.eq(session))).set(set).execute(conn));
    assert_eq!(changed, Ok(1));
}

fn seen(book: &Book, session: Uid) -> (Timestamp, String) {
    let row = s::sessions.filter(s::uid.eq(session)).select((s::last_seen_at, s::address));
    book.sql(|conn| row.first(conn)).expect("it is there")
}

fn a_session_ends_when_it_was_not_used_for_long(setup: Setup) {
    let book = setup.book_with(&SETTINGS);
    let (_, client, session) = newcomer(&book);
    age(&book, session, 29 * MINUTE, 29 * MINUTE);
    client.get("/entries").expect(200);
    eventually("the request made it young again", || {
        (seen(&book, session).0 > Timestamp::from_micros(Timestamp::now().micros() - MINUTE)).then_some(())
    });
    age(&book, session, 0, 30 * MINUTE);
    assert!(!is_in(&client));
    // And for a session that was never looked at, by reading.
    let (_, client, session) = newcomer(&book);
    age(&book, session, 30 * MINUTE, 30 * MINUTE);
    assert_eq!(client.get("/account").location(), "/sign-in?back=%2Faccount");
}

fn a_session_ends_at_its_age_however_much_it_is_used(setup: Setup) {
    let mut book = setup.book_with(&SETTINGS);
    let (user, client, session) = newcomer(&book);
    age(&book, session, 119 * MINUTE, 0);
    assert!(is_in(&client));
    age(&book, session, MINUTE, 0);
    assert!(!is_in(&client));
    eventually("reading ends within seconds", || (client.get("/entries").status == 303).then_some(()));
    let answer = sign_in(&book.signed_out(), person::EMAIL, person::PASSWORD);
    assert!(answer.headers("set-cookie").contains("Max-Age=7200"), "the cookie lives as long as the session may");
    // The row goes by itself. That the session ended follows from the settings, so no event says so.
    let events = book.account_events();
    book.restart(&SETTINGS);
    eventually("the row is gone", || sessions_of(&book, user.uid).is_empty().then_some(()));
    assert_eq!(book.account_events(), events);
    assert!(is_in(&book), "nobody else's");
}

fn a_session_is_seen_once_a_minute_at_the_most(setup: Setup) {
    let book = setup.book_with(&SETTINGS);
    let (_, client, session) = newcomer(&book);
    let at = |address| [("X-Forwarded-For", address)];
    let begin = seen(&book, session);
    assert_eq!(begin.1, "127.0.0.1");
    for _ in 0..5 {
        client.send("GET", "/entries", &at("198.51.100.7"), b"").expect(200);
        client.post_with(&format!("/account/sessions/{}/end", Uid::new()), &[], &at("198.51.100.7")).location();
    }
    assert_eq!(seen(&book, session), begin, "it was seen a moment ago");
    let (_, client, session) = newcomer(&book);
    age(&book, session, 0, 2 * MINUTE);
    let old = seen(&book, session);
    client.send("GET", "/entries", &at("198.51.100.7"), b"").expect(200);
    let new = eventually("it is written down", || Some(seen(&book, session)).filter(|seen| *seen != old));
    assert_eq!(new.1, "198.51.100.7");
    assert!(new.0.micros() - old.0.micros() >= 2 * MINUTE);
    for _ in 0..5 {
        client.send("GET", "/entries", &at("198.51.100.8"), b"").expect(200);
        client.post_with(&format!("/account/sessions/{}/end", Uid::new()), &[], &at("198.51.100.8")).location();
    }
    // Whatever the program wanted to write in the background is written before this.
    assert!(is_in(&client));
    assert_eq!(seen(&book, session), new);
}

fn only_the_hash_of_the_cookie_is_kept(setup: Setup) {
    use sha2::{Digest, Sha256};
    let book = setup.book();
    let token = sign_in(&book.signed_out(), person::EMAIL, person::PASSWORD).session().expect("she is signed in");
    let bytes: Vec<u8> = hex(&token);
    let hashes: Vec<Vec<u8>> = book.sql(|conn| s::sessions.select(s::token_hash).load(conn)).expect("they can be read");
    assert!(hashes.contains(&Sha256::digest(&bytes).to_vec()));
    assert!(!hashes.contains(&bytes));
    // What stands there opens nothing.
    for hash in &hashes {
        let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let thief = book.signed_out().signed_in(&text.parse().expect("64 digits"));
        assert!(!is_in(&thief));
    }
}

/// The bytes that a token's digits stand for.
pub fn hex(token: &Token) -> Vec<u8> {
    let text = token.to_string();
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("a token is in hexadecimal digits");
    (0..text.len()).step_by(2).map(byte).collect()
}
