//! Invitations: links by which somebody makes an account of their own, once, within three days. For somebody who has an
//! account such a link leads to a new password.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::account::{insert, reset_password};
use super::{
    Email, NewUser, PasswordHash, PersonName, Refused, Role, Token, TokenHash, Tried, User, find, find_by_email,
};
use crate::audit::{self, Change, INVITATION, Kind};
use crate::schema::invitations;
use crate::{Actor, Conn, Result, Timestamp, Uid, dialect};

/// How long a link works.
const LIFE: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// An invitation that is open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub uid: Uid,
    pub email: Email,
    pub role: Role,
    /// The account that gets a new password; `None` where the link makes an account.
    #[diesel(column_name = user_uid)]
    pub user: Option<Uid>,
    /// From 1; a new link, the use of it and its withdrawal add 1.
    pub version: i32,
    pub created_at: Timestamp,
    pub created_by_name: String,
    pub expires_at: Timestamp,
}

/// Who is invited, and as what. The uid comes with the form, so that a form sent twice makes one invitation.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub uid: Uid,
    pub email: Email,
    pub role: Role,
}

/// Makes a link by which the person of an account chooses a new password; the one before it stops to work. Refused for an
/// account that is disabled.
pub fn new_password_link(conn: &mut Conn, user: Uid, actor: &Actor) -> Tried<(Invitation, Token)> {
    dialect::lock_users(conn)?;
    let Some(user) = find(conn, user)? else { return Ok(Err(Refused::NotFound)) };
    if user.disabled {
        return Ok(Err(Refused::Disabled));
    }
    let open = invitations::table.filter(invitations::email.eq(&user.email));
    let open: Option<Invitation> = open.select(Invitation::as_select()).first(conn).optional()?;
    // Of somebody else, or from before the account was made in another way.
    if let Some(open) = open {
        remove(conn, &open, Kind::Revoke, actor)?;
    }
    let new = NewInvitation { uid: Uid::new(), email: user.email, role: user.role };
    create(conn, &new, Some(user.uid), actor)
}

/// Makes an invitation and gives the secret of its link, which is nowhere else. The same invitation again gets a new
/// link, and the one before stops to work.
pub fn invite(conn: &mut Conn, new: &NewInvitation, actor: &Actor) -> Tried<(Invitation, Token)> {
    dialect::lock_users(conn)?;
    if find_by_email(conn, &new.email)?.is_some() {
        return Ok(Err(Refused::EmailTaken));
    }
    let now = Timestamp::now();
    let over = invitations::table.filter(invitations::email.eq(&new.email)).filter(invitations::expires_at.le(now));
    diesel::delete(over).execute(conn)?;
    let known: Option<Invitation> = select(conn, new.uid)?;
    match known {
        Some(known) if known.email == new.email && known.role == new.role => renew(conn, &known, actor),
        Some(_) => Ok(Err(Refused::Invited)),
        // The form of an invitation that is over was sent again: that makes another one.
        None if audit::is_known(conn, INVITATION, new.uid)? => {
            create(conn, &NewInvitation { uid: Uid::new(), ..new.clone() }, None, actor)
        }
        None => create(conn, new, None, actor),
    }
}

