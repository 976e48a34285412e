//! Daybook as a library: entries, their audit log and the database below them.
//!
//! Knows no HTTP and no HTML: `web` turns requests into calls of this crate and its answers into pages.

pub mod actor;
pub mod audit;
pub mod backup;
pub mod config;
pub mod db;
mod dialect;
pub mod entries;
pub mod error;
pub mod files;
pub mod jobs;
pub mod migrations;
pub mod queue;
pub mod schema;
pub mod search;
pub mod snapshots;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod uid;
pub mod users;

pub use actor::{Actor, Channel};
pub use db::{Conn, Db, PoolUse};
pub use error::{Error, Result};
pub use time::Timestamp;
pub use uid::Uid;
