//! A worker that was paused longer than its lease can write nothing any more.

use daybook::jobs::{self, End, Progress, Renewed, State};

use super::{LONG, SHORT, Table, assert_lost};
use crate::cases;
use crate::support::{Setup, eventually};

cases![BOTH:
    a_lease_is_renewed_as_long_as_it_holds,
    after_a_takeover_the_first_worker_is_refused_everything,
    a_lease_that_ran_out_is_lost_even_if_nobody_took_the_job,
    what_the_lease_was_lost_for_is_rolled_back
];

fn step(handled: i64) -> Progress {
    Progress { handled, total: Some(10), bookmark: "{}".into() }
}

fn a_lease_is_renewed_as_long_as_it_holds(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let lease = table.claimed(job.uid, LONG);
    let before = table.job(job.uid).lease_until;
    // SQLite's clock tells milliseconds.
    eventually("it lasts longer", || {
        assert_eq!(table.write(|conn| jobs::renew(conn, &lease)), Renewed::GoOn);
        (table.job(job.uid).lease_until > before).then_some(())
    });
    table.write(|conn| jobs::progress(conn, &lease, &step(3)));
    let after = table.job(job.uid);
    assert_eq!((after.handled, after.total, after.bookmark.as_deref()), (3, Some(10), Some("{}")));
    table.write(|conn| jobs::cancel(conn, job.uid));
    assert_eq!(table.write(|conn| jobs::renew(conn, &lease)), Renewed::Cancelled);
}

fn after_a_takeover_the_first_worker_is_refused_everything(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let first = table.claimed(job.uid, SHORT);
    let second = eventually("the lease runs out", || table.claim(job.uid, LONG)).1;
    let before = table.job(job.uid);
    assert_eq!(table.write(|conn| jobs::renew(conn, &first)), Renewed::Lost);
    assert_lost(table.db.write_blocking(|conn| jobs::progress(conn, &first, &step(9))));
    assert_lost(table.db.write_blocking(|conn| jobs::finish(conn, &first, End::Done, "{}")));
    assert_lost(table.db.write_blocking(|conn| jobs::fail(conn, &first, "late")));
    assert_lost(table.db.write_blocking(|conn| jobs::hand_back(conn, &first)));
    assert_eq!(table.job(job.uid), before);
    table.write(|conn| jobs::finish(conn, &second, End::Done, "{}"));
    assert_eq!(table.state(job.uid), State::Done);
    assert_lost(table.db.write_blocking(|conn| jobs::finish(conn, &second, End::Done, "{}")));
}

fn a_lease_that_ran_out_is_lost_even_if_nobody_took_the_job(setup: Setup) {
    let table = Table::new(setup);
    let job = table.enqueue();
    let lease = table.claimed(job.uid, SHORT);
    eventually("the lease runs out", || (table.write(|conn| jobs::renew(conn, &lease)) == Renewed::Lost).then_some(()));
    assert_lost(table.db.write_blocking(|conn| jobs::finish(conn, &lease, End::Done, "{}")));
}

fn what_the_lease_was_lost_for_is_rolled_back(setup: Setup) {
    let table = Table::new(setup);
    let (job, other) = (table.enqueue(), table.enqueue());
    let lease = table.claimed(job.uid, SHORT);
    eventually("the lease runs out", || table.claim(job.uid, LONG));
    // The work of a batch, and then the check: both or nothing.
    assert_lost(table.db.write_blocking(|conn| {
        jobs::cancel(conn, other.uid)?;
        jobs::progress(conn, &lease, &step(9))
    }));
    assert_eq!(table.state(other.uid), State::Waiting);
}
