//! How far a job is, written in the transaction of what it did.

use diesel::prelude::*;

use super::lease::{held, still_held};
use super::{Job, Lease, State};
use crate::schema::jobs;
use crate::{Conn, Error, Result, Timestamp, dialect};

/// What is written down after each step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub handled: i64,
    pub total: Option<i64>,
    /// JSON; where the work goes on, whoever does it.
    pub bookmark: String,
}

#[derive(AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true)]
struct Row<'a> {
    lease_until: Option<Timestamp>,
    handled: i64,
    total: Option<i64>,
    bookmark: Option<&'a str>,
    updated_at: Timestamp,
}

/// Notes how far the job is, and renews the lease. Until the transaction ends nobody else can claim the job: the row is
/// locked by this.
///
/// # Errors
/// [`crate::Error::LeaseLost`], which takes back whatever else the transaction did.
pub fn progress(conn: &mut Conn, lease: &Lease, progress: &Progress) -> Result<()> {
    let now = dialect::now(conn)?;
    still_held(diesel::update(held!(lease, now)).set(row(lease, progress, now)).execute(conn)?)
}

/// The same for a step that began with the job as it was read then. A step that took too long is tried again under the
/// same lease, perhaps while the first try still runs: one of the two goes on from where the job was. (Where a step found
/// nothing to count, both may, and nothing is counted twice.)
///
/// # Errors
/// [`crate::Error::LeaseLost`], or [`Error::Busy`] when the other try was faster. Both take back whatever else the
/// transaction did.
pub(super) fn progress_from(conn: &mut Conn, lease: &Lease, job: &Job, progress: &Progress) -> Result<()> {
    let now = dialect::now(conn)?;
    let as_it_was = held!(lease, now).filter(jobs::handled.eq(job.handled));
    if diesel::update(as_it_was).set(row(lease, progress, now)).execute(conn)? == 1 {
        return Ok(());
    }
    lease.job(conn)?;
    Err(Error::Busy("another try of the same step was faster".into()))
}

fn row<'a>(lease: &Lease, progress: &'a Progress, now: Timestamp) -> Row<'a> {
    Row {
        lease_until: Some(now.after(lease.time)),
        handled: progress.handled,
        total: progress.total,
        bookmark: Some(&progress.bookmark),
        updated_at: now,
    }
}
