//! What the program lets in and what it tells: other hosts and sites, headers, bad input, proxies.

mod accounts;
mod files;
mod headers;
mod input;
mod limits;
mod origin;
mod proxies;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [accounts::CASES, files::CASES, headers::CASES, input::CASES, limits::CASES, origin::CASES, proxies::CASES].concat()
}
