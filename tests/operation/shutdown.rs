//! SIGTERM: what is under way is finished, then the program ends with 0.

use std::io::{Read, Write};
use std::time::Duration;

use crate::cases;
use crate::support::client::FORM;
use crate::support::{Setup, eventually};

cases![SQLITE:
    an_idle_connection_does_not_hold_it_up,
    a_request_under_way_is_finished,
    connections_are_kept_for_the_next_request
];

fn an_idle_connection_does_not_hold_it_up(setup: Setup) {
    let mut book = setup.book();
    book.get("/entries").expect(200);
    let idle = book.connect();
    let (status, after) = book.program.terminate();
    assert!(status.success() && after < Duration::from_secs(5), "{status} after {after:?}");
    drop(idle);
}

fn a_request_under_way_is_finished(setup: Setup) {
    let mut book = setup.book();
    let uid = daybook::Uid::new();
    let body = format!("uid={uid}&title=Finished");
    let (first, rest) = body.split_at(20);
    let mut stream = book.connect();
    let head = format!(
        "POST /entries HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: {FORM}\r\n\
         Content-Length: {}\r\n{}\r\n{first}",
        body.len(),
        book.cookie_line()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    std::thread::sleep(Duration::from_millis(300));
    book.program.signal(rustix::process::Signal::TERM);
    eventually("it lets nobody in any more", || std::net::TcpStream::connect(book.host()).is_err().then_some(()));
    stream.write_all(rest.as_bytes()).expect("it still reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers and closes");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let (status, after) = book.program.ended();
    assert!(status.success() && after < Duration::from_secs(20), "{status}");
    assert_eq!(book.entry(uid).content.title.as_str(), "Finished");
}

fn connections_are_kept_for_the_next_request(setup: Setup) {
    let book = setup.book();
    let mut stream = book.connect();
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a time-out");
    for _ in 0..2 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it listens");
        let mut answer = Vec::new();
        while !answer.ends_with(b"ok\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("the connection stays open");
            answer.push(byte[0]);
        }
        // Longer than actix' own five seconds would be a long test; this much tells a keep-alive of 0 apart.
        std::thread::sleep(Duration::from_secs(1));
    }
}
