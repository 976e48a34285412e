//! The one list of what people write in an entry. Form, validation, merge, audit image and history all follow it.
//!
//! A new field is a column (both migrations and `schema.rs`), a member of [`Content`] and a line in [`FIELDS`].

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::schema::entries;
use crate::text::{Description, TextError, Title};

/// What people write. A member that is added later needs `#[serde(default)]`, so that older audit images stay readable.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, Serialize, Deserialize)]
#[diesel(table_name = entries)]
pub struct Content {
    pub title: Title,
    pub description: Description,
    pub done: bool,
}

impl Content {
    /// What a search looks at.
    pub fn texts(&self) -> [&str; 2] {
        [self.title.as_str(), self.description.as_str()]
    }
}

/// How a field is entered and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// One line.
    Line { max: usize },
    /// Lines of text.
    Text { max: usize },
    /// One of these: value and label.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field's value as files hold it, by its kind.
#[derive(Clone, Copy)]
pub enum FieldValue {
    Text(fn(&Content) -> &str),
    Flag(fn(&Content) -> bool),
}

/// One field of an entry.
pub struct Field {
    /// In forms, URLs and audit images.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    pub input: Input,
    /// What a new entry has where the form says nothing; `None`: the form must say.
    pub default: Option<&'static str>,
    /// The value as a form shows it.
    pub get: fn(&Content) -> String,
    /// The value as files hold it.
    pub value: FieldValue,
    set: fn(&mut Parts, &str) -> Result<(), TextError>,
}

/// The fields, in the order of forms and pages.
pub const FIELDS: &[Field] = &[
    Field {
        name: "title",
        label: "Title",
        input: Input::Line { max: Title::MAX },
        default: None,
        get: |content| content.title.as_str().to_owned(),
        value: FieldValue::Text(|content| content.title.as_str()),
        set: |parts, text| Title::parse(text).map(|title| parts.title = Some(title)),
    },
    Field {
        name: "description",
        label: "Description",
        input: Input::Text { max: Description::MAX },
        default: Some(""),
        get: |content| content.description.as_str().to_owned(),
        value: FieldValue::Text(|content| content.description.as_str()),
        set: |parts, text| Description::parse(text).map(|description| parts.description = description),
    },
    Field {
        name: "done",
        label: "Status",
        input: Input::Choice(&[("false", "Open"), ("true", "Done")]),
        default: Some("false"),
        get: |content| content.done.to_string(),
        value: FieldValue::Flag(|content| content.done),
        set: |parts, text| parse_choice(text).map(|done| parts.done = done),
    },
];

/// Content while it is being read: the title has no value that it could begin with.
#[derive(Default)]
struct Parts {
    title: Option<Title>,
    description: Description,
    done: bool,
}

/// What a form sent, by field name, not yet checked. Keeps a refused text for the person to mend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<&'static str, String>);

/// What is wrong, by field name: a whole sentence for each. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.values().cloned().collect::<Vec<_>>().join(" "))]
pub struct FieldErrors(pub BTreeMap<&'static str, String>);

impl Draft {
    /// Takes the known fields out of a form; others are left alone.
    pub fn new(mut value: impl FnMut(&str) -> Option<String>) -> Draft {
        Draft(FIELDS.iter().filter_map(|field| Some((field.name, value(field.name)?))).collect())
    }

    /// The text for a field; empty when there is none.
    pub fn get(&self, field: &Field) -> &str {
        self.0.get(field.name).map_or("", String::as_str)
    }

    /// For a new entry: fields that were not sent get their defaults.
    ///
    /// # Errors
    /// One sentence for each field that cannot be kept.
    pub fn parse_new(&self) -> Result<Content, FieldErrors> {
        self.parse(|field| field.default)
    }

    /// For an entry that exists: every field must have been sent, so that none is emptied by mistake.
    ///
    /// # Errors
    /// One sentence for each field that is missing or cannot be kept.
    pub fn parse_complete(&self) -> Result<Content, FieldErrors> {
        self.parse(|_| None)
    }

    fn parse(&self, default: impl Fn(&Field) -> Option<&'static str>) -> Result<Content, FieldErrors> {
        let mut parts = Parts::default();
        let mut errors = BTreeMap::new();
        for field in FIELDS {
            let outcome = match self.0.get(field.name).map(String::as_str).or_else(|| default(field)) {
                Some(text) => (field.set)(&mut parts, text),
                None => Err(TextError("is missing".into())),
            };
            if let Err(problem) = outcome {
                errors.insert(field.name, format!("{} {problem}.", field.label));
            }
        }
        match parts.title {
            Some(title) if errors.is_empty() => Ok(Content { title, description: parts.description, done: parts.done }),
            _ => Err(FieldErrors(errors)),
        }
    }
}

impl From<&Content> for Draft {
    fn from(content: &Content) -> Draft {
        Draft(FIELDS.iter().map(|field| (field.name, (field.get)(content))).collect())
    }
}

fn parse_choice(text: &str) -> Result<bool, TextError> {
    text.parse().map_err(|_| TextError("must be true (done) or false (open)".into()))
}
