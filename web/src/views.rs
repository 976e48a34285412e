//! What templates are given: one struct for each template, ready to print.

use daybook::audit::{Image, Kind, Version};
use daybook::entries::{Draft, Entry, EntrySummary, FIELDS, Field, FieldErrors, Input, Merge, Page, Side};
use daybook::{Timestamp, Uid};
use form_urlencoded::byte_serialize;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::place::{List, Notice, Place};

/// A time, for people and for machines.
#[derive(Serialize)]
pub struct Time {
    pub iso: String,
    /// To the second, for those who point at it.
    pub exact: String,
    /// At a glance.
    pub text: String,
}

impl Time {
    pub fn new(at: Timestamp, zone: &TimeZone) -> Time {
        Time { iso: at.iso(), exact: at.exact(zone), text: at.ago(Timestamp::now(), zone) }
    }
}

/// For a template that needs nothing.
#[derive(Serialize)]
pub struct Empty {}

/// An entry as a row of a list.
#[derive(Serialize)]
pub struct Row {
    pub uid: String,
    pub title: String,
    pub excerpt: String,
    pub done: bool,
    pub version: i32,
    pub updated: Time,
    pub updated_by: String,
}

impl Row {
    pub fn new(entry: &EntrySummary, zone: &TimeZone) -> Row {
        Row {
            uid: entry.uid.to_string(),
            title: entry.title.clone(),
            excerpt: entry.excerpt.clone(),
            done: entry.done,
            version: entry.version,
            updated: Time::new(entry.updated_at, zone),
            updated_by: entry.updated_by_name.clone(),
        }
    }
}

/// `_row.html`, `_trashed.html` and their like: a row by itself.
#[derive(Serialize)]
pub struct RowFragment {
    pub entry: Row,
    pub back: Back,
    /// What stands in the way, if anything does.
    pub note: Option<String>,
    /// For the live region.
    pub say: Option<String>,
    /// The control that takes the focus: `edit`, `switch` or, empty, none.
    pub focus: &'static str,
}

/// The place that a form stands on, as a form's value and as a query's.
#[derive(Serialize)]
pub struct Back {
    pub url: String,
    pub encoded: String,
    /// `list` or `entry`: the shape that fragments have here.
    pub kind: &'static str,
}

impl From<Place> for Back {
    fn from(place: Place) -> Back {
        let url = place.to_string();
        let encoded = byte_serialize(url.as_bytes()).collect();
        let kind = match place {
            Place::List(_) => "list",
            Place::Entry(_) => "entry",
        };
        Back { url, encoded, kind }
    }
}

/// `entries/index.html`, `trash/index.html`, and the list in them.
#[derive(Serialize)]
pub struct ListPage {
    /// What the list shows, as the document is called.
    pub title: &'static str,
    /// Whether the list is rendered alone: then it brings the document's title with it.
    pub fragment: bool,
    pub rows: Vec<Row>,
    pub status: &'static str,
    pub url_all: String,
    pub url_open: String,
    pub url_done: String,
    pub newer: Option<String>,
    pub older: Option<String>,
    /// Neither first page nor unfiltered: an empty list does not mean an empty book.
    pub partial: bool,
    pub back: Back,
    pub notice: Option<NoticeView>,
    pub note: Option<String>,
    pub say: Option<String>,
    pub focus: &'static str,
    pub form: Form,
}

/// The line above a list, after a change without JavaScript.
#[derive(Serialize)]
pub struct NoticeView {
    /// `trashed`, `restored` or `purged`.
    pub kind: &'static str,
    pub entry: Option<Row>,
}

impl NoticeView {
    /// Nothing to say when the entry has moved on since.
    pub fn new(notice: Notice, entry: Option<&Entry>, zone: &TimeZone) -> Option<NoticeView> {
        let row = |entry: &Entry| Some(Row::new(&EntrySummary::from(entry), zone));
        match (notice, entry) {
            (Notice::Purged, _) => Some(NoticeView { kind: "purged", entry: None }),
            (Notice::Trashed(_), Some(entry)) if entry.trashed => {
                Some(NoticeView { kind: "trashed", entry: row(entry) })
            }
            (Notice::Restored(_), Some(entry)) if !entry.trashed => {
                Some(NoticeView { kind: "restored", entry: row(entry) })
            }
            _ => None,
        }
    }
}

