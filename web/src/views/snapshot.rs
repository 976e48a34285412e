//! Snapshots, as pages show them.

mod forms;
mod words;

use daybook::Uid;
use daybook::jobs::State;
use daybook::snapshots::{self, FileEntry, Listed, Manifest, Pace, Schedule, Snapshot};
use jiff::tz::TimeZone;
use serde::Serialize;

use self::words::{content, pace_in_words, size, title};
use super::Time;
use super::job::{ProgressView, number, standing};
use crate::error::Error;

pub use forms::{DeleteSnapshotPage, NewSnapshotPage, ScheduleErrors, SchedulePage};

/// `snapshots/index.html`, and `snapshots/_list.html` alone.
#[derive(Serialize)]
pub struct SnapshotsPage {
    /// What happened.
    pub notice: Option<&'static str>,
    pub snapshots: Vec<SnapshotView>,
    pub here: String,
    pub older: Option<String>,
    /// One of them is being made, so the page asks again.
    pub renewed: bool,
    /// When the schedule makes the next one.
    pub next: Option<Time>,
    pub cron: Option<String>,
}

/// `snapshots/show.html`, and `snapshots/_snapshot.html` alone.
#[derive(Serialize)]
pub struct SnapshotPage {
    pub snapshot: SnapshotView,
    pub made: Option<MadeView>,
}

#[derive(Serialize)]
pub struct SnapshotView {
    pub uid: String,
    /// “Spreadsheet of the whole book”
    pub title: String,
    /// What is in it, in words.
    pub content: String,
    /// Where it is, in words.
    pub standing: String,
    /// It is being made, so it is looked at again.
    pub active: bool,
    pub failed: bool,
    /// While it is being made.
    pub progress: Option<ProgressView>,
    /// “12,000 rows a second, about 40 seconds left”
    pub pace: Option<String>,
    pub error: Option<String>,
    /// When the next try is.
    pub next: Option<Time>,
    pub by: String,
    pub scheduled: bool,
    pub asked: Time,
    /// There are files.
    pub made: bool,
    /// “1,204 entries, 310 kB”
    pub size: Option<String>,
    pub files: Vec<FileView>,
    pub kept: bool,
    pub expires: Time,
    pub may_cancel: bool,
    pub may_retry: bool,
}

#[derive(Serialize)]
pub struct FileView {
    pub name: String,
    pub url: String,
    /// “1,204 rows, 310 kB”
    pub size: String,
    pub sha256: String,
}

/// What the manifest tells.
#[derive(Serialize)]
pub struct MadeView {
    pub at: Time,
    pub manifest: String,
    pub seq: String,
    pub link: String,
    pub fields: Vec<FieldsView>,
}

#[derive(Serialize)]
pub struct FieldsView {
    pub file: String,
    pub version: u32,
    pub names: String,
}

impl SnapshotsPage {
    pub fn new(
        page: &snapshots::SnapshotPage,
        before: Option<Uid>,
        schedule: &Schedule,
        notice: Option<&'static str>,
        zone: &TimeZone,
    ) -> SnapshotsPage {
        let at = |before: Uid| format!("/snapshots?before={before}");
        let views: Vec<SnapshotView> = page.rows.iter().map(|row| SnapshotView::new(row, zone)).collect();
        SnapshotsPage {
            notice,
            here: before.map_or_else(|| "/snapshots".into(), at),
            older: page.next.map(at),
            renewed: views.iter().any(|view| view.active),
            snapshots: views,
            next: schedule.next_at.map(|at| Time::new(at, zone)),
            cron: schedule.cron.clone(),
        }
    }
}

impl SnapshotPage {
    /// # Errors
    /// [`Error::Daybook`] for a manifest that cannot be read.
    pub fn new(listed: &Listed, zone: &TimeZone) -> Result<SnapshotPage, Error> {
        let manifest = listed.snapshot.manifest()?;
        let made = manifest.map(|manifest| MadeView::new(&manifest, zone));
        Ok(SnapshotPage { snapshot: SnapshotView::new(listed, zone), made })
    }
}

impl SnapshotView {
    pub fn new(Listed { snapshot, job }: &Listed, zone: &TimeZone) -> SnapshotView {
        let state = job.as_ref().map(|job| job.state);
        let made = snapshot.is_made();
        let active = !made && state.is_some_and(|state| !state.is_final());
        let running = job.as_ref().filter(|_| active);
        let standing = match job {
            _ if made => if snapshot.kept { "Kept" } else { "Ready" }.to_owned(),
            Some(job) => standing(job),
            None => "Gone".into(),
        };
        let (manifest, title) = (snapshot.manifest().ok().flatten(), title(snapshot, zone));
        SnapshotView {
            uid: snapshot.uid.to_string(),
            content: content(&snapshot.what, zone),
            standing,
            active,
            failed: state == Some(State::Failed),
            progress: running.map(|job| ProgressView::new(job, &title)),
            title,
            pace: running.filter(|job| job.state == State::Running).and_then(Pace::of).map(|pace| pace_in_words(&pace)),
            error: job.as_ref().filter(|_| !made).and_then(|job| job.error.clone()),
            next: running
                .filter(|job| job.state == State::Waiting && job.failures > 0)
                .map(|job| Time::new(job.run_at, zone)),
            by: snapshot.asked_by_name.clone(),
            scheduled: snapshot.scheduled,
            asked: Time::new(snapshot.created_at, zone),
            made,
            size: snapshot.entry_rows.zip(snapshot.bytes).map(|(rows, bytes)| {
                format!("{} {}, {}", number(rows), if rows == 1 { "entry" } else { "entries" }, size(bytes))
            }),
            files: manifest
                .iter()
                .flat_map(|manifest| &manifest.files)
                .map(|file| FileView::new(snapshot, file))
                .collect(),
            kept: snapshot.kept,
            expires: Time::new(snapshot.expires_at, zone),
            may_cancel: running.is_some_and(|job| !job.cancel_wanted),
            may_retry: !made && matches!(state, Some(State::Failed | State::Cancelled)),
        }
    }
}

impl FileView {
    fn new(snapshot: &Snapshot, file: &FileEntry) -> FileView {
        FileView {
            name: file.name.clone(),
            url: format!("/snapshots/{}/files/{}", snapshot.uid, file.name),
            size: format!(
                "{} {}, {}",
                number(file.rows),
                if file.rows == 1 { "row" } else { "rows" },
                size(file.bytes)
            ),
            sha256: file.sha256.clone(),
        }
    }
}

impl MadeView {
    fn new(manifest: &Manifest, zone: &TimeZone) -> MadeView {
        let fields = |file: &FileEntry| FieldsView {
            file: file.name.clone(),
            version: file.fields_version,
            names: file.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", "),
        };
        MadeView {
            at: Time::new(manifest.at, zone),
            manifest: format!("/snapshots/{}/files/{}", manifest.snapshot, Manifest::FILE),
            seq: number(manifest.chain.seq),
            link: manifest.chain.link.clone(),
            fields: manifest.files.iter().map(fields).collect(),
        }
    }
}
