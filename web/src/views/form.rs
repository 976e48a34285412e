//! Forms for an entry: new, edited, and merged.

use daybook::Uid;
use daybook::entries::{Draft, Entry, FIELDS, Field, FieldErrors, Input, Merge, Side};
use serde::Serialize;

use super::{Back, Row, readable};
use crate::place::Place;

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
    /// Sent by htmx. Not where a page has nothing but the form, and no list to add to.
    pub in_place: bool,
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
    pub fn new_entry(draft: &Draft, errors: Option<&FieldErrors>, back: &Place) -> Form {
        let uid = Uid::new();
        Form {
            action: "/entries".into(),
            id: "new".into(),
            uid: uid.to_string(),
            version: None,
            fields: fields(draft, errors, None, |field| field.name != "done"),
            message: None,
            back: back.into(),
            in_place: true,
        }
    }

    /// For an entry that exists.
    pub fn edit(uid: Uid, version: i32, draft: &Draft, errors: Option<&FieldErrors>, back: &Place) -> Form {
        Form {
            action: format!("/entries/{uid}"),
            id: uid.to_string(),
            uid: uid.to_string(),
            version: Some(version),
            fields: fields(draft, errors, None, |_| true),
            message: None,
            back: back.into(),
            in_place: true,
        }
    }

    /// For a write that lost a race: the merged values, to be saved over the current version.
    pub fn merge(current: &Entry, merge: &Merge, back: &Place) -> Form {
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

    /// For a page that has nothing but the form.
    pub fn alone(self) -> Form {
        Form { in_place: false, ..self }
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
