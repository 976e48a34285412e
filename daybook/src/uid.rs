//! Public identifiers: UUIDv7 (RFC 9562), made by the application, never by the database.

use std::fmt;
use std::str::FromStr;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Names an entry, a person or a request in URLs, the audit log and files. 16 bytes; the first 48 bits are the time of
/// making in milliseconds, so that new rows land beside each other in an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, Serialize, Deserialize)]
#[diesel(sql_type = Binary)]
#[serde(transparent)]
pub struct Uid(Uuid);

impl Uid {
    /// A new one, greater than every earlier one of this process.
    pub fn new() -> Uid {
        Uid(Uuid::now_v7())
    }

    pub const fn nil() -> Uid {
        Uid(Uuid::nil())
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Uid {
        Uid(Uuid::from_bytes(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl Default for Uid {
    fn default() -> Uid {
        Uid::new()
    }
}

/// The text is not a UUID in its hyphenated form.
#[derive(Debug, thiserror::Error)]
#[error("not a valid identifier")]
pub struct NotAUid;

impl FromStr for Uid {
    type Err = NotAUid;

    /// Takes the hyphenated lower-case form only, so that one entry has one URL.
    fn from_str(text: &str) -> Result<Uid, NotAUid> {
        let uuid = Uuid::try_parse(text).map_err(|_| NotAUid)?;
        if uuid.hyphenated().to_string() == text { Ok(Uid(uuid)) } else { Err(NotAUid) }
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<DB: Backend> FromSql<Binary, DB> for Uid
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Uid> {
        let bytes = Vec::<u8>::from_sql(bytes)?;
        Ok(Uid(Uuid::from_slice(&bytes)?))
    }
}

impl<DB: Backend> ToSql<Binary, DB> for Uid
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes().as_slice(), out)
    }
}
