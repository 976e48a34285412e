//! Bad input everywhere: a clear 4xx, nothing changed, never a 500.

use std::time::Duration;

use crate::cases;
use crate::support::client::FORM;
use crate::support::{Book, Setup};

cases![
    BOTH: every_field_of_every_form_refuses_what_it_cannot_be, every_parameter_of_every_page_refuses_what_it_cannot_be;
    SQLITE: a_path_that_names_nothing_is_not_found, a_body_that_is_no_form_is_refused, a_method_without_a_route_is_refused,
        broken_requests_are_refused, an_error_in_place_is_a_fragment_for_the_alert
];

fn hostile() -> Vec<String> {
    let plain = [
        "",
        " ",
        "0",
        "-1",
        "1.5",
        "1e9",
        "2147483648",
        "99999999999999999999999",
        "9223372036854775807.0193a5b0-0000-7000-8000-000000000000",
        "-9223372036854775808.0193a5b0-0000-7000-8000-000000000000",
        "0193a5b0-0000-7000-8000-00000000000",
        "0193A5B0-0000-7000-8000-000000000000",
        "{0193a5b0-0000-7000-8000-000000000000}",
        "NaN",
        "true",
        "null",
        "' OR 1=1 -- ",
        "\"; DROP TABLE entries; --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}{% include \"layout.html\" %}",
        "${jndi:ldap://127.0.0.1/x}",
        "../../etc/passwd",
        "//evil.example/",
        "https://evil.example/",
        "/entries/../../x",
        "/entries?status=<b>",
        "a\r\nSet-Cookie: evil=1",
        "\0",
        "\u{202e}gnol",
        "\u{feff}",
        "日本語",
    ];
    plain.map(String::from).into_iter().chain(["x".repeat(5000)]).collect()
}

/// Each value, and some bytes that are no UTF-8 or no proper escapes.
fn encoded() -> Vec<String> {
    let encode = |text: &String| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut values: Vec<String> = hostile().iter().map(encode).collect();
    values.extend(["%FF%FE", "%C0%80", "%ED%A0%80", "%", "%zz", "%u0041"].map(String::from));
    values
}

fn send(book: &Book, path: &str, body: &str, in_place: bool) -> (u16, String) {
    let origin = format!("http://{}", book.host());
    let mut headers = vec![("Origin", origin.as_str()), ("Content-Type", FORM)];
    if in_place {
        headers.extend(crate::support::client::HTMX);
    }
    let answer = book.send("POST", path, &headers, body.as_bytes());
    assert!(answer.header("set-cookie").is_none());
    (answer.status, answer.text())
}

fn every_field_of_every_form_refuses_what_it_cannot_be(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let before = book.state();
    let own = format!("/entries/{}", entry.uid);
    for verb in ["", "/status", "/trash", "/restore", "/purge"] {
        for field in ["version", "back", "done"] {
            for (n, value) in encoded().into_iter().enumerate() {
                // A version that is not the current one: nothing may happen whatever the other fields say.
                let mut body = format!("title=New&description=&{field}={value}");
                if field != "version" {
                    body.push_str("&version=7");
                }
                let (status, text) = send(&book, &format!("{own}{verb}"), &body, n % 2 == 0);
                // Restoring what is not in the trash is a repeat of a restore, and answered like one.
                let repeat = verb == "/restore" && matches!(status, 200 | 303);
                assert!(repeat || (400..500).contains(&status), "{verb} {body}: {status} {text}");
                assert!(!text.contains("<script>alert"), "{verb} {body}");
            }
        }
    }
    for field in ["entry", "action", "back", "confirmed"] {
        for (n, value) in encoded().into_iter().enumerate() {
            // An entry whose version is not the current one is left alone and reported, not refused.
            let mut body = format!("{field}={value}");
            for (name, other) in
                [("entry", format!("{}.7", entry.uid)), ("action", "trash".into()), ("back", "/entries".into())]
            {
                if name != field {
                    body.push_str(&format!("&{name}={other}"));
                }
            }
            let (status, text) = send(&book, "/entries/bulk", &body, n % 2 == 0);
            assert!(matches!(status, 200 | 303 | 400), "{body}: {status} {text}");
            assert!(!text.contains("<script>alert"), "{body}");
        }
    }
    for field in ["uid", "back", "done"] {
        for value in encoded() {
            let mut body = format!("title=&{field}={value}");
            if field != "uid" {
                body.push_str(&format!("&uid={}", daybook::Uid::new()));
            }
            let (status, text) = send(&book, "/entries", &body, false);
            assert!((400..500).contains(&status), "{body}: {status} {text}");
        }
    }
    assert_eq!(book.state(), before);
}

