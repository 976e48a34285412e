//! Background work, as pages show it.

use daybook::jobs::{self, ATTEMPTS, Bulk, Change, Counts, Job, State, Worker};
use daybook::snapshots::MakeSnapshot;
use daybook::text::thousands;
use daybook::{Timestamp, Uid};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Time, filter};

#[derive(Serialize)]
pub struct JobsPage {
    pub jobs: Vec<JobView>,
    pub here: String,
    pub older: Option<String>,
    pub workers: Vec<WorkerView>,
    /// Something may still happen to one of the jobs, so the page asks again.
    pub renewed: bool,
}

/// `jobs/show.html`, and `jobs/_job.html` alone.
#[derive(Serialize)]
pub struct JobPage {
    pub job: JobView,
    /// The person may see all jobs, and what is under the bonnet.
    pub manages: bool,
}

#[derive(Serialize)]
pub struct JobView {
    pub uid: String,
    /// What it does.
    pub what: String,
    /// The one that it makes.
    pub snapshot: Option<String>,
    /// The state in words for people.
    pub standing: String,
    /// Something may still happen to it, so it is looked at again.
    pub active: bool,
    pub progress: ProgressView,
    /// The list whose entries it changes; nothing for all of the book.
    pub list: Option<String>,
    /// What became of the entries so far, if it is about entries.
    pub counts: Option<String>,
    pub failures: i32,
    pub attempts: i32,
    pub error: Option<String>,
    pub may_retry: bool,
    pub may_cancel: bool,
    pub by: String,
    pub asked: Time,
    pub next: Option<Time>,
    pub finished: Option<Time>,
    /// The worker that runs it.
    pub owner: Option<String>,
    pub lease_until: Option<Time>,
    pub fence: i64,
}

/// How far a job is: `_progress.html`.
#[derive(Serialize)]
pub struct ProgressView {
    /// Of what.
    pub label: String,
    pub handled: i64,
    pub total: Option<i64>,
    /// “1,200 of 3,000”, or nothing before it begins.
    pub text: Option<String>,
}

#[derive(Serialize)]
pub struct WorkerView {
    pub name: String,
    pub kind: String,
    pub alive: bool,
    pub started: Time,
    pub seen: Time,
}

impl JobsPage {
    pub fn new(
        page: &jobs::JobPage,
        before: Option<Uid>,
        (workers, now): &(Vec<Worker>, Timestamp),
        zone: &TimeZone,
    ) -> JobsPage {
        let at = |before: Uid| format!("/jobs?before={before}");
        let worker = |worker: &Worker| WorkerView {
            name: worker.name.clone(),
            kind: worker.kind.clone(),
            alive: worker.is_alive(*now),
            started: Time::new(worker.started_at, zone),
            seen: Time::new(worker.seen_at, zone),
        };
        JobsPage {
            jobs: page.jobs.iter().map(|job| JobView::new(job, workers, zone)).collect(),
            here: before.map_or_else(|| "/jobs".into(), at),
            older: page.next.map(at),
            workers: workers.iter().map(worker).collect(),
            renewed: page.jobs.iter().any(|job| !job.state.is_final()),
        }
    }
}

impl ProgressView {
    pub fn new(job: &Job, label: &str) -> ProgressView {
        let text = match job.total {
            Some(total) => Some(format!("{} of {}", number(job.handled), number(total))),
            None if job.handled > 0 => Some(format!("{} so far", number(job.handled))),
            None => None,
        };
        ProgressView { label: label.to_owned(), handled: job.handled, total: job.total, text }
    }
}

impl JobView {
    /// Names the worker if it is among these.
    pub fn new(job: &Job, workers: &[Worker], zone: &TimeZone) -> JobView {
        let name = |owner: &Uid| workers.iter().find(|worker| worker.uid == *owner).map(|worker| worker.name.clone());
        let (what, time) = (what(job), |at: Timestamp| Time::new(at, zone));
        JobView {
            uid: job.uid.to_string(),
            snapshot: MakeSnapshot::of(job).ok().map(|made| made.snapshot.to_string()),
            standing: standing(job),
            active: !job.state.is_final(),
            progress: ProgressView::new(job, &what),
            what,
            list: list(job, zone),
            counts: Bulk::of(job).and_then(|_| Counts::of(job)).map(told).ok(),
            failures: job.failures,
            attempts: ATTEMPTS,
            error: job.error.clone(),
            may_retry: matches!(job.state, State::Failed | State::Cancelled),
            may_cancel: !job.state.is_final() && !job.cancel_wanted,
            by: job.asked_by_name.clone(),
            asked: time(job.created_at),
            next: (job.state == State::Waiting && job.failures > 0).then(|| time(job.run_at)),
            finished: job.finished_at.map(time),
            owner: job.owner.as_ref().map(|owner| name(owner).unwrap_or_else(|| "a worker that has gone".into())),
            lease_until: job.lease_until.map(time),
            fence: job.fence,
        }
    }
}

fn what(job: &Job) -> String {
    let bulk = match Bulk::of(job) {
        Ok(bulk) => bulk,
        Err(_) if job.kind == MakeSnapshot::KIND => return "Make a snapshot".into(),
        // Of another release.
        Err(_) => return job.kind.clone(),
    };
    let number = job.total.and_then(|n| usize::try_from(n).ok());
    let entries = match number {
        Some(1) => "1 entry".to_owned(),
        Some(n) => format!("{} entries", thousands(n)),
        None => "all entries that match".to_owned(),
    };
    match bulk.change {
        Change::Done => format!("Mark {entries} as done"),
        Change::Open => format!("Open {entries} again"),
        Change::Trash => format!("Delete {entries}"),
        Change::Restore => format!("Restore {entries}"),
    }
}

pub(super) fn number(n: i64) -> String {
    thousands(usize::try_from(n).unwrap_or_default())
}

fn list(job: &Job, zone: &TimeZone) -> Option<String> {
    filter::in_words(&Bulk::of(job).ok()?.filter().ok()?, zone)
}

pub(super) fn standing(job: &Job) -> String {
    match job.state {
        _ if job.cancel_wanted && !job.state.is_final() => "Being cancelled …".into(),
        State::Waiting if job.failures > 0 => "Waits for another try".into(),
        State::Waiting => "Waits for its turn".into(),
        State::Running => "Under way".into(),
        State::Done => "Done".into(),
        State::Failed => "Failed".into(),
        State::Cancelled => "Cancelled".into(),
    }
}

/// “11 changed, 2 so already, 1 left alone, since it changed meanwhile”
fn told(counts: Counts) -> String {
    let mut parts = vec![format!("{} changed", number(counts.changed))];
    if counts.unchanged > 0 {
        parts.push(format!("{} so already", number(counts.unchanged)));
    }
    if counts.skipped > 0 {
        parts.push(format!("{} left alone because somebody changed them meanwhile", number(counts.skipped)));
    }
    parts.join(", ")
}
