//! The first administrator: by a link that the start of the server prints, or from the settings. Once.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;

use super::account::insert;
use super::{NewUser, Refused, Token, TokenHash, Tried, User};
use crate::schema::{setup_links, users};
use crate::{Actor, Conn, Result, Timestamp, Uid, dialect};

/// How long a link works. Each start of a server without accounts makes another one.
const LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Whether there is an account. Once there is one there always will be.
pub fn is_set_up(conn: &mut Conn) -> Result<bool> {
    let one: Option<i64> = users::table.select(users::id).first(conn).optional()?;
    Ok(one.is_some())
}

/// A new link's secret, while there is no account. Earlier links go on working: servers may start side by side.
pub fn new_setup_link(conn: &mut Conn) -> Result<Option<Token>> {
    dialect::lock_users(conn)?;
    if is_set_up(conn)? {
        return Ok(None);
    }
    let (token, now) = (Token::random()?, Timestamp::now());
    diesel::delete(setup_links::table.filter(setup_links::created_at.le(now.before(LIFE)))).execute(conn)?;
    diesel::insert_into(setup_links::table)
        .values((setup_links::token_hash.eq(token.hash().as_bytes()), setup_links::created_at.eq(now)))
        .execute(conn)?;
    Ok(Some(token))
}

/// Whether a link works.
pub fn opens_setup(conn: &mut Conn, token: &TokenHash) -> Result<bool> {
    let link = setup_links::table
        .filter(setup_links::token_hash.eq(token.as_bytes()))
        .filter(setup_links::created_at.gt(Timestamp::now().before(LIFE)));
    let found: Option<Timestamp> = link.select(setup_links::created_at).first(conn).optional()?;
    Ok(found.is_some() && !is_set_up(conn)?)
}

/// Makes the first account by a link; all links stop to work.
pub fn set_up(conn: &mut Conn, token: &TokenHash, new: &NewUser, request: (Uid, IpAddr)) -> Tried<User> {
    dialect::lock_users(conn)?;
    if !opens_setup(conn, token)? {
        return Ok(Err(Refused::LinkGone));
    }
    diesel::delete(setup_links::table).execute(conn)?;
    insert(conn, new, &new.actor(request))
}

/// Makes the first account from the settings; `None` when there is one already.
pub fn first_administrator(conn: &mut Conn, new: &NewUser) -> Result<Option<User>> {
    dialect::lock_users(conn)?;
    if is_set_up(conn)? {
        return Ok(None);
    }
    diesel::delete(setup_links::table).execute(conn)?;
    Ok(insert(conn, new, &Actor::operator())?.ok())
}
