//! Changes are accepted from Daybook's own pages, and requests for its own names.

use crate::cases;
use crate::support::Setup;
use crate::support::client::FORM;

cases![SQLITE:
    a_change_from_another_site_is_refused,
    a_change_that_does_not_say_where_from_is_refused,
    a_change_from_our_own_pages_is_accepted,
    a_request_for_another_host_is_refused,
    allowed_hosts_are_answered,
    the_health_check_answers_to_any_host
];

fn post(setup: Setup, headers: &[(&str, &str)]) -> (u16, usize) {
    let book = setup.book();
    let body = format!("uid={}&title=Forged", daybook::Uid::new());
    let own = format!("http://{}", book.host());
    let mut all = vec![("Content-Type", FORM)];
    all.extend(headers.iter().map(|(name, value)| (*name, if *value == "own" { own.as_str() } else { *value })));
    let answer = book.send("POST", "/entries", &all, body.as_bytes());
    (answer.status, book.events().len())
}

fn a_change_from_another_site_is_refused(setup: Setup) {
    for headers in [
        [("Origin", "https://evil.example"), ("Accept", "*/*")],
        [("Origin", "null"), ("Accept", "*/*")],
        [("Origin", "own"), ("Sec-Fetch-Site", "cross-site")],
        [("Origin", "own"), ("Sec-Fetch-Site", "same-site")],
    ] {
        assert_eq!(post(setup, &headers), (403, 0), "{headers:?}");
    }
}

fn a_change_that_does_not_say_where_from_is_refused(setup: Setup) {
    assert_eq!(post(setup, &[]), (403, 0));
}

fn a_change_from_our_own_pages_is_accepted(setup: Setup) {
    assert_eq!(post(setup, &[("Sec-Fetch-Site", "same-origin")]), (303, 1));
    assert_eq!(post(setup, &[("Origin", "own")]), (303, 1));
}

fn a_request_for_another_host_is_refused(setup: Setup) {
    let book = setup.book();
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.", "127.0.0.1@evil.example"] {
        let page = book.send("GET", "/entries", &[("Host", host)], b"").expect(400).page();
        assert_eq!(page.text("h1"), "This is not the address of the book", "{host}");
        assert!(!page.texts("body").concat().contains("evil"));
    }
    for host in ["localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:1"] {
        book.send("GET", "/entries", &[("Host", host)], b"").expect(200);
    }
}

fn allowed_hosts_are_answered(setup: Setup) {
    let book = setup.book_with(&[("ALLOWED_HOSTS", "book.example, other.example")]);
    for (host, status) in [("book.example", 200), ("Other.Example:443", 200), ("third.example", 400)] {
        book.send("GET", "/entries", &[("Host", host)], b"").expect(status);
    }
}

fn the_health_check_answers_to_any_host(setup: Setup) {
    let book = setup.book();
    book.send("GET", "/healthz", &[("Host", "10.0.0.7:8000")], b"").expect(200);
    book.send("GET", "/readyz", &[("Host", "10.0.0.7:8000")], b"").expect(400);
}
