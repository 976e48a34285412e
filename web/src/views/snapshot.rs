//! Snapshots, as pages show them.

use daybook::jobs::State;
use daybook::snapshots::{self, Compression, FileEntry, Format, Listed, Manifest, Pace, Schedule, Snapshot, What};
use daybook::{Timestamp, Uid};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::job::{number, progress, standing};
use super::{Back, TextInput, Time, filter};
use crate::error::Error;
use crate::params::Params;
use crate::place::Place;

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
    pub handled: i64,
    pub total: Option<i64>,
    pub progress: Option<String>,
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

/// `snapshots/new.html`
#[derive(Serialize)]
pub struct NewSnapshotPage {
    pub key: String,
    pub back: Back,
    /// The filter of the list in words; nothing for all of the book.
    pub list: Option<String>,
    pub choices: Choices,
}

/// What a snapshot can be like: `snapshots/_choices.html`.
#[derive(Serialize)]
pub struct Choices {
    pub trash: bool,
    pub history: bool,
    pub formats: Vec<Choice>,
    pub compressions: Vec<Choice>,
}

#[derive(Serialize)]
pub struct Choice {
    pub value: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub chosen: bool,
}

/// `snapshots/delete.html`
#[derive(Serialize)]
pub struct DeleteSnapshotPage {
    pub uid: String,
    pub title: String,
    pub asked: Time,
    pub made: bool,
}

/// `snapshots/schedule.html`
#[derive(Serialize)]
pub struct SchedulePage {
    pub version: i32,
    pub inputs: Vec<TextInput>,
    pub choices: Choices,
    pub upcoming: Vec<String>,
    pub zone: String,
    pub set_by: Option<String>,
    pub problem: Option<String>,
}

