//! Killed at any moment, the program has kept every change that it confirmed, each with its one audit event.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daybook::Uid;

use crate::cases;
use crate::support::{Book, Setup};

cases![BOTH: what_was_confirmed_outlives_a_kill];

fn what_was_confirmed_outlives_a_kill(setup: Setup) {
    let mut book = setup.book();
    let confirmed = Mutex::new(HashSet::new());
    for round in 0..3 {
        let stop = AtomicBool::new(false);
        let client = book.client.clone();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| write_until(&client, &stop, &confirmed));
            }
            std::thread::sleep(Duration::from_millis(150 + round * 130));
            book.program.kill();
            stop.store(true, Ordering::SeqCst);
        });
        book.restart(&[]);
    }
    let confirmed = confirmed.into_inner().expect("nobody panicked with it");
    assert!(confirmed.len() > 10, "{} were confirmed", confirmed.len());
    check(&book, &confirmed);
}

fn write_until(client: &crate::support::client::Client, stop: &AtomicBool, confirmed: &Mutex<HashSet<Uid>>) {
    while !stop.load(Ordering::SeqCst) {
        let uid = Uid::new();
        let body = format!("uid={uid}&title=Confirmed");
        let origin = format!("http://{}", client.host());
        let headers = [("Origin", origin.as_str()), ("Content-Type", crate::support::client::FORM)];
        if client.try_send("POST", "/entries", &headers, body.as_bytes()).is_ok_and(|answer| answer.status == 303) {
            confirmed.lock().expect("nobody panics with it").insert(uid);
        }
    }
}

fn check(book: &Book, confirmed: &HashSet<Uid>) {
    let (entries, events) = book.state();
    let there: HashSet<Uid> = entries.iter().map(|entry| entry.uid).collect();
    assert!(confirmed.is_subset(&there), "every confirmed entry is there");
    let logged: Vec<Uid> = events.iter().map(|event| event.subject).collect();
    assert_eq!(logged.len(), there.len(), "one event for each entry");
    assert_eq!(logged.into_iter().collect::<HashSet<_>>(), there);
}
