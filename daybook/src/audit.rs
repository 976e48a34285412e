//! The audit log: exactly one event per change, written with its complete image in the transaction of the change.
//!
//! Events are small and kept for ever; images hold what people wrote and can be erased, while the event's commitment
//! still proves what they were. Nothing here changes an entry.

mod about;
mod chain;
mod history;
mod image;
mod link;
mod log;
mod record;
mod seal;
mod verify;

pub use about::{SUBJECTS, Sight};
pub use chain::{Head, Mark, State, count_unsealed, mark, shows, state};
pub(crate) use chain::{begin_chain, head};
pub(crate) use history::is_known;
pub use history::{RequestChange, Version, changes_of, content_at, created_as, history, request_of, was_purged};
pub use image::{Image, commitment};
pub use link::hex;
pub use log::{LogCursor, LogEvent, LogFilter, LogPage, LogPosition, NotALogCursor, Seal, log};
pub(crate) use record::{Change, NewEvent, NewImage, Subject, record};
pub use seal::{SEAL_MOST, Sealed, seal};
pub use verify::{EventName, Fault, Report, Wrong, verify, verify_book};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;

/// What kind of thing an event is about, as stored in `audit_events.subject_kind`.
pub const ENTRY: &str = "entry";
pub const USER: &str = "user";
pub const SESSION: &str = "session";
pub const INVITATION: &str = "invitation";
/// Failed sign-ins of one account from one address within one minute.
pub const FAILED_SIGN_INS: &str = "failed_sign_ins";
pub const SNAPSHOT: &str = "snapshot";
/// The one schedule of snapshots; its uid is nil.
pub const SNAPSHOT_SCHEDULE: &str = "snapshot_schedule";

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $name:literal),+ $(,)?) => {
        /// What a change did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow)]
        pub enum Kind { $($(#[$doc])* $kind),+ }

        impl Kind {
            const ALL: &[Kind] = &[$(Kind::$kind),+];

            /// The one of that name.
            pub fn named(name: &str) -> Option<Kind> {
                Kind::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// As stored in `audit_events.kind`.
            pub const fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),+ }
            }
        }
    };
}

kinds! {
    /// An entry, an account, an invitation; a snapshot when it is made.
    Create => "create",
    Update => "update",
    Status => "status",
    Trash => "trash",
    Restore => "restore",
    Purge => "purge",
    /// An account got another name, role or password, was shut out, or let in again.
    Rename => "rename",
    Role => "role",
    Password => "password",
    Disable => "disable",
    Enable => "enable",
    /// An invitation was used, or taken back.
    Accept => "accept",
    Revoke => "revoke",
    /// A session began; its person ended it here, or it was ended from elsewhere.
    SignIn => "sign_in",
    SignOut => "sign_out",
    End => "end",
    /// Failed sign-ins, with their number.
    Fail => "fail",
    /// A file of a snapshot was sent to somebody.
    Download => "download",
    /// A snapshot does not expire any more, or does again, or is gone with its files.
    Keep => "keep",
    Release => "release",
    Delete => "delete",
}

impl<DB: Backend> FromSql<Text, DB> for Kind
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Kind> {
        let name = String::from_sql(bytes)?;
        Kind::named(&name).ok_or_else(|| format!("audit_events.kind holds “{name}”").into())
    }
}
