//! What the pages ask of the database: how often, and that each question has an index. At 100,000 entries.

use std::ops::DerefMut;
use std::sync::{Arc, Mutex};

use daybook::entries::{self, Cursor, EntryFilter, Position, Target};
use daybook::{Actor, Channel, Conn, Uid, audit};
use diesel::connection::{Connection, InstrumentationEvent};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::cases;
use crate::support::Setup;
use crate::support::database::TestDatabase;
use crate::support::program;

cases![BOTH: every_statement_of_a_page_is_answered_by_an_index];

const ENTRIES: i64 = 100_000;

/// Statements as they are sent, with their values in place.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    fn listen(conn: &mut Conn) -> Statements {
        let statements = Statements::default();
        let list = statements.0.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                list.lock().expect("nobody panics with it").push(with_values(&query.to_string()));
            }
        });
        statements
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().expect("nobody panics with it"))
    }
}

/// Diesel tells a statement as `… WHERE a = ? -- binds: [1]`.
fn with_values(told: &str) -> String {
    let Some((sql, binds)) = told.split_once(" -- binds: [") else { return told.to_owned() };
    let mut values = binds.trim_end_matches(']').split(", ").map(literal);
    let mut parts = sql.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(&values.next().expect("a value for each place"));
        text.push_str(part);
    }
    text
}

fn literal(value: &str) -> String {
    match value {
        "true" => "1".into(),
        "false" => "0".into(),
        text if text.starts_with('"') => format!("'{}'", text.trim_matches('"')),
        uid if uid.parse::<Uid>().is_ok() => format!("x'{}'", uid.replace('-', "")),
        number => number.trim_start_matches("Timestamp(").trim_end_matches(')').to_owned(),
    }
}

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
    let middle = middle(conn);
    let statements = Statements::listen(conn);
    for position in [Position::First, Position::After(middle), Position::Before(middle)] {
        for done in [None, Some(true), Some(false)] {
            for trashed in [false, true] {
                let filter = EntryFilter { trashed, done };
                let page = entries::list(conn, filter, position, 50).expect("a page");
                assert!(!page.rows.is_empty(), "{filter:?} {position:?} shows something");
                let asked = statements.take();
                assert_eq!(asked.len(), 1, "one statement for a page: {asked:#?}");
                check(&database, &asked[0]);
            }
        }
    }
    for sql in statements_about_one(conn, middle.uid, &statements) {
        check(&database, &sql);
    }
}

/// Some of the entries in the trash, done and open, on both sides of the middle.
fn set_some_aside(conn: &mut Conn) {
    use daybook::schema::entries::dsl as e;
    diesel::update(e::entries.filter(e::id.gt(ENTRIES / 3)).filter(e::id.lt(ENTRIES * 2 / 3)))
        .set(e::trashed.eq(true))
        .execute(conn)
        .expect("they are set aside");
    // The demonstration's entries come in groups of the same instant, which people's do not.
    diesel::sql_query("UPDATE entries SET updated_at = updated_at + id").execute(conn).expect("they are moved apart");
    match conn {
        Conn::Mysql(conn) => {
            // Statistics are gathered in the background otherwise, at any time.
            #[derive(QueryableByName)]
            struct Analyzed {
                #[diesel(sql_type = Text, column_name = "Msg_text")]
                message: String,
            }
            let analyzed: Vec<Analyzed> =
                diesel::sql_query("ANALYZE TABLE entries, audit_events").load(conn).expect("statistics");
            assert!(analyzed.iter().all(|table| !table.message.is_empty()));
        }
        Conn::Sqlite(_) => {}
    }
}

fn middle(conn: &mut Conn) -> Cursor {
    use daybook::schema::entries::dsl as e;
    let (at, uid) =
        e::entries.filter(e::id.eq(ENTRIES / 2)).select((e::updated_at, e::uid)).first(conn).expect("an entry");
    Cursor { at, uid }
}

/// What an entry's page, its forms and its changes ask.
fn statements_about_one(conn: &mut Conn, uid: Uid, statements: &Statements) -> Vec<String> {
    let actor = Actor::local(Channel::Cli, Uid::new(), None);
    let entry = entries::find(conn, uid).expect("it can be read").expect("it is there");
    audit::history(conn, uid, Some(100), 21).expect("a history");
    audit::content_at(conn, uid, 1).expect("an image");
    audit::was_purged(conn, uid, 1).expect("an answer");
    audit::created_as(conn, &[uid, Uid::new()]).expect("an answer");
    let target = Target { uid, version: entry.version };
    conn.test_transaction::<_, diesel::result::Error, _>(|conn| {
        entries::restore(conn, &[target], &actor).expect("it is restored");
        Ok(())
    });
    let read = |sql: &String| sql.trim_start().to_ascii_uppercase().starts_with("SELECT");
    statements.take().into_iter().filter(read).collect()
}

#[derive(QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct MysqlPlan {
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "type")]
    access: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

#[derive(QueryableByName)]
struct Counter {
    #[diesel(sql_type = Text, column_name = "Variable_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "Value")]
    value: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn check(database: &TestDatabase, sql: &str) {
    let db = database.db();
    let mut pooled = db.connect().expect("a connection");
    match pooled.deref_mut() {
        Conn::Sqlite(conn) => {
            let plan: Vec<SqlitePlan> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).expect(sql);
            for SqlitePlan { detail } in plan {
                assert!(detail.starts_with("SEARCH"), "{detail}: {sql}");
            }
        }
        Conn::Mysql(conn) => {
            let plan: Vec<MysqlPlan> = diesel::sql_query(format!("EXPLAIN {sql}")).load(conn).expect(sql);
            for MysqlPlan { key, access, extra } in plan {
                let (access, extra) = (access.unwrap_or_default(), extra.unwrap_or_default());
                // A key that is not there is looked up while planning.
                let none = extra.contains("Impossible WHERE") || extra.contains("no matching row");
                assert!(none || key.is_some() && access != "ALL" && access != "index", "{access} {extra}: {sql}");
                assert!(!extra.contains("filesort") && !extra.contains("temporary"), "{extra}: {sql}");
            }
            let rows = rows_read(conn, sql);
            assert!(rows <= 120, "{rows} rows were read: {sql}");
        }
    }
}

/// How many rows the server touched to answer. Counted by the server, the counting itself left out.
fn rows_read(conn: &mut diesel::MysqlConnection, sql: &str) -> u64 {
    let before = reads_so_far(conn);
    let counted = format!("SELECT COUNT(*) AS n FROM ({}) AS page", sql.replace(" FOR UPDATE", ""));
    let found: Count = diesel::sql_query(counted).get_result(conn).expect(sql);
    assert!(found.n <= 51, "{} rows were found: {sql}", found.n);
    reads_so_far(conn) - before
}

fn reads_so_far(conn: &mut diesel::MysqlConnection) -> u64 {
    let counters: Vec<Counter> =
        diesel::sql_query("SHOW SESSION STATUS LIKE 'Handler_read%'").load(conn).expect("counters");
    // Reading the counters and the counted page, which are temporary tables, are the reads by "rnd_next".
    let reads = counters.iter().filter(|counter| counter.name != "Handler_read_rnd_next");
    reads.map(|counter| counter.value.parse::<u64>().expect("a number")).sum()
}
