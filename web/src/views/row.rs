//! An entry as a row of a list.

use daybook::entries::EntrySummary;
use daybook::search::{self, Piece, Query};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Back, Time};

#[derive(Serialize)]
pub struct Row {
    pub uid: String,
    /// The title as plain text, to name the entry by.
    pub title: String,
    pub title_pieces: Vec<PieceView>,
    pub excerpt: Vec<PieceView>,
    pub done: bool,
    pub version: i32,
    pub created: Time,
    pub created_by: String,
    pub updated: Time,
    pub updated_by: String,
}

/// A stretch of text; a hit answers the search.
#[derive(Serialize)]
pub struct PieceView {
    pub text: String,
    pub hit: bool,
}

impl From<Piece> for PieceView {
    fn from(Piece { text, hit }: Piece) -> PieceView {
        PieceView { text, hit }
    }
}

impl Row {
    pub fn new(entry: &EntrySummary, query: &Query, zone: &TimeZone) -> Row {
        let views = |pieces: Vec<Piece>| pieces.into_iter().map(PieceView::from).collect();
        Row {
            uid: entry.uid.to_string(),
            title: entry.title.clone(),
            title_pieces: views(search::marked(query, &entry.title)),
            excerpt: views(search::snippet(query, &entry.text, EntrySummary::EXCERPT)),
            done: entry.done,
            version: entry.version,
            created: Time::new(entry.created_at, zone),
            created_by: entry.created_by_name.clone(),
            updated: Time::new(entry.updated_at, zone),
            updated_by: entry.updated_by_name.clone(),
        }
    }
}

/// `_row.html`, `_trashed.html` and their like: a row by itself.
#[derive(Serialize)]
pub struct RowFragment {
    pub entry: Row,
    pub back: Back,
    /// What stands in the way, if anything does.
    pub note: Option<String>,
    /// For the live region.
    pub say: Option<String>,
    /// The control that takes the focus: `edit`, `switch` or, empty, none.
    pub focus: &'static str,
}

/// `trash/purge.html`: asks before what cannot be undone.
#[derive(Serialize)]
pub struct PurgePage {
    pub entry: Row,
    pub back: Back,
}

/// `trash/purge_many.html` and the fragment in it.
#[derive(Serialize)]
pub struct PurgeManyPage {
    pub rows: Vec<Row>,
    pub back: Back,
}
