//! Accounts: who may come in, what they may do there, and how it is known who somebody is.
//!
//! Whatever changes an account, an invitation or a session writes its audit event in the same transaction; like the
//! functions for entries, these want one around them: call them in [`crate::Db::write`]. A password is never stored,
//! logged or put into an image, nor is what a cookie or a link holds: only hashes are.

mod account;
mod failures;
mod invitations;
mod names;
mod password;
mod permissions;
mod record;
mod sessions;
mod setup;
mod token;

use diesel::prelude::*;

pub use account::{NewUser, add, change_password, disable, enable, rename, reset_password, set_role};
pub(crate) use failures::NewFailure;
pub use failures::{count_failure, record_failures};
pub use invitations::{
    Invitation, NewInvitation, accept, accept_password, find_invitation, invite, list_invitations, new_password_link,
    revoke,
};
pub use names::{Email, PersonName};
pub use password::{Password, PasswordHash};
pub use permissions::{Action, Role, TABLE};
pub use record::{InvitationImage, SessionImage, UserImage};
pub use sessions::{
    Lifetime, Origin, Session, confirm, end_all, end_session, find_session, list_sessions, remove_expired, saw, sign_in,
};
pub use setup::{first_administrator, is_set_up, new_setup_link, opens_setup, set_up};
pub use token::{Token, TokenHash};

use crate::schema::users;
use crate::{Actor, Conn, Result, Timestamp, Uid};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Internal; never shown.
    pub(crate) id: i64,
    pub uid: Uid,
    pub email: Email,
    pub name: PersonName,
    pub role: Role,
    /// Kept for the log's sake, and shut out.
    pub disabled: bool,
    pub password_hash: PasswordHash,
    /// From 1; every change adds 1.
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Why a change of accounts was left undone. Nothing was written then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such account")]
    NotFound,
    #[error("this email address has an account already")]
    EmailTaken,
    #[error("this email address has an invitation already")]
    Invited,
    #[error("the book needs an administrator, and this is the last one")]
    LastAdministrator,
    /// Nobody could look after accounts otherwise.
    #[error("the first account must be an administrator’s")]
    FirstIsNoAdministrator,
    #[error("this account is disabled; enable it first")]
    Disabled,
    /// Used, taken back or too old; or somebody was faster.
    #[error("this link does not work any more")]
    LinkGone,
    /// The account was disabled, or got another password, after the password was checked.
    #[error("the account was changed meanwhile")]
    Changed,
}

/// What a change of accounts comes to: done, refused for a reason, or failed.
pub type Tried<T> = Result<std::result::Result<T, Refused>>;

impl User {
    /// As the one who does something.
    pub fn actor(&self, request_id: Uid, client_address: std::net::IpAddr) -> Actor {
        Actor::person(self.uid, &self.name, request_id, client_address)
    }
}

/// One account, also if it is disabled.
pub fn find(conn: &mut Conn, uid: Uid) -> Result<Option<User>> {
    Ok(users::table.filter(users::uid.eq(uid)).select(User::as_select()).first(conn).optional()?)
}

/// The account that signs in by this address, also if it is disabled.
pub fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<User>> {
    Ok(users::table.filter(users::email.eq(email)).select(User::as_select()).first(conn).optional()?)
}

/// Whether somebody may do that now, whatever they may have done when they asked. Whoever runs the program may.
pub fn still_may(conn: &mut Conn, uid: Uid, action: Action) -> Result<bool> {
    let user = find(conn, uid)?;
    Ok(uid == Uid::nil() || user.is_some_and(|user| !user.disabled && user.role.may(action)))
}

/// All accounts, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<User>> {
    let mut all: Vec<User> = users::table.select(User::as_select()).load(conn)?;
    all.sort_by_cached_key(|user| (user.disabled, crate::search::fold(user.name.as_str()), user.uid));
    Ok(all)
}
