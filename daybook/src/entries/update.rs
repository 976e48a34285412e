//! Changing what an entry says.

use super::change::{Step, apply};
use super::{Content, Outcome, Refusal, Target};
use crate::audit::Kind;
use crate::{Actor, Conn, Result};

/// What an entry shall be, and the version that the person began from.
#[derive(Debug, Clone)]
pub struct EntryChanges {
    pub target: Target,
    pub content: Content,
}

/// Gives each entry its new content. Refuses entries in the trash.
pub fn update(conn: &mut Conn, changes: &[EntryChanges], actor: &Actor) -> Result<Vec<Outcome>> {
    let targets: Vec<Target> = changes.iter().map(|change| change.target).collect();
    apply(conn, &targets, Kind::Update, actor, |position, entry| {
        if entry.trashed {
            return Step::Refuse(Box::new(Refusal::InTrash(entry.clone())));
        }
        Step::Set { content: changes[position].content.clone(), trashed: false }
    })
}
