//! How a job ends, and how it begins again.

use daybook::Uid;
use daybook::jobs::{self, ATTEMPTS, End, State};

use super::{LONG, SHORT, Table};
use crate::cases;
use crate::support::{Setup, eventually};

cases![BOTH:
    a_failure_is_followed_by_a_pause_that_doubles,
    after_its_attempts_it_has_failed_for_good_and_says_why,
    a_hand_back_costs_no_attempt,
    a_waiting_job_is_cancelled_at_once,
    a_running_job_is_told_and_ends_cancelled,
    a_cancelled_job_does_not_outlive_its_lost_worker,
    another_try_has_all_attempts_and_goes_on_where_it_stopped,
    what_is_not_there_is_none
];

fn a_failure_is_followed_by_a_pause_that_doubles(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let mut pauses = Vec::new();
    for failures in 1..=3 {
        let lease = table.claimed(job.uid, LONG);
        assert_eq!(table.write(|conn| jobs::fail(conn, &lease, "The disk is full.")), State::Waiting);
        let after = table.job(job.uid);
        assert_eq!((after.failures, after.error.as_deref()), (failures, Some("The disk is full.")));
        assert!(table.claim(job.uid, LONG).is_none(), "not before its time");
        pauses.push((after.run_at.micros() - after.updated_at.micros()) / 1_000_000);
        table.hurry(job.uid);
    }
    assert_eq!(pauses, [5, 10, 20]);
}

fn after_its_attempts_it_has_failed_for_good_and_says_why(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    for _ in 0..ATTEMPTS {
        table.hurry(job.uid);
        let lease = table.claimed(job.uid, LONG);
        table.write(|conn| jobs::fail(conn, &lease, &"Why? ".repeat(1_000)));
    }
    let after = table.job(job.uid);
    assert_eq!((after.state, after.failures), (State::Failed, ATTEMPTS));
    assert!(after.finished_at.is_some() && after.error.is_some_and(|error| error.starts_with("Why? ")));
    table.hurry(job.uid);
    assert!(table.claim(job.uid, LONG).is_none() && table.write(|conn| jobs::due(conn, None, 9)).is_empty());
}

fn a_hand_back_costs_no_attempt(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    for fence in 1..=7 {
        let lease = table.claimed(job.uid, LONG);
        table.write(|conn| jobs::hand_back(conn, &lease));
        let after = table.job(job.uid);
        assert_eq!((after.state, after.failures, after.fence, after.owner), (State::Waiting, 0, fence, None));
    }
}

fn a_waiting_job_is_cancelled_at_once(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let after = table.write(|conn| jobs::cancel(conn, job.uid)).expect("it is there");
    assert!(after.state == State::Cancelled && after.finished_at.is_some());
    assert!(table.claim(job.uid, LONG).is_none());
}

fn a_running_job_is_told_and_ends_cancelled(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let lease = table.claimed(job.uid, LONG);
    let told = table.write(|conn| jobs::cancel(conn, job.uid)).expect("it is there");
    assert!(told.state == State::Running && told.cancel_wanted);
    table.write(|conn| jobs::finish(conn, &lease, End::Cancelled, "{}"));
    assert_eq!(table.state(job.uid), State::Cancelled);
    let after = table.job(job.uid);
    table.write(|conn| jobs::cancel(conn, job.uid));
    assert_eq!(table.job(job.uid), after, "what has ended is left alone");
}

fn a_cancelled_job_does_not_outlive_its_lost_worker(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    table.claimed(job.uid, SHORT);
    table.write(|conn| jobs::cancel(conn, job.uid));
    eventually("the lease runs out", || (table.write(jobs::take_from_the_lost) == 1).then_some(()));
    assert_eq!(table.state(job.uid), State::Cancelled);
}

fn another_try_has_all_attempts_and_goes_on_where_it_stopped(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    for _ in 0..ATTEMPTS {
        table.hurry(job.uid);
        let lease = table.claimed(job.uid, LONG);
        let step = jobs::Progress { handled: 4, total: None, bookmark: "[4]".into() };
        table.write(|conn| jobs::progress(conn, &lease, &step));
        table.write(|conn| jobs::fail(conn, &lease, "x"));
    }
    for _ in 0..2 {
        let again = table.write(|conn| jobs::retry(conn, job.uid)).expect("it is there");
        assert_eq!((again.state, again.failures, again.error, again.finished_at), (State::Waiting, 0, None, None));
        assert_eq!((again.handled, again.bookmark.as_deref()), (4, Some("[4]")));
    }
    let lease = table.claimed(job.uid, LONG);
    let running = table.job(job.uid);
    table.write(|conn| jobs::retry(conn, job.uid));
    assert_eq!(table.job(job.uid), running, "what runs is left alone");
    table.write(|conn| jobs::finish(conn, &lease, End::Done, "{}"));
    table.write(|conn| jobs::retry(conn, job.uid));
    assert_eq!(table.state(job.uid), State::Done, "what is done is not done again");
}

fn what_is_not_there_is_none(setup: Setup) {
    let (table, nothing) = (Table::new(setup), Uid::new());
    assert!(table.write(|conn| jobs::find(conn, nothing)).is_none());
    assert!(table.write(|conn| jobs::cancel(conn, nothing)).is_none());
    assert!(table.write(|conn| jobs::retry(conn, nothing)).is_none());
    assert!(table.claim(nothing, LONG).is_none());
}
