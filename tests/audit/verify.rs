//! Verifying finds whatever was done to a sealed event, and names the place.

use daybook::audit::{self, Report, Wrong};
use daybook::entries::demo_entries;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::log::Log;
use super::sabotage::{SABOTAGES, columns, insert_at_the_end, insert_in_the_middle};
use crate::cases;
use crate::support::Setup;
use crate::support::program::{command, printed, worker_command};
use crate::support::suite::Backend;

cases![BOTH:
    a_whole_log_is_found_whole_and_that_is_noted,
    a_change_of_any_column_of_an_event_is_found,
    any_other_sabotage_is_found,
    an_added_event_is_found,
    a_rewritten_beginning_is_found_without_an_end,
    an_erased_image_is_no_fault,
    a_log_that_is_being_sealed_meanwhile_is_whole,
    a_database_without_tables_is_told_what_it_lacks
];

fn faults(report: &Report) -> Vec<(i64, Wrong)> {
    report.faults.iter().map(|fault| (fault.seq, fault.wrong)).collect()
}

fn a_whole_log_is_found_whole_and_that_is_noted(setup: Setup) {
    let log = Log::new(setup);
    assert!(log.verify().is_whole(), "also when it is empty");
    let log = Log::of_ten(setup);
    log.add(&demo_entries(100, 1).expect("it keeps the rules")[0]);
    let mut steps = Vec::new();
    let report = log.sql(|conn| audit::verify(conn, |events| steps.push(events))).expect("it is verified");
    assert!(report.is_whole(), "{report}");
    assert_eq!((report.events, report.last_seq, report.erased, report.unsealed), (10, 10, 0, 1));
    assert_eq!(steps, [10]);
    let head = log.sql(audit::state).expect("it can be read").head.expect("there is a head");
    assert_eq!((head.verified_seq, head.verified_faults, head.verified_at), (Some(10), Some(0), Some(report.at)));
    let text = report.to_string();
    assert!(text.starts_with("The audit log is whole.") && text.contains(&head.link_hex()), "{text}");
    log.execute("UPDATE audit_events SET kind = 'purge' WHERE seq = 4");
    log.verify();
    let head = log.sql(audit::state).expect("it can be read").head.expect("there is a head");
    assert_eq!((head.verified_seq, head.verified_faults), (Some(10), Some(1)));
}

fn a_database_without_tables_is_told_what_it_lacks(setup: Setup) {
    let database = setup.database();
    let settings = [("DATABASE_URL", database.url.as_str())];
    for mut verify in [command(&["verify"], &settings), worker_command(&["verify"], &settings)] {
        let output = verify.output().expect("it runs");
        let text = printed(&output);
        assert!(!output.status.success() && text.contains("run `daybook-web migrate`"), "{text}");
    }
}

fn a_change_of_any_column_of_an_event_is_found(setup: Setup) {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let query = match setup.backend {
        Backend::Sqlite => "SELECT name FROM pragma_table_info('audit_events')",
        Backend::Mysql => {
            "SELECT column_name AS name FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = 'audit_events'"
        }
    };
    let log = Log::new(setup);
    let there: Vec<Column> = log.sql(|conn| diesel::sql_query(query).load(conn)).expect("the columns");
    let mut there: Vec<&str> = there.iter().map(|column| column.name.as_str()).collect();
    let mut changed: Vec<&str> = columns().iter().map(|(name, ..)| *name).collect();
    there.sort_unstable();
    changed.sort_unstable();
    assert_eq!(there, changed, "each column is changed once");
    for (name, value, expected) in columns() {
        let log = Log::of_ten(setup);
        log.execute(&format!("UPDATE audit_events SET {name} = {value} WHERE seq = 3"));
        let report = log.verify();
        assert_eq!(faults(&report), expected, "{name}: {report}");
        let named = report.to_string().contains("NOT whole") && report.to_string().contains("Event 3 ");
        assert!(named, "{name}: {report}");
    }
}

fn any_other_sabotage_is_found(setup: Setup) {
    for sabotage in SABOTAGES {
        let log = Log::of_ten(setup);
        sabotage.statements.iter().for_each(|statement| log.execute(statement));
        let report = log.verify();
        assert_eq!(faults(&report), sabotage.faults, "{}: {report}", sabotage.what);
        assert_eq!(report.fault_count, sabotage.faults.len() as u64, "{}", sabotage.what);
    }
}

fn an_added_event_is_found(setup: Setup) {
    let log = Log::of_ten(setup);
    log.execute(&insert_at_the_end());
    assert_eq!(faults(&log.verify()), [(11, Wrong::Added)]);
    let log = Log::of_ten(setup);
    insert_in_the_middle().iter().for_each(|statement| log.execute(statement));
    let report = log.verify();
    assert_eq!((report.faults[0].seq, report.faults[0].wrong), (5, Wrong::Changed), "{report}");
    // The others were moved up by one, and that is told, too.
    assert_eq!(report.faults.iter().filter(|fault| fault.wrong == Wrong::Moved { from: fault.seq - 1 }).count(), 6);
}

fn a_rewritten_beginning_is_found_without_an_end(setup: Setup) {
    let log = Log::new(setup);
    let entries = demo_entries(0, 400).expect("they keep the rules");
    log.write(|conn| daybook::entries::create(conn, &entries, &super::log::actor())).expect("they are written");
    log.seal();
    log.execute("UPDATE audit_events SET sealed_at = sealed_at + 1");
    let report = log.verify();
    assert_eq!((report.fault_count, report.faults.len()), (400, Report::MOST_FAULTS));
    assert_eq!(report.faults[0].seq, 1);
    assert!(report.to_string().contains("And 350 more."), "{report}");
}

fn an_erased_image_is_no_fault(setup: Setup) {
    let log = Log::of_ten(setup);
    log.execute("DELETE FROM audit_images WHERE event_id IN (2, 8)");
    let report = log.verify();
    assert!(report.is_whole() && report.erased == 2, "{report}");
    assert!(report.to_string().contains("The images of 2 events were erased."), "{report}");
}

fn a_log_that_is_being_sealed_meanwhile_is_whole(setup: Setup) {
    let log = Log::new(setup);
    let add = |from: u64| {
        let entries = demo_entries(from, 300).expect("they keep the rules");
        log.write(|conn| daybook::entries::create(conn, &entries, &super::log::actor())).expect("they are written");
        log.seal();
    };
    add(0);
    let mut from = 300;
    let progress = |_| {
        add(from);
        from += 300;
    };
    let report = log.sql(|conn| audit::verify(conn, progress)).expect("it is verified");
    assert!(report.is_whole() && report.events == 300, "{report}");
    assert_eq!(from, 900, "it was called after each page");
}
