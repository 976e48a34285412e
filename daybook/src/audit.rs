//! The audit log: exactly one event per change, written with its complete image in the transaction of the change.
//!
//! Events are small and kept for ever; images hold what people wrote and can be erased, while the event's commitment
//! still proves what they were. Nothing here changes an entry.

mod history;
mod image;
mod record;

pub use history::{RequestChange, Version, changes_of, content_at, created_as, history, request_of, was_purged};
pub use image::{Image, commitment};
pub(crate) use record::{Change, NewEvent, NewImage, record};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;

/// What kind of thing an event is about, as stored in `audit_events.subject_kind`.
pub const ENTRY: &str = "entry";

/// What a change did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
pub enum Kind {
    Create,
    Update,
    Status,
    Trash,
    Restore,
    Purge,
}

impl Kind {
    const ALL: [Kind; 6] = [Kind::Create, Kind::Update, Kind::Status, Kind::Trash, Kind::Restore, Kind::Purge];

    /// As stored in `audit_events.kind`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Create => "create",
            Kind::Update => "update",
            Kind::Status => "status",
            Kind::Trash => "trash",
            Kind::Restore => "restore",
            Kind::Purge => "purge",
        }
    }
}

impl<DB: Backend> FromSql<Text, DB> for Kind
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Kind> {
        let name = String::from_sql(bytes)?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| format!("audit_events.kind holds “{name}”").into())
    }
}