impl ListPage {
    pub fn new(list: List, page: &Page<EntrySummary>, notice: Option<NoticeView>, zone: &TimeZone) -> ListPage {
        use daybook::entries::Position::{After, Before, First};
        ListPage {
            title: match (list.trashed, list.done) {
                (true, _) => "Trash",
                (false, None) => "Entries",
                (false, Some(false)) => "Open entries",
                (false, Some(true)) => "Done entries",
            },
            fragment: false,
            rows: page.rows.iter().map(|entry| Row::new(entry, zone)).collect(),
            status: match list.done {
                None => "all",
                Some(false) => "open",
                Some(true) => "done",
            },
            url_all: list.with_status(None).url(None),
            url_open: list.with_status(Some(false)).url(None),
            url_done: list.with_status(Some(true)).url(None),
            newer: page.newer.map(|cursor| list.at(Before(cursor)).url(None)),
            older: page.older.map(|cursor| list.at(After(cursor)).url(None)),
            partial: list.done.is_some() || list.position != First,
            back: Place::List(list).into(),
            notice,
            note: None,
            say: None,
            focus: "",
            form: Form::new_entry(&Draft::default(), None, Place::List(list)),
        }
    }
}

/// A form for an entry: `_form.html`.
#[derive(Serialize)]
pub struct Form {
    pub action: String,
    /// Distinguishes the forms of one page in ids.
    pub id: String,
    pub uid: String,
    /// `None` for a new entry.
    pub version: Option<i32>,
    pub fields: Vec<FieldView>,
    /// Above the fields: what happened.
    pub message: Option<String>,
    pub back: Back,
}

/// One field of a form.
#[derive(Serialize)]
pub struct FieldView {
    pub name: &'static str,
    pub label: &'static str,
    /// `line`, `text` or `choice`.
    pub kind: &'static str,
    pub value: String,
    pub choices: Vec<Choice>,
    pub error: Option<String>,
    pub merge: Option<FieldMerge>,
    /// Whether the form begins here: the first field that is wrong, or the first of all.
    pub focus: bool,
}

#[derive(Serialize)]
pub struct Choice {
    pub value: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

/// The three versions of a field in a merge, as people read them.
#[derive(Serialize)]
pub struct FieldMerge {
    /// `neither`, `mine`, `theirs` or `both`.
    pub changed: &'static str,
    pub base: String,
    pub theirs: String,
    pub mine: String,
}

impl Form {
    /// For a new entry, with a uid of its own.
    pub fn new_entry(draft: &Draft, errors: Option<&FieldErrors>, back: Place) -> Form {
        let uid = Uid::new();
        Form {
            action: "/entries".into(),
            id: "new".into(),
            uid: uid.to_string(),
            version: None,
            fields: fields(draft, errors, None, |field| field.name != "done"),
            message: None,
            back: back.into(),
        }
    }

    /// For an entry that exists.
    pub fn edit(uid: Uid, version: i32, draft: &Draft, errors: Option<&FieldErrors>, back: Place) -> Form {
        Form {
            action: format!("/entries/{uid}"),
            id: uid.to_string(),
            uid: uid.to_string(),
            version: Some(version),
            fields: fields(draft, errors, None, |_| true),
            message: None,
            back: back.into(),
        }
    }

    /// For a write that lost a race: the merged values, to be saved over the current version.
    pub fn merge(current: &Entry, merge: &Merge, back: Place) -> Form {
        let ask = if merge.has_conflict() {
            "Where you both changed the same field, decide below."
        } else {
            "Your changes and theirs fit together: look them over, and save."
        };
        Form {
            fields: fields(&merge.draft(), None, Some(merge), |_| true),
            message: Some(format!(
                "{} changed this entry while you were working on it. {ask}",
                current.updated_by_name
            )),
            ..Form::edit(current.uid, current.version, &Draft::default(), None, back)
        }
    }

