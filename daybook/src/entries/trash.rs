//! Into the trash and back.

use super::change::{Step, apply};
use super::{Outcome, Target};
use crate::audit::Kind;
use crate::{Actor, Conn, Result};

/// Moves each entry to the trash, which keeps it.
pub fn trash(conn: &mut Conn, targets: &[Target], actor: &Actor) -> Result<Vec<Outcome>> {
    move_to(conn, targets, true, Kind::Trash, actor)
}

/// Takes each entry out of the trash.
pub fn restore(conn: &mut Conn, targets: &[Target], actor: &Actor) -> Result<Vec<Outcome>> {
    move_to(conn, targets, false, Kind::Restore, actor)
}

fn move_to(conn: &mut Conn, targets: &[Target], trashed: bool, kind: Kind, actor: &Actor) -> Result<Vec<Outcome>> {
    apply(conn, targets, kind, actor, |_, entry| Step::Set { content: entry.content.clone(), trashed })
}
