//! What an attacker tries against accounts besides guessing: other sites, forged headers, enormous input.

use std::time::{Duration, Instant};

use daybook::users::Role;

use crate::cases;
use crate::support::client::{Client, FORM, encode};
use crate::support::person::{EMAIL, PASSWORD};
use crate::support::{Book, Setup};

cases![SQLITE:
    no_other_site_can_use_a_persons_session,
    safe_methods_change_nothing,
    a_password_of_10_mb_is_refused_and_not_kept_in_memory,
    an_enormous_password_within_the_limits_is_only_wrong,
    nobody_can_pretend_an_address_to_try_more_often,
    a_session_keeps_the_true_address,
    pages_for_one_person_are_kept_by_no_shared_cache,
    a_cookie_of_nonsense_is_nobody
];

/// Every change that needs a session, with a body that would work.
fn changes(book: &Book) -> Vec<(String, String)> {
    let entry = book.add("Entry", "");
    let other = book.person("Other", Role::Viewer);
    let new = daybook::Uid::new();
    let form = |fields: &[(&str, &str)]| encode(fields);
    let password =
        [("current", PASSWORD), ("password", "zehn kleine Esel am Fluss"), ("again", "zehn kleine Esel am Fluss")];
    vec![
        ("/entries".into(), form(&[("uid", &new.to_string()), ("title", "Forged")])),
        (format!("/entries/{}/trash", entry.uid), form(&[("version", "1")])),
        ("/account".into(), form(&[("name", "Forged")])),
        ("/account/password".into(), form(&password)),
        ("/account/sessions/end".into(), String::new()),
        (format!("/users/{}/role", other.uid), form(&[("role", "administrator")])),
        (format!("/users/{}/disable", other.uid), String::new()),
        ("/invitations".into(), form(&[("uid", &new.to_string()), ("email", "x@example.org"), ("role", "viewer")])),
        ("/sign-in".into(), form(&[("email", EMAIL), ("password", PASSWORD)])),
        ("/sign-out".into(), String::new()),
    ]
}

fn no_other_site_can_use_a_persons_session(setup: Setup) {
    let book = setup.book();
    let changes = changes(&book);
    let before = (book.state(), book.account_events());
    let own = format!("http://{}", book.host());
    let origins: [&[(&str, &str)]; 8] = [
        &[],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Referer", &own)],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example"), ("X-Forwarded-Host", "evil.example")],
        &[("Origin", "https://evil.example"), ("HX-Request", "true")],
    ];
    for (path, body) in &changes {
        for headers in origins {
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let all = [headers, &[("Content-Type", FORM)]].concat();
                let answer = book.send(method, path, &all, body.as_bytes()).expect(403);
                assert!(answer.header("set-cookie").is_none(), "{method} {path}");
            }
        }
    }
    assert_eq!((book.state(), book.account_events()), before);
}

fn safe_methods_change_nothing(setup: Setup) {
    let book = setup.book();
    let changes = changes(&book);
    let before = (book.state(), book.account_events());
    for (path, body) in &changes {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let answer = book.send(method, &format!("{path}?{body}"), &[], b"");
            assert!(answer.status < 500 && answer.header("set-cookie").is_none(), "{method} {path}");
        }
    }
    assert_eq!((book.state(), book.account_events()), before);
}

fn a_password_of_10_mb_is_refused_and_not_kept_in_memory(setup: Setup) {
    let book = setup.book();
    let memory = book.program.resident_memory();
    let body = format!("email={EMAIL}&password={}", "x".repeat(10 << 20));
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: {FORM}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = book.raw(format!("{head}{body}").as_bytes(), Duration::from_secs(5));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let grown = book.program.resident_memory().saturating_sub(memory);
    assert!(grown < 30 << 20, "{grown} bytes more");
}

