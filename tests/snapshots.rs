//! Snapshots: the book as files.

mod bucket;
mod ends;
mod faults;
mod formats;
mod made;
mod pages;
mod schedule;
pub mod work;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [bucket::CASES, ends::CASES, faults::CASES, formats::CASES, made::CASES, pages::CASES, schedule::CASES].concat()
}
