//! Snapshots: the book as files, as it was at one instant.
//!
//! A snapshot is a row that is made when somebody asks for it, together with the job that makes its files. People see the
//! files once the row says that they are whole; whatever else is in the object store is nobody's and is swept away.
//! `docs/snapshot-format.md` says what is in the files.

mod ask;
mod cron;
mod csv;
mod delete;
mod download;
mod history;
mod job;
mod keep;
mod list;
mod make;
mod manifest;
mod ndjson;
mod output;
mod read;
mod record;
mod rows;
mod schedule;
mod sweep;
mod what;

use std::time::Duration;

use diesel::prelude::*;
use jiff::tz::TimeZone;

pub use ask::{Request, ask};
pub use cron::{Cron, NotACron};
pub use delete::{delete, over};
pub use download::{Download, download, open};
pub use job::{MakeSnapshot, Pace};
pub use keep::keep;
pub use list::{Listed, SnapshotPage, find, list};
pub use make::{Made, make};
pub use manifest::{Field, FileEntry, Manifest, Sealed};
pub use record::SnapshotImage;
pub use schedule::{NewSchedule, Schedule, ask_what_is_due, schedule, set_schedule};
pub use sweep::{ToDo, remove_files, sweep, time_to_sweep, to_do};
pub use what::{Compression, Format, What};

use crate::config::Config;
use crate::files::Files;
use crate::schema::snapshots;
use crate::{Result, Timestamp, Uid};

/// Where snapshots are, and for how long. Clones share it.
#[derive(Clone)]
pub struct Shelf {
    pub files: Files,
    /// After that a snapshot that is not kept is deleted.
    pub life: Duration,
    /// How often the store is looked through for left-overs.
    pub sweep_every: Duration,
    /// Of the times in a spreadsheet, and of the schedule.
    pub zone: TimeZone,
}

impl Shelf {
    /// # Errors
    /// [`crate::Error::Files`] when the settings of S3 contradict each other.
    pub fn new(config: &Config) -> Result<Shelf> {
        Ok(Shelf {
            files: Files::new(&config.files.url)?,
            life: config.files.snapshot_life,
            sweep_every: config.files.sweep_every,
            zone: config.time_zone.clone(),
        })
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = snapshots)]
pub struct Snapshot {
    pub uid: Uid,
    /// 0 until it is made; each event about it adds 1.
    pub version: i32,
    pub what: What,
    /// Made by the schedule.
    pub scheduled: bool,
    #[diesel(column_name = job_uid)]
    pub job: Uid,
    pub asked_by: Uid,
    pub asked_by_name: String,
    pub created_at: Timestamp,
    pub kept: bool,
    /// Nothing while it is kept.
    pub expires_at: Timestamp,
    /// There are files since.
    pub finished_at: Option<Timestamp>,
    /// Of its files in the store.
    pub(crate) folder: Option<String>,
    /// Entries in it.
    pub entry_rows: Option<i64>,
    /// Of all its files.
    pub bytes: Option<i64>,
    /// JSON, as it is stored beside the files: [`Snapshot::manifest`].
    #[diesel(column_name = manifest)]
    pub manifest_json: Option<String>,
}

impl Snapshot {
    /// What is in the files; `None` until there are any.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] for one of a release that is newer.
    pub fn manifest(&self) -> Result<Option<Manifest>> {
        self.manifest_json.as_deref().map(Manifest::from_json).transpose()
    }

    pub fn is_made(&self) -> bool {
        self.finished_at.is_some()
    }
}

/// Everything of one snapshot in the store is below this.
fn shelf_of(uid: Uid) -> String {
    format!("{ROOT}/{uid}")
}

/// Everything of all snapshots.
const ROOT: &str = "snapshots";
