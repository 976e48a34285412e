//! The few statements that differ between MySQL (and MariaDB) and SQLite. Nothing outside this file, `db` and
//! `migrations` may ask which database runs.

use std::path::Path;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::audit::{Head, NewEvent, NewImage};
use crate::entries::{Entry, NewRow, NewTerm};
use crate::jobs::NewJobRow;
use crate::schema::{
    audit_events, audit_images, chain_head, entries, entry_terms, failed_sign_ins, jobs, snapshot_schedule, snapshots,
    users,
};
use crate::snapshots::{Schedule, Snapshot};
use crate::users::{NewFailure, User};
use crate::{Conn, Timestamp, Uid};

/// Rows of one INSERT at the most: 14 columns each, under SQLite's 32,766 and MySQL's 65,535 parameters.
const ROWS_PER_INSERT: usize = 1_000;

/// Prepares a new connection.
pub(crate) fn set_up(conn: &mut Conn, lock_timeout: Duration) -> QueryResult<()> {
    let statements = match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => {
            let seconds = lock_timeout.as_secs().max(1);
            vec![
                "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
                // Whatever the server's default: text that is too long is an error, never cut off.
                "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE'"
                    .to_owned(),
                format!("SET SESSION innodb_lock_wait_timeout = {seconds}"),
                format!("SET SESSION lock_wait_timeout = {seconds}"),
            ]
        }
        Conn::Sqlite(_) => vec![
            // First, so that the next statements wait for another process, too.
            format!("PRAGMA busy_timeout = {}", lock_timeout.as_millis()),
            "PRAGMA journal_mode = WAL".to_owned(),
            "PRAGMA synchronous = FULL".to_owned(),
            "PRAGMA foreign_keys = ON".to_owned(),
        ],
    };
    statements.iter().try_for_each(|statement| diesel::sql_query(statement).execute(conn).map(drop))
}

/// Whether a filter of a list should be a closed range (`>=` and `<=` the same value) instead of an equality.
///
/// MariaDB answers `trashed = ?` with a `ref` on that one column, and then walks from the newest row to the cursor,
/// however many rows lie between. A closed range makes it seek to the cursor, and MySQL does so either way. SQLite
/// seeks by equalities only.
pub(crate) fn seeks_by_ranges(conn: &Conn) -> bool {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => true,
        Conn::Sqlite(_) => false,
    }
}

/// Loads entries for a change, in the order of their ids, so that two changes of the same rows cannot deadlock.
/// On MySQL they stay locked until the transaction ends; on SQLite the transaction is the only writer.
pub(crate) fn lock_entries(conn: &mut Conn, uids: &[Uid]) -> QueryResult<Vec<Entry>> {
    let query = entries::table.filter(entries::uid.eq_any(uids)).order(entries::id);
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => query.select(Entry::as_select()).for_update().load(conn),
        Conn::Sqlite(conn) => query.select(Entry::as_select()).load(conn),
    }
}

/// Until the transaction ends, nobody else changes who is an administrator.
pub(crate) fn lock_users(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => {
            use crate::schema::users_lock::dsl as lock;
            lock::users_lock.select(lock::id).for_update().first::<i32>(conn).map(drop)
        }
        Conn::Sqlite(_) => Ok(()),
    }
}

/// Loads an account for a change of it or of its sessions; as [`lock_entries`].
pub(crate) fn lock_user(conn: &mut Conn, uid: Uid) -> QueryResult<Option<User>> {
    let query = users::table.filter(users::uid.eq(uid));
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => query.select(User::as_select()).for_update().first(conn).optional(),
        Conn::Sqlite(conn) => query.select(User::as_select()).first(conn).optional(),
    }
}

/// Loads a snapshot for a change of it; as [`lock_entries`].
pub(crate) fn lock_snapshot(conn: &mut Conn, uid: Uid) -> QueryResult<Option<Snapshot>> {
    let query = snapshots::table.filter(snapshots::uid.eq(uid));
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => query.select(Snapshot::as_select()).for_update().first(conn).optional(),
        Conn::Sqlite(conn) => query.select(Snapshot::as_select()).first(conn).optional(),
    }
}

/// The schedule of snapshots, for a change of it; as [`lock_entries`].
pub(crate) fn lock_schedule(conn: &mut Conn) -> QueryResult<Schedule> {
    let query = snapshot_schedule::table;
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => query.select(Schedule::as_select()).for_update().first(conn),
        Conn::Sqlite(conn) => query.select(Schedule::as_select()).first(conn),
    }
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = BigInt)]
    now: i64,
}

/// What time it is by the database's clock, which all processes share. UTC: a local time would be ambiguous once a year.
pub(crate) fn now(conn: &mut Conn) -> QueryResult<Timestamp> {
    let statement = match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) AS now",
        Conn::Sqlite(_) => "SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS now",
    };
    let row: Now = diesel::sql_query(statement).get_result(conn)?;
    Ok(Timestamp::from_micros(row.now))
}

/// Inserts a job unless its account has one by the same key.
pub(crate) fn insert_job(conn: &mut Conn, job: &NewJobRow) -> QueryResult<()> {
    let insert = diesel::insert_or_ignore_into(jobs::table).values(job);
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => insert.execute(conn).map(drop),
        Conn::Sqlite(conn) => insert.execute(conn).map(drop),
    }
}

