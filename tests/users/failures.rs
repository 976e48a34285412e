//! Failed sign-ins: one event for each account, address and minute, with their number.

use daybook::schema::failed_sign_ins::dsl as f;
use daybook::users::{self, Role};
use daybook::{Timestamp, Uid};
use diesel::prelude::*;

use super::sign_in_from;
use crate::cases;
use crate::support::book::Event;
use crate::support::{Book, Setup, eventually, person};

cases![BOTH:
    failures_of_a_minute_become_one_event_for_each_address,
    many_servers_record_each_failure_once,
    what_was_typed_for_no_account_is_stored_nowhere,
    the_server_records_them_by_itself,
    a_sign_in_that_works_is_no_failure,
    a_wrong_password_at_a_change_of_it_is_counted
];

const MINUTE: i64 = 60_000_000;
const WRONG: &str = "ein falsches Passwort";

fn proxied(setup: Setup) -> Book {
    setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")])
}

fn this_minute() -> i64 {
    Timestamp::now().micros() / MINUTE
}

/// Does something within one minute: again, with another number, if the minute has ended on the way.
fn within_a_minute<T>(mut work: impl FnMut(u8) -> T) -> T {
    for turn in 0.. {
        let begin = this_minute();
        let done = work(turn);
        if this_minute() == begin {
            return done;
        }
    }
    unreachable!("a minute is long enough")
}

/// Puts what was counted so far into an earlier minute, so that it is complete.
fn complete(book: &Book) {
    book.sql(|conn| diesel::update(f::failed_sign_ins).set(f::minute.eq(f::minute - 60 * MINUTE)).execute(conn))
        .expect("it can be written");
}

fn failures(book: &Book) -> Vec<Event> {
    let mut all = book.account_events();
    all.retain(|event| event.subject_kind == "failed_sign_ins");
    all
}

fn image(event: &Event) -> serde_json::Value {
    serde_json::from_str(event.after.as_deref().expect("an image")).expect("JSON")
}

fn record(book: &Book) {
    book.database.db().write_blocking(users::record_failures).expect("they are recorded");
}

/// Three failures of an account from one address, and two from another.
fn fail(book: &Book, typed: &str, turn: u8) -> [String; 2] {
    let addresses = [1, 2].map(|n| format!("198.51.{turn}.{n}"));
    for (address, number) in addresses.iter().zip([3, 2]) {
        for _ in 0..number {
            sign_in_from(&book.signed_out(), address, typed, WRONG).expect(422);
        }
    }
    addresses
}

fn failures_of_a_minute_become_one_event_for_each_address(setup: Setup) {
    let book = proxied(setup);
    let (addresses, early) = within_a_minute(|turn| {
        let addresses = fail(&book, person::EMAIL, turn);
        record(&book);
        let of_this_turn = |event: &Event| event.client_address.as_ref().is_some_and(|at| addresses.contains(at));
        let early = failures(&book).into_iter().filter(of_this_turn).count();
        (addresses, early)
    });
    assert_eq!(early, 0, "a minute that is not over is not complete");
    complete(&book);
    record(&book);
    let all = failures(&book);
    for (address, number) in addresses.iter().zip([3, 2]) {
        let found: Vec<&Event> =
            all.iter().filter(|event| event.client_address.as_deref() == Some(address.as_str())).collect();
        assert_eq!(found.len(), 1, "{address}: {all:?}");
        let (event, image) = (found[0], image(found[0]));
        assert_eq!((&image["number"], &image["email"]), (&number.into(), &person::EMAIL.into()));
        assert_eq!(image["address"].as_str(), Some(address.as_str()));
        assert_eq!((event.kind.as_str(), event.version, event.before.as_deref()), ("fail", 1, None));
        assert_eq!(
            (event.actor_uid, event.actor_name.as_str()),
            (Uid::nil(), "Unknown person"),
            "who it was is not known"
        );
        assert_eq!(event.channel, "web");
    }
    let left: i64 = book.sql(|conn| f::failed_sign_ins.count().get_result(conn)).expect("they can be counted");
    assert_eq!(left, 0);
    record(&book);
    assert_eq!(failures(&book), all, "once recorded they are not recorded again");
}