    pub fn with_message(self, message: impl Into<String>) -> Form {
        Form { message: Some(message.into()), ..self }
    }
}

fn fields(
    draft: &Draft,
    errors: Option<&FieldErrors>,
    merge: Option<&Merge>,
    shown: impl Fn(&Field) -> bool,
) -> Vec<FieldView> {
    let error = |field: &Field| errors.and_then(|errors| errors.0.get(field.name)).cloned();
    let first_wrong = FIELDS.iter().find(|field| error(field).is_some()).or(FIELDS.first()).map(|field| field.name);
    let shown = FIELDS.iter().enumerate().filter(|(_, field)| shown(field) || error(field).is_some());
    shown
        .map(|(position, field)| {
            let value = draft.get(field).to_owned();
            let (kind, choices) = match field.input {
                Input::Line { .. } => ("line", Vec::new()),
                Input::Text { .. } => ("text", Vec::new()),
                Input::Choice(choices) => ("choice", choices.to_vec()),
            };
            let choices =
                choices.into_iter().map(|(choice, label)| Choice { value: choice, label, chosen: choice == value });
            FieldView {
                name: field.name,
                label: field.label,
                kind,
                choices: choices.collect(),
                value,
                error: error(field),
                merge: merge.and_then(|merge| merge.0.get(position)).map(|merged| FieldMerge {
                    changed: match merged.changed {
                        Side::Neither => "neither",
                        Side::Mine => "mine",
                        Side::Theirs => "theirs",
                        Side::Both => "both",
                    },
                    base: readable(field, &merged.base),
                    theirs: readable(field, &merged.theirs),
                    mine: readable(field, &merged.mine),
                }),
                focus: first_wrong == Some(field.name),
            }
        })
        .collect()
}

/// A form's value as people read it: the label of a choice.
fn readable(field: &Field, value: &str) -> String {
    match field.input {
        Input::Choice(choices) => {
            choices.iter().find(|(name, _)| *name == value).map_or(value, |(_, label)| label).into()
        }
        _ => value.to_owned(),
    }
}

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
    /// What the entry was at this version; empty after a purge.
    pub fields: Vec<Shown>,
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
            entry: Row::new(&EntrySummary::from(entry), zone),
            fragment: false,
            fields: shown(&Draft::from(&entry.content)),
            trashed: entry.trashed,
            created: Time::new(entry.created_at, zone),
            created_by: entry.created_by_name.clone(),
            history: history.iter().map(|version| VersionView::new(version, zone)).collect(),
            older: last.filter(|_| more).map(|version| format!("/entries/{}?before={version}#history", entry.uid)),
            back: Place::Entry(entry.uid).into(),
            note: None,
            say: None,
            focus: "",
        }
    }
}

impl VersionView {
    fn new(version: &Version, zone: &TimeZone) -> VersionView {
        VersionView {
            version: version.version,
            did: did(version),
            at: Time::new(version.at, zone),
            by: version.actor_name.clone(),
            fields: version.after.as_ref().map(|image| shown(&Draft::from(&image.content))).unwrap_or_default(),
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
    }
}

fn changed_fields(before: Option<&Image>, after: Option<&Image>) -> String {
    let (Some(before), Some(after)) = (before, after) else { return "it".into() };
    let changed = FIELDS.iter().filter(|field| (field.get)(&before.content) != (field.get)(&after.content));
    let labels: Vec<String> = changed.map(|field| field.label.to_lowercase()).collect();
    labels.join(" and ")
}

/// `entries/edit.html`, `entries/new.html` and the fragment `entries/_edit.html`.
#[derive(Serialize)]
pub struct EditPage {
    pub title: String,
    pub form: Form,
}

/// The fragments after creating an entry: an empty form, and the new row if it belongs into the list.
#[derive(Serialize)]
pub struct Created {
    pub form: Form,
    pub entry: Row,
    pub back: Back,
    /// Whether the list that the person sees is one that begins with the new entry.
    pub in_view: bool,
    pub note: Option<String>,
    pub say: Option<String>,
    pub focus: &'static str,
}

/// `trash/purge.html`: asks before what cannot be undone.
#[derive(Serialize)]
pub struct PurgePage {
    pub entry: Row,
    pub back: Back,
}
