//! What people do with entries, over HTTP: as a browser without JavaScript does, and as htmx does.

mod audit;
mod bulk;
mod conflict;
mod create;
mod edit;
mod history;
mod lists;
mod paging;
mod plans;
mod repeats;
mod search;
mod search_table;
mod sort;
mod trash;

use crate::support::Case;

pub fn cases() -> Vec<Case> {
    [
        audit::CASES,
        bulk::CASES,
        conflict::CASES,
        create::CASES,
        edit::CASES,
        history::CASES,
        lists::CASES,
        paging::CASES,
        plans::CASES,
        repeats::CASES,
        search::CASES,
        sort::CASES,
        trash::CASES,
    ]
    .concat()
}