fn many_servers_record_each_failure_once(setup: Setup) {
    let book = proxied(setup);
    // Counted by many at once, too.
    const COUNTS: usize = 40;
    let db = book.database.db();
    let anna = person::first(&db);
    within_a_minute(|turn| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..COUNTS {
                        let address = format!("198.51.{turn}.{}", n % 20);
                        let count = |conn: &mut _| users::count_failure(conn, Some(&anna), &address);
                        db.write_blocking(count).expect("it is counted");
                    }
                });
            }
        });
    });
    let counted: i64 = book
        .sql(|conn| f::failed_sign_ins.select(diesel::dsl::sum(f::number)).first::<Option<i64>>(conn))
        .expect("they can be counted")
        .unwrap_or_default();
    let recorded_already: i64 = failures(&book).iter().filter_map(|event| image(event)["number"].as_i64()).sum();
    assert_eq!(counted + recorded_already, failures_counted(&book, 4 * COUNTS), "none is lost on the way");
    complete(&book);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| record(&book));
        }
    });
    let recorded: i64 = failures(&book).iter().filter_map(|event| image(event)["number"].as_i64()).sum();
    assert_eq!(recorded, counted + recorded_already);
    let subjects: std::collections::HashSet<Uid> = failures(&book).iter().map(|event| event.subject).collect();
    assert_eq!(subjects.len(), failures(&book).len());
}

/// A turn that was cut by a minute's end has counted as well.
fn failures_counted(book: &Book, each: usize) -> i64 {
    let addresses: Vec<String> =
        book.sql(|conn| f::failed_sign_ins.select(f::address).load(conn)).expect("they can be read");
    let recorded = failures(book);
    let recorded = recorded.iter().filter_map(|event| event.client_address.clone());
    let turns =
        addresses.into_iter().chain(recorded).filter_map(|address| address.split('.').nth(2)?.parse::<i64>().ok());
    (turns.max().unwrap_or_default() + 1) * each as i64
}

fn what_was_typed_for_no_account_is_stored_nowhere(setup: Setup) {
    let book = proxied(setup);
    const TYPED: &str = "mein geheimes Passwort";
    fail(&book, TYPED, 0);
    fail(&book, "niemand@example.org", 1);
    let emails: Vec<String> =
        book.sql(|conn| f::failed_sign_ins.select(f::email).load(conn)).expect("they can be read");
    assert!(emails.iter().all(String::is_empty), "{emails:?}");
    complete(&book);
    record(&book);
    let all = failures(&book);
    assert!(all.len() >= 4, "{all:?}");
    for event in &all {
        assert!(image(event)["email"].is_null() && event.client_address.is_some());
        let text = format!("{event:?}");
        assert!(!text.contains(TYPED) && !text.contains("niemand"), "{text}");
    }
    assert!(!book.program.log().contains(TYPED));
}

fn the_server_records_them_by_itself(setup: Setup) {
    let mut book = proxied(setup);
    let addresses = within_a_minute(|turn| fail(&book, person::EMAIL, turn));
    complete(&book);
    // It looks when it starts, and each minute from then on.
    book.restart(&[]);
    let numbers = |book: &Book| {
        let all = failures(book);
        let of = |address: &String| {
            let mut found = all.iter().filter(|event| event.client_address.as_ref() == Some(address));
            Some((image(found.next()?)["number"].as_i64()?, found.count()))
        };
        Some([of(&addresses[0])?, of(&addresses[1])?])
    };
    let found = eventually("they are on record", || numbers(&book));
    assert_eq!(found, [(3, 0), (2, 0)]);
}

fn a_sign_in_that_works_is_no_failure(setup: Setup) {
    let book = proxied(setup);
    let berta = book.person("Berta", Role::Editor);
    sign_in_from(&book.signed_out(), "198.51.100.1", berta.email.as_str(), person::PASSWORD).location();
    sign_in_from(&book.signed_out(), "198.51.100.1", berta.email.as_str(), "").expect(422);
    let counted = |book: &Book| -> i64 {
        book.sql(|conn| f::failed_sign_ins.count().get_result(conn)).expect("they can be counted")
    };
    assert_eq!((counted(&book), failures(&book).len()), (0, 0));
    // The right password of an account that is shut out is one.
    book.post(&format!("/users/{}/disable", berta.uid), &[]).location();
    sign_in_from(&book.signed_out(), "198.51.100.1", berta.email.as_str(), person::PASSWORD).expect(422);
    complete(&book);
    record(&book);
    assert_eq!(failures(&book).len(), 1);
    assert_eq!(image(&failures(&book)[0])["email"].as_str(), Some(berta.email.as_str()));
}

fn a_wrong_password_at_a_change_of_it_is_counted(setup: Setup) {
    let book = setup.book();
    let fields = [("current", WRONG), ("password", "neunzehn Hasen im Feld"), ("again", "neunzehn Hasen im Feld")];
    book.post("/account/password", &fields).expect(422);
    let counted: Vec<(String, i32)> =
        book.sql(|conn| f::failed_sign_ins.select((f::email, f::number)).load(conn)).expect("they can be read");
    assert_eq!(counted, [(person::EMAIL.to_owned(), 1)]);
}
