//! A snapshot that is kept does not expire.

use diesel::prelude::*;

use super::record::{SnapshotImage, bump, record};
use super::{Shelf, Snapshot};
use crate::audit::Kind;
use crate::schema::snapshots;
use crate::{Actor, Conn, Result, Uid, dialect};

/// Keeps it, or does not keep it any more; then it has its whole time again. One that is so already is left alone. `None`:
/// there is no such snapshot, or it is not made yet.
pub fn keep(conn: &mut Conn, uid: Uid, kept: bool, shelf: &Shelf, actor: &Actor) -> Result<Option<Snapshot>> {
    let Some(before) = dialect::lock_snapshot(conn, uid)?.filter(Snapshot::is_made) else { return Ok(None) };
    if before.kept == kept {
        return Ok(Some(before));
    }
    let now = dialect::now(conn)?;
    let expires_at = if kept { before.expires_at } else { now.after(shelf.life) };
    let after = Snapshot { kept, expires_at, ..bump(conn, &before)? };
    diesel::update(snapshots::table.filter(snapshots::uid.eq(uid)))
        .set((snapshots::kept.eq(kept), snapshots::expires_at.eq(expires_at)))
        .execute(conn)?;
    let kind = if kept { Kind::Keep } else { Kind::Release };
    let images = (SnapshotImage::new(&before)?, SnapshotImage::new(&after)?);
    record(conn, actor, kind, Some(&images.0), Some(&images.1), now)?;
    Ok(Some(after))
}
