//! What the audit log keeps of a snapshot.

use serde::{Deserialize, Serialize};

use super::{Snapshot, What};
use crate::audit::{self, Change, Kind, SNAPSHOT, Subject};
use crate::schema::snapshots;
use crate::{Actor, Conn, Result, Timestamp, Uid};
use diesel::prelude::*;

/// Of the layout below; old formats are read for ever.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotImage {
    pub format: u32,
    pub uid: Uid,
    pub version: i32,
    pub what: What,
    pub scheduled: bool,
    pub kept: bool,
    pub asked_by: Uid,
    pub asked_by_name: String,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub expires_at: Timestamp,
    pub entry_rows: Option<i64>,
    pub bytes: Option<i64>,
    /// The files by name, with their hashes.
    pub files: Vec<(String, String)>,
    /// The one that was downloaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

impl SnapshotImage {
    pub(super) fn new(snapshot: &Snapshot) -> Result<SnapshotImage> {
        let files = snapshot.manifest()?.map(|manifest| manifest.files).unwrap_or_default();
        Ok(SnapshotImage {
            format: FORMAT,
            uid: snapshot.uid,
            version: snapshot.version,
            what: snapshot.what.clone(),
            scheduled: snapshot.scheduled,
            kept: snapshot.kept,
            asked_by: snapshot.asked_by,
            asked_by_name: snapshot.asked_by_name.clone(),
            created_at: snapshot.created_at,
            finished_at: snapshot.finished_at,
            expires_at: snapshot.expires_at,
            entry_rows: snapshot.entry_rows,
            bytes: snapshot.bytes,
            files: files.into_iter().map(|file| (file.name, file.sha256)).collect(),
            file: None,
        })
    }
}

impl Subject for SnapshotImage {
    const KIND: &'static str = SNAPSHOT;

    fn uid(&self) -> Uid {
        self.uid
    }

    fn image(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// Writes the event of a change that gave the snapshot its version.
pub(super) fn record(
    conn: &mut Conn,
    actor: &Actor,
    kind: Kind,
    before: Option<&SnapshotImage>,
    after: Option<&SnapshotImage>,
    at: Timestamp,
) -> Result<()> {
    let version = after.map(|image| image.version).or(before.map(|image| image.version + 1)).unwrap_or_default();
    audit::record(conn, actor, &[Change { kind, before, after, version, at }])
}

/// One version more, which an event is written for next. The row is locked.
pub(super) fn bump(conn: &mut Conn, snapshot: &Snapshot) -> Result<Snapshot> {
    let version = snapshot.version + 1;
    diesel::update(snapshots::table.filter(snapshots::uid.eq(snapshot.uid)))
        .set(snapshots::version.eq(version))
        .execute(conn)?;
    Ok(Snapshot { version, ..snapshot.clone() })
}
