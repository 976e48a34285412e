//! The sealed audit log: its chain, its verification, and its page.

mod log;
mod page;
mod plans;
mod python;
mod sabotage;
mod seal;
mod verify;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [page::CASES, plans::CASES, python::CASES, seal::CASES, verify::CASES].concat()
}
