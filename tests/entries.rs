//! What people do with entries, over HTTP: as a browser without JavaScript does, and as htmx does.

mod audit;
mod conflict;
mod create;
mod edit;
mod history;
mod lists;
mod paging;
mod plans;
mod repeats;
mod trash;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [
        audit::CASES,
        conflict::CASES,
        create::CASES,
        edit::CASES,
        history::CASES,
        lists::CASES,
        paging::CASES,
        plans::CASES,
        repeats::CASES,
        trash::CASES,
    ]
    .concat()
}
