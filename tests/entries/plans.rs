//! What the pages ask of the database: how often, and that each question has an index. At 100,000 entries.

use std::ops::DerefMut;

use daybook::entries::{
    self, CANDIDATES, Content, Count, Cursor, Draft, EntryFilter, Key, NewEntry, Position, Sort, SortBy, Target,
};
use daybook::search::Query;
use daybook::{Actor, Conn, Timestamp, Uid, audit};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::cases;
use crate::support::explain::{Statements, check};
use crate::support::{Setup, program};

cases![BOTH: every_statement_of_a_page_is_answered_by_an_index];

const ENTRIES: i64 = 100_000;

fn every_statement_of_a_page_is_answered_by_an_index(setup: Setup) {
    let database = setup.database();
    database.migrate();
    let count = ENTRIES.to_string();
    let demo = program::run(&["demo", "--entries", &count], &[("DATABASE_URL", &database.url)]);
    assert!(demo.status.success(), "{}", program::printed(&demo));
    let db = database.db();
    let mut pooled = db.connect().expect("a connection");
    let conn = pooled.deref_mut();
    set_some_aside(conn);
    let statements = Statements::listen(conn);
    for (sort, position) in places(conn) {
        statements.take();
        for done in [None, Some(true), Some(false)] {
            for trashed in [false, true] {
                let filter = EntryFilter { trashed, done, ..EntryFilter::default() };
                let page = entries::list(conn, &filter, sort, &position, 50).expect("a page");
                assert!(!page.rows.is_empty(), "{filter:?} {sort:?} {position:?} shows something");
                // By title, those of the same title are a question of their own.
                let most = if sort.by == SortBy::Title && position != Position::First { 2 } else { 1 };
                let asked = statements.take();
                assert!(asked.len() <= most, "one statement for a page: {asked:#?}");
                asked.iter().for_each(|sql| check(&database, sql, 51));
            }
        }
    }
    for position in positions(conn) {
        statements.take();
        for done in [None, Some(true), Some(false)] {
            for trashed in [false, true] {
                let filter = EntryFilter { trashed, done, changed_by: Some(Uid::nil()), ..EntryFilter::default() };
                let page = entries::list(conn, &filter, Sort::default(), &position, 50).expect("a page");
                assert!(!page.rows.is_empty(), "{filter:?} {position:?} shows something");
                let asked = statements.take();
                assert_eq!(asked.len(), 1, "one statement for a page: {asked:#?}");
                asked.iter().for_each(|sql| check(&database, sql, 51));
            }
        }
    }
    for sql in statements_about_candidates(conn, &statements) {
        check(&database, &sql, CANDIDATES as u64 + 1);
    }
    for sql in statements_that_count(conn, &statements) {
        check(&database, &sql, Count::MOST as u64 + 1);
    }
    let uid = middle(conn).1;
    statements.take();
    for sql in statements_about_one(conn, uid, &statements) {
        check(&database, &sql, 51);
    }
}

/// Each order, from its beginning and in its middle.
fn places(conn: &mut Conn) -> Vec<(Sort, Position)> {
    let (keys, uid) = middle(conn);
    let mut places = Vec::new();
    for (by, key) in keys {
        for descending in [true, false] {
            let sort = Sort { by, descending };
            let cursor = Cursor { key: key.clone(), uid };
            for position in [Position::First, Position::After(cursor.clone()), Position::Before(cursor)] {
                places.push((sort, position));
            }
        }
    }
    places
}

/// The order of changes, from its beginning and in its middle.
fn positions(conn: &mut Conn) -> [Position; 3] {
    let ([(_, key), ..], uid) = middle(conn);
    let cursor = Cursor { key, uid };
    [Position::First, Position::After(cursor.clone()), Position::Before(cursor)]
}

/// Searches and periods: for what is everywhere, for what is rare, for what is not there.
fn statements_about_candidates(conn: &mut Conn, statements: &Statements) -> Vec<String> {
    let title = NewEntry { uid: Uid::new(), content: content("Zebra crossing", "rare") };
    let actor = Actor::operator();
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        entries::create(conn, &[title], &actor).expect("it is made");
        statements.take();
        let (keys, _) = middle(conn);
        let Key::Time(at) = keys[0].1 else { panic!("the first order is by time") };
        let day = Timestamp::from_micros(at.micros() + 86_400_000_000);
        statements.take();
        let mut all = Vec::new();
        for query in ["printer", "the", "p", "zeb", "nowhere", "\"fire extinguishers\" call", "-printer", "東", ""] {
            for trashed in [false, true] {
                for by in [SortBy::Changed, SortBy::Title] {
                    let filter = EntryFilter {
                        trashed,
                        done: Some(false),
                        changed_from: Some(at),
                        changed_before: Some(day),
                        changed_by: Some(Uid::nil()).filter(|_| query.len() % 2 == 0),
                        search: Query::parse(query).expect("a query"),
                    };
                    let sort = Sort { by, descending: true };
                    let page = entries::list(conn, &filter, sort, &Position::First, 50).expect("a page");
                    assert!(query == "nowhere" || trashed || !page.rows.is_empty(), "{query} finds something");
                    let asked = statements.take();
                    assert!(asked.len() <= 40, "{} statements for {query}", asked.len());
                    all.extend(asked);
                }
            }
        }
        all.sort();
        all.dedup();
        statements.take();
        Ok(all)
    })
}

