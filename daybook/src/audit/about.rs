//! What there can be events about, and who may read which of them.

use super::{ENTRY, FAILED_SIGN_INS, INVITATION, Kind, SESSION, SNAPSHOT, SNAPSHOT_SCHEDULE, USER};
use crate::users::{Action, Role};

/// Each kind of thing that events are about, with all that can happen to it. [`super::record`] writes nothing else, so that
/// the page of the log shows everything.
pub const SUBJECTS: [(&str, &[Kind]); 7] = [
    (ENTRY, &[Kind::Create, Kind::Update, Kind::Status, Kind::Trash, Kind::Restore, Kind::Purge]),
    (USER, &[Kind::Create, Kind::Rename, Kind::Role, Kind::Password, Kind::Disable, Kind::Enable]),
    (SESSION, &[Kind::SignIn, Kind::SignOut, Kind::End]),
    (INVITATION, &[Kind::Create, Kind::Update, Kind::Accept, Kind::Revoke]),
    (FAILED_SIGN_INS, &[Kind::Fail]),
    (SNAPSHOT, &[Kind::Create, Kind::Download, Kind::Keep, Kind::Release, Kind::Delete]),
    (SNAPSHOT_SCHEDULE, &[Kind::Update]),
];

/// What somebody gets to see of the log: a part of each query, so that nothing else is ever read for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Events of entries, without the addresses that they came from.
    Entries,
    Everything,
}

impl Sight {
    /// Whoever looks after people sees what happens to accounts.
    pub fn of(role: Role) -> Sight {
        if role.may(Action::ManageUsers) { Sight::Everything } else { Sight::Entries }
    }

    /// The rows of [`SUBJECTS`] in sight.
    pub fn subjects(self) -> impl Iterator<Item = (&'static str, &'static [Kind])> {
        SUBJECTS.into_iter().filter(move |(subject, _)| self == Sight::Everything || *subject == ENTRY)
    }
}

/// Whether [`SUBJECTS`] has this.
pub(super) fn is_known(subject: &str, kind: Kind) -> bool {
    SUBJECTS.iter().any(|(known, kinds)| *known == subject && kinds.contains(&kind))
}
