//! Failed sign-ins: counted for each account, client address and minute, and put on record when the minute is over.
//!
//! Counted in the database, so that several servers make one event of them and a server that is killed loses none.

use diesel::prelude::*;

use super::record::FailedSignIns;
use super::{Email, User};
use crate::audit::{self, Change, Kind};
use crate::schema::failed_sign_ins as f;
use crate::{Actor, Conn, Result, Timestamp, Uid, dialect};

/// In microseconds.
const MINUTE: i64 = 60_000_000;
/// Events that one transaction writes.
const BATCH: i64 = 200;

/// The first failure of a minute.
#[derive(Insertable)]
#[diesel(table_name = f)]
pub(crate) struct NewFailure {
    uid: Uid,
    /// Empty where there is no such account.
    email: String,
    address: String,
    minute: Timestamp,
    number: i32,
}

/// Counts one: of an account or, all together, of those that there are not. What was typed for these is kept nowhere.
pub fn count_failure(conn: &mut Conn, user: Option<&User>, address: &str) -> Result<()> {
    let minute = Timestamp::from_micros(Timestamp::now().micros() / MINUTE * MINUTE);
    let email = user.map(|user| user.email.as_str().to_owned()).unwrap_or_default();
    let failure = NewFailure { uid: Uid::new(), email, address: address.to_owned(), minute, number: 1 };
    Ok(dialect::count_failure(conn, &failure)?)
}

/// Makes an event of each count whose minute is over, of some hundred at a time: `true` when there may be more. Any number
/// of servers may do so at once.
pub fn record_failures(conn: &mut Conn) -> Result<bool> {
    let this_minute = Timestamp::from_micros(Timestamp::now().micros() / MINUTE * MINUTE);
    type Row = (i64, Uid, String, String, Timestamp);
    let rows: Vec<Row> = f::table
        .filter(f::minute.lt(this_minute))
        .order(f::id)
        .limit(BATCH)
        .select((f::id, f::uid, f::email, f::address, f::minute))
        .load(conn)?;
    let more = rows.len() as i64 == BATCH;
    for (id, uid, email, address, minute) in rows {
        let row = || f::table.filter(f::id.eq(id));
        // Read again under the lock of this update: who comes second finds it gone.
        if diesel::update(row()).set(f::number.eq(f::number + 0)).execute(conn)? == 0 {
            continue;
        }
        let Some(number) = row().select(f::number).first::<i32>(conn).optional()? else { continue };
        diesel::delete(row()).execute(conn)?;
        let client = address.parse().unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED));
        let email = Email::parse(&email).ok();
        let failed = FailedSignIns { format: FailedSignIns::FORMAT, uid, email, address, minute, number };
        let at = Timestamp::from_micros(minute.micros() + MINUTE);
        let change = Change { kind: Kind::Fail, before: None, after: Some(&failed), version: 1, at };
        audit::record(conn, &Actor::unknown(Uid::new(), client), &[change])?;
    }
    Ok(more)
}
