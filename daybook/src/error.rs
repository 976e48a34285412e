//! What can go wrong below the pages. Knows no HTTP: `web::error` turns these into statuses and words for people.
//!
//! What a person did (a stale version, an empty title) is not an error here: see [`crate::entries::Outcome`] and
//! [`crate::entries::FieldErrors`].

use diesel::result::{DatabaseErrorKind, Error as DieselError};

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be reached, or no connection was free in time. Nothing was changed.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// Others held the rows or the write queue for too long. Nothing was changed.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A write was under way when the time ran out or the connection broke: it may or may not have happened.
    #[error("the outcome of the write is unknown: {0}")]
    OutcomeUnknown(String),
    /// The lease of a job was not this worker's any more: another one has the job, or may have it. Nothing was changed.
    #[error("the lease of the job is lost")]
    LeaseLost,
    /// The object store refused, or could not be reached.
    #[error("the store of files: {0}")]
    Files(String),
    /// The schema is older than this program: `daybook-web migrate` has not run.
    #[error("the database's schema is older than this program; run `daybook-web migrate`")]
    NotMigrated,
    /// The session of the person who asked for the change has ended. Nothing was changed.
    #[error("the session has ended")]
    SessionEnded,
    /// The person who asked for the change may not make it any more. Nothing was changed.
    #[error("not allowed any more")]
    NotAllowed,
    /// A fault of ours, or a database that answers something unforeseen.
    #[error("{0}")]
    Internal(String),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Error {
        let text = error.to_string();
        match &error {
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => Error::Unavailable(text),
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Error::Busy(text),
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, _) => from_words(text),
            DieselError::BrokenTransactionManager => Error::Unavailable(text),
            _ => Error::Internal(text),
        }
    }
}

/// Diesel passes on only the words of an unforeseen database error, not its number.
fn from_words(text: String) -> Error {
    const GONE: [&str; 6] = [
        "server has gone away",
        "Lost connection",
        "Can't connect",
        "Server shutdown in progress",
        "Connection was killed",
        "connection has been closed",
    ];
    const FULL: &str = "database or disk is full";
    const BUSY: [&str; 4] = ["Lock wait timeout", "Deadlock found", "database is locked", "database table is locked"];
    if text.contains(FULL) || GONE.iter().any(|words| text.contains(words)) {
        Error::Unavailable(text)
    } else if BUSY.iter().any(|words| text.contains(words)) {
        Error::Busy(text)
    } else {
        Error::Internal(text)
    }
}
