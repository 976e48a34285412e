//! Sessions: from a sign-in until it is ended, or until its time is over.

use std::time::Duration;

use diesel::prelude::*;

use super::{Action, Email, PersonName, Refused, Role, TokenHash, Tried, User};
use crate::audit::{self, Change, Kind};
use crate::schema::{sessions, users};
use crate::{Actor, Conn, Error, Result, Timestamp, Uid, dialect};

/// Who is in, and how. Read with its account, so that a change of the role holds at once.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Names it on pages and in the log; the secret is another.
    pub uid: Uid,
    pub user_uid: Uid,
    pub created_at: Timestamp,
    /// To the minute.
    pub last_seen_at: Timestamp,
    /// The client's address when it was last seen.
    pub address: String,
    /// The browser's `User-Agent` header, cut to [`Origin::DEVICE_MAX`] characters.
    pub device: String,
    #[diesel(select_expression = users::email, select_expression_type = users::email)]
    pub email: Email,
    #[diesel(select_expression = users::name, select_expression_type = users::name)]
    pub name: PersonName,
    #[diesel(select_expression = users::role, select_expression_type = users::role)]
    pub role: Role,
}

/// Where a session is begun from.
#[derive(Debug, Clone)]
pub struct Origin {
    pub address: String,
    pub device: String,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// After the last request.
    pub idle: Duration,
    /// After the sign-in.
    pub absolute: Duration,
}

/// Sessions of one account: a program that signs in for each request must not fill the table.
const MOST: i64 = 50;
/// How exactly it is known when a session was last seen.
const SEEN: Duration = Duration::from_secs(60);

impl Origin {
    pub const DEVICE_MAX: usize = 200;
}

impl Lifetime {
    /// The oldest begin and the oldest sign of life that a session may have now.
    fn limits(&self) -> (Timestamp, Timestamp) {
        let now = Timestamp::now();
        (now.before(self.absolute), now.before(self.idle))
    }
}

macro_rules! with_users {
    () => {
        sessions::table.inner_join(users::table.on(users::uid.eq(sessions::user_uid))).select(Session::as_select())
    };
}

/// The session of a token, if its time is not over and its account is not disabled.
pub fn find_session(conn: &mut Conn, token: &TokenHash, lifetime: Lifetime) -> Result<Option<Session>> {
    let (created, seen) = lifetime.limits();
    let query = with_users!()
        .filter(sessions::token_hash.eq(token.as_bytes()))
        .filter(sessions::created_at.gt(created))
        .filter(sessions::last_seen_at.gt(seen))
        .filter(users::disabled.eq(false));
    Ok(query.first(conn).optional()?)
}

/// Makes sure, in the transaction of a change, that its person is still in and still may: between the beginning of a
/// request and its change there may be many seconds.
///
/// # Errors
/// [`Error::SessionEnded`] or [`Error::NotAllowed`].
pub fn confirm(conn: &mut Conn, session: Uid, lifetime: Lifetime, action: Action) -> Result<()> {
    let (created, seen) = lifetime.limits();
    let role: Option<Role> = sessions::table
        .inner_join(users::table.on(users::uid.eq(sessions::user_uid)))
        .filter(sessions::uid.eq(session))
        .filter(sessions::created_at.gt(created))
        .filter(sessions::last_seen_at.gt(seen))
        .filter(users::disabled.eq(false))
        .select(users::role)
        .first(conn)
        .optional()?;
    match role {
        None => Err(Error::SessionEnded),
        Some(role) if role.may(action) => Ok(()),
        Some(_) => Err(Error::NotAllowed),
    }
}

/// The sessions of an account, the last seen first.
pub fn list_sessions(conn: &mut Conn, user: Uid, lifetime: Lifetime) -> Result<Vec<Session>> {
    let (created, seen) = lifetime.limits();
    let query = with_users!()
        .filter(sessions::user_uid.eq(user))
        .filter(sessions::created_at.gt(created))
        .filter(sessions::last_seen_at.gt(seen))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()));
    Ok(query.load(conn)?)
}