fn every_parameter_of_every_page_refuses_what_it_cannot_be(setup: Setup) {
    let book = setup.book();
    let entry = book.add_trashed("Title");
    let before = book.state();
    let own = format!("/entries/{}", entry.uid);
    let pages = [
        (
            "/entries".to_owned(),
            vec!["status", "q", "from", "until", "sort", "after", "before", "trashed", "restored", "purged", "unknown"],
        ),
        ("/entries?sort=title".to_owned(), vec!["after", "before", "request", "selected"]),
        (format!("/entries?request={}", entry.uid), vec!["left"]),
        ("/trash".to_owned(), vec!["status", "q", "sort", "after", "before", "restored"]),
        ("/entries/new".to_owned(), vec!["back"]),
        (own.clone(), vec!["before", "back"]),
        (format!("{own}/edit"), vec!["back"]),
        (format!("{own}/purge"), vec!["back"]),
        ("/audit".to_owned(), vec!["what", "subject", "by", "from", "until", "after", "before", "unknown"]),
        (format!("/audit?subject={}", entry.uid), vec!["what", "by", "from", "after", "before"]),
    ];
    for (path, parameters) in pages {
        for parameter in parameters {
            for value in encoded() {
                let sign = if path.contains('?') { '&' } else { '?' };
                let answer = book.get(&format!("{path}{sign}{parameter}={value}"));
                let text = answer.text();
                // What is searched, and the place in an order of titles, are text, and stand in links of ours as such.
                let is_text = parameter == "q" || path.contains("sort=title");
                assert!(answer.status == 200 || answer.status == 400, "{path} {parameter}={value}: {}", answer.status);
                assert!(
                    !text.contains("<script>alert") && (is_text || !text.contains("evil.example")),
                    "{path} {parameter}={value}"
                );
            }
        }
    }
    assert_eq!(book.get("/entries?after=1.x&before=1.x").status, 400);
    assert_eq!(
        book.get("/entries?status=open&status=done").page().text("main article > p:nth-of-type(2)"),
        "“status” is there twice."
    );
    assert_eq!(book.state(), before);
}

fn a_path_that_names_nothing_is_not_found(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let own = entry.uid.to_string();
    for path in [
        "/nowhere".to_owned(),
        "/entries/".into(),
        "/entries/x".into(),
        "/entries/%00".into(),
        "/entries/%FF".into(),
        format!("/entries/{}", own.to_uppercase()),
        format!("/entries/{}", own.replace('-', "")),
        format!("/entries/{own}/"),
        format!("/entries/{own}/nothing"),
        format!("//entries/{own}"),
    ] {
        let answer = book.get(&path);
        assert!(answer.status == 404 || answer.status == 400, "{path}: {}", answer.status);
        assert!(answer.text().contains("To the book"), "{path}: a page");
    }
}

fn a_body_that_is_no_form_is_refused(setup: Setup) {
    let book = setup.book();
    let origin = format!("http://{}", book.host());
    let body = format!("uid={}&title=x", daybook::Uid::new());
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let headers = [("Origin", origin.as_str()), ("Content-Type", kind)];
        let answer = book.send("POST", "/entries", &headers, body.as_bytes()).expect(415);
        assert_eq!(answer.page().text("h1"), "That is not a form");
    }
    let twice = format!("{body}&title=y");
    let page = book.send("POST", "/entries", &[("Origin", &origin), ("Content-Type", FORM)], twice.as_bytes());
    assert!(page.expect(400).text().contains("“title” is there twice."));
    assert_eq!(book.state(), (vec![], vec![]));
}

fn a_method_without_a_route_is_refused(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "");
    let before = book.state();
    let origin = format!("http://{}", book.host());
    for (method, path) in [
        ("DELETE", format!("/entries/{}", entry.uid)),
        ("PUT", format!("/entries/{}", entry.uid)),
        ("PATCH", "/entries".into()),
        ("POST", "/trash".into()),
        ("GET", format!("/entries/{}/trash", entry.uid)),
        ("GET", format!("/entries/{}/status", entry.uid)),
        ("POST", "/healthz".into()),
    ] {
        book.send(method, &path, &[("Origin", &origin), ("Content-Type", FORM)], b"version=1").expect(405);
    }
    let head = book.send("HEAD", "/entries", &[], b"").expect(200);
    assert!(head.bytes.is_empty());
    assert_eq!(book.state(), before);
}

fn broken_requests_are_refused(setup: Setup) {
    let book = setup.book();
    for request in [
        "GET /entries HTTP/1.1\r\n\r\n",
        "GET /entries HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
        "GET /entries HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "BREW /entries HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /entries\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /entries HTTP/1.1\r\nHost: localhost\r\nX: a\nb\r\nNo colon\r\n\r\n",
        "POST /entries HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /entries HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03",
    ] {
        let answer = book.raw(request.as_bytes(), Duration::from_millis(700));
        let status = answer.split(' ').nth(1).unwrap_or("closed").to_owned();
        assert!(status.starts_with('4') || status == "closed", "{request:?}: {answer}");
    }
    book.get("/entries").expect(200);
}

fn an_error_in_place_is_a_fragment_for_the_alert(setup: Setup) {
    let book = setup.book();
    for path in ["/nowhere", "/entries?after=x", "/entries/x"] {
        let answer = book.get_in_place(path);
        assert!(answer.status >= 400 && !answer.text().contains("<html"), "{path}");
        assert_eq!(answer.header("hx-retarget"), Some("#alert"), "{path}");
        assert_eq!(answer.header("hx-push-url"), Some("false"), "{path}");
        assert!(answer.page().count("code") == 1, "the request's id is told");
    }
}
