//! Snapshots that nobody has to ask for: one row says when, what, and how many of them stay.

use diesel::prelude::*;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::ask::insert;
use super::{Cron, Request, Shelf, Snapshot, What};
use crate::audit::{self, Change, Kind, SNAPSHOT_SCHEDULE, Subject};
use crate::jobs::to_json;
use crate::schema::snapshot_schedule::{self, dsl as s};
use crate::{Actor, Channel, Conn, Error, Result, Timestamp, Uid, dialect};

/// There is one schedule in a book.
const ID: i32 = 1;
/// Of the layout of its image in the audit log.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = snapshot_schedule)]
pub struct Schedule {
    /// Each change adds 1.
    pub version: i32,
    /// `None`: no schedule.
    pub cron: Option<String>,
    pub what: Option<What>,
    /// So many of its snapshots stay; those that are kept are not counted.
    pub keep_last: i32,
    pub next_at: Option<Timestamp>,
    pub set_by: Option<Uid>,
    pub set_by_name: Option<String>,
}

/// What somebody wants it to be.
#[derive(Debug, Clone)]
pub struct NewSchedule {
    /// Of the schedule that they saw.
    pub version: i32,
    /// `None`: no schedule.
    pub cron: Option<Cron>,
    pub what: What,
    /// 1 at the least.
    pub keep_last: i32,
}

impl Schedule {
    /// The most that may be kept.
    pub const KEEP_MOST: i32 = 1_000;

    /// Its next times; none without a schedule.
    pub fn upcoming(&self, now: Timestamp, zone: &TimeZone, number: usize) -> Vec<Timestamp> {
        let cron = self.cron.as_deref().and_then(|text| Cron::parse(text).ok());
        cron.map(|cron| cron.upcoming(now, zone, number)).unwrap_or_default()
    }
}

/// As it stands.
pub fn schedule(conn: &mut Conn) -> Result<Schedule> {
    Ok(s::snapshot_schedule.find(ID).select(Schedule::as_select()).first(conn)?)
}

/// Sets it. `false`: somebody else did so meanwhile, and nothing is changed. What is so already is left alone.
pub fn set_schedule(conn: &mut Conn, new: &NewSchedule, zone: &TimeZone, actor: &Actor) -> Result<bool> {
    let (before, now) = (dialect::lock_schedule(conn)?, dialect::now(conn)?);
    let after = Schedule {
        version: before.version + 1,
        cron: new.cron.as_ref().map(ToString::to_string),
        what: Some(new.what.clone()),
        keep_last: new.keep_last.clamp(1, Schedule::KEEP_MOST),
        next_at: new.cron.as_ref().and_then(|cron| cron.next(now, zone)),
        set_by: Some(actor.uid),
        set_by_name: Some(actor.name.clone()),
    };
    if (&before.cron, &before.what, before.keep_last) == (&after.cron, &after.what, after.keep_last) {
        return Ok(true);
    }
    if before.version != new.version {
        return Ok(false);
    }
    diesel::update(s::snapshot_schedule.find(ID))
        .set((
            s::version.eq(after.version),
            s::cron.eq(&after.cron),
            s::what.eq(to_json(&new.what)?),
            s::keep_last.eq(after.keep_last),
            s::next_at.eq(after.next_at),
            s::set_by.eq(after.set_by),
            s::set_by_name.eq(&after.set_by_name),
        ))
        .execute(conn)?;
    let change =
        Change { kind: Kind::Update, before: Some(&before), after: Some(&after), version: after.version, at: now };
    audit::record(conn, actor, &[change])?;
    Ok(true)
}

/// Asks for the snapshot whose time has come, once, however many processes do this. Times that were missed while nothing
/// ran count as one. The job is to be rung for after the commit.
pub fn ask_what_is_due(conn: &mut Conn, shelf: &Shelf) -> Result<Option<Snapshot>> {
    let (seen, now) = (schedule(conn)?, dialect::now(conn)?);
    let due = match seen.next_at {
        Some(due) if due <= now => due,
        _ => return Ok(None),
    };
    let next_at = seen.upcoming(now, &shelf.zone, 1).first().copied();
    let mine = s::snapshot_schedule.find(ID).filter(s::next_at.eq(due)).filter(s::version.eq(seen.version));
    if diesel::update(mine).set(s::next_at.eq(next_at)).execute(conn)? == 0 {
        return Ok(None);
    }
    let (Some(what), Some(by), Some(name)) = (seen.what, seen.set_by, seen.set_by_name) else {
        return Err(Error::Internal("a schedule of nothing, or by nobody".into()));
    };
    let key = Uid::new();
    let actor = Actor { uid: by, name, channel: Channel::Job, request_id: key, client_address: None };
    insert(conn, &Request { key, what }, shelf, &actor, Some(due))
}

/// As the audit log keeps it.
#[derive(Serialize)]
struct Image<'a> {
    format: u32,
    version: i32,
    cron: &'a Option<String>,
    what: &'a Option<What>,
    keep_last: i32,
}

impl Subject for Schedule {
    const KIND: &'static str = SNAPSHOT_SCHEDULE;

    /// There is one in a book, and so it has no name of its own.
    fn uid(&self) -> Uid {
        Uid::nil()
    }

    fn image(&self) -> serde_json::Result<String> {
        let Schedule { version, cron, what, keep_last, .. } = self;
        serde_json::to_string(&Image { format: FORMAT, version: *version, cron, what, keep_last: *keep_last })
    }
}
