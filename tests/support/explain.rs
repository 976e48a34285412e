//! The statements that the library sends, and how the database answers them.

use std::ops::DerefMut;
use std::sync::{Arc, Mutex};

use daybook::{Conn, Uid};
use diesel::connection::{Connection, InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;

use super::database::TestDatabase;

/// Statements as they are sent, with their values in place.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    pub fn listen(conn: &mut Conn) -> Statements {
        let statements = Statements::default();
        let list = statements.0.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                list.lock().expect("nobody panics with it").push(with_values(&query.to_string()));
            }
        });
        statements
    }

    pub fn take(&self) -> Vec<String> {
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

#[derive(QueryableByName)]
struct SqlitePlan {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct MariadbPlan {
    #[diesel(sql_type = Nullable<Text>)]
    table: Option<String>,
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
struct RowCount {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The plan of a statement that may give so many rows.
pub fn check(database: &TestDatabase, sql: &str, most: u64) {
    let db = database.db();
    let mut pooled = db.connect().expect("a connection");
    match pooled.deref_mut() {
        Conn::Sqlite(conn) => {
            let plan: Vec<SqlitePlan> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).expect(sql);
            // The counted rows of a subquery are a list of their own.
            for SqlitePlan { detail } in plan.into_iter().filter(|step| !step.detail.ends_with(" some")) {
                assert!(detail.starts_with("SEARCH"), "{detail}: {sql}");
                let key = detail.contains("INTEGER PRIMARY KEY") || detail.contains("(event_id=?)");
                let by_key = !sql.contains("`id` IN") || key;
                assert!(by_key, "{detail}: {sql}");
            }
        }
        Conn::Mysql(conn) => {
            if is_mariadb(conn) {
                check_mariadb(conn, sql)
            } else {
                check_mysql(conn, sql)
            }
            let rows = rows_read(conn, sql, most);
            assert!(rows <= most * 2 + 20, "{rows} rows were read: {sql}");
        }
    }
}

#[derive(QueryableByName)]
struct OneText {
    #[diesel(sql_type = Text)]
    text: String,
}

fn is_mariadb(conn: &mut diesel::MysqlConnection) -> bool {
    let version: OneText = diesel::sql_query("SELECT VERSION() AS text").get_result(conn).expect("a version");
    version.text.contains("MariaDB")
}

fn check_mariadb(conn: &mut diesel::MysqlConnection, sql: &str) {
    let plan: Vec<MariadbPlan> = diesel::sql_query(format!("EXPLAIN {sql}")).load(conn).expect(sql);
    for MariadbPlan { table, key, access, extra } in plan {
        if table.is_some_and(|table| table.starts_with("<derived")) {
            continue;
        }
        let (access, extra) = (access.unwrap_or_default(), extra.unwrap_or_default());
        // A key that is not there is looked up while planning.
        let none = extra.contains("Impossible WHERE") || extra.contains("no matching row");
        assert!(none || key.is_some() && access != "ALL" && access != "index", "{access} {extra}: {sql}");
        assert!(!extra.contains("filesort") && !extra.contains("temporary"), "{extra}: {sql}");
    }
}

/// MySQL tells a plan to prepared statements, which are all that diesel has, by way of a variable only.
fn check_mysql(conn: &mut diesel::MysqlConnection, sql: &str) {
    let explain = format!("SET explain_json_format_version = 1; EXPLAIN FORMAT=JSON INTO @plan {sql}");
    conn.batch_execute(&explain).expect(sql);
    let told: OneText = diesel::sql_query("SELECT @plan AS text").get_result(conn).expect("a plan");
    check_step(&serde_json::from_str(&told.text).expect("a plan is JSON"), sql);
}

/// Every table of the plan, however deep.
fn check_step(step: &Value, sql: &str) {
    match step {
        Value::Array(steps) => steps.iter().for_each(|step| check_step(step, sql)),
        Value::Object(members) => {
            let member = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
            let derived = members.contains_key("materialized_from_subquery");
            if members.contains_key("access_type") && !derived {
                assert!(!matches!(member("access_type"), "ALL" | "index"), "{step}: {sql}");
                assert!(!member("key").is_empty(), "{step}: {sql}");
            }
            // A subquery that is counted is written down first; it has its limit.
            let written_down = members.contains_key("cacheable");
            for extra in ["using_filesort", "using_temporary_table"].into_iter().filter(|_| !written_down) {
                assert_ne!(members.get(extra), Some(&Value::Bool(true)), "{step}: {sql}");
            }
            members.values().for_each(|step| check_step(step, sql));
        }
        _ => {}
    }
}

/// How many rows the server touched to answer. Counted by the server, the counting itself left out.
fn rows_read(conn: &mut diesel::MysqlConnection, sql: &str, most: u64) -> u64 {
    let before = reads_so_far(conn);
    let counted = format!("SELECT COUNT(*) AS n FROM ({}) AS page", sql.replace(" FOR UPDATE", ""));
    let found: RowCount = diesel::sql_query(counted).get_result(conn).expect(sql);
    assert!(found.n as u64 <= most, "{} rows were found: {sql}", found.n);
    reads_so_far(conn) - before
}

fn reads_so_far(conn: &mut diesel::MysqlConnection) -> u64 {
    let counters: Vec<Counter> =
        diesel::sql_query("SHOW SESSION STATUS LIKE 'Handler_read%'").load(conn).expect("counters");
    // Reading the counters and the counted page, which are temporary tables, are the reads by "rnd_next".
    let reads = counters.iter().filter(|counter| counter.name != "Handler_read_rnd_next");
    reads.map(|counter| counter.value.parse::<u64>().expect("a number")).sum()
}
