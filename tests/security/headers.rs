//! Security headers are on every response.

use crate::cases;
use crate::support::Setup;

cases![SQLITE:
    every_answer_has_the_security_headers,
    pages_are_kept_by_no_cache,
    nothing_in_a_page_needs_an_exception_from_the_policy,
    strict_transport_is_asked_for_where_people_use_https
];

const PATHS: [&str; 7] = ["/", "/entries", "/trash", "/nowhere", "/entries?after=x", "/healthz", "/robots.txt"];

fn every_answer_has_the_security_headers(setup: Setup) {
    let book = setup.book();
    for path in PATHS {
        let answer = book.get(path);
        let policy = answer.header("content-security-policy").expect(path);
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert!(answer.header("permissions-policy").is_some());
        assert_eq!(answer.header("server"), None, "no version to look up holes for");
    }
}

fn pages_are_kept_by_no_cache(setup: Setup) {
    let book = setup.book();
    for path in ["/entries", "/trash", "/entries/new", "/nowhere"] {
        assert_eq!(book.get(path).header("cache-control"), Some("no-store"), "{path}");
    }
}

fn nothing_in_a_page_needs_an_exception_from_the_policy(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "text");
    for path in ["/entries".into(), "/entries/new".into(), format!("/entries/{}", entry.uid), "/nowhere".into()] {
        let answer = book.get(&path);
        let page = answer.page();
        assert_eq!(page.count("script:not([src])") + page.count("style") + page.count("[style]"), 0, "{path}");
        let text = answer.text();
        for handler in [" onclick=", " onload=", " onsubmit=", "hx-on", "javascript:"] {
            assert!(!text.contains(handler), "{path}: {handler}");
        }
    }
}

fn strict_transport_is_asked_for_where_people_use_https(setup: Setup) {
    let book = setup.book();
    assert_eq!(book.get("/entries").header("strict-transport-security"), None);
    drop(book);
    // The program says its public address at its start, so the tests' port has to be known before.
    let port = crate::support::servers::free_port();
    let bind = format!("127.0.0.1:{port}");
    let mut book = setup.book_with(&[("PUBLIC_URL", "https://book.example"), ("BIND", &bind)]);
    assert_eq!(book.program.base, "https://book.example");
    book.client = book.client.at(&format!("http://{bind}"));
    assert_eq!(book.get("/entries").header("strict-transport-security"), Some("max-age=31536000"));
}
