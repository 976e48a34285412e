//! An entry's own page, with its history.

use daybook::audit::{Image, Kind, Version};
use daybook::entries::{Content, Draft, Entry, EntrySummary, FIELDS, Field, Input};
use daybook::search::Query;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::diff::{self, DiffPiece};
use super::{Back, Row, Time, readable};
use crate::place::Place;

/// `entries/show.html` and `entries/_entry.html`.
#[derive(Serialize)]
pub struct Show {
    pub entry: Row,
    /// Whether the entry is rendered alone: then it brings the document's title with it.
    pub fragment: bool,
    pub fields: Vec<Shown>,
    pub trashed: bool,
    pub created: Time,
    pub created_by: String,
    pub history: Vec<VersionView>,
    /// The versions before the ones shown.
    pub older: Option<String>,
    pub back: Back,
    pub note: Option<String>,
    pub say: Option<String>,
    pub focus: &'static str,
}

/// A field's value, as people read it.
#[derive(Serialize)]
pub struct Shown {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
}

/// One line of the history.
#[derive(Serialize)]
pub struct VersionView {
    pub version: i32,
    pub did: String,
    pub at: Time,
    pub by: String,
    /// What the entry was at this version, and what that was before; empty after a purge.
    pub fields: Vec<Changed>,
    /// What a form sends to bring this version back; `None` where the entry says the same now.
    pub restore: Option<Vec<(&'static str, String)>>,
}

/// A field of a version.
#[derive(Serialize)]
pub struct Changed {
    pub name: &'static str,
    pub label: &'static str,
    pub pieces: Vec<DiffPiece>,
}

impl Show {
    /// Versions of one page of the history.
    pub const HISTORY: usize = 20;

    /// `history` holds one version more than are shown, if there is one.
    pub fn new(entry: &Entry, mut history: Vec<Version>, zone: &TimeZone) -> Show {
        let more = history.len() > Show::HISTORY;
        history.truncate(Show::HISTORY);
        let last = history.last().map(|version| version.version);
        Show {
            entry: Row::new(&EntrySummary::from(entry), &Query::default(), zone),
            fragment: false,
            fields: shown(&Draft::from(&entry.content)),
            trashed: entry.trashed,
            created: Time::new(entry.created_at, zone),
            created_by: entry.created_by_name.clone(),
            history: history.iter().map(|version| VersionView::new(version, entry, zone)).collect(),
            older: last.filter(|_| more).map(|version| format!("/entries/{}?before={version}#history", entry.uid)),
            back: Back::from(&Place::Entry(entry.uid)),
            note: None,
            say: None,
            focus: "",
        }
    }
}

impl VersionView {
    fn new(version: &Version, entry: &Entry, zone: &TimeZone) -> VersionView {
        let content = version.after.as_ref().map(|image| &image.content);
        let differs = content.filter(|content| **content != entry.content && !entry.trashed);
        VersionView {
            version: version.version,
            did: did(version),
            at: Time::new(version.at, zone),
            by: version.actor_name.clone(),
            fields: content.map(|content| changed(version, content)).unwrap_or_default(),
            restore: differs.map(|content| FIELDS.iter().map(|field| (field.name, (field.get)(content))).collect()),
        }
    }
}

fn shown(draft: &Draft) -> Vec<Shown> {
    let shown = |field: &'static Field| Shown {
        name: field.name,
        label: field.label,
        value: readable(field, draft.get(field)),
    };
    FIELDS.iter().map(shown).collect()
}

/// The fields of a version, each with what is different from the version before.
fn changed(version: &Version, content: &Content) -> Vec<Changed> {
    let pieces = |field: &'static Field| {
        let after = (field.get)(content);
        let before = version.before.as_ref().map(|image| (field.get)(&image.content));
        match (before.filter(|before| *before != after), field.input) {
            (None, _) => diff::whole(readable(field, &after)),
            (Some(before), Input::Choice(_)) => diff::replaced(readable(field, &before), readable(field, &after)),
            (Some(before), _) => diff::words(&before, &after),
        }
    };
    FIELDS.iter().map(|field| Changed { name: field.name, label: field.label, pieces: pieces(field) }).collect()
}

/// What a version did, as the middle of a sentence.
fn did(version: &Version) -> String {
    match version.kind {
        Kind::Create => "created it".into(),
        Kind::Trash => "moved it to the trash".into(),
        Kind::Restore => "took it out of the trash".into(),
        Kind::Purge => "deleted it for good".into(),
        Kind::Status if version.after.as_ref().is_some_and(|image| image.content.done) => "marked it done".into(),
        Kind::Status => "opened it again".into(),
        Kind::Update => format!("changed {}", changed_fields(version.before.as_ref(), version.after.as_ref())),
        // Of other subjects than entries.
        other => other.name().into(),
    }
}

/// “title and description”: the fields that differ, for the middle of a sentence.
pub(super) fn changed_fields(before: Option<&Image>, after: Option<&Image>) -> String {
    let (Some(before), Some(after)) = (before, after) else { return "it".into() };
    let changed = FIELDS.iter().filter(|field| (field.get)(&before.content) != (field.get)(&after.content));
    let labels: Vec<String> = changed.map(|field| field.label.to_lowercase()).collect();
    labels.join(" and ")
}