/// Begins a session for an account whose password was checked. Refused if the account has changed since.
pub fn sign_in(conn: &mut Conn, checked: &User, token: &TokenHash, origin: &Origin, actor: &Actor) -> Tried<Session> {
    match dialect::lock_user(conn, checked.uid)? {
        Some(user) if user.password_hash == checked.password_hash && !user.disabled => {}
        _ => return Ok(Err(Refused::Changed)),
    }
    let (uid, now) = (Uid::new(), Timestamp::now());
    diesel::insert_into(sessions::table)
        .values((
            sessions::uid.eq(uid),
            sessions::token_hash.eq(token.as_bytes()),
            sessions::user_uid.eq(checked.uid),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::address.eq(&origin.address),
            sessions::device.eq(&origin.device),
        ))
        .execute(conn)?;
    let session: Session = with_users!().filter(sessions::uid.eq(uid)).first(conn)?;
    end_oldest(conn, checked.uid, actor)?;
    let change = Change { kind: Kind::SignIn, before: None, after: Some(&session), version: 1, at: now };
    audit::record(conn, actor, &[change])?;
    Ok(Ok(session))
}

/// Ends the sessions of an account that are more than it may have.
fn end_oldest(conn: &mut Conn, user: Uid, actor: &Actor) -> Result<()> {
    let newest_first = with_users!().filter(sessions::user_uid.eq(user)).order(sessions::id.desc());
    let many: Vec<Session> = newest_first.offset(MOST).limit(MOST).load(conn)?;
    end(conn, &many, Kind::End, actor).map(drop)
}

/// Writes down that a session was used, unless that is known to the minute.
pub fn saw(conn: &mut Conn, session: Uid, address: &str) -> Result<()> {
    let now = Timestamp::now();
    let stale = sessions::table.filter(sessions::uid.eq(session)).filter(sessions::last_seen_at.le(now.before(SEEN)));
    diesel::update(stale).set((sessions::last_seen_at.eq(now), sessions::address.eq(address))).execute(conn)?;
    Ok(())
}

impl Session {
    /// Whether [`saw`] has something to write.
    pub fn is_stale(&self) -> bool {
        self.last_seen_at <= Timestamp::now().before(SEEN)
    }

    /// As the one who does something.
    pub fn actor(&self, request_id: Uid, client_address: std::net::IpAddr) -> Actor {
        Actor::person(self.user_uid, &self.name, request_id, client_address)
    }
}

/// Ends a session of this account: from itself (`SignOut`) or from elsewhere (`End`). `false`: there is none.
pub fn end_session(conn: &mut Conn, user: Uid, session: Uid, kind: Kind, actor: &Actor) -> Result<bool> {
    let query = with_users!().filter(sessions::user_uid.eq(user)).filter(sessions::uid.eq(session));
    let found: Vec<Session> = query.load(conn)?;
    Ok(end(conn, &found, kind, actor)? > 0)
}

/// Ends all sessions of an account but that one.
pub fn end_all(conn: &mut Conn, user: Uid, keep: Option<Uid>, actor: &Actor) -> Result<usize> {
    let query = with_users!().filter(sessions::user_uid.eq(user)).order(sessions::id);
    let mut found: Vec<Session> = query.load(conn)?;
    found.retain(|session| Some(session.uid) != keep);
    end(conn, &found, Kind::End, actor)
}

/// Two may end the same one at once: the one whose DELETE finds it writes the event.
fn end(conn: &mut Conn, found: &[Session], kind: Kind, actor: &Actor) -> Result<usize> {
    let (mut gone, at) = (Vec::new(), Timestamp::now());
    for session in found {
        if diesel::delete(sessions::table.filter(sessions::uid.eq(session.uid))).execute(conn)? > 0 {
            gone.push(Change { kind, before: Some(session), after: None, version: 2, at });
        }
    }
    audit::record(conn, actor, &gone)?;
    Ok(gone.len())
}

/// Forgets sessions whose time is over. That they ended follows from the settings, so there is no event of it.
pub fn remove_expired(conn: &mut Conn, lifetime: Lifetime) -> Result<()> {
    let (created, seen) = lifetime.limits();
    let over = sessions::created_at.le(created).or(sessions::last_seen_at.le(seen));
    diesel::delete(sessions::table.filter(over)).execute(conn)?;
    Ok(())
}
