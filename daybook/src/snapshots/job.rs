//! The job `make_snapshot`: its arguments, and how far it is.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::jobs::{Job, NewJob, from_json, to_json};
use crate::{Error, Result, Timestamp, Uid};

/// Of the layout of the arguments; jobs of an older release are read, too.
const FORMAT: u32 = 1;

/// The arguments of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakeSnapshot {
    format: u32,
    pub snapshot: Uid,
}

impl MakeSnapshot {
    pub const KIND: &'static str = "make_snapshot";

    pub(super) fn new(snapshot: Uid) -> MakeSnapshot {
        MakeSnapshot { format: FORMAT, snapshot }
    }

    pub(super) fn job(&self, key: Uid) -> Result<NewJob> {
        Ok(NewJob { key, kind: MakeSnapshot::KIND, arguments: to_json(self)?, total: None })
    }

    /// # Errors
    /// [`Error::Internal`] for a job of another kind.
    pub fn of(job: &Job) -> Result<MakeSnapshot> {
        if job.kind != MakeSnapshot::KIND {
            return Err(Error::Internal(format!("the job is “{}”", job.kind)));
        }
        from_json(&job.arguments)
    }
}

/// How fast the attempt that runs is. The rows that a job has handled are those that were looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    pub rows_per_second: f64,
    /// `None` while nothing is known.
    pub left: Option<Duration>,
}

/// What the job's bookmark holds: nothing to go on from, since every attempt begins anew.
#[derive(Serialize, Deserialize)]
pub(super) struct Bookmark {
    /// When the attempt began, by the database's clock.
    pub(super) began_at: Timestamp,
}

impl Pace {
    /// Of a job that runs; `None` before the first progress was written.
    pub fn of(job: &Job) -> Option<Pace> {
        let bookmark: Bookmark = from_json(job.bookmark.as_deref()?).ok()?;
        let micros = job.updated_at.micros().saturating_sub(bookmark.began_at.micros());
        let seconds = Duration::from_micros(u64::try_from(micros).ok()?).as_secs_f64();
        if seconds <= 0.0 || job.handled <= 0 {
            return None;
        }
        let rows_per_second = job.handled as f64 / seconds;
        let left = job.total.map(|total| (total - job.handled).max(0) as f64 / rows_per_second);
        Some(Pace { rows_per_second, left: left.and_then(|left| Duration::try_from_secs_f64(left).ok()) })
    }
}
