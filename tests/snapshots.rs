//! Snapshots: the book as files.

mod made;
mod work;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [made::CASES].concat()
}
