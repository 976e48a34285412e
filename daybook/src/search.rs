//! Searching text: what a word is, what a query means, and where a text matches. Knows no database.
//!
//! Everything is compared folded ([`fold`]): case, accents and compatibility forms make no difference. The index of words
//! ([`terms`]) and the check of a text ([`Query::matches`]) cut text in the same way ([`words`]), so that what one finds
//! the other confirms.

mod fold;
mod marks;
mod query;
mod words;

pub use fold::fold;
pub use marks::{Piece, marked, snippet};
pub use query::{Clause, Query, QueryError};
pub use words::{TERM_MAX, Word, terms, words};
