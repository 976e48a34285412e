//! People with accounts, who need not sign in by the form each time.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use daybook::users::{self, Email, NewUser, Origin, Password, PasswordHash, PersonName, Role, Token, User};
use daybook::{Actor, Db, Uid};

/// Everybody's.
pub const PASSWORD: &str = "vier rote Stühle am See";

static HASH: LazyLock<PasswordHash> =
    LazyLock::new(|| Password::parse(PASSWORD, &[]).map(|p| p.hash().expect("randomness")).expect("a good one"));

/// The person whom a test's client is signed in as, unless it says otherwise.
pub const NAME: &str = "Anna Ahlberg";
pub const EMAIL: &str = "anna@example.org";

/// Makes an account.
pub fn add(db: &Db, email: &str, name: &str, role: Role) -> User {
    let new = NewUser {
        uid: Uid::new(),
        email: Email::parse(email).expect("an address"),
        name: PersonName::parse(name).expect("a name"),
        role,
        password_hash: HASH.clone(),
    };
    db.write_blocking(|conn| users::add(conn, &new, &Actor::operator())).expect("it works").expect("it is allowed")
}

/// Begins a session, and gives what its cookie holds.
pub fn sign_in(db: &Db, user: &User) -> Token {
    let token = Token::random().expect("randomness");
    let actor = user.actor(Uid::new(), IpAddr::V4(Ipv4Addr::LOCALHOST));
    let origin = Origin { address: "127.0.0.1".into(), device: "Test".into() };
    let begun = db.write_blocking(|conn| users::sign_in(conn, user, &token.hash(), &origin, &actor));
    begun.expect("it works").expect("it is allowed");
    token
}

/// The first account, or the one that is there already.
pub fn first(db: &Db) -> User {
    let email = Email::parse(EMAIL).expect("an address");
    let known = db.write_blocking(|conn| users::find_by_email(conn, &email)).expect("it can be read");
    known.unwrap_or_else(|| add(db, EMAIL, NAME, Role::Administrator))
}
