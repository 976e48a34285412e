//! What is in a snapshot, for people and programs: stored beside the files, and in the row.

use serde::{Deserialize, Serialize};

use super::what::What;
use crate::{Error, Result, Timestamp, Uid};

/// Of the layout below and of the files. `docs/snapshot-format.md` describes it.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1.
    pub format: u32,
    pub snapshot: Uid,
    pub book: Uid,
    /// The book is as it was then, by the database's clock.
    #[serde(with = "rfc3339")]
    pub at: Timestamp,
    /// What was asked for.
    pub what: What,
    pub chain: Sealed,
    pub asked_by: Uid,
    pub asked_by_name: String,
    /// Made by the schedule that they set.
    pub scheduled: bool,
    pub files: Vec<FileEntry>,
}

/// The end of the audit log's sealed chain at that instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// 0 when nothing was sealed.
    pub seq: i64,
    /// Hexadecimal.
    pub link: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub name: String,
    /// `entries` or `history`.
    pub content: String,
    pub rows: i64,
    /// Of the file as it is, compressed or not; so is the hash.
    pub bytes: i64,
    /// Hexadecimal.
    pub sha256: String,
    /// Of the list of fields.
    pub fields_version: u32,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    /// `text`, `integer`, `boolean`, `time`, `uuid`, `hex` or `json`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Manifest {
    pub const FORMAT: u32 = FORMAT;
    /// Its name beside the files.
    pub const FILE: &'static str = "manifest.json";

    pub fn from_json(json: &str) -> Result<Manifest> {
        serde_json::from_str(json).map_err(|error| Error::Internal(format!("a manifest: {error}")))
    }

    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map_err(|error| Error::Internal(format!("a manifest: {error}")))
    }

    pub fn file(&self, name: &str) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.name == name)
    }
}

/// As in the files.
mod rfc3339 {
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    use crate::Timestamp;
    use crate::snapshots::rows::push_time;

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        let mut text = Vec::new();
        push_time(&mut text, *at);
        to.serialize_str(std::str::from_utf8(&text).map_err(ser::Error::custom)?)
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        let at: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
        Ok(Timestamp::from_micros(at.as_microsecond()))
    }
}