/// The head of the audit log's chain. Until the transaction ends nobody else seals; on SQLite nobody else writes.
pub(crate) fn lock_chain_head(conn: &mut Conn) -> QueryResult<Option<Head>> {
    let query = chain_head::table;
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => query.select(Head::as_select()).for_update().first(conn).optional(),
        Conn::Sqlite(conn) => query.select(Head::as_select()).first(conn).optional(),
    }
}

/// What follows `SELECT …` for the events that are not sealed yet, and is to be followed by a limit: the lowest ids.
///
/// On MySQL and MariaDB it is the order of the index of places, where the rows without one stand first, by primary key.
/// Asked for any order by name, MariaDB would read and sort all of them; without the hint it might read the whole table.
pub(crate) fn unsealed(conn: &Conn) -> &'static str {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => "FROM audit_events FORCE INDEX (seq) WHERE audit_events.seq IS NULL",
        Conn::Sqlite(_) => "FROM audit_events WHERE audit_events.seq IS NULL ORDER BY audit_events.id",
    }
}

/// `audit_events`, to be read by this index. Left alone, MySQL may prefer to skip through an index of more columns, and sort.
pub(crate) fn events_by(conn: &Conn, index: &str) -> String {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => format!("audit_events FORCE INDEX ({index})"),
        Conn::Sqlite(_) => format!("audit_events INDEXED BY {index}"),
    }
}

/// Gives events their places in the chain, and returns how many. `places` is JSON, `[{"id": 1, "seq": 1, "link": "00…"}, …]`:
/// one statement, which is always the same, however many there are.
///
/// On MySQL the order of the tables and the index are prescribed: going through the events first would wait for those
/// that others are writing. On SQLite the plus keeps it from going through all that are not sealed.
pub(crate) fn place_events(conn: &mut Conn, places: &str, now: Timestamp) -> QueryResult<usize> {
    let statement = match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => {
            "UPDATE JSON_TABLE(CONVERT(? USING utf8mb4), '$[*]' COLUMNS (id BIGINT PATH '$.id', seq BIGINT PATH '$.seq', \
             link VARCHAR(64) PATH '$.link')) AS place \
             STRAIGHT_JOIN audit_events FORCE INDEX (PRIMARY) ON audit_events.id = place.id \
             SET audit_events.seq = place.seq, audit_events.link = UNHEX(place.link), audit_events.sealed_at = ? \
             WHERE audit_events.seq IS NULL"
        }
        Conn::Sqlite(_) => {
            "WITH place AS MATERIALIZED (SELECT value ->> 'id' AS id, value ->> 'seq' AS seq, \
             unhex(value ->> 'link') AS link FROM json_each(?)) \
             UPDATE audit_events SET seq = place.seq, link = place.link, sealed_at = ? \
             FROM place WHERE audit_events.id = place.id AND +audit_events.seq IS NULL"
        }
    };
    diesel::sql_query(statement).bind::<Text, _>(places).bind::<BigInt, _>(now).execute(conn)
}

/// Inserts the first failure of its kind, or adds one to the row of those before it. One statement: with two, requests
/// that come at once would wait for each other in a ring on MySQL.
pub(crate) fn count_failure(conn: &mut Conn, failure: &NewFailure) -> QueryResult<()> {
    use failed_sign_ins as f;
    let insert = diesel::insert_into(f::table).values(failure);
    let one_more = f::number.eq(f::number + 1);
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(conn) => {
            insert.on_conflict(diesel::dsl::DuplicatedKeys).do_update().set(one_more).execute(conn).map(drop)
        }
        Conn::Sqlite(conn) => {
            let same = (f::email, f::address, f::minute);
            insert.on_conflict(same).do_update().set(one_more).execute(conn).map(drop)
        }
    }
}

macro_rules! insert_rows {
    ($name:ident, $row:ty, $table:path, $insert:path) => {
        /// Inserts any number of rows, with as few statements as their parameters allow.
        pub(crate) fn $name(conn: &mut Conn, rows: &[$row]) -> QueryResult<()> {
            for rows in rows.chunks(ROWS_PER_INSERT) {
                match conn {
                    #[cfg(feature = "mysql")]
                    Conn::Mysql(conn) => $insert($table).values(rows).execute(conn)?,
                    Conn::Sqlite(conn) => $insert($table).values(rows).execute(conn)?,
                };
            }
            Ok(())
        }
    };
}

insert_rows!(insert_entries, NewRow, entries::table, diesel::insert_into);
insert_rows!(insert_events, NewEvent, audit_events::table, diesel::insert_into);
insert_rows!(insert_images, NewImage, audit_images::table, diesel::insert_into);
// The index of words must never stand in the way of a change, even if a row is there that should not be.
insert_rows!(insert_terms, NewTerm, entry_terms::table, diesel::insert_or_ignore_into);

/// Writes a consistent copy of a SQLite database to a new file, while others go on reading and writing.
/// `Ok(false)`: this is not SQLite.
pub(crate) fn copy_to_file(conn: &mut Conn, file: &Path) -> QueryResult<bool> {
    match conn {
        #[cfg(feature = "mysql")]
        Conn::Mysql(_) => Ok(false),
        Conn::Sqlite(conn) => {
            diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(file.to_string_lossy()).execute(conn)?;
            Ok(true)
        }
    }
}
