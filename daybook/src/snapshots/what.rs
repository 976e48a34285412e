//! What a snapshot holds, and in which format.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::entries::{EntryFilter, StoredFilter};

/// What somebody asks for. Stored as JSON; a member that comes later has a serde default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromSqlRow)]
pub struct What {
    /// Which entries; of its `trashed` nothing is asked.
    pub filter: StoredFilter,
    /// Also what is in the trash.
    pub trash: bool,
    /// Also what became of each entry: a second file.
    pub history: bool,
    pub format: Format,
    pub compression: Compression,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// CSV for a program that shows tables: safe to open, not the same byte for byte.
    Spreadsheet,
    /// CSV by RFC 4180, lossless.
    Csv,
    /// A JSON object in each line, lossless.
    Ndjson,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compression {
    None,
    Gzip,
}

impl What {
    /// All entries that are not in the trash.
    pub fn everything(format: Format, compression: Compression) -> What {
        What { filter: StoredFilter::default(), trash: false, history: false, format, compression }
    }

    /// Those that a page of entries shows with this filter.
    pub fn filtered(filter: &EntryFilter, format: Format, compression: Compression) -> What {
        let filter = StoredFilter { trashed: false, ..StoredFilter::from(filter) };
        What { filter, ..What::everything(format, compression) }
    }

    /// No entry of the book is left out, unless it is in the trash.
    pub fn is_everything(&self) -> bool {
        self.filter == StoredFilter::default()
    }

    pub(super) fn entry_filter(&self) -> Result<EntryFilter> {
        self.filter.filter()
    }
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Spreadsheet, Format::Csv, Format::Ndjson];

    /// In forms and in manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Spreadsheet => "spreadsheet",
            Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        }
    }

    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    pub(super) const fn ending(self) -> &'static str {
        match self {
            Format::Spreadsheet | Format::Csv => "csv",
            Format::Ndjson => "ndjson",
        }
    }
}

impl Compression {
    pub const ALL: [Compression; 2] = [Compression::None, Compression::Gzip];

    /// In forms and in manifests.
    pub const fn name(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
        }
    }

    pub fn named(name: &str) -> Option<Compression> {
        Compression::ALL.into_iter().find(|compression| compression.name() == name)
    }
}

/// For whoever downloads such a file. A compressed one is a file of its own kind: nobody unpacks it on the way.
pub(super) const fn content_type(format: Format, compression: Compression) -> &'static str {
    match (compression, format) {
        (Compression::Gzip, _) => "application/gzip",
        (Compression::None, Format::Spreadsheet | Format::Csv) => "text/csv; charset=utf-8",
        (Compression::None, Format::Ndjson) => "application/x-ndjson",
    }
}

impl<DB: Backend> FromSql<Text, DB> for What
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<What> {
        Ok(serde_json::from_str(&String::from_sql(bytes)?)?)
    }
}
