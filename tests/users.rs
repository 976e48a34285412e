//! Who may come in, and what they may do there: over HTTP and by the commands.

mod account;
mod commands;
mod controls;
mod cookie;
mod events;
mod failures;
mod first_account;
mod forged;
mod invitations;
mod invite_form;
mod last_administrator;
mod late;
mod lifetime;
mod load;
mod password_link;
mod people;
mod roles;
mod routes;
mod secrets;
mod session_list;
mod setup;
mod sign_in;
mod throttle;

use daybook::Uid;
use daybook::users::{self, Email, Password, User};

use crate::support::client::Client;
use crate::support::database::TestDatabase;
use crate::support::{Answer, Book, Case};

pub fn cases() -> Vec<Case> {
    [
        account::CASES,
        commands::CASES,
        controls::CASES,
        cookie::CASES,
        events::CASES,
        failures::CASES,
        first_account::CASES,
        forged::CASES,
        invitations::CASES,
        invite_form::CASES,
        last_administrator::CASES,
        late::CASES,
        lifetime::CASES,
        load::CASES,
        password_link::CASES,
        people::CASES,
        roles::CASES,
        secrets::CASES,
        session_list::CASES,
        setup::CASES,
        sign_in::CASES,
        throttle::CASES,
    ]
    .concat()
}

/// Sends the form of the sign-in page.
fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/sign-in", &[("email", email), ("password", password)])
}

/// The same from any client address, where the program believes a proxy.
fn sign_in_from(client: &Client, address: &str, email: &str, password: &str) -> Answer {
    client.post_with("/sign-in", &[("email", email), ("password", password)], &[("X-Forwarded-For", address)])
}

/// Whether the client is signed in, by a request that looks its session up in the database: it would end one that does
/// not exist.
#[track_caller]
fn is_in(client: &Client) -> bool {
    let answer = client.post(&format!("/account/sessions/{}/end", Uid::new()), &[]);
    match answer.location().as_str() {
        "/account?changed=sessions" => true,
        "/sign-in" => false,
        other => panic!("it leads to {other}"),
    }
}

/// All accounts, by name.
fn accounts(database: &TestDatabase) -> Vec<User> {
    database.db().write_blocking(users::list).expect("they can be read")
}

/// The account as the database holds it.
fn account(book: &Book, uid: Uid) -> User {
    book.sql(|conn| users::find(conn, uid)).expect("it can be read").expect("it is there")
}

/// Gives an account another password, as the command does.
fn give_password(book: &Book, user: &User, password: &str) -> User {
    let hash = Password::parse(password, &[]).expect("a good one").hash().expect("randomness");
    let given = book
        .database
        .db()
        .write_blocking(|conn| users::reset_password(conn, user.uid, &hash, &daybook::Actor::operator()));
    given.expect("it works").expect("it is allowed")
}

/// The uids of an account's sessions.
fn sessions_of(book: &Book, user: Uid) -> Vec<Uid> {
    use daybook::schema::sessions::dsl as s;
    use diesel::prelude::*;
    book.sql(|conn| s::sessions.filter(s::user_uid.eq(user)).order(s::id).select(s::uid).load(conn))
        .expect("they can be read")
}

fn email(text: &str) -> Email {
    Email::parse(text).expect("an address")
}
