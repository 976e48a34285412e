//! Many who sign in, and what the time of an answer tells.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use daybook::users::{Role, User};

use super::sign_in_from;
use crate::cases;
use crate::support::{Book, Setup};

cases![
    BOTH: a_flood_of_sign_ins_keeps_nobody_from_reading;
    SQLITE: the_time_of_an_answer_does_not_tell_whether_there_is_an_account
];

const PROXY: [(&str, &str); 1] = [("TRUSTED_PROXY_HOPS", "1")];
const WRONG: &str = "ein falsches Passwort";

/// The program works out half as many hashes at once as there are cores.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What was met while many signed in at once.
#[derive(Debug)]
struct Flood {
    /// Lists that were read meanwhile, one after the other.
    lists: usize,
    slowest: Duration,
}

/// So many sign in at once that it takes the same time on any machine; each from an address of their own.
fn flood(book: &Book, round: usize) -> Flood {
    let number = 30 * cores();
    let answered = AtomicUsize::new(0);
    let (mut slowest, mut lists, mut statuses) = (Duration::ZERO, 0, Vec::new());
    let (before, mut memory) = (book.program.resident_memory(), 0);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..number)
            .map(|n| {
                let (client, answered) = (book.signed_out(), &answered);
                scope.spawn(move || {
                    let address = format!("10.{round}.{}.{}", n / 250, n % 250);
                    let status = sign_in_from(&client, &address, &format!("{round}-{n}@example.org"), WRONG).status;
                    answered.fetch_add(1, Ordering::SeqCst);
                    status
                })
            })
            .collect();
        while answered.load(Ordering::SeqCst) < number {
            let begin = Instant::now();
            book.get("/entries").expect(200);
            slowest = slowest.max(begin.elapsed());
            lists += 1;
            memory = memory.max(book.program.resident_memory());
        }
        statuses.extend(threads.into_iter().map(|thread| thread.join().expect("it is answered")));
    });
    // Who would wait too long for a turn is told to come again, and nobody gets an error.
    assert!(statuses.iter().all(|status| matches!(status, 422 | 429)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 422).count() >= 10, "{statuses:?}");
    // Each hash takes 19 MiB while it is worked out; the rest is for connections.
    let most = before + (cores() / 2).max(1) as u64 * (19 << 20) + (64 << 20);
    assert!(memory <= most, "{} MiB of memory, after {}", memory >> 20, before >> 20);
    Flood { lists, slowest }
}

fn a_flood_of_sign_ins_keeps_nobody_from_reading(setup: Setup) {
    let book = setup.book_with(&PROXY);
    book.add("Entry", "");
    // The machine may be busy with something else just then; what is wrong with the program shows each time.
    let mut floods = Vec::new();
    while floods.len() < 3 {
        let flood = flood(&book, floods.len());
        if flood.lists >= 30 && flood.slowest < Duration::from_secs(1) {
            return;
        }
        floods.push(flood);
    }
    panic!("{floods:?}");
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn the_time_of_an_answer_does_not_tell_whether_there_is_an_account(setup: Setup) {
    const ACCOUNTS: usize = 16;
    let book = setup.book_with(&PROXY);
    let client = book.signed_out();
    let users: Vec<User> = (0..ACCOUNTS).map(|_| book.person("Berta", Role::Viewer)).collect();
    let mut turn = 0;
    let mut ratios = Vec::new();
    // The machine may be busy with something else just then; a real difference shows each time.
    while ratios.len() < 3 {
        let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            for (n, user) in users.iter().enumerate() {
                let mut time = |email: &str| {
                    turn += 1;
                    let address = format!("10.0.{}.{}", turn / 200, turn % 200);
                    let begin = Instant::now();
                    sign_in_from(&client, &address, email, WRONG).expect(422);
                    begin.elapsed()
                };
                wrong.push(time(user.email.as_str()));
                // As long as the others.
                unknown.push(time(&format!("{n:036}@example.org")));
            }
        }
        let ratio = median(unknown) / median(wrong);
        if (0.8..1.25).contains(&ratio) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("the times of unknown accounts to those of wrong passwords: {ratios:?}");
}
