//! Out of the trash for good. The audit log keeps the event, and the last image until it is erased.

use super::change::{Step, apply};
use super::{Outcome, Refusal, Target};
use crate::audit::Kind;
use crate::{Actor, Conn, Result};

/// Deletes each entry. Refuses those that are not in the trash.
pub fn purge(conn: &mut Conn, targets: &[Target], actor: &Actor) -> Result<Vec<Outcome>> {
    apply(conn, targets, Kind::Purge, actor, |_, entry| {
        if entry.trashed { Step::Purge } else { Step::Refuse(Box::new(Refusal::NotInTrash(entry.clone()))) }
    })
}
