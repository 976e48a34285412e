//! Forms about snapshots: a new one, the schedule, and the question before one is deleted.

use daybook::snapshots::{Compression, Format, Schedule, Snapshot, What};
use daybook::{Timestamp, Uid};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::words::{format_in_words, list, title};
use crate::params::Params;
use crate::place::Place;
use crate::views::{Back, TextInput, Time};

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
