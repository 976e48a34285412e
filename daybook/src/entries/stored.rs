//! A list's filter as the arguments of a job hold it.

use serde::{Deserialize, Serialize};

use super::EntryFilter;
use crate::search::Query;
use crate::{Error, Result, Timestamp, Uid};

/// An [`EntryFilter`] to be written as JSON. A member that comes later has a serde default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoredFilter {
    pub trashed: bool,
    pub done: Option<bool>,
    pub changed_from: Option<Timestamp>,
    pub changed_before: Option<Timestamp>,
    pub changed_by: Option<Uid>,
    /// As it was typed.
    pub search: String,
}

impl StoredFilter {
    /// # Errors
    /// [`Error::Internal`] for a search that this release does not take.
    pub fn filter(&self) -> Result<EntryFilter> {
        let search = Query::parse(&self.search).map_err(|problem| Error::Internal(format!("a search {problem}")))?;
        Ok(EntryFilter {
            trashed: self.trashed,
            done: self.done,
            changed_from: self.changed_from,
            changed_before: self.changed_before,
            changed_by: self.changed_by,
            search,
        })
    }
}

impl From<&EntryFilter> for StoredFilter {
    fn from(filter: &EntryFilter) -> StoredFilter {
        StoredFilter {
            trashed: filter.trashed,
            done: filter.done,
            changed_from: filter.changed_from,
            changed_before: filter.changed_before,
            changed_by: filter.changed_by,
            search: filter.search.text().to_owned(),
        }
    }
}
