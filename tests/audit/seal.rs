//! Sealing: every event gets one place, whoever writes and seals at the same time, and whatever is interrupted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use daybook::audit::{self, Sealed};
use daybook::entries::{self, demo_entries};
use daybook::{Conn, Error};
use diesel::connection::Connection;

use super::log::{Log, actor};
use crate::cases;
use crate::support::Setup;
use crate::support::suite::Backend;

cases![BOTH:
    events_get_places_in_the_order_of_their_ids,
    nothing_is_sealed_twice,
    places_are_gapless_while_many_write_and_two_seal,
    an_event_with_a_lower_id_that_comes_later_is_sealed,
    what_is_interrupted_leaves_the_log_as_it_was,
    a_book_has_one_beginning_however_often_it_is_migrated,
    sealing_finds_its_events_without_going_through_the_others
];

fn events_get_places_in_the_order_of_their_ids(setup: Setup) {
    let log = Log::of_ten(setup);
    let expected: Vec<(i64, Option<i64>)> = (1..=10).map(|n| (n, Some(n))).collect();
    assert_eq!(log.places(), expected);
    let state = log.sql(audit::state).expect("it can be read");
    let head = state.head.expect("there is a head");
    assert_eq!((head.seq, head.link.len(), state.waiting_since), (10, 32, None));
    assert!(log.verify().is_whole());
}

fn nothing_is_sealed_twice(setup: Setup) {
    let log = Log::of_ten(setup);
    let head = || log.sql(audit::state).expect("it can be read").head.expect("there is a head");
    let before = head();
    assert_eq!(log.seal(), Sealed { events: 0, more: false });
    assert_eq!(head(), before);
    for entry in demo_entries(100, 5).expect("they keep the rules") {
        log.add(&entry);
    }
    for (events, more) in [(2, true), (2, true), (1, false), (0, false)] {
        let sealed = log.write(|conn| audit::seal(conn, 2)).expect("it is sealed");
        assert_eq!(sealed, Sealed { events, more });
    }
    assert_eq!(log.seqs(), (1..=15).collect::<Vec<i64>>());
    assert!(log.verify().is_whole());
}

