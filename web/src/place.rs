//! Where in the book a person is: a list, or an entry's page.

use std::fmt;
use std::str::FromStr;

use daybook::Uid;
use daybook::search::Query;

use crate::error::Error;
use crate::list::List;
use crate::params::Params;

/// Where a form stands, so that the answer goes there: the form's `back` field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    List(List),
    Entry(Uid),
}

impl Place {
    /// From a form or a query; the book where it does not say.
    ///
    /// # Errors
    /// 400 for anything but a page of this site that has such forms.
    pub fn parse(params: &Params) -> Result<Place, Error> {
        match params.get("back") {
            None | Some("") => Ok(Place::List(List::book())),
            Some(text) => {
                text.parse().map_err(|_: Error| Error::BadRequest("“back” is not a page of the book.".into()))
            }
        }
    }
}

impl Place {
    /// What is searched there.
    pub fn search(&self) -> &Query {
        static NOTHING: std::sync::LazyLock<Query> = std::sync::LazyLock::new(Query::default);
        match self {
            Place::List(list) => &list.search,
            Place::Entry(_) => &NOTHING,
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
        for text in [
            "/entries",
            "/entries?status=open",
            "/entries?q=caf%C3%A9+-x&status=done&from=2026-01-31&until=2026-02-01&sort=-title",
            "/entries?sort=title&after=0193a5b0-0000-7000-8000-000000000000.a+b",
            "/trash?before=0193a5b0-0000-7000-8000-000000000000.-5",
            "/entries/0193a5b0-0000-7000-8000-000000000000",
        ] {
            assert_eq!(place(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "//evil.example",
            "https://evil.example/entries",
            "/entries/../x",
            "/other",
            "/entries?after=x",
            "/entries?sort=colour",
            "/entries?from=2026-02-30",
            "/entries?from=2026-02-02&until=2026-02-01",
        ] {
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