fn create(conn: &mut Conn, new: &NewInvitation, user: Option<Uid>, actor: &Actor) -> Tried<(Invitation, Token)> {
    let (token, now) = (Token::random()?, Timestamp::now());
    let inserted = diesel::insert_into(invitations::table)
        .values((
            invitations::uid.eq(new.uid),
            invitations::token_hash.eq(token.hash().as_bytes()),
            invitations::email.eq(&new.email),
            invitations::role.eq(new.role),
            invitations::user_uid.eq(user),
            invitations::version.eq(1),
            invitations::created_at.eq(now),
            invitations::created_by.eq(actor.uid),
            invitations::created_by_name.eq(&actor.name),
            invitations::expires_at.eq(now.after(LIFE)),
        ))
        .execute(conn);
    match inserted {
        Err(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => return Ok(Err(Refused::Invited)),
        outcome => outcome?,
    };
    let made = invitations::table.filter(invitations::uid.eq(new.uid)).select(Invitation::as_select()).first(conn)?;
    let change = Change { kind: Kind::Create, before: None, after: Some(&made), version: 1, at: now };
    audit::record(conn, actor, &[change])?;
    Ok(Ok((made, token)))
}

fn renew(conn: &mut Conn, known: &Invitation, actor: &Actor) -> Tried<(Invitation, Token)> {
    let (token, now) = (Token::random()?, Timestamp::now());
    let renewed = Invitation { version: known.version + 1, expires_at: now.after(LIFE), ..known.clone() };
    diesel::update(invitations::table.filter(invitations::uid.eq(known.uid)))
        .set((
            invitations::token_hash.eq(token.hash().as_bytes()),
            invitations::version.eq(renewed.version),
            invitations::expires_at.eq(renewed.expires_at),
        ))
        .execute(conn)?;
    let change =
        Change { kind: Kind::Update, before: Some(known), after: Some(&renewed), version: renewed.version, at: now };
    audit::record(conn, actor, &[change])?;
    Ok(Ok((renewed, token)))
}

/// The open invitations, the newest first.
pub fn list_invitations(conn: &mut Conn) -> Result<Vec<Invitation>> {
    let open = invitations::table.filter(invitations::expires_at.gt(Timestamp::now()));
    Ok(open.order(invitations::id.desc()).select(Invitation::as_select()).load(conn)?)
}

/// The invitation of a link, while it works.
pub fn find_invitation(conn: &mut Conn, token: &TokenHash) -> Result<Option<Invitation>> {
    let of_link = invitations::table
        .filter(invitations::token_hash.eq(token.as_bytes()))
        .filter(invitations::expires_at.gt(Timestamp::now()));
    Ok(of_link.select(Invitation::as_select()).first(conn).optional()?)
}

/// Gives the account that a link is for its new password. Ends all sessions of it.
pub fn accept_password(
    conn: &mut Conn,
    token: &TokenHash,
    password_hash: &PasswordHash,
    request: (Uid, IpAddr),
) -> Tried<User> {
    dialect::lock_users(conn)?;
    let Some(invitation) = find_invitation(conn, token)? else { return Ok(Err(Refused::LinkGone)) };
    let user = match invitation.user {
        Some(uid) => find(conn, uid)?.filter(|user| !user.disabled),
        None => None,
    };
    let Some(user) = user else { return Ok(Err(Refused::LinkGone)) };
    let actor = user.actor(request.0, request.1);
    remove(conn, &invitation, Kind::Accept, &actor)?;
    reset_password(conn, user.uid, password_hash, &actor)
}

/// Makes the account that a link is for. The address and the role are the invitation's.
pub fn accept(
    conn: &mut Conn,
    token: &TokenHash,
    name: &PersonName,
    password_hash: &PasswordHash,
    request: (Uid, IpAddr),
) -> Tried<User> {
    dialect::lock_users(conn)?;
    let invitation = find_invitation(conn, token)?.filter(|invitation| invitation.user.is_none());
    let Some(invitation) = invitation else { return Ok(Err(Refused::LinkGone)) };
    let new = NewUser {
        uid: Uid::new(),
        email: invitation.email.clone(),
        name: name.clone(),
        role: invitation.role,
        password_hash: password_hash.clone(),
    };
    let actor = new.actor(request);
    let made = insert(conn, &new, &actor)?;
    if made.is_ok() {
        remove(conn, &invitation, Kind::Accept, &actor)?;
    }
    Ok(made)
}

/// Takes back the links that an account has made: for somebody who may not look after accounts any more.
pub(super) fn revoke_made_by(conn: &mut Conn, user: Uid, actor: &Actor) -> Result<()> {
    let made = invitations::table.filter(invitations::created_by.eq(user)).select(Invitation::as_select());
    let made: Vec<Invitation> = made.load(conn)?;
    made.iter().try_for_each(|invitation| remove(conn, invitation, Kind::Revoke, actor))
}

/// Takes back the link to a new password of an account, which has one now or is disabled.
pub(super) fn revoke_password_link(conn: &mut Conn, user: Uid, actor: &Actor) -> Result<()> {
    let open = invitations::table.filter(invitations::user_uid.eq(user)).select(Invitation::as_select());
    let open: Vec<Invitation> = open.load(conn)?;
    open.iter().try_for_each(|invitation| remove(conn, invitation, Kind::Revoke, actor))
}

/// Takes an invitation back.
pub fn revoke(conn: &mut Conn, uid: Uid, actor: &Actor) -> Tried<()> {
    dialect::lock_users(conn)?;
    let Some(invitation) = select(conn, uid)? else { return Ok(Err(Refused::NotFound)) };
    remove(conn, &invitation, Kind::Revoke, actor)?;
    Ok(Ok(()))
}

fn select(conn: &mut Conn, uid: Uid) -> Result<Option<Invitation>> {
    let query = invitations::table.filter(invitations::uid.eq(uid));
    Ok(query.select(Invitation::as_select()).first(conn).optional()?)
}

fn remove(conn: &mut Conn, invitation: &Invitation, kind: Kind, actor: &Actor) -> Result<()> {
    diesel::delete(invitations::table.filter(invitations::uid.eq(invitation.uid))).execute(conn)?;
    let (version, at) = (invitation.version + 1, Timestamp::now());
    audit::record(conn, actor, &[Change { kind, before: Some(invitation), after: None, version, at }])
}
