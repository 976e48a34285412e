//! Every change is on record: exactly one event, its images complete, its commitment right.

use daybook::audit::Image;
use daybook::entries::Entry;

use crate::cases;
use crate::support::book::Event;
use crate::support::page::Form;
use crate::support::{Answer, Book, Setup};

cases![BOTH:
    every_route_that_changes_something_writes_one_complete_event,
    what_is_refused_or_repeated_writes_none,
    an_event_names_its_request_and_its_client
];

/// Every POST route about one entry, in an order in which each has something to do. Those about many are in `bulk.rs`
/// and in `tests/jobs`.
const CHANGES: [(&str, &str); 6] = [
    ("create", "/entries"),
    ("update", "/entries/{uid}"),
    ("status", "/entries/{uid}/status"),
    ("trash", "/entries/{uid}/trash"),
    ("restore", "/entries/{uid}/restore"),
    ("purge", "/entries/{uid}/purge"),
];

fn send(book: &Book, route: &str, uid: &str, version: i32, in_place: bool) -> Answer {
    let form = Form::complete(&route.replace("{uid}", uid), version, &format!("Title at {version}"));
    let mut fields = form.fill("description", "a\nb").fill("done", "true").fields;
    fields.push(("uid".into(), uid.into()));
    let form = Form { action: route.replace("{uid}", uid), fields };
    if in_place { form.submit_in_place(book) } else { form.submit(book) }
}

fn every_route_that_changes_something_writes_one_complete_event(setup: Setup) {
    let source = include_str!("../../web/src/routes.rs");
    assert_eq!(
        source.matches("route(post(May(WriteEntries)").count() + source.matches("route(post(May(PurgeEntries)").count(),
        CHANGES.len() + 2,
        "a route that changes an entry is not walked here"
    );
    let book = setup.book();
    for in_place in [false, true] {
        let uid = daybook::Uid::new();
        let mut version = 0;
        for (kind, route) in CHANGES {
            if kind == "purge" {
                send(&book, "/entries/{uid}/trash", &uid.to_string(), version, in_place);
                version += 1;
            }
            let (before, events) = (book.find(uid), book.events().len());
            let answer = send(&book, route, &uid.to_string(), version, in_place);
            // "done" is what the status already is after "update", so it is turned back.
            let answer = match kind {
                "status" => {
                    assert_eq!(book.events().len(), events, "an unchanged status is no change");
                    let fields = [("version", &*version.to_string()), ("done", "false")];
                    book.post_form(&route.replace("{uid}", &uid.to_string()), &fields, in_place)
                }
                _ => answer,
            };
            assert!(answer.status < 400, "{kind}: {}", answer.text());
            version += 1;
            let all = book.events();
            assert_eq!(all.len(), events + 1, "{kind}: one event");
            let event = &all[events];
            assert_eq!((event.kind.as_str(), event.version, event.subject), (kind, version, uid));
            check(event, before.as_ref(), book.find(uid).as_ref());
        }
    }
}

pub fn check(event: &Event, before: Option<&Entry>, after: Option<&Entry>) {
    for (image, entry) in [(&event.before, before), (&event.after, after)] {
        let image: Option<Image> = image.as_deref().map(|json| serde_json::from_str(json).expect("an image is JSON"));
        assert_eq!(image, entry.map(Image::from), "{}: the image is the whole entry", event.kind);
    }
    event.assert_committed();
}

fn what_is_refused_or_repeated_writes_none(setup: Setup) {
    let book = setup.book();
    let uid = book.add("Title", "").uid.to_string();
    let before = book.state();
    for (kind, route) in &CHANGES[1..] {
        // Restoring what is not in the trash is a repeat; everything else is stale or impossible.
        let expected = if *kind == "restore" { 303 } else { 409 };
        send(&book, route, &uid, 99, false).expect(expected);
        let fields = [("uid", "x"), ("version", "x")];
        book.post(&route.replace("{uid}", &uid), &fields).expect(400);
    }
    assert_eq!(book.state(), before);
}

fn an_event_names_its_request_and_its_client(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    let uid = daybook::Uid::new().to_string();
    let body = format!("uid={uid}&title=From+afar");
    let origin = format!("http://{}", book.host());
    let headers = [
        ("Origin", origin.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Forwarded-For", "6.6.6.6, 203.0.113.7"),
    ];
    book.send("POST", "/entries", &headers, body.as_bytes()).expect(303);
    let event = &book.events()[0];
    assert_eq!((event.client_address.as_deref(), event.channel.as_str()), (Some("203.0.113.7"), "web"));
    assert_eq!(event.actor_name, "Anna");
    let id = event.request_id.to_string();
    crate::support::eventually("the request's line is in the log", || book.program.log().contains(&id).then_some(()));
}
