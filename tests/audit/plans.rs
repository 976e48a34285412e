//! Each page of the log comes straight from an index, however long the log is and whatever is filtered.

use std::ops::DerefMut;

use daybook::audit::{self, Kind, LogFilter, LogPosition, Sight};
use daybook::entries::{self, demo_entries};
use daybook::users::Role;
use daybook::{Actor, Conn, Timestamp, Uid};
use diesel::connection::SimpleConnection;

use super::log::{Log, actor};
use crate::cases;
use crate::support::explain::{self, Statements};
use crate::support::{Setup, person};

cases![BOTH: every_page_of_the_log_reads_its_rows_from_an_index];

const ENTRIES: u64 = 6_000;

fn every_page_of_the_log_reads_its_rows_from_an_index(setup: Setup) {
    let log = Log::new(setup);
    for first in (0..ENTRIES).step_by(1000) {
        // Two people, one of them with a sixth of the changes.
        let actor = if first == 2000 { Actor::operator() } else { Actor { uid: Uid::new(), ..actor() } };
        let new = demo_entries(first, 1000).expect("they keep the rules");
        log.write(|conn| entries::create(conn, &new, &actor)).expect("they are written");
    }
    for n in 0..50 {
        person::add(&log.database.db(), &format!("{n}@example.org"), "Somebody", Role::Administrator);
    }
    // Each has an instant of its own, and a quarter are of another kind.
    log.execute("UPDATE audit_events SET at = at + id");
    log.execute("UPDATE audit_events SET kind = 'update' WHERE id % 4 = 0 AND subject_kind = 'entry'");
    let pooled = log.database.db();
    let mut pooled = pooled.connect().expect("a connection");
    let conn: &mut Conn = pooled.deref_mut();
    if let Conn::Mysql(conn) = conn {
        conn.batch_execute("ANALYZE TABLE audit_events, audit_images, entries").expect("statistics");
    }
    let (middle, first) = middle(conn);
    let statements = Statements::listen(conn);
    for sight in [Sight::Entries, Sight::Everything] {
        for filter in filters(first.0) {
            for position in [LogPosition::Newest, LogPosition::After(middle), LogPosition::Before(middle)] {
                audit::log(conn, sight, &filter, position, 50).expect("a page");
                let asked = statements.take();
                assert!(asked.len() <= 10, "{asked:#?}");
                asked.iter().flat_map(|sql| parts(sql)).for_each(|sql| explain::check(&log.database, &sql, 51));
            }
        }
    }
    // A page of one entry.
    let filter = LogFilter { subject: Some(first.1), ..LogFilter::default() };
    let page = audit::log(conn, Sight::Everything, &filter, LogPosition::Newest, 50).expect("a page");
    assert_eq!(page.events.len(), 1);
    statements.take().iter().for_each(|sql| explain::check(&log.database, sql, 51));
}

/// The newest of each kind are parts of one statement, each with its limit.
fn parts(sql: &str) -> Vec<String> {
    let part = |part: &str| match part.strip_prefix("SELECT * FROM (") {
        Some(inner) => inner.trim_end_matches(" AS some").trim_end_matches(')').to_owned(),
        None => part.to_owned(),
    };
    sql.split(" UNION ALL ").map(part).collect()
}

fn filters(at: Timestamp) -> Vec<LogFilter> {
    let mut all = Vec::new();
    for what in [None, Some((audit::ENTRY, None)), Some((audit::ENTRY, Some(Kind::Create)))] {
        for by in [None, Some(Uid::nil())] {
            for from in [None, Some(at)] {
                all.push(LogFilter { what, by, from, before: from.map(|_| Timestamp::now()), subject: None });
            }
        }
    }
    all
}

/// A place in the middle, and the time and the subject of the first event.
fn middle(conn: &mut Conn) -> (audit::LogCursor, (Timestamp, Uid)) {
    use daybook::schema::audit_events::dsl as e;
    use diesel::prelude::*;
    let mut event = |id: i64| -> (Timestamp, Uid, i32) {
        let row = e::audit_events.filter(e::id.eq(id)).select((e::at, e::subject_uid, e::version));
        row.first(conn).expect("an event")
    };
    let ((at, subject, version), first) = (event(ENTRIES as i64 / 2), event(1));
    (audit::LogCursor { at, subject, version }, (first.0, first.1))
}
