//! Where in the book a person is: the state of a list, or an entry's page. All of it is in URLs.

use std::fmt;
use std::str::FromStr;

use daybook::Uid;
use daybook::entries::{EntryFilter, Position};
use form_urlencoded::Serializer;

use crate::error::Error;
use crate::params::Params;

/// A page of the book or of the trash, as its URL tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct List {
    pub trashed: bool,
    /// Only done, or only open, entries.
    pub done: Option<bool>,
    pub position: Position,
}

/// What a list says once, after a change that was made without JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    Trashed(Uid),
    Restored(Uid),
    Purged,
}

/// Where a form stands, so that the answer goes there: the form's `back` field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    List(List),
    Entry(Uid),
}

impl List {
    pub const BOOK: List = List { trashed: false, done: None, position: Position::First };

    /// # Errors
    /// 400 for a value that no page links to.
    pub fn parse(trashed: bool, params: &Params) -> Result<List, Error> {
        let done = match params.get("status") {
            None | Some("") => None,
            Some("open") => Some(false),
            Some("done") => Some(true),
            Some(_) => return Err(Error::BadRequest("“status” is neither open nor done.".into())),
        };
        let position = match (params.optional("after")?, params.optional("before")?) {
            (None, None) => Position::First,
            (Some(cursor), None) => Position::After(cursor),
            (None, Some(cursor)) => Position::Before(cursor),
            (Some(_), Some(_)) => return Err(Error::BadRequest("“after” and “before” exclude each other.".into())),
        };
        Ok(List { trashed, done, position })
    }

    pub fn filter(&self) -> EntryFilter {
        EntryFilter { trashed: self.trashed, done: self.done }
    }

    /// The same list, elsewhere in it.
    pub fn at(self, position: Position) -> List {
        List { position, ..self }
    }

    /// The first page of the same list with another filter.
    pub fn with_status(self, done: Option<bool>) -> List {
        List { done, position: Position::First, ..self }
    }

    /// The path and query, with a notice to show there.
    pub fn url(&self, notice: Option<Notice>) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(done) = self.done {
            query.append_pair("status", if done { "done" } else { "open" });
        }
        match self.position {
            Position::First => {}
            Position::After(cursor) => drop(query.append_pair("after", &cursor.to_string())),
            Position::Before(cursor) => drop(query.append_pair("before", &cursor.to_string())),
        }
        match notice {
            None => {}
            Some(Notice::Trashed(uid)) => drop(query.append_pair("trashed", &uid.to_string())),
            Some(Notice::Restored(uid)) => drop(query.append_pair("restored", &uid.to_string())),
            Some(Notice::Purged) => drop(query.append_pair("purged", "1")),
        }
        let (path, query) = (if self.trashed { "/trash" } else { "/entries" }, query.finish());
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

impl Notice {
    /// # Errors
    /// 400 for something that is not an entry's identifier.
    pub fn parse(params: &Params) -> Result<Option<Notice>, Error> {
        if let Some(uid) = params.optional("trashed")? {
            return Ok(Some(Notice::Trashed(uid)));
        }
        if let Some(uid) = params.optional("restored")? {
            return Ok(Some(Notice::Restored(uid)));
        }
        Ok(params.get("purged").map(|_| Notice::Purged))
    }
}

impl Place {
    /// From a form or a query; the book where it does not say.
    ///
    /// # Errors
    /// 400 for anything but a page of this site that has such forms.
    pub fn parse(params: &Params) -> Result<Place, Error> {
        match params.get("back") {
            None | Some("") => Ok(Place::List(List::BOOK)),
            Some(text) => {
                text.parse().map_err(|_: Error| Error::BadRequest("“back” is not a page of the book.".into()))
            }
        }
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Place, Error> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let params = Params::parse(query.as_bytes())?;
        match path.strip_prefix("/entries/") {
            Some(uid) => Ok(Place::Entry(uid.parse().map_err(|_| Error::NotFound)?)),
            None if path == "/entries" => Ok(Place::List(List::parse(false, &params)?)),
            None if path == "/trash" => Ok(Place::List(List::parse(true, &params)?)),
            None => Err(Error::NotFound),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::List(list) => f.write_str(&list.url(None)),
            Place::Entry(uid) => write!(f, "/entries/{uid}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(text: &str) -> Result<Place, Error> {
        text.parse()
    }

    #[test]
    fn only_pages_of_the_book_are_places() {
        for text in ["/entries", "/entries?status=open", "/trash", "/entries/0193a5b0-0000-7000-8000-000000000000"] {
            assert_eq!(place(text).unwrap().to_string(), text);
        }
        for text in
            ["", "//evil.example", "https://evil.example/entries", "/entries/../x", "/other", "/entries?after=x"]
        {
            assert!(place(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_place_is_always_a_path_of_this_site(text in "[/a-z?=&.:\\\\%0-9-]{0,40}") {
            if let Ok(place) = place(&text) {
                let url = place.to_string();
                prop_assert!(url.starts_with("/entries") || url.starts_with("/trash"));
                prop_assert_eq!(url.parse::<Place>().unwrap(), place);
            }
        }
    }
}
