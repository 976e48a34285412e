//! Redis forgets, goes and comes; workers are killed and paused: nothing is lost, and nothing is done twice.

use std::time::{Duration, Instant};

use daybook::jobs::State;
use rustix::process::Signal;

use super::work::{Shop, all_done, ask, done, job, under_way};
use crate::cases;
use crate::support::{Setup, eventually};

cases![
    BOTH: a_killed_worker_s_job_is_taken_over_and_everything_changed_once,
        a_worker_that_was_paused_past_its_lease_writes_nothing_more,
        what_redis_forgets_is_done_all_the_same,
        while_redis_is_away_the_book_works_and_says_that_work_is_delayed;
    SQLITE: a_worker_gives_up_when_redis_stays_away, a_bell_that_nobody_hears_does_not_pile_up
];

fn a_killed_worker_s_job_is_taken_over_and_everything_changed_once(setup: Setup) {
    let shop = Shop::new(setup);
    let mut first = shop.worker();
    let uid = ask(&shop.book, "trash");
    under_way(&shop.book, uid);
    first.kill();
    let after = job(&shop.book, uid);
    assert_eq!((after.state, after.failures), (State::Running, 0), "nobody knows yet");
    let _second = shop.worker();
    let job = all_done(&shop.book, uid);
    assert_eq!((job.fence, job.failures), (2, 1), "a lost lease is a failure");
}

fn a_worker_that_was_paused_past_its_lease_writes_nothing_more(setup: Setup) {
    let shop = Shop::new(setup);
    let first = shop.worker();
    let uid = ask(&shop.book, "trash");
    under_way(&shop.book, uid);
    first.signal(Signal::STOP);
    let _second = shop.worker();
    // If it was stopped in the middle of a transaction, its locks last as long as it sleeps. Then the second one can only
    // begin when it wakes up, and finds its lease lost.
    let begin = Instant::now();
    while job(&shop.book, uid).fence == 1 && begin.elapsed() < Duration::from_secs(4) {
        std::thread::sleep(Duration::from_millis(50));
    }
    first.signal(Signal::CONT);
    let ended = all_done(&shop.book, uid);
    assert_eq!((ended.fence, ended.failures), (2, 1));
    eventually("the first finds out", || first.log().contains("a lease is lost").then_some(()));
    assert_eq!(job(&shop.book, uid), ended, "and wrote nothing");
}

fn what_redis_forgets_is_done_all_the_same(setup: Setup) {
    let shop = Shop::new(setup);
    let uid = ask(&shop.book, "trash");
    // Rung for, but nobody has heard it yet.
    shop.redis.flush();
    let _worker = shop.worker();
    under_way(&shop.book, uid);
    shop.redis.flush();
    all_done(&shop.book, uid);
    let again = shop.book.get("/trash").page().form("#all");
    let fields: Vec<_> = again.pairs().into_iter().filter(|(name, _)| *name != "action").collect();
    let to = shop.book.post("/jobs", &[fields, vec![("action", "restore")]].concat()).location();
    done(&shop.book, to.trim_start_matches("/jobs/").parse().expect("a uid"));
}

fn while_redis_is_away_the_book_works_and_says_that_work_is_delayed(setup: Setup) {
    let mut shop = Shop::new(setup);
    let worker = shop.worker();
    eventually("it is at work", || worker.log().contains("background work begins").then_some(()));
    shop.redis.stop();
    let begin = Instant::now();
    let uid = ask(&shop.book, "trash");
    assert!(begin.elapsed() < Duration::from_secs(2), "nobody waits for the bell");
    shop.book.get("/entries?q=x").expect(200);
    eventually("pages say so", || (shop.book.get("/account").page().count("#delayed") == 1).then_some(()));
    // The sweeper does not need the bell.
    all_done(&shop.book, uid);
    shop.redis.start_again();
    eventually("pages say it no more", || (shop.book.get("/account").page().count("#delayed") == 0).then_some(()));
}

fn a_worker_gives_up_when_redis_stays_away(setup: Setup) {
    let mut shop = Shop::new(setup);
    let mut worker = shop.worker_with(&[("REDIS_GIVE_UP_S", "1")]);
    worker.may_fail = true;
    eventually("it is at work", || worker.log().contains("background work begins").then_some(()));
    shop.redis.stop();
    let (status, after) = worker.ended();
    assert_eq!(status.code(), Some(1));
    assert!(after < Duration::from_secs(20), "{after:?}");
    assert!(worker.log().contains("daybook-worker: Redis was away for"), "{}", worker.log());
}

fn a_bell_that_nobody_hears_does_not_pile_up(setup: Setup) {
    let shop = Shop::new(setup);
    for n in 0..20 {
        shop.book.add(&format!("Entry {n}"), "");
    }
    // A new message stands among those that are scheduled, due at once.
    let waiting = || shop.redis.ask("ZCARD daybook:audit:scheduled");
    eventually("it was rung for", || (waiting() != ":0").then_some(()));
    assert!([":1", ":2"].contains(&waiting().as_str()), "{}", waiting());
}
