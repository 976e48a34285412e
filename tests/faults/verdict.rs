//! What has become of everything, as the database tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::DerefMut;
use std::time::Duration;

use daybook::audit::{self, Image};
use daybook::entries::Entry;
use daybook::jobs::{Counts, Job, State};
use daybook::schema::{entries, jobs as job_table};
use daybook::{Conn, Uid};
use diesel::prelude::*;

use super::chain;
use super::chaos::Chaos;
use super::load::{Known, Part, REFUSED};
use super::stage::{Stage, wait_until};
use crate::support::book::{Event, events_of};
use crate::support::program::{printed, worker_command};

/// Until everything is sealed and no job runs any more.
const SETTLED: Duration = Duration::from_secs(60);

pub struct Verdict {
    acked: usize,
    kills: usize,
    /// Acknowledged changes that are not in the log as they were acknowledged, entries that are not as the log has them,
    /// and jobs that have not ended.
    lost: usize,
    /// Changes that nobody asked for once more: versions with two events, or with one that nobody was told of, changes by
    /// a job that had changed the entry already, and jobs that nobody was told of.
    doubled: usize,
    unsealed: i64,
    /// What else should not be.
    wrong: Vec<String>,
    told: String,
}

pub fn of(stage: &mut Stage, parts: Vec<Part>, chaos: &Chaos) -> Verdict {
    let settled = wait_until(SETTLED, || {
        stage.tend();
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
    verdict.look_at_programs(stage);
    // One fault may make all that follow it wrong.
    verdict.wrong.extend(sql(stage, chain::faults).into_iter().take(3));
    verdict.look_at_changes(&parts, &events);
    verdict.look_at_entries(stage, &events);
    verdict.look_at_jobs(stage, &parts, &events);
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
                self.wrong.push(format!("{uid} was acknowledged to be {change:?}"));
            }
        }
        for ((uid, version), event) in &log {
            let before = if *version == 1 { None } else { log.get(&(*uid, version - 1)).map(|event| &event.after) };
            if before.map_or(*version > 1 || event.before.is_some(), |before| *before != event.before) {
                self.wrong.push(format!("{uid} has no version {}, or another one", version - 1));
            }
            if !known.contains(&(*uid, *version)) {
                self.doubled += 1;
                self.wrong.push(format!("nobody was told of {event:?}"));
            }
        }
    }

    /// The book is what the log says.
    fn look_at_entries(&mut self, stage: &Stage, events: &[Event]) {
        let mut newest: BTreeMap<Uid, &Event> = BTreeMap::new();
        for event in events {
            let other = newest.entry(event.subject).or_insert(event);
            if other.version < event.version {
                *other = event;
            }
        }
        let rows = sql(stage, |conn| entries::table.select(Entry::as_select()).load(conn).expect("they can be read"));
        for row in &rows {
            if newest.remove(&row.uid).and_then(image).is_none_or(|image| image != Image::from(row)) {
                self.lost += 1;
                self.wrong.push(format!("the log does not end with {row:?}"));
            }
        }
        self.lost += newest.len();
        self.wrong.extend(newest.keys().map(|uid| format!("{uid} is in the log only")));
    }

    /// Each job ended, and changed each of its entries once.
    fn look_at_jobs(&mut self, stage: &Stage, parts: &[Part], events: &[Event]) {
        let mut by_job: BTreeMap<Uid, Vec<Uid>> = BTreeMap::new();
        for event in events.iter().filter(|event| event.channel == "job") {
            by_job.entry(event.request_id).or_default().push(event.subject);
        }
        let all = sql(stage, |conn| job_table::table.select(Job::as_select()).load(conn).expect("they can be read"));
        let mut there: BTreeMap<Uid, Job> = all.into_iter().map(|job| (job.uid, job)).collect();
        for asked in parts.iter().flat_map(|part| &part.jobs) {
            let uid = asked.uid;
            let changed = by_job.remove(&uid).unwrap_or_default();
            let Some(job) = there.remove(&uid).filter(|job| job.state == State::Done) else {
                self.lost += 1;
                continue;
            };
            self.doubled += changed.len() - changed.iter().collect::<BTreeSet<_>>().len();
            let counts = Counts::of(&job).expect("JSON");
            if counts != asked.counts || changed.len() as i64 != counts.changed {
                self.wrong.push(format!("{uid} changed {}: {counts:?} and not {:?}", changed.len(), asked.counts));
            }
        }
        self.doubled += there.len();
        self.wrong.extend(there.keys().map(|uid| format!("nobody was told of the job {uid}")));
        self.wrong.extend(by_job.keys().map(|uid| format!("nobody was told of what {uid} changed")));
    }

    fn look_at_programs(&mut self, stage: &Stage) {
        self.wrong.extend(stage.bad_signs());
        let verified = worker_command(&["verify"], &[("DATABASE_URL", &stage.database_url)]).output();
        let verified = verified.expect("it runs");
        if !verified.status.success() {
            self.wrong.push(printed(&verified));
        }
    }
}

fn image(event: &Event) -> Option<Image> {
    serde_json::from_str(event.after.as_deref()?).ok()
}

fn shows(event: &Event, change: &Known) -> bool {
    image(event).is_some_and(|image| {
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
