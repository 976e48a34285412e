//! The sealed audit log: its chain, its verification, and its page.

mod log;
mod python;
mod sabotage;
mod seal;
mod verify;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [python::CASES, seal::CASES, verify::CASES].concat()
}
