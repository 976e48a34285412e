//! What became of each entry that a change was asked for.

use super::{Content, Entry};
use crate::Uid;

/// Names the entry and the version of it that the person saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub uid: Uid,
    pub version: i32,
}

/// One for each entry of the slice, in its order.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Changed now: one version and one audit event more.
    Changed(Entry),
    /// The wanted values held already: a repeat. Nothing was written.
    Unchanged(Entry),
    /// Gone for good, now or by an earlier call of the same.
    Purged(Uid),
    Refused(Refusal),
}

/// Why an entry was left as it is.
#[derive(Debug, Clone)]
pub enum Refusal {
    /// There is none with this uid (any more).
    NotFound(Uid),
    /// Somebody changed it after the version that the person saw. `base` is what the person saw, if that version is on
    /// record.
    Stale { current: Entry, base: Option<Content> },
    /// It is in the trash: only restoring and purging are possible there.
    InTrash(Entry),
    /// It is not in the trash: only from there can it be purged.
    NotInTrash(Entry),
    /// A new entry's uid is taken by other content; `None` when that entry was purged since.
    Taken(Option<Entry>),
}

impl Refusal {
    /// Of the entry; `None` for a uid that is taken by one that was purged.
    pub fn uid(&self) -> Option<Uid> {
        match self {
            Refusal::NotFound(uid) => Some(*uid),
            Refusal::Stale { current: entry, .. } | Refusal::InTrash(entry) | Refusal::NotInTrash(entry) => {
                Some(entry.uid)
            }
            Refusal::Taken(entry) => entry.as_ref().map(|entry| entry.uid),
        }
    }
}
