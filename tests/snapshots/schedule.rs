//! Snapshots by the schedule: at their time, once, and only the last ones stay.

use daybook::jobs::State;
use daybook::snapshots::{self, Cron, Format, NewSchedule, Schedule, Snapshot};
use daybook::{Actor, Timestamp};

use super::work::{assert_whole, everything, shelf, stored};
use crate::cases;
use crate::jobs::work::Shop;
use crate::support::database::execute;
use crate::support::{Book, Setup, eventually};

cases![
    BOTH: two_workers_make_one_for_each_time_and_the_last_ones_stay, a_schedule_is_set_once_and_told_in_the_log
];

fn set(book: &Book, version: i32, cron: Option<&str>, keep_last: i32) -> bool {
    let cron = cron.map(|text| Cron::parse(text).expect("a schedule"));
    let new = NewSchedule { version, cron, what: everything(Format::Ndjson), keep_last };
    let zone = shelf(book).zone;
    let set = |conn: &mut daybook::Conn| snapshots::set_schedule(conn, &new, &zone, &Actor::operator());
    book.database.db().write_blocking(set).expect("it can be set")
}

fn schedule(book: &Book) -> Schedule {
    book.sql(snapshots::schedule).expect("it can be read")
}

fn all(book: &Book) -> Vec<Snapshot> {
    let page = book.sql(|conn| snapshots::list(conn, None, 50)).expect("it can be read");
    assert!(page.rows.iter().all(|row| row.job.as_ref().is_some_and(|job| job.state != State::Failed)));
    page.rows.into_iter().map(|row| row.snapshot).collect()
}

fn two_workers_make_one_for_each_time_and_the_last_ones_stay(setup: Setup) {
    let shop = Shop::new(setup);
    let _workers = [shop.worker(), shop.worker()];
    assert!(set(&shop.book, 0, Some("0 3 * * *"), 2));
    let mut kept = None;
    for round in 1..=4_usize {
        execute(&shop.book.database.db(), "UPDATE snapshot_schedule SET next_at = 1000000");
        let newest = eventually("one more is made", || {
            let newest = all(&shop.book).into_iter().next()?;
            (newest.is_made() && Some(newest.uid) != kept && schedule(&shop.book).next_at > Some(Timestamp::now()))
                .then_some(newest)
        });
        kept = Some(newest.uid);
        assert!(newest.scheduled);
        assert_eq!((newest.asked_by, newest.asked_by_name.as_str()), (daybook::Uid::nil(), "Operator"));
        assert_whole(&shop.book, &newest);
        eventually("the last two stay", || (all(&shop.book).len() == round.min(2)).then_some(()));
        // The time of the schedule is unique: let each of these be another one.
        let hex = daybook::audit::hex(newest.uid.as_bytes());
        execute(
            &shop.book.database.db(),
            &format!("UPDATE snapshots SET due_at = due_at + {round} WHERE uid = x'{hex}'"),
        );
    }
    let made = shop.book.snapshot_events().into_iter().filter(|event| event.kind == "create").count();
    assert_eq!(made, 4, "one for each time");
    eventually("their files are gone", || (stored(&shop.book).len() == 4).then_some(()));
}

fn a_schedule_is_set_once_and_told_in_the_log(setup: Setup) {
    let book = setup.book();
    let before = schedule(&book);
    assert_eq!((before.version, &before.cron, before.next_at), (0, &None, None));
    assert!(before.upcoming(Timestamp::now(), &shelf(&book).zone, 3).is_empty());
    assert!(set(&book, 0, Some(" 30  3 * * 1 "), 5));
    assert!(set(&book, 0, Some("30 3 * * 1"), 5), "a repeat is so already");
    assert!(!set(&book, 0, Some("30 4 * * 1"), 5), "somebody else was faster");
    let now = schedule(&book);
    assert_eq!((now.version, now.cron.as_deref(), now.keep_last), (1, Some("30 3 * * 1"), 5));
    let next = now.upcoming(Timestamp::now(), &shelf(&book).zone, 3);
    assert_eq!((next.len(), next.first().copied()), (3, now.next_at));
    assert!(next.iter().all(|at| at.iso().ends_with("T03:30:00Z")), "{next:?}");
    assert!(set(&book, 1, None, 5));
    assert_eq!((schedule(&book).cron, schedule(&book).next_at), (None, None));
    let events = book.snapshot_events();
    assert_eq!(
        events.iter().map(|event| (event.kind.as_str(), event.version)).collect::<Vec<_>>(),
        [("update", 1), ("update", 2)]
    );
    events.iter().for_each(|event| event.assert_committed());
}
