//! Which events a page of the log has, newest first. Reads indexes only.
//!
//! There is an index for each kind of event by time, and one for each kind and person by time. A page of several kinds is
//! one statement that takes the newest of each kind; the newest of all are among them. So no filter ever goes through
//! events that it leaves out, and two indexes answer all of them.

use std::cmp::Reverse;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{LogCursor, LogFilter, LogPosition};
use crate::audit::{Kind, Sight};
use crate::schema::audit_events as e;
use crate::{Conn, Result, Timestamp, Uid, dialect};

#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = BigInt)]
    at: Timestamp,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// At most so many ids. With [`LogPosition::Before`] they are those nearest to the place.
pub(super) fn find(
    conn: &mut Conn,
    sight: Sight,
    filter: &LogFilter,
    position: LogPosition,
    limit: usize,
) -> Result<Vec<i64>> {
    let kinds = kinds(sight, filter);
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let mut places = match filter.subject {
        Some(subject) => of_subject(conn, subject, &kinds, filter, position, limit)?,
        None => {
            let edge = edge(conn, position)?;
            let newest = kinds.iter().map(|kind| newest(conn, *kind, filter, edge, limit));
            let statement = newest.collect::<Vec<String>>().join(" UNION ALL ");
            diesel::sql_query(statement).load::<Place>(conn)?
        }
    };
    let oldest_first = matches!(position, LogPosition::Before(_));
    match oldest_first {
        true => places.sort_unstable_by_key(|place| (place.at, place.id)),
        false => places.sort_unstable_by_key(|place| Reverse((place.at, place.id))),
    }
    places.truncate(limit);
    Ok(places.into_iter().map(|place| place.id).collect())
}

/// The kinds of events that are in sight and asked for.
fn kinds(sight: Sight, filter: &LogFilter) -> Vec<(&'static str, Kind)> {
    let all = sight.subjects().flat_map(|(subject, kinds)| kinds.iter().map(move |kind| (subject, *kind)));
    let wanted = |(subject, kind): &(&str, Kind)| match filter.what {
        None => true,
        Some((about, only)) => *subject == about && only.is_none_or(|only| only == *kind),
    };
    all.filter(wanted).collect()
}

/// The place's time and id, and whether what is asked for is older than that.
#[derive(Clone, Copy)]
struct Edge {
    at: Timestamp,
    id: i64,
    older: bool,
}

fn edge(conn: &mut Conn, position: LogPosition) -> Result<Option<Edge>> {
    let (LogCursor { at, subject, version }, older) = match position {
        LogPosition::Newest => return Ok(None),
        LogPosition::After(cursor) => (cursor, true),
        LogPosition::Before(cursor) => (cursor, false),
    };
    let query = e::table.filter(e::subject_uid.eq(subject)).filter(e::version.eq(version));
    let id: Option<i64> = query.filter(e::at.eq(at)).select(e::id).first(conn).optional()?;
    // Of an event that is gone, or never was, the time is left: nothing of that time is shown twice.
    Ok(Some(Edge { at, id: id.unwrap_or(if older { i64::MIN } else { i64::MAX }), older }))
}

/// The statement for the newest events of one kind. Only numbers, hexadecimal digits and names of this program are put into
/// it, never text from outside.
fn newest(conn: &Conn, (subject, kind): (&str, Kind), filter: &LogFilter, edge: Option<Edge>, limit: usize) -> String {
    let ranges = dialect::seeks_by_ranges(conn);
    let is = |column: &str, value: &str| match ranges {
        true => format!("{column} >= {value} AND {column} <= {value}"),
        false => format!("{column} = {value}"),
    };
    let direction = if edge.is_none_or(|edge| edge.older) { "DESC" } else { "ASC" };
    let mut conditions = vec![is("subject_kind", &format!("'{subject}'")), is("kind", &format!("'{}'", kind.name()))];
    let mut order = vec!["subject_kind", "kind"];
    if let Some(person) = filter.by {
        conditions.push(is("actor_uid", &format!("x'{}'", crate::audit::hex(person.as_bytes()))));
        order.push("actor_uid");
    }
    order.extend(["at", "id"]);
    conditions.extend(filter.from.map(|from| format!("at >= {}", from.micros())));
    conditions.extend(filter.before.map(|before| format!("at < {}", before.micros())));
    if let Some(Edge { at, id, older }) = edge {
        let (at, sign) = (at.micros(), if older { '<' } else { '>' });
        conditions.push(format!("at {sign}= {at} AND (at {sign} {at} OR id {sign} {id})"));
    }
    let order = order.iter().map(|column| format!("{column} {direction}")).collect::<Vec<String>>().join(", ");
    let conditions = conditions.join(" AND ");
    format!("SELECT * FROM (SELECT at, id FROM audit_events WHERE {conditions} ORDER BY {order} LIMIT {limit}) AS some")
}

/// The events of one subject stand in the order of its versions, which is that of their times. There are few of them, so
/// that the other filters may leave some of them out one by one.
fn of_subject(
    conn: &mut Conn,
    subject: Uid,
    kinds: &[(&'static str, Kind)],
    filter: &LogFilter,
    position: LogPosition,
    limit: usize,
) -> Result<Vec<Place>> {
    let mut subjects: Vec<&str> = kinds.iter().map(|(subject, _)| *subject).collect();
    subjects.dedup();
    let mut query = e::table
        .filter(e::subject_uid.eq(subject))
        .filter(e::subject_kind.eq_any(subjects))
        .filter(e::kind.eq_any(kinds.iter().map(|(_, kind)| kind.name())))
        .select((e::at, e::id))
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .into_boxed();
    query = match position {
        LogPosition::Newest => query.order(e::version.desc()),
        LogPosition::After(cursor) => query.filter(e::version.lt(cursor.version)).order(e::version.desc()),
        LogPosition::Before(cursor) => query.filter(e::version.gt(cursor.version)).order(e::version.asc()),
    };
    if let Some(person) = filter.by {
        query = query.filter(e::actor_uid.eq(person));
    }
    if let Some(from) = filter.from {
        query = query.filter(e::at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(e::at.lt(before));
    }
    let rows: Vec<(Timestamp, i64)> = query.load(conn)?;
    Ok(rows.into_iter().map(|(at, id)| Place { at, id }).collect())
}