/// Takes the write lock late on SQLite, where others may hold it for longer than one waits.
fn patiently<T>(mut attempt: impl FnMut() -> Result<T, Error>) -> T {
    loop {
        match attempt() {
            Ok(value) => return value,
            Err(Error::Busy(text)) if text.contains("locked") => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn places_are_gapless_while_many_write_and_two_seal(setup: Setup) {
    const WRITERS: u64 = 3;
    const EACH: u64 = 40;
    let log = Log::new(setup);
    let sealed = AtomicUsize::new(0);
    let all = (WRITERS * EACH) as usize;
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let log = &log;
            scope.spawn(move || {
                for entry in demo_entries(writer * EACH, EACH).expect("they keep the rules") {
                    let one = std::slice::from_ref(&entry);
                    patiently(|| log.write(|conn| entries::create(conn, one, &actor()).map(drop)));
                }
            });
        }
        for most in [3, 7] {
            let (log, sealed) = (&log, &sealed);
            scope.spawn(move || {
                while sealed.load(Ordering::SeqCst) < all {
                    let one = patiently(|| log.write(|conn| audit::seal(conn, most)));
                    sealed.fetch_add(one.events, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(sealed.into_inner(), all, "each event was sealed once");
    assert_eq!(log.seqs(), (1..=all as i64).collect::<Vec<i64>>());
    assert!(log.verify().is_whole(), "{}", log.verify());
}

fn an_event_with_a_lower_id_that_comes_later_is_sealed(setup: Setup) {
    let log = Log::new(setup);
    let entries = demo_entries(0, 3).expect("they keep the rules");
    match setup.backend {
        // A writer that is slow to commit, while another one is quick.
        Backend::Mysql => log.sql(|slow| {
            slow.transaction::<_, diesel::result::Error, _>(|slow| {
                entries::create(slow, &entries[..1], &actor()).expect("it is written");
                log.add(&entries[1]);
                assert_eq!(log.seal().events, 1);
                Ok(())
            })
            .expect("it is committed")
        }),
        // There is one writer at a time, so that it takes a forged number.
        Backend::Sqlite => {
            log.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('audit_events', 1)");
            log.add(&entries[1]);
            assert_eq!(log.seal().events, 1);
            log.add(&entries[0]);
            log.execute("UPDATE audit_images SET event_id = 1 WHERE event_id = 3");
            log.execute("UPDATE audit_events SET id = 1 WHERE id = 3");
        }
    }
    assert_eq!(log.places(), [(1, None), (2, Some(1))]);
    assert_eq!(log.seal().events, 1);
    assert_eq!(log.places(), [(1, Some(2)), (2, Some(1))]);
    log.add(&entries[2]);
    assert_eq!(log.seal().events, 1);
    assert!(log.verify().is_whole());
}

fn what_is_interrupted_leaves_the_log_as_it_was(setup: Setup) {
    let log = Log::of_ten(setup);
    for entry in demo_entries(100, 5).expect("they keep the rules") {
        log.add(&entry);
    }
    let state = || (log.places(), log.sql(audit::state).expect("it can be read").head);
    let before = state();
    let refused = log.write(|conn| {
        assert_eq!(audit::seal(conn, 100)?.events, 5);
        Err::<(), Error>(Error::Internal("given up".into()))
    });
    assert!(refused.is_err());
    assert_eq!(state(), before);
    // The connection is dropped in the middle, as when the process is killed.
    let killed = thread::scope(|scope| {
        let sealing = |conn: &mut Conn| -> Result<(), Error> {
            assert_eq!(audit::seal(conn, 100)?.events, 5);
            std::panic::resume_unwind(Box::new("killed"))
        };
        let log = &log;
        scope.spawn(move || log.write(sealing)).join()
    });
    assert!(killed.is_err());
    assert_eq!(state(), before);
    assert_eq!(log.seal().events, 5);
    assert_eq!(log.seqs(), (1..=15).collect::<Vec<i64>>());
    assert!(log.verify().is_whole());
}

fn a_book_has_one_beginning_however_often_it_is_migrated(setup: Setup) {
    let log = Log::of_ten(setup);
    let head = || log.sql(audit::state).expect("it can be read").head.expect("there is a head");
    let before = head();
    log.database.migrate();
    assert_eq!(head(), before);
    let other = Log::new(setup);
    let other = other.sql(audit::state).expect("it can be read").head.expect("there is a head");
    assert_ne!((other.book_uid, other.genesis), (before.book_uid, before.genesis));
}

fn sealing_finds_its_events_without_going_through_the_others(setup: Setup) {
    use crate::support::explain::{self, Statements};
    let log = Log::new(setup);
    for batch in 0..6 {
        let entries = demo_entries(batch * 500, 500).expect("they keep the rules");
        log.write(|conn| entries::create(conn, &entries, &actor())).expect("they are written");
        // The last thousand are left as they are.
        if batch < 4 {
            assert_eq!(log.seal().events, 500);
        }
    }
    let pooled = log.database.db();
    let mut conn = pooled.connect().expect("a connection");
    let conn: &mut Conn = &mut conn;
    let statements = Statements::listen(conn);
    audit::state(conn).expect("it can be read");
    audit::seal(conn, 50).expect("it is sealed");
    audit::verify(conn, |_| ()).expect("it is verified");
    let asked: Vec<String> = statements.take().into_iter().filter(|sql| sql.starts_with("SELECT")).collect();
    let unsealed = asked.iter().filter(|sql| sql.contains("IS NULL") && !sql.contains("COUNT"));
    assert_eq!(unsealed.clone().count(), 2, "{asked:#?}");
    unsealed.for_each(|sql| explain::check(&log.database, sql, 50));
    let pages = asked.iter().filter(|sql| sql.contains("audit_images"));
    assert!(pages.clone().count() >= 8, "{asked:#?}");
    // An image for each event.
    pages.for_each(|sql| explain::check(&log.database, sql, 256));
}
