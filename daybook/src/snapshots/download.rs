//! Somebody gets a file.

use super::record::{SnapshotImage, bump, record};
use super::what::content_type;
use super::{Manifest, Snapshot, find, shelf_of};
use crate::audit::Kind;
use crate::files::Label;
use crate::{Actor, Conn, Result, Uid, dialect};

/// A file that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// For [`crate::files::Files::way`].
    pub key: String,
    pub label: Label,
}

/// The file of this name of a snapshot that is made, and an event that says so. `None`: there is no such file.
pub fn download(conn: &mut Conn, uid: Uid, name: &str, actor: &Actor) -> Result<Option<Download>> {
    let Some(snapshot) = dialect::lock_snapshot(conn, uid)? else { return Ok(None) };
    let Some(found) = file(&snapshot, name)? else { return Ok(None) };
    let image = SnapshotImage { file: Some(name.to_owned()), ..SnapshotImage::new(&bump(conn, &snapshot)?)? };
    let now = dialect::now(conn)?;
    record(conn, actor, Kind::Download, None, Some(&image), now)?;
    Ok(Some(found))
}

/// The same without an event: for the rest of a download that was told of already.
pub fn open(conn: &mut Conn, uid: Uid, name: &str) -> Result<Option<Download>> {
    find(conn, uid)?.map_or(Ok(None), |found| file(&found.snapshot, name))
}

fn file(snapshot: &Snapshot, name: &str) -> Result<Option<Download>> {
    let (Some(manifest), Some(folder)) = (snapshot.manifest()?, &snapshot.folder) else { return Ok(None) };
    let known = name == Manifest::FILE || manifest.file(name).is_some();
    let key = format!("{}/{folder}/{name}", shelf_of(snapshot.uid));
    Ok(known.then(|| Download { key, label: label(snapshot, name) }))
}

/// `daybook-20261124T093000Z-entries.csv.gz`: when it was asked for, and what it is.
pub(super) fn label(snapshot: &Snapshot, name: &str) -> Label {
    let content_type = match name {
        Manifest::FILE => "application/json",
        _ => content_type(snapshot.what.format, snapshot.what.compression),
    };
    let asked = snapshot.created_at.iso().replace(['-', ':'], "");
    Label { content_type, file_name: format!("daybook-{asked}-{name}") }
}