fn content(title: &str, description: &str) -> Content {
    let value = |name: &str| match name {
        "title" => Some(title.to_owned()),
        "description" => Some(description.to_owned()),
        _ => None,
    };
    Draft::new(value).parse_new().expect("it keeps the rules")
}

fn statements_that_count(conn: &mut Conn, statements: &Statements) -> Vec<String> {
    let (keys, _) = middle(conn);
    let Key::Time(at) = keys[0].1 else { panic!("the first order is by time") };
    statements.take();
    for trashed in [false, true] {
        for done in [None, Some(true)] {
            for (changed_from, changed_by) in [(None, None), (Some(at), None), (Some(at), Some(Uid::nil()))] {
                let filter = EntryFilter { trashed, done, changed_from, changed_by, ..EntryFilter::default() };
                match entries::count(conn, &filter).expect("a number") {
                    Count::MoreThan(n) => assert_eq!(n, Count::MOST),
                    Count::Exactly(n) => assert!((1000..=Count::MOST).contains(&n), "{filter:?}: {n}"),
                }
            }
        }
    }
    statements.take()
}

/// Some of the entries in the trash, done and open, on both sides of the middle.
fn set_some_aside(conn: &mut Conn) {
    use daybook::schema::entries::dsl as e;
    diesel::update(e::entries.filter(e::id.gt(ENTRIES / 3)).filter(e::id.lt(ENTRIES * 2 / 3)))
        .set(e::trashed.eq(true))
        .execute(conn)
        .expect("they are set aside");
    let terms = format!(
        "UPDATE entry_terms SET trashed = 1 WHERE entry_id > {} AND entry_id < {}",
        ENTRIES / 3,
        ENTRIES * 2 / 3
    );
    diesel::sql_query(terms).execute(conn).expect("their words with them");
    // The demonstration's entries come in groups of the same instant, which people's do not.
    diesel::sql_query("UPDATE entries SET updated_at = updated_at + id").execute(conn).expect("they are moved apart");
    // Two people, one of them with a quarter of the changes.
    diesel::update(e::entries)
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("id % 4 <> 0"))
        .set(e::updated_by.eq(Uid::new()))
        .execute(conn)
        .expect("they are somebody else's");
    match conn {
        Conn::Mysql(conn) => {
            // Statistics are gathered in the background otherwise, at any time.
            conn.batch_execute("ANALYZE TABLE entries, audit_events, entry_terms").expect("statistics");
        }
        Conn::Sqlite(_) => {}
    }
}

/// The keys of an entry in the middle, for each order, and its uid.
fn middle(conn: &mut Conn) -> ([(SortBy, Key); 3], Uid) {
    use daybook::schema::entries::dsl as e;
    let (changed, created, title, uid) = e::entries
        .filter(e::id.eq(ENTRIES / 2))
        .select((e::updated_at, e::created_at, e::title_key, e::uid))
        .first(conn)
        .expect("an entry");
    let keys = [
        (SortBy::Changed, Key::Time(changed)),
        (SortBy::Created, Key::Time(created)),
        (SortBy::Title, Key::Title(title)),
    ];
    (keys, uid)
}

/// What an entry's page, its forms and its changes ask.
fn statements_about_one(conn: &mut Conn, uid: Uid, statements: &Statements) -> Vec<String> {
    let actor = Actor::operator();
    let entry = entries::find(conn, uid).expect("it can be read").expect("it is there");
    audit::history(conn, uid, Some(100), 21).expect("a history");
    audit::content_at(conn, uid, 1).expect("an image");
    audit::was_purged(conn, uid, 1).expect("an answer");
    audit::created_as(conn, &[uid, Uid::new()]).expect("an answer");
    audit::changes_of(conn, uid).expect("an answer");
    entries::find_all(conn, &[uid, Uid::new()]).expect("an answer");
    let target = Target { uid, version: entry.version };
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        entries::restore(conn, &[target], &actor).expect("it is restored");
        Ok(())
    });
    let read = |sql: &String| sql.trim_start().to_ascii_uppercase().starts_with("SELECT");
    statements.take().into_iter().filter(read).collect()
}
