//! The state of the log's page: all of it is in its URL.

use daybook::Uid;
use daybook::audit::{Kind, LogFilter, LogPosition, Sight};
use form_urlencoded::Serializer;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::Error;
use crate::list::{beginning, end, period};
use crate::params::Params;

/// A page of the log, as its URL tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogList {
    /// Only events of this kind of thing and, if that is said, only this that happened to it.
    pub what: Option<(&'static str, Option<Kind>)>,
    /// Only events of this one thing.
    pub subject: Option<Uid>,
    /// Only what this person did.
    pub by: Option<Uid>,
    /// The first and the last day, in the book's time zone.
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub position: LogPosition,
}

impl LogList {
    /// # Errors
    /// 400 for a value that no page links to for somebody with this sight.
    pub fn parse(sight: Sight, params: &Params) -> Result<LogList, Error> {
        let (from, until) = period(params)?;
        let position = match (params.optional("after")?, params.optional("before")?) {
            (None, None) => LogPosition::Newest,
            (Some(cursor), None) => LogPosition::After(cursor),
            (None, Some(cursor)) => LogPosition::Before(cursor),
            (Some(_), Some(_)) => return Err(Error::BadRequest("“after” and “before” exclude each other.".into())),
        };
        let (subject, by) = (params.optional("subject")?, params.optional("by")?);
        Ok(LogList { what: what(sight, params)?, subject, by, from, until, position })
    }

    pub fn filter(&self, zone: &TimeZone) -> LogFilter {
        LogFilter {
            what: self.what,
            subject: self.subject,
            by: self.by,
            from: self.from.and_then(|day| beginning(day, zone)),
            before: self.until.and_then(|day| end(day, zone)),
        }
    }

    /// Whether it leaves anything out.
    pub fn is_filtered(&self) -> bool {
        LogList { position: LogPosition::Newest, ..self.clone() } != LogList::default()
    }

    /// Everything about one thing.
    pub fn about(subject: Uid) -> LogList {
        LogList { subject: Some(subject), ..LogList::default() }
    }

    /// The same list, elsewhere in it.
    pub fn at(&self, position: LogPosition) -> LogList {
        LogList { position, ..self.clone() }
    }

    /// The value of `what` in URLs: `entry`, or `entry.update`.
    pub fn what_of(subject: &str, kind: Option<Kind>) -> String {
        kind.map_or_else(|| subject.to_owned(), |kind| format!("{subject}.{}", kind.name()))
    }

    /// The path and query.
    pub fn url(&self) -> String {
        let mut query = Serializer::new(String::new());
        let what = self.what.map(|(subject, kind)| LogList::what_of(subject, kind));
        let uid = |uid: Option<Uid>| uid.map(|uid| uid.to_string());
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let (after, before) = match self.position {
            LogPosition::Newest => (None, None),
            LogPosition::After(cursor) => (Some(cursor.to_string()), None),
            LogPosition::Before(cursor) => (None, Some(cursor.to_string())),
        };
        for (name, value) in [
            ("what", what),
            ("subject", uid(self.subject)),
            ("by", uid(self.by)),
            ("from", day(self.from)),
            ("until", day(self.until)),
            ("after", after),
            ("before", before),
        ] {
            query.extend_pairs(value.map(|value| (name, value)));
        }
        match query.finish() {
            query if query.is_empty() => "/audit".to_owned(),
            query => format!("/audit?{query}"),
        }
    }
}

fn what(sight: Sight, params: &Params) -> Result<Option<(&'static str, Option<Kind>)>, Error> {
    let Some(text) = params.get("what").filter(|text| !text.is_empty()) else { return Ok(None) };
    let mut all = sight.subjects().flat_map(|(subject, kinds)| {
        let each = kinds.iter().map(move |kind| (subject, Some(*kind)));
        std::iter::once((subject, None)).chain(each)
    });
    let found = all.find(|(subject, kind)| LogList::what_of(subject, *kind) == text);
    found.map(Some).ok_or_else(|| Error::BadRequest("“what” has a value that does not exist here.".into()))
}
