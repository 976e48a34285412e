//! Who gets a job, and when.

use std::sync::Barrier;

use daybook::jobs::{self, State};
use daybook::{Actor, Uid};

use super::{LONG, SHORT, Table, new_job};
use crate::cases;
use crate::support::{Setup, eventually};

cases![BOTH:
    a_double_click_makes_one_job,
    of_many_claimers_one_gets_the_job,
    a_job_that_nobody_has_is_due,
    a_lost_worker_s_job_is_due_and_another_takes_it_over,
    a_job_that_loses_all_its_workers_fails_for_good,
    the_list_goes_on_where_a_page_ended
];

fn a_double_click_makes_one_job(setup: Setup) {
    let table = Table::new(setup);
    let key = Uid::new();
    let first = table.write(|conn| jobs::enqueue(conn, new_job(key), &Actor::operator()));
    let second = table.write(|conn| jobs::enqueue(conn, new_job(key), &Actor::operator()));
    assert_eq!(first, second);
    let somebody = Actor { uid: Uid::new(), ..Actor::operator() };
    let third = table.write(|conn| jobs::enqueue(conn, new_job(key), &somebody));
    assert_ne!(first.uid, third.uid, "the key is the account's own");
}

fn of_many_claimers_one_gets_the_job(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let start = Barrier::new(4);
    let claimed: Vec<bool> = std::thread::scope(|scope| {
        let claim = || {
            start.wait();
            table.claim(job.uid, LONG).is_some()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(claim)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it ends")).collect()
    });
    assert_eq!(claimed.iter().filter(|got| **got).count(), 1);
    let after = table.job(job.uid);
    assert_eq!((after.state, after.fence, after.failures), (State::Running, 1, 0));
}

fn a_job_that_nobody_has_is_due(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    assert_eq!(table.write(|conn| jobs::due(conn, None, 10)), [job.uid]);
    table.claimed(job.uid, LONG);
    assert_eq!(table.write(|conn| jobs::due(conn, None, 10)), []);
}

fn a_lost_worker_s_job_is_due_and_another_takes_it_over(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let first = table.claimed(job.uid, SHORT);
    eventually("the lease runs out", || (table.write(|conn| jobs::due(conn, None, 10)) == [job.uid]).then_some(()));
    let second = table.claimed(job.uid, LONG);
    assert_eq!((first.fence, second.fence), (1, 2));
    let after = table.job(job.uid);
    assert_eq!((after.state, after.failures, after.owner), (State::Running, 1, Some(second.owner)));
    assert_eq!(after.error.as_deref(), Some("The worker that ran it was lost."));
}

fn a_job_that_loses_all_its_workers_fails_for_good(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    for _ in 0..jobs::ATTEMPTS {
        table.claimed(job.uid, SHORT);
        eventually("the lease runs out", || (table.write(jobs::take_from_the_lost) == 1).then_some(()));
    }
    let after = table.job(job.uid);
    assert_eq!((after.state, after.failures), (State::Failed, jobs::ATTEMPTS));
    assert!(after.finished_at.is_some() && after.owner.is_none());
    assert!(table.claim(job.uid, LONG).is_none());
}

fn the_list_goes_on_where_a_page_ended(setup: Setup) {
    let table = Table::new(setup);
    let mut all: Vec<Uid> = (0..5).map(|_| table.enqueue().uid).collect();
    all.reverse();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = table.write(|conn| jobs::list(conn, before, 2));
        seen.extend(page.jobs.iter().map(|job| job.uid));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);
}
