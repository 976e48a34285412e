//! The line above a list that tells what a change before it did.

use daybook::Uid;
use daybook::audit::{Kind, RequestChange};
use daybook::entries::{Entry, EntrySummary};
use daybook::search::Query;
use daybook::text::thousands;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Row;
use crate::bulk::Action;
use crate::notice::Notice;

/// What the database knows about a notice.
#[derive(Default)]
pub struct NoticeData {
    /// What the request changed.
    pub changes: Vec<RequestChange>,
    /// The entries that the notice names, as they are now.
    pub entries: Vec<Entry>,
}

#[derive(Serialize)]
pub struct NoticeView {
    /// `trashed`, `restored`, `purged`, `many` or `nothing`.
    pub kind: &'static str,
    pub entry: Option<Row>,
    /// For `many`: “11 deleted, 1 left alone”.
    pub summary: String,
    pub left: Vec<Left>,
    /// What takes all of it back.
    pub undo: Option<Undo>,
}

/// An entry that was left alone.
#[derive(Serialize)]
pub struct Left {
    pub uid: String,
    /// Empty when it is gone for good.
    pub title: String,
    pub why: String,
}

#[derive(Serialize)]
pub struct Undo {
    pub action: &'static str,
    /// Values of the checkboxes: uid and version.
    pub entries: Vec<String>,
}

impl NoticeView {
    /// Nothing to say when the entry has moved on since.
    pub fn new(notice: &Notice, data: &NoticeData, zone: &TimeZone) -> Option<NoticeView> {
        let one = |kind, trashed: bool| {
            let entry = data.entries.first().filter(|entry| entry.trashed == trashed)?;
            Some(NoticeView {
                entry: Some(Row::new(&EntrySummary::from(entry), &Query::default(), zone)),
                ..bare(kind)
            })
        };
        match notice {
            Notice::Purged => Some(bare("purged")),
            Notice::NothingSelected => Some(bare("nothing")),
            Notice::Trashed(_) => one("trashed", true),
            Notice::Restored(_) => one("restored", false),
            Notice::Many { same, left, .. } => Some(many(&data.changes, *same, left, &data.entries)),
        }
    }
}

fn bare(kind: &'static str) -> NoticeView {
    NoticeView { kind, entry: None, summary: String::new(), left: Vec::new(), undo: None }
}

fn many(changes: &[RequestChange], same: usize, left: &[Uid], entries: &[Entry]) -> NoticeView {
    let changes: Vec<(&RequestChange, Action)> =
        changes.iter().filter_map(|change| Some((change, action_of(change)?))).collect();
    let action = changes.first().map(|(_, action)| *action);
    let mut parts = Vec::new();
    if let Some(action) = action {
        parts.push(format!("{} {}", thousands(changes.len()), action.done_word()));
    }
    if same > 0 {
        parts.push(format!("{} so already", thousands(same)));
    }
    if !left.is_empty() {
        parts.push(format!("{} left alone", thousands(left.len())));
    }
    if parts.is_empty() {
        parts.push("Nothing had to be changed".into());
    }
    let undo = action.and_then(Action::inverse).map(|action| Undo {
        action: action.name(),
        entries: changes.iter().map(|(change, _)| format!("{}.{}", change.uid, change.version)).collect(),
    });
    NoticeView {
        summary: parts.join(", "),
        left: left.iter().map(|uid| why(*uid, entries)).collect(),
        undo,
        ..bare("many")
    }
}

/// `None` for what is not done to many.
fn action_of(change: &RequestChange) -> Option<Action> {
    match change.kind {
        Kind::Trash => Some(Action::Trash),
        Kind::Restore => Some(Action::Restore),
        Kind::Purge => Some(Action::Purge),
        Kind::Status => Some(if change.done { Action::Done } else { Action::Open }),
        _ => None,
    }
}

fn why(uid: Uid, entries: &[Entry]) -> Left {
    match entries.iter().find(|entry| entry.uid == uid) {
        None => Left { uid: uid.to_string(), title: String::new(), why: "An entry that is gone for good".into() },
        Some(entry) => {
            let by = &entry.updated_by_name;
            let why = match entry.trashed {
                true => format!("is in the trash; last changed by {by}"),
                false => format!("changed meanwhile by {by}"),
            };
            Left { uid: uid.to_string(), title: entry.content.title.as_str().to_owned(), why }
        }
    }
}
