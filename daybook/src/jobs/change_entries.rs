//! The job `change_entries`: one change of all entries of a list, in batches, through the ordinary functions of
//! [`crate::entries`].

use serde::{Deserialize, Serialize};

use super::{End, Job, Lease, NewJob, Progress, finish, progress_from};
use crate::entries::{self, Cursor, EntryFilter, Outcome, Position, SortBy, StoredFilter, Target, Walked};
use crate::users::{self, Action};
use crate::{Actor, Conn, Error, Result, Timestamp, Uid};

/// Of the layout of the arguments; jobs of an older release are read, too.
const FORMAT: u32 = 1;

/// What can be done to all of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Done,
    Open,
    Trash,
    Restore,
}

/// The arguments of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    format: u32,
    pub change: Change,
    /// When the person saw the list: what changed later is left alone.
    pub seen_at: Timestamp,
    #[serde(flatten)]
    filter: StoredFilter,
}

/// What became of the entries so far: the result of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub changed: i64,
    /// As wanted already.
    pub unchanged: i64,
    /// Changed by somebody after the person saw the list.
    pub skipped: i64,
}

#[derive(Default, Serialize, Deserialize)]
struct Bookmark {
    /// The last entry that was looked at.
    after: Option<String>,
    counts: Counts,
}

/// What a batch leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    More,
    /// The job is done, or was cancelled.
    Ended,
}

impl Bulk {
    pub const KIND: &'static str = "change_entries";

    pub fn new(filter: &EntryFilter, change: Change, seen_at: Timestamp) -> Bulk {
        Bulk { format: FORMAT, change, seen_at, filter: StoredFilter::from(filter) }
    }

    /// The job to [`super::enqueue`]; `total`: how many entries the list has, if that is known.
    pub fn job(&self, key: Uid, total: Option<i64>) -> Result<NewJob> {
        Ok(NewJob { key, kind: Bulk::KIND, arguments: to_json(self)?, total })
    }

    /// # Errors
    /// [`Error::Internal`] for a job of another kind.
    pub fn of(job: &Job) -> Result<Bulk> {
        from_json(&job.arguments)
    }

    /// Changes the next entries, at most `size`, and writes down where it goes on, or ends the job: all in the
    /// transaction around it.
    ///
    /// # Errors
    /// [`Error::LeaseLost`], or [`Error::Busy`] when another try of the same batch was faster; both take the batch back.
    pub fn batch(conn: &mut Conn, lease: &Lease, size: usize) -> Result<Batch> {
        let (job, _) = lease.job(conn)?;
        let mut bookmark = Bookmark::of(&job)?;
        let end = |conn: &mut Conn, end: End, counts: &Counts| {
            finish(conn, lease, end, &to_json(counts)?)?;
            Ok(Batch::Ended)
        };
        if job.cancel_wanted {
            return end(conn, End::Cancelled, &bookmark.counts);
        }
        // Between the question and this batch there may be hours.
        if !users::still_may(conn, job.asked_by, Action::WriteEntries)? {
            return end(conn, End::NotAllowed, &bookmark.counts);
        }
        let bulk = Bulk::of(&job)?;
        let Walked { rows, next } = entries::walk(conn, &bulk.filter()?, &bookmark.position()?, size)?;
        let mut targets = Vec::with_capacity(rows.len());
        for row in rows {
            if row.updated_at <= bulk.seen_at {
                targets.push(Target { uid: row.uid, version: row.version });
            } else if row.created_at <= bulk.seen_at {
                bookmark.counts.skipped += 1;
            }
        }
        bookmark.counts.add(&bulk.change.apply(conn, &targets, &Actor::job(&job))?);
        bookmark.after = next.as_ref().map(Cursor::to_string);
        let step = Progress { handled: bookmark.counts.all(), total: job.total, bookmark: to_json(&bookmark)? };
        progress_from(conn, lease, &job, &step)?;
        if next.is_some() {
            return Ok(Batch::More);
        }
        end(conn, End::Done, &bookmark.counts)
    }

    /// Of the list whose entries are changed.
    ///
    /// # Errors
    /// [`Error::Internal`] for a search that this release does not understand.
    pub fn filter(&self) -> Result<EntryFilter> {
        self.filter.filter()
    }
}

impl Change {
    fn apply(self, conn: &mut Conn, targets: &[Target], actor: &Actor) -> Result<Vec<Outcome>> {
        match self {
            Change::Done => entries::set_status(conn, targets, true, actor),
            Change::Open => entries::set_status(conn, targets, false, actor),
            Change::Trash => entries::trash(conn, targets, actor),
            Change::Restore => entries::restore(conn, targets, actor),
        }
    }
}

impl Counts {
    /// Of a job, as far as it is.
    pub fn of(job: &Job) -> Result<Counts> {
        Ok(Bookmark::of(job)?.counts)
    }

    fn all(&self) -> i64 {
        self.changed + self.unchanged + self.skipped
    }

    fn add(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            match outcome {
                Outcome::Changed(_) | Outcome::Purged(_) => self.changed += 1,
                Outcome::Unchanged(_) => self.unchanged += 1,
                Outcome::Refused(_) => self.skipped += 1,
            }
        }
    }
}

impl Bookmark {
    fn of(job: &Job) -> Result<Bookmark> {
        job.bookmark.as_deref().map_or_else(|| Ok(Bookmark::default()), from_json)
    }

    fn position(&self) -> Result<Position> {
        let Some(after) = &self.after else { return Ok(Position::First) };
        let cursor = Cursor::parse(after, SortBy::Created);
        cursor.map(Position::After).map_err(|problem| Error::Internal(format!("a bookmark is {problem}")))
    }
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal(format!("a job as JSON: {error}")))
}

pub(crate) fn from_json<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Internal(format!("a job from JSON: {error}")))
}
