//! Open and done.

use super::change::{Step, apply};
use super::{Content, Outcome, Refusal, Target};
use crate::audit::Kind;
use crate::{Actor, Conn, Result};

/// Makes each entry done or open: the wanted value, never "the other one". Refuses entries in the trash.
pub fn set_status(conn: &mut Conn, targets: &[Target], done: bool, actor: &Actor) -> Result<Vec<Outcome>> {
    apply(conn, targets, Kind::Status, actor, |_, entry| {
        if entry.trashed {
            return Step::Refuse(Box::new(Refusal::InTrash(entry.clone())));
        }
        Step::Set { content: Content { done, ..entry.content.clone() }, trashed: false }
    })
}