/// What is wrong with a form for the schedule.
#[derive(Default)]
pub struct ScheduleErrors {
    pub cron: Option<String>,
    pub keep_last: Option<String>,
    pub problem: Option<String>,
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
        let manifest = snapshot.manifest().ok().flatten();
        SnapshotView {
            uid: snapshot.uid.to_string(),
            title: title(snapshot, zone),
            content: content(&snapshot.what, zone),
            standing,
            active,
            failed: state == Some(State::Failed),
            handled: running.map_or(0, |job| job.handled),
            total: running.and_then(|job| job.total),
            progress: running.and_then(progress),
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

impl NewSnapshotPage {
    pub fn new(what: &What, back: &Place, zone: &TimeZone) -> NewSnapshotPage {
        NewSnapshotPage {
            key: Uid::new().to_string(),
            back: back.into(),
            list: list(what, zone),
            choices: Choices::new(what),
        }
    }
}

impl Choices {
    fn new(what: &What) -> Choices {
        let formats = Format::ALL.map(|format| {
            let (label, hint) = format_in_words(format);
            Choice { value: format.name(), label, hint, chosen: format == what.format }
        });
        let compressions = Compression::ALL.map(|compression| {
            let (label, hint) = match compression {
                Compression::None => ("As it is", ""),
                Compression::Gzip => ("Compressed (gzip)", "a fraction of the size"),
            };
            Choice { value: compression.name(), label, hint, chosen: compression == what.compression }
        });
        Choices { trash: what.trash, history: what.history, formats: formats.into(), compressions: compressions.into() }
    }
}

impl DeleteSnapshotPage {
    pub fn new(snapshot: &Snapshot, zone: &TimeZone) -> DeleteSnapshotPage {
        DeleteSnapshotPage {
            uid: snapshot.uid.to_string(),
            title: title(snapshot, zone),
            asked: Time::new(snapshot.created_at, zone),
            made: snapshot.is_made(),
        }
    }
}

impl SchedulePage {
    /// As it stands.
    pub fn new(schedule: &Schedule, zone: &TimeZone) -> SchedulePage {
        let what = schedule.what.clone();
        let what = what.unwrap_or_else(|| What::everything(Format::Ndjson, Compression::Gzip));
        let upcoming = schedule.upcoming(Timestamp::now(), zone, 3);
        SchedulePage {
            upcoming: upcoming.into_iter().map(|at| at.exact(zone)).collect(),
            set_by: schedule.set_by_name.clone(),
            ..SchedulePage::with(
                schedule.cron.as_deref().unwrap_or_default(),
                &schedule.keep_last.to_string(),
                &what,
                schedule.version,
                ScheduleErrors::default(),
                zone,
            )
        }
    }

    /// As it was sent, with what is wrong.
    pub fn again(params: &Params, what: &What, version: i32, errors: ScheduleErrors, zone: &TimeZone) -> SchedulePage {
        let text = |name| params.get(name).unwrap_or_default();
        SchedulePage::with(text("cron"), text("keep_last"), what, version, errors, zone)
    }

    fn with(
        cron: &str,
        keep_last: &str,
        what: &What,
        version: i32,
        errors: ScheduleErrors,
        zone: &TimeZone,
    ) -> SchedulePage {
        let first = errors.cron.is_some() || errors.keep_last.is_none();
        let hint = "Minute, hour, day of the month, month, day of the week: “30 3 * * *” is half past three each night. \
                    Empty: no schedule.";
        let cron = TextInput::new("cron", "When", "text").filled(cron).hinted(Some(hint));
        let keep = TextInput::new("keep_last", "How many of them stay", "text").filled(keep_last);
        SchedulePage {
            version,
            inputs: vec![
                cron.refused(errors.cron.as_ref()).focused(first),
                keep.refused(errors.keep_last.as_ref()).focused(!first),
            ],
            choices: Choices::new(what),
            upcoming: Vec::new(),
            zone: zone.iana_name().unwrap_or("the machine’s").to_owned(),
            set_by: None,
            problem: errors.problem,
        }
    }
}

impl ScheduleErrors {
    /// Somebody else was faster.
    pub fn overtaken(now: &Schedule) -> ScheduleErrors {
        let by = now.set_by_name.as_deref().unwrap_or("somebody");
        let set = match &now.cron {
            Some(cron) => format!("{by} has set it to “{cron}” meanwhile, and {} of them stay.", now.keep_last),
            None => format!("{by} has switched it off meanwhile."),
        };
        ScheduleErrors { problem: Some(format!("{set} Saving again replaces that.")), ..ScheduleErrors::default() }
    }
}

fn title(snapshot: &Snapshot, zone: &TimeZone) -> String {
    let of = list(&snapshot.what, zone).map_or_else(|| "the whole book".into(), |list| format!("entries: {list}"));
    format!("{} of {of}", format_in_words(snapshot.what.format).0)
}

fn list(what: &What, zone: &TimeZone) -> Option<String> {
    filter::in_words(&what.filter.filter().ok()?, zone)
}

fn content(what: &What, zone: &TimeZone) -> String {
    let mut parts = vec![list(what, zone).map_or_else(|| "all entries".into(), |list| format!("entries {list}"))];
    parts.push(if what.trash { "with the trash" } else { "without the trash" }.into());
    parts.push(if what.history { "with the history" } else { "without the history" }.into());
    if what.compression == Compression::Gzip {
        parts.push("compressed".into());
    }
    parts.join(", ")
}

/// Its name, and what it is for.
fn format_in_words(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Spreadsheet => ("Spreadsheet", "CSV that is safe to open in Excel, LibreOffice or Numbers"),
        Format::Csv => ("CSV", "for programs: every character as it was written (RFC 4180)"),
        Format::Ndjson => ("NDJSON", "for programs: a JSON object in each line"),
    }
}

fn pace_in_words(pace: &Pace) -> String {
    let speed = format!("{} rows a second", number(pace.rows_per_second.round() as i64));
    match pace.left.map(|left| left.as_secs()) {
        None => speed,
        Some(seconds @ 0..90) => format!("{speed}, about {} left", seconds_in_words(seconds.max(1))),
        Some(seconds) => format!("{speed}, about {} minutes left", number((seconds / 60 + 1) as i64)),
    }
}

fn seconds_in_words(seconds: u64) -> String {
    format!("{seconds} second{}", if seconds == 1 { "" } else { "s" })
}

/// With decimal prefixes, as file managers show it.
fn size(bytes: i64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" });
    }
    let mut value = bytes as f64 / 1_000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    if value < 9.95 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_fits() {
        for (bytes, told) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (999_400, "999 kB"),
            (999_600, "1.0 MB"),
            (12_345_678, "12 MB"),
            (3_400_000_000, "3.4 GB"),
            (7_000_000_000_000_000, "7000 TB"),
        ] {
            assert_eq!(size(bytes), told, "{bytes}");
        }
    }
}
