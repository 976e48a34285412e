//! Making and changing accounts.

use std::net::IpAddr;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Action, Email, PasswordHash, PersonName, Refused, Role, Tried, User, invitations, sessions, setup};
use crate::audit::{self, Change, Kind};
use crate::schema::users;
use crate::{Actor, Conn, Result, Timestamp, Uid, dialect};

/// An account that does not exist yet.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub uid: Uid,
    pub email: Email,
    pub name: PersonName,
    pub role: Role,
    pub password_hash: PasswordHash,
}

impl NewUser {
    /// As the one who makes this account: the person it is for.
    pub(super) fn actor(&self, (request_id, client_address): (Uid, IpAddr)) -> Actor {
        Actor::person(self.uid, &self.name, request_id, client_address)
    }
}

/// Makes an account; the first one must be an administrator's.
pub fn add(conn: &mut Conn, new: &NewUser, actor: &Actor) -> Tried<User> {
    dialect::lock_users(conn)?;
    if new.role != Role::Administrator && !setup::is_set_up(conn)? {
        return Ok(Err(Refused::FirstIsNoAdministrator));
    }
    insert(conn, new, actor)
}

/// The same for callers that hold the lock.
pub(super) fn insert(conn: &mut Conn, new: &NewUser, actor: &Actor) -> Tried<User> {
    let now = Timestamp::now();
    let inserted = diesel::insert_into(users::table)
        .values((
            users::uid.eq(new.uid),
            users::email.eq(&new.email),
            users::name.eq(&new.name),
            users::role.eq(new.role),
            users::disabled.eq(false),
            users::password_hash.eq(&new.password_hash),
            users::version.eq(1),
            users::created_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn);
    match inserted {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Ok(Err(Refused::EmailTaken)),
        outcome => outcome?,
    };
    let user: User = users::table.filter(users::uid.eq(new.uid)).select(User::as_select()).first(conn)?;
    let change = Change { kind: Kind::Create, before: None, after: Some(&user), version: 1, at: now };
    audit::record(conn, actor, &[change])?;
    Ok(Ok(user))
}

/// Gives an account another name. What it has changed so far keeps the old one.
pub fn rename(conn: &mut Conn, uid: Uid, name: &PersonName, actor: &Actor) -> Tried<User> {
    change(conn, uid, Kind::Rename, actor, |user| User { name: name.clone(), ..user.clone() })
}

/// Gives an account another role: refused where it would leave the book without an administrator. Who may not look after
/// accounts any more has no links to them either.
pub fn set_role(conn: &mut Conn, uid: Uid, role: Role, actor: &Actor) -> Tried<User> {
    dialect::lock_users(conn)?;
    if role != Role::Administrator && is_last_administrator(conn, uid)? {
        return Ok(Err(Refused::LastAdministrator));
    }
    let outcome = change(conn, uid, Kind::Role, actor, |user| User { role, ..user.clone() })?;
    if outcome.is_ok() && !role.may(Action::ManageUsers) {
        invitations::revoke_made_by(conn, uid, actor)?;
    }
    Ok(outcome)
}

/// Shuts an account out: ends its sessions, and takes back the links that it has made and the one to a new password of its
/// own. Refused for the last administrator.
pub fn disable(conn: &mut Conn, uid: Uid, actor: &Actor) -> Tried<User> {
    dialect::lock_users(conn)?;
    if is_last_administrator(conn, uid)? {
        return Ok(Err(Refused::LastAdministrator));
    }
    let outcome = change(conn, uid, Kind::Disable, actor, |user| User { disabled: true, ..user.clone() })?;
    if outcome.is_ok() {
        invitations::revoke_made_by(conn, uid, actor)?;
        invitations::revoke_password_link(conn, uid, actor)?;
        sessions::end_all(conn, uid, None, actor)?;
    }
    Ok(outcome)
}

/// Lets an account in again.
pub fn enable(conn: &mut Conn, uid: Uid, actor: &Actor) -> Tried<User> {
    change(conn, uid, Kind::Enable, actor, |user| User { disabled: false, ..user.clone() })
}

/// The person's own change of password: refused if the account has changed since the old one was checked. All sessions
/// of the account end but the one to keep.
pub fn change_password(
    conn: &mut Conn,
    checked: &User,
    password_hash: &PasswordHash,
    keep: Option<Uid>,
    actor: &Actor,
) -> Tried<User> {
    dialect::lock_users(conn)?;
    match dialect::lock_user(conn, checked.uid)? {
        Some(user) if user.password_hash == checked.password_hash && !user.disabled => {}
        _ => return Ok(Err(Refused::Changed)),
    }
    set_password(conn, checked.uid, password_hash, keep, actor)
}

/// A new password for somebody who has forgotten theirs. All sessions of the account end.
pub fn reset_password(conn: &mut Conn, uid: Uid, password_hash: &PasswordHash, actor: &Actor) -> Tried<User> {
    dialect::lock_users(conn)?;
    set_password(conn, uid, password_hash, None, actor)
}

fn set_password(
    conn: &mut Conn,
    uid: Uid,
    password_hash: &PasswordHash,
    keep: Option<Uid>,
    actor: &Actor,
) -> Tried<User> {
    let set = |user: &User| User { password_hash: password_hash.clone(), ..user.clone() };
    let outcome = change(conn, uid, Kind::Password, actor, set)?;
    if outcome.is_ok() {
        invitations::revoke_password_link(conn, uid, actor)?;
        sessions::end_all(conn, uid, keep, actor)?;
    }
    Ok(outcome)
}

/// Writes what `set` makes of the account; nothing if that is what it is.
fn change(conn: &mut Conn, uid: Uid, kind: Kind, actor: &Actor, set: impl FnOnce(&User) -> User) -> Tried<User> {
    let Some(before) = dialect::lock_user(conn, uid)? else { return Ok(Err(Refused::NotFound)) };
    let wanted = set(&before);
    if wanted == before {
        return Ok(Ok(before));
    }
    let updated_at = Timestamp::now().max(before.updated_at);
    let after = User { version: before.version + 1, updated_at, ..wanted };
    diesel::update(users::table.filter(users::id.eq(after.id)))
        .set((
            users::name.eq(&after.name),
            users::role.eq(after.role),
            users::disabled.eq(after.disabled),
            users::password_hash.eq(&after.password_hash),
            users::version.eq(after.version),
            users::updated_at.eq(after.updated_at),
        ))
        .execute(conn)?;
    let change =
        Change { kind, before: Some(&before), after: Some(&after), version: after.version, at: after.updated_at };
    audit::record(conn, actor, &[change])?;
    Ok(Ok(after))
}

/// Whether nobody could give roles any more without this account. To be asked under the lock.
fn is_last_administrator(conn: &mut Conn, uid: Uid) -> Result<bool> {
    let administrators: Vec<Uid> = users::table
        .filter(users::role.eq(Role::Administrator))
        .filter(users::disabled.eq(false))
        .select(users::uid)
        .load(conn)?;
    Ok(administrators == [uid])
}
