//! The book's entries. Each kind of change is one function that takes a slice and the person, and that writes the audit
//! events in the same transaction; no other code may change an entry.
//!
//! The functions want a transaction around them: call them in [`crate::Db::write`].

mod candidates;
mod change;
mod count;
mod create;
mod demo;
mod fields;
mod indexed;
mod keyset;
mod list;
mod merge;
mod outcome;
mod purge;
mod status;
mod stored;
mod terms;
mod trash;
mod update;
mod walk;

use diesel::prelude::*;

pub use candidates::CANDIDATES;
pub use count::{Count, count};
pub use create::{NewEntry, create};
pub use demo::demo_entries;
pub use fields::{Content, Draft, FIELDS, Field, FieldErrors, FieldValue, Input};
pub use keyset::{Cursor, Extent, Found, Key, NotACursor, Page, Position, Sort, SortBy};
pub use list::{EntryFilter, EntrySummary, find, find_all, list};
pub use merge::{Merge, MergedField, Side, merge};
pub use outcome::{Outcome, Refusal, Target};
pub use purge::purge;
pub use status::set_status;
pub use stored::StoredFilter;
pub(crate) use terms::{NewTerm, index_missing};
pub use trash::{restore, trash};
pub use update::{EntryChanges, update};
pub(crate) use walk::{Walked, walk};

use crate::schema::entries;
use crate::{Timestamp, Uid};

/// A row of the book.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = entries)]
pub struct Entry {
    /// Internal; never shown.
    pub(crate) id: i64,
    pub uid: Uid,
    /// What people write; everything else here is kept by the functions of this module.
    #[diesel(embed)]
    pub content: Content,
    /// The title's place in the order of titles; empty while the entry is not in the index of words.
    pub(crate) title_key: String,
    /// From 1; every change adds 1, also the ones into the trash and back.
    pub version: i32,
    pub trashed: bool,
    pub created_at: Timestamp,
    pub created_by: Uid,
    pub created_by_name: String,
    pub updated_at: Timestamp,
    pub updated_by: Uid,
    pub updated_by_name: String,
}

/// An entry before it has an id.
#[derive(Insertable)]
#[diesel(table_name = entries)]
pub(crate) struct NewRow {
    uid: Uid,
    #[diesel(embed)]
    content: Content,
    /// For sorting by title: see [`terms::title_key`].
    title_key: String,
    version: i32,
    trashed: bool,
    created_at: Timestamp,
    created_by: Uid,
    created_by_name: String,
    updated_at: Timestamp,
    updated_by: Uid,
    updated_by_name: String,
}
