//! Limits on what a client may send, and how slowly.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::cases;
use crate::support::Setup;
use crate::support::client::FORM;

cases![SQLITE:
    a_form_of_more_than_256_kb_is_refused,
    a_form_that_does_not_tell_its_length_is_cut_off_too,
    an_address_of_more_than_8_kb_is_refused,
    headers_of_more_than_32_kb_are_refused,
    headers_that_never_end_are_cut_off,
    slow_clients_do_not_stop_others,
    a_form_that_trickles_in_is_given_up
];

fn a_form_of_more_than_256_kb_is_refused(setup: Setup) {
    let book = setup.book();
    let uid = daybook::Uid::new().to_string();
    let page = book.post("/entries", &[("uid", &uid), ("title", &"x".repeat(256 * 1024))]).expect(413).page();
    assert_eq!(page.text("h1"), "That is too much text");
    assert_eq!(book.state(), (vec![], vec![]));
}

fn a_form_that_does_not_tell_its_length_is_cut_off_too(setup: Setup) {
    let book = setup.book();
    let mut request = format!(
        "POST /entries HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: {FORM}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n{}\r\n",
        book.cookie_line()
    );
    for _ in 0..40 {
        request.push_str(&format!("2000\r\n{}\r\n", "x".repeat(0x2000)));
    }
    request.push_str("0\r\n\r\n");
    let answer = book.raw(request.as_bytes(), Duration::from_secs(5));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(book.state(), (vec![], vec![]));
}

fn an_address_of_more_than_8_kb_is_refused(setup: Setup) {
    let book = setup.book();
    let path = format!("/entries?status={}", "x".repeat(9000));
    assert_eq!(book.get(&path).expect(414).page().text("h1"), "The address is too long");
}

fn headers_of_more_than_32_kb_are_refused(setup: Setup) {
    let book = setup.book();
    let values: Vec<(String, String)> = (0..5).map(|n| (format!("x-{n}"), "y".repeat(8000))).collect();
    let headers: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    book.send("GET", "/entries", &headers, b"").expect(431);
}

fn headers_that_never_end_are_cut_off(setup: Setup) {
    let book = setup.book();
    let mut stream = book.connect();
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
    stream.set_write_timeout(Some(Duration::from_secs(10))).expect("a time-out");
    stream.write_all(b"GET /entries HTTP/1.1\r\nHost: localhost\r\n").expect("it listens");
    let line = format!("X-Filler: {}\r\n", "y".repeat(4000));
    // Far more than the 32 KB that are allowed; the program must stop reading before that.
    let sent = (0..4000).take_while(|_| stream.write_all(line.as_bytes()).is_ok()).count();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(sent < 4000 || answer.starts_with("HTTP/1.1 4"), "16 MB of headers were taken: {answer}");
    assert!(book.program.resident_memory() < 200 << 20);
}

fn slow_clients_do_not_stop_others(setup: Setup) {
    let book = setup.book();
    let slow: Vec<_> = (0..200)
        .map(|_| {
            let mut stream = book.connect();
            stream.write_all(b"GET /entries HTTP/1.1\r\nHost: loc").expect("it listens");
            stream
        })
        .collect();
    let begin = Instant::now();
    book.get("/entries").expect(200);
    assert!(begin.elapsed() < Duration::from_secs(2));
    // Headers must arrive within ten seconds.
    for mut stream in slow {
        stream.set_read_timeout(Some(Duration::from_secs(15))).expect("a time-out");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the program closes the connection");
    }
    assert!(begin.elapsed() < Duration::from_secs(16));
}

fn a_form_that_trickles_in_is_given_up(setup: Setup) {
    let book = setup.book();
    let mut stream = book.connect();
    let head = format!(
        "POST /entries HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: {FORM}\r\n\
         Content-Length: 1000\r\n{}\r\ntitle=",
        book.cookie_line()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(1))).expect("a time-out");
    let (begin, mut answer) = (Instant::now(), [0; 12]);
    while stream.read_exact(&mut answer).is_err() {
        assert!(begin.elapsed() < Duration::from_secs(30), "it is never given up");
        let _ = stream.write_all(b"x");
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert_eq!(book.state(), (vec![], vec![]));
}
