//! What the files hold of an entry, and of an event of its history: the fields, and their values. A field of an entry that
//! is added comes from [`FIELDS`] by itself.

use crate::entries::{Entry, FIELDS, FieldValue};
use crate::{Timestamp, Uid};

use super::history::HistoryRow;

/// Of the lists below. Another list is another version.
pub(super) const VERSION: u32 = 1;

/// A value in a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(i64),
    Flag(bool),
    Time(Timestamp),
    Uid(Uid),
    /// As hexadecimal digits.
    Bytes(&'a [u8]),
    Absent,
}

/// What kind of values a field has, in the words of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
}

const fn column(name: &'static str, kind: &'static str) -> Column {
    Column { name, kind }
}

const AFTER_FIELDS: [Column; 8] = [
    column("trashed", "boolean"),
    column("version", "integer"),
    column("created_at", "time"),
    column("created_by", "uuid"),
    column("created_by_name", "text"),
    column("updated_at", "time"),
    column("updated_by", "uuid"),
    column("updated_by_name", "text"),
];

/// A file whose rows are of one kind.
pub(super) trait Row {
    fn columns() -> Vec<Column>;

    /// In the order of the columns.
    fn values<'a>(&'a self, values: &mut Vec<Value<'a>>);
}

impl Row for Entry {
    fn columns() -> Vec<Column> {
        let fields = FIELDS.iter().map(|field| match field.value {
            FieldValue::Text(_) => column(field.name, "text"),
            FieldValue::Flag(_) => column(field.name, "boolean"),
        });
        [column("uid", "uuid")].into_iter().chain(fields).chain(AFTER_FIELDS).collect()
    }

    fn values<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        values.push(Value::Uid(self.uid));
        values.extend(FIELDS.iter().map(|field| match field.value {
            FieldValue::Text(get) => Value::Text(get(&self.content)),
            FieldValue::Flag(get) => Value::Flag(get(&self.content)),
        }));
        values.extend([
            Value::Flag(self.trashed),
            Value::Number(self.version.into()),
            Value::Time(self.created_at),
            Value::Uid(self.created_by),
            Value::Text(&self.created_by_name),
            Value::Time(self.updated_at),
            Value::Uid(self.updated_by),
            Value::Text(&self.updated_by_name),
        ]);
    }
}

impl Row for HistoryRow {
    fn columns() -> Vec<Column> {
        vec![
            column("id", "integer"),
            column("uid", "uuid"),
            column("version", "integer"),
            column("kind", "text"),
            column("at", "time"),
            column("actor_uid", "uuid"),
            column("actor_name", "text"),
            column("channel", "text"),
            column("request_id", "uuid"),
            column("commitment", "hex"),
            column("seq", "integer"),
            column("link", "hex"),
            column("sealed_at", "time"),
            column("before", "json"),
            column("after", "json"),
        ]
    }

    fn values<'a>(&'a self, values: &mut Vec<Value<'a>>) {
        let text = |text: &'a Option<String>| text.as_deref().map_or(Value::Absent, Value::Text);
        values.extend([
            Value::Number(self.id),
            Value::Uid(self.uid),
            Value::Number(self.version.into()),
            Value::Text(&self.kind),
            Value::Time(self.at),
            Value::Uid(self.actor_uid),
            text(&self.actor_name),
            Value::Text(&self.channel),
            Value::Uid(self.request_id),
            Value::Bytes(&self.commitment),
            self.seq.map_or(Value::Absent, Value::Number),
            self.link.as_deref().map_or(Value::Absent, Value::Bytes),
            self.sealed_at.map_or(Value::Absent, Value::Time),
            text(&self.before),
            text(&self.after),
        ]);
    }
}

/// RFC 3339 in UTC with microseconds, which is all that the database has: `2026-11-24T09:30:00.123456Z`.
pub(super) fn push_time(out: &mut Vec<u8>, at: Timestamp) {
    let seconds = at.micros().div_euclid(1_000_000);
    let micros = at.micros().rem_euclid(1_000_000);
    let whole = Timestamp::from_micros(seconds * 1_000_000).iso();
    out.extend_from_slice(whole.trim_end_matches('Z').as_bytes());
    out.extend_from_slice(format!(".{micros:06}Z").as_bytes());
}
