//! Who may do what: the one table of it. What is not in it, nobody may.
//!
//! Each route of the web door names the [`Action`] that it needs, and a request is held against this table once, before
//! its handler. `/api/v1` is reserved: it will take bearer tokens and never cookies, its tokens will have a role of this
//! table, and until there are any it answers 401.

use std::fmt;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

/// What an account is for. Each role may do all that the one before it may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Viewer,
    Editor,
    Administrator,
}

/// Something that a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// See the book, the trash and the history.
    ReadEntries,
    /// See the log. What is in it for whom is decided by each query ([`crate::audit::Sight`]): everybody sees the events of
    /// entries; only who may also manage users sees those of accounts, sessions, invitations and failed sign-ins, and
    /// the addresses that anything came from.
    ReadAudit,
    /// Make, change, trash and restore entries.
    WriteEntries,
    /// Delete entries for good.
    PurgeEntries,
    /// See and change one's own name, password and sessions.
    ManageOwnAccount,
    /// See and change everybody's account, and invite people.
    ManageUsers,
    /// See everybody's background work, and try again what failed. One's own can be seen and cancelled by anybody.
    ManageJobs,
    /// See and download snapshots of the book.
    ReadSnapshots,
    /// Ask for snapshots, keep and delete them, and set their schedule.
    ManageSnapshots,
}

/// Each action with the roles that may do it.
pub const TABLE: [(Action, &[Role]); 9] = [
    (Action::ReadEntries, &[Role::Viewer, Role::Editor, Role::Administrator]),
    (Action::ReadAudit, &[Role::Viewer, Role::Editor, Role::Administrator]),
    (Action::WriteEntries, &[Role::Editor, Role::Administrator]),
    (Action::PurgeEntries, &[Role::Administrator]),
    (Action::ManageOwnAccount, &[Role::Viewer, Role::Editor, Role::Administrator]),
    (Action::ManageUsers, &[Role::Administrator]),
    (Action::ManageJobs, &[Role::Administrator]),
    (Action::ReadSnapshots, &[Role::Viewer, Role::Editor, Role::Administrator]),
    (Action::ManageSnapshots, &[Role::Editor, Role::Administrator]),
];

impl Role {
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Editor, Role::Administrator];

    pub fn may(self, action: Action) -> bool {
        TABLE.iter().any(|(row, roles)| *row == action && roles.contains(&self))
    }

    /// In forms and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Editor => "editor",
            Role::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no role.
#[derive(Debug, thiserror::Error)]
#[error("not a role: viewer, editor or administrator")]
pub struct NotARole;

impl FromStr for Role {
    type Err = NotARole;

    fn from_str(text: &str) -> Result<Role, NotARole> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or(NotARole)
    }
}

impl<DB: Backend> FromSql<Text, DB> for Role
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Role> {
        Ok(String::from_sql(bytes)?.parse()?)
    }
}

impl<DB: Backend> ToSql<Text, DB> for Role
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.name().to_sql(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_all_that_a_lesser_one_may() {
        for (action, _) in TABLE {
            for pair in Role::ALL.windows(2) {
                assert!(pair[1].may(action) || !pair[0].may(action), "{action:?}");
            }
            assert!(Role::Administrator.may(action), "{action:?}");
        }
    }
}