fn an_enormous_password_within_the_limits_is_only_wrong(setup: Setup) {
    let book = setup.book();
    let long = "x".repeat(250 << 10);
    let begin = Instant::now();
    let answer = book.signed_out().post("/sign-in", &[("email", EMAIL), ("password", &long)]).expect(422);
    assert_eq!(answer.page().text(".problem"), "Email address or password is wrong.");
    // As a new one, where zxcvbn looks at it.
    let form = [("current", PASSWORD), ("password", long.as_str()), ("again", "")];
    let answer = book.post("/account/password", &form).expect(422);
    assert!(answer.text().contains("256,000 characters long"), "{}", answer.text());
    assert!(begin.elapsed() < Duration::from_secs(3));
}

/// Tries until one is refused, each with a header that names another address: thirty, and one more for each two seconds that
/// it takes.
#[track_caller]
fn assert_thirty_tries(client: &Client, forwarded: impl Fn(u64) -> String) {
    let own = format!("http://{}", client.host());
    let one = |n: u64| {
        let body = encode(&[("email", &format!("{n}@example.org")), ("password", "wrong")]);
        let forwarded = forwarded(n);
        let headers = [("Origin", own.as_str()), ("Content-Type", FORM), ("X-Forwarded-For", &forwarded)];
        client.send("POST", "/sign-in", &headers, body.as_bytes()).status
    };
    let begin = Instant::now();
    let tries = (0..60).find(|n| one(*n) == 429).expect("it is stopped");
    assert!((30..=31 + begin.elapsed().as_secs() / 2).contains(&tries), "{tries} in {:?}", begin.elapsed());
}

fn nobody_can_pretend_an_address_to_try_more_often(setup: Setup) {
    let book = setup.book();
    assert_thirty_tries(&book.signed_out(), |n| format!("203.0.113.{n}"));
    drop(book);
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    assert_thirty_tries(&book.signed_out(), |n| format!("203.0.113.{n}, 198.51.100.7"));
}

fn a_session_keeps_the_true_address(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    let nobody = book.signed_out();
    let own = format!("http://{}", book.host());
    let body = encode(&[("email", EMAIL), ("password", PASSWORD)]);
    let headers = [
        ("Origin", own.as_str()),
        ("Content-Type", FORM),
        ("X-Forwarded-For", "6.6.6.6, 203.0.113.7"),
        ("X-Real-IP", "6.6.6.6"),
        ("Forwarded", "for=6.6.6.6"),
    ];
    let token = nobody.send("POST", "/sign-in", &headers, body.as_bytes()).session().expect("signed in");
    let begun = book.account_events().pop().expect("an event");
    assert_eq!((begun.kind.as_str(), begun.client_address.as_deref()), ("sign_in", Some("203.0.113.7")));
    let page = nobody.signed_in(&token).get("/account").page();
    assert!(page.texts("#sessions small").iter().any(|line| line.starts_with("203.0.113.7 ")));
    assert!(!page.texts("#sessions").concat().contains("6.6.6.6"));
}

fn pages_for_one_person_are_kept_by_no_shared_cache(setup: Setup) {
    let book = setup.book();
    for path in ["/entries", "/account", "/users", "/sign-in", "/setup", "/join", "/nowhere", "/api/v1/entries"] {
        for client in [book.client.clone(), book.signed_out()] {
            assert_eq!(client.get(path).header("cache-control"), Some("no-store"), "{path}");
            assert_eq!(client.get_in_place(path).header("cache-control"), Some("no-store"), "{path}");
        }
    }
}

fn a_cookie_of_nonsense_is_nobody(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    let token = book.token.to_string();
    let others = [
        "x".to_owned(),
        String::new(),
        "0".repeat(64),
        "f".repeat(64),
        token.to_uppercase(),
        token[..63].to_owned(),
        format!("{token}0"),
        "' OR 1=1 --".into(),
        "x".repeat(20_000),
    ];
    for value in others {
        let answer = nobody.send("GET", "/entries", &[("Cookie", &format!("daybook={value}"))], b"");
        assert_eq!(answer.location(), "/sign-in?back=%2Fentries", "{value}");
    }
    // The first of several counts, as browsers send the most fitting one first.
    let two = format!("daybook={token}; daybook=x");
    nobody.send("GET", "/entries", &[("Cookie", &two)], b"").expect(200);
}
