//! Behind proxies, only what the trusted ones wrote is believed.

use crate::cases;
use crate::support::Setup;
use crate::support::client::FORM;

cases![SQLITE:
    without_trusted_proxies_nobody_can_pretend_an_address_or_a_host,
    behind_a_trusted_proxy_its_host_is_the_one_that_counts
];

fn without_trusted_proxies_nobody_can_pretend_an_address_or_a_host(setup: Setup) {
    let book = setup.book();
    let forged = [
        ("X-Forwarded-For", "203.0.113.7"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Port", "4433"),
        ("X-Forwarded-Prefix", "//evil.example"),
        ("Forwarded", "for=203.0.113.7;host=evil.example"),
    ];
    let answer = book.send("GET", "/entries", &forged, b"").expect(200);
    assert!(!answer.text().contains("evil"));
    let origin = format!("http://{}", book.host());
    let mut headers = vec![("Origin", origin.as_str()), ("Content-Type", FORM)];
    headers.extend(forged);
    let body = format!("uid={}&title=Local", daybook::Uid::new());
    book.send("POST", "/entries", &headers, body.as_bytes()).expect(303);
    assert_eq!(book.events()[0].client_address.as_deref(), Some("127.0.0.1"));
}

fn behind_a_trusted_proxy_its_host_is_the_one_that_counts(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1"), ("ALLOWED_HOSTS", "book.example")]);
    let forwarded = |host| [("X-Forwarded-Host", host), ("X-Forwarded-Proto", "https"), ("Host", "10.0.0.3:8000")];
    book.send("GET", "/entries", &forwarded("book.example"), b"").expect(200);
    book.send("GET", "/entries", &forwarded("book.example, evil.example"), b"").expect(400);
    let mut headers = forwarded("book.example").to_vec();
    headers.extend([("Origin", "https://book.example"), ("Content-Type", FORM)]);
    let body = format!("uid={}&title=Proxied", daybook::Uid::new());
    book.send("POST", "/entries", &headers, body.as_bytes()).expect(303);
}
