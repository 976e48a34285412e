//! One line for each request, with an id that error pages show too, and nothing that people wrote.

use crate::cases;
use crate::support::{Setup, eventually};

cases![SQLITE:
    an_error_page_names_the_request_in_the_log,
    a_line_has_method_route_status_duration_and_trace,
    what_people_write_is_not_logged,
    a_log_as_json_has_a_json_object_in_each_line
];

fn an_error_page_names_the_request_in_the_log(setup: Setup) {
    let book = setup.book();
    let ids = [
        book.get("/nowhere").expect(404).page().text("code"),
        book.get_in_place("/nowhere").expect(404).page().text("code"),
    ];
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        eventually("the id is in the log", || book.program.log().contains(&format!("id={id}")).then_some(()));
    }
    let forged = book.send("GET", "/nowhere", &[("X-Request-Id", "forged")], b"").text();
    assert!(!forged.contains("forged"), "the id is our own");
}

fn a_line_has_method_route_status_duration_and_trace(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let trace = "Root=1-67891233-abcdef012345678912345678";
    book.send("GET", &format!("/entries/{}", entry.uid), &[("X-Amzn-Trace-Id", trace)], b"").expect(200);
    let line = eventually("the line is there", || {
        book.program.log().lines().find(|line| line.contains(trace)).map(String::from)
    });
    for part in ["method=GET", "route=\"/entries/{uid}\"", "status=200", "ms=", "client=127.0.0.1", "id="] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

fn what_people_write_is_not_logged(setup: Setup) {
    let mut book = setup.book_with(&[("LOG_LEVEL", "debug")]);
    let entry = book.add("Sesame-title", "Sesame-description");
    book.get("/entries?status=Sesame-query").expect(400);
    book.get("/Sesame-path").expect(404);
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    form.fill("title", "Sesame-edit").submit(&book).location();
    book.program.terminate();
    assert!(!book.program.log().contains("Sesame"), "{}", book.program.log());
}

fn a_log_as_json_has_a_json_object_in_each_line(setup: Setup) {
    let mut book = setup.book_with(&[("LOG_FORMAT", "json")]);
    book.send("GET", "/nowhere", &[("X-Amzn-Trace-Id", "a\"quoted\\trace")], b"").expect(404);
    book.program.terminate();
    let log = book.program.log();
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let request = lines.iter().find(|line| line["message"] == "request").expect("the request's line");
    assert_eq!((request["status"].as_u64(), request["method"].as_str()), (Some(404), Some("GET")));
    assert!(request["ms"].is_number() && request["id"].is_string() && request["timestamp"].is_string());
}
