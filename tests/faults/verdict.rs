//! What has become of everything, as the database tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::DerefMut;
use std::time::Duration;

use daybook::audit::{self, Image};
use daybook::jobs::{self, Counts, State};
use daybook::{Conn, Uid};

use super::chaos::Chaos;
use super::load::{Known, OF_JOBS, Part, REFUSED};
use super::stage::{Stage, wait_until};
use crate::support::book::{Event, events_of};
use crate::support::program::{printed, worker_command};

/// Until everything is sealed and no job runs any more.
const SETTLED: Duration = Duration::from_secs(60);

pub struct Verdict {
    acked: usize,
    kills: usize,
    /// Acknowledged changes that are not there as they were acknowledged, and jobs that have not ended.
    lost: usize,
    /// Versions with two events, and changes by a job that had changed the entry already.
    doubled: usize,
    unsealed: i64,
    /// What else should not be.
    wrong: Vec<String>,
    told: String,
}

pub fn of(stage: &Stage, parts: Vec<Part>, chaos: &Chaos) -> Verdict {
    let settled = wait_until(SETTLED, || {
        let state = sql(stage, |conn| audit::state(conn).expect("it can be read"));
        state.waiting_since.is_none()
    });
    let events = sql(stage, |conn| events_of(conn, &[audit::ENTRY]));
    let report = sql(stage, |conn| audit::verify(conn, |_| ()).expect("it is verified"));
    let all = || parts.iter();
    let sum = |count: fn(&Part) -> usize| all().map(count).sum::<usize>();
    let mut verdict = Verdict {
        acked: sum(|part| part.acknowledged.len()),
        kills: chaos.kills,
        lost: 0,
        doubled: 0,
        unsealed: report.unsealed,
        wrong: all().flat_map(|part| part.wrong.clone()).collect(),
        told: format!(
            "jobs={} retried={} refused={} repeats={} unanswered={} {}",
            sum(|part| part.jobs.len()),
            sum(|part| part.retried),
            sum(|part| part.refused),
            sum(|part| part.repeats),
            sum(|part| part.unknown),
            chaos.told()
        ),
    };
    if !settled {
        verdict.wrong.push("the log was not sealed in time".into());
    }
    if !report.is_whole() {
        verdict.wrong.push(report.to_string());
    }
    verdict.look_at_changes(&parts, &events);
    verdict.look_at_jobs(stage, &parts, &events);
    verdict.look_at_programs(stage);
    verdict
}

fn sql<T>(stage: &Stage, query: impl FnOnce(&mut Conn) -> T) -> T {
    query(stage.db.connect().expect("the database is up again").deref_mut())
}

impl Verdict {
    pub fn is_good(&self) -> bool {
        (self.lost, self.doubled, self.unsealed) == (0, 0, 0) && self.wrong.is_empty() && self.acked > 0
    }

    /// Each acknowledged change is the one event of its version, and there are no others.
    fn look_at_changes(&mut self, parts: &[Part], events: &[Event]) {
        let mut log: BTreeMap<(Uid, i32), &Event> = BTreeMap::new();
        for event in events {
            if log.insert((event.subject, event.version), event).is_some() {
                self.doubled += 1;
            }
            if event.after.as_ref().is_some_and(|after| after.contains(REFUSED)) {
                self.wrong.push(format!("a refused change is there: {event:?}"));
            }
        }
        let mut known = BTreeSet::new();
        for (uid, change) in parts.iter().flat_map(|part| &part.acknowledged) {
            known.insert((*uid, change.version));
            if !log.get(&(*uid, change.version)).is_some_and(|event| shows(event, change)) {
                self.lost += 1;
            }
        }
        for ((uid, version), event) in &log {
            if *version > 1 && !log.contains_key(&(*uid, version - 1)) {
                self.wrong.push(format!("{uid} has no version {}", version - 1));
            }
            if event.channel != "job" && !known.contains(&(*uid, *version)) {
                self.wrong.push(format!("nobody was told of {event:?}"));
            }
        }
    }

    /// Each job ended, and changed each of its entries once.
    fn look_at_jobs(&mut self, stage: &Stage, parts: &[Part], events: &[Event]) {
        let mut by_job: BTreeMap<Uid, Vec<Uid>> = BTreeMap::new();
        for event in events.iter().filter(|event| event.channel == "job") {
            by_job.entry(event.request_id).or_default().push(event.subject);
        }
        for uid in parts.iter().flat_map(|part| &part.jobs) {
            let changed = by_job.remove(uid).unwrap_or_default();
            let job = sql(stage, |conn| jobs::find(conn, *uid).expect("it can be read"));
            let Some(job) = job.filter(|job| job.state == State::Done) else {
                self.lost += 1;
                continue;
            };
            self.doubled += changed.len() - changed.iter().collect::<BTreeSet<_>>().len();
            let counts = Counts::of(&job).expect("JSON");
            if (counts.changed, counts.unchanged, counts.skipped) != (OF_JOBS as i64, 0, 0) || changed.len() != OF_JOBS
            {
                self.wrong.push(format!("{uid} changed {}: {counts:?}", changed.len()));
            }
        }
        if !by_job.is_empty() {
            self.wrong.push(format!("nobody was told of {by_job:?}"));
        }
    }

    fn look_at_programs(&mut self, stage: &Stage) {
        if stage.bad_lines() > 0 {
            self.wrong.push(format!("{} errors in the logs", stage.bad_lines()));
        }
        let verified = worker_command(&["verify"], &[("DATABASE_URL", &stage.database_url)]).output();
        let verified = verified.expect("it runs");
        if !verified.status.success() {
            self.wrong.push(printed(&verified));
        }
    }
}

fn shows(event: &Event, change: &Known) -> bool {
    let image: Option<Image> = event.after.as_deref().and_then(|json| serde_json::from_str(json).ok());
    image.is_some_and(|image| {
        let known = (image.content.title.as_str(), image.content.done, image.trashed, image.version);
        known == (change.title.as_str(), change.done, change.trashed, change.version)
    })
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { acked, kills, lost, doubled, unsealed, wrong, told } = self;
        write!(f, "acked={acked} kills={kills} lost={lost} doubled={doubled} unsealed={unsealed} ({told})")?;
        wrong.iter().take(10).try_for_each(|what| write!(f, "\n{}", what.chars().take(400).collect::<String>()))?;
        if wrong.len() > 10 { write!(f, "\n… and {} more", wrong.len() - 10) } else { Ok(()) }
    }
}
