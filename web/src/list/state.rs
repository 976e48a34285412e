//! The state of a list: all of it is in its URL.

use daybook::entries::{Cursor, EntryFilter, Position, Sort, SortBy};
use daybook::search::Query;
use daybook::{Timestamp, Uid};
use form_urlencoded::Serializer;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::Error;
use crate::notice::Notice;
use crate::params::Params;

/// A page of the book or of the trash, as its URL tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    pub trashed: bool,
    /// Only done, or only open, entries.
    pub done: Option<bool>,
    pub search: Query,
    /// The first and the last day of change, in the book's time zone.
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Only what this person changed last.
    pub by: Option<Uid>,
    pub sort: Sort,
    pub position: Position,
}

/// The orders by their names in URLs; a minus in front turns one round.
const ORDERS: [(&str, SortBy); 3] =
    [("changed", SortBy::Changed), ("created", SortBy::Created), ("title", SortBy::Title)];

impl List {
    /// All of the book, from its newest change.
    pub fn book() -> List {
        List::default()
    }

    /// All of the trash.
    pub fn trash() -> List {
        List { trashed: true, ..List::default() }
    }

    /// # Errors
    /// 400 for a value that no page links to.
    pub fn parse(trashed: bool, params: &Params) -> Result<List, Error> {
        let done = match params.get("status") {
            None | Some("") => None,
            Some("open") => Some(false),
            Some("done") => Some(true),
            Some(_) => return Err(Error::BadRequest("“status” is neither open nor done.".into())),
        };
        let search = Query::parse(params.get("q").unwrap_or_default())
            .map_err(|problem| Error::BadRequest(format!("“q” {problem}.")))?;
        let (from, until) = period(params)?;
        let by = params.optional("by")?;
        let sort = sort(params)?;
        let cursor = |name: &str| match params.get(name) {
            None | Some("") => Ok(None),
            Some(text) => Cursor::parse(text, sort.by)
                .map(Some)
                .map_err(|problem| Error::BadRequest(format!("“{name}” is {problem}."))),
        };
        let position = match (cursor("after")?, cursor("before")?) {
            (None, None) => Position::First,
            (Some(cursor), None) => Position::After(cursor),
            (None, Some(cursor)) => Position::Before(cursor),
            (Some(_), Some(_)) => return Err(Error::BadRequest("“after” and “before” exclude each other.".into())),
        };
        Ok(List { trashed, done, search, from, until, by, sort, position })
    }

    pub fn filter(&self, zone: &TimeZone) -> EntryFilter {
        EntryFilter {
            trashed: self.trashed,
            done: self.done,
            changed_from: self.from.and_then(|day| beginning(day, zone)),
            changed_before: self.until.and_then(|day| end(day, zone)),
            changed_by: self.by,
            search: self.search.clone(),
        }
    }

    /// Whether it leaves out any entry of the book, or of the trash.
    pub fn is_filtered(&self) -> bool {
        self.done.is_some() || self.is_searched()
    }

    /// Whether the search form has anything in it.
    pub fn is_searched(&self) -> bool {
        let narrowed = self.from.is_some() || self.until.is_some() || self.by.is_some();
        narrowed || !self.search.text().is_empty()
    }

    /// The same list, elsewhere in it.
    pub fn at(&self, position: Position) -> List {
        List { position, ..self.clone() }
    }

    /// The first page of the same list with another filter.
    pub fn with_status(&self, done: Option<bool>) -> List {
        List { done, position: Position::First, ..self.clone() }
    }

    /// The first page of the same entries in another order: what a click on a column's head gives.
    pub fn sorted_by(&self, by: SortBy) -> List {
        let descending = if self.sort.by == by { !self.sort.descending } else { by != SortBy::Title };
        List { sort: Sort { by, descending }, position: Position::First, ..self.clone() }
    }

    /// The path alone.
    pub fn path(&self) -> &'static str {
        if self.trashed { "/trash" } else { "/entries" }
    }

    /// Names and values of everything that differs from the whole book's first page.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = Vec::new();
        if !self.search.text().is_empty() {
            params.push(("q", self.search.text().to_owned()));
        }
        if let Some(done) = self.done {
            params.push(("status", if done { "done" } else { "open" }.into()));
        }
        params.extend(self.from.map(|day| ("from", day.to_string())));
        params.extend(self.until.map(|day| ("until", day.to_string())));
        params.extend(self.by.map(|person| ("by", person.to_string())));
        if self.sort != Sort::default() {
            let name = ORDERS.iter().find(|(_, by)| *by == self.sort.by).map_or("", |(name, _)| name);
            params.push(("sort", format!("{}{name}", if self.sort.descending { "-" } else { "" })));
        }
        match &self.position {
            Position::First => {}
            Position::After(cursor) => params.push(("after", cursor.to_string())),
            Position::Before(cursor) => params.push(("before", cursor.to_string())),
        }
        params
    }

    /// The path and query, with a notice to show there.
    pub fn url(&self, notice: Option<&Notice>) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.params());
        if let Some(notice) = notice {
            query.extend_pairs(notice.params());
        }
        match query.finish() {
            query if query.is_empty() => self.path().to_owned(),
            query => format!("{}?{query}", self.path()),
        }
    }
}

/// The first and the last day of a filter.
///
/// # Errors
/// 400 for what is no day, and for days in the wrong order.
pub fn period(params: &Params) -> Result<(Option<Date>, Option<Date>), Error> {
    let (from, until) = (day(params, "from")?, day(params, "until")?);
    if from.zip(until).is_some_and(|(from, until)| from > until) {
        return Err(Error::BadRequest("“from” is a later day than “until”.".into()));
    }
    Ok((from, until))
}

fn day(params: &Params, name: &str) -> Result<Option<Date>, Error> {
    match params.get(name) {
        None | Some("") => Ok(None),
        // Years that a calendar in a browser offers, and that microseconds can hold.
        Some(text) => match text.parse::<Date>() {
            Ok(day) if (1970..=9000).contains(&day.year()) && day.to_string() == text => Ok(Some(day)),
            _ => Err(Error::BadRequest(format!("“{name}” is not a day such as 2026-11-24."))),
        },
    }
}

fn sort(params: &Params) -> Result<Sort, Error> {
    match params.get("sort") {
        None | Some("") => Ok(Sort::default()),
        Some(text) => {
            let name = text.strip_prefix('-').unwrap_or(text);
            let order = ORDERS.iter().find(|order| order.0 == name);
            let (_, by) = order.ok_or_else(|| Error::BadRequest("“sort” names no column.".into()))?;
            Ok(Sort { by: *by, descending: name.len() < text.len() })
        }
    }
}

/// The first instant of a day. `None` for a day beyond what can be told.
pub fn beginning(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let begin = day.to_zoned_datetime(zone.clone()).ok()?;
    Some(Timestamp::from_micros(begin.timestamp().as_microsecond()))
}

/// The first instant of the day after; as [`beginning`].
pub fn end(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    beginning(day.checked_add(1.day()).ok()?, zone)
}
