//! A page of the book or of the trash: `entries/index.html`, `trash/index.html`, and the list in them.

use daybook::entries::{CANDIDATES, Count, Draft, EntrySummary, Extent, Found, Page, Position, SortBy};
use daybook::text::thousands;
use daybook::{Timestamp, Uid};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Back, Form, NoticeView, Row};
use crate::list::List;
use crate::place::Place;

#[derive(Serialize)]
pub struct ListPage {
    /// What the list shows, as the document is called.
    pub title: String,
    /// Whether the list is rendered alone: then it brings the document's title with it.
    pub fragment: bool,
    pub rows: Vec<Row>,
    pub status: &'static str,
    pub url_all: String,
    pub url_open: String,
    pub url_done: String,
    pub heads: Heads,
    pub find: Find,
    /// How many entries there are.
    pub count: String,
    /// That the list is not the whole of it.
    pub cut: Option<String>,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// Neither first page nor unfiltered: an empty list does not mean an empty book.
    pub partial: bool,
    pub back: Back,
    pub notice: Option<NoticeView>,
    pub note: Option<String>,
    /// For the live region.
    pub say: Option<String>,
    pub focus: &'static str,
    pub form: Form,
    /// Where there are more than this page shows.
    pub all: Option<All>,
}

/// What can be done to all entries of the list, also on its other pages.
#[derive(Serialize)]
pub struct All {
    /// How many there are, if that is known.
    pub number: Option<String>,
    pub choices: Vec<Choice>,
    /// When the page was read, in microseconds: what changed later is left alone.
    pub seen: i64,
    /// So that a double click makes one job.
    pub key: String,
}

#[derive(Serialize)]
pub struct Choice {
    pub action: &'static str,
    pub label: String,
}

/// How much a list holds besides the page that is shown.
#[derive(Debug, Clone, Copy)]
pub enum Total {
    Counted(Count),
    Found(Found),
}

/// The column heads that sort.
#[derive(Serialize)]
pub struct Heads {
    pub title: Head,
    pub created: Head,
    pub changed: Head,
}

#[derive(Serialize)]
pub struct Head {
    /// Of the list sorted by this column, or the other way round if it is already.
    pub url: String,
    /// `ascending`, `descending`, or empty.
    pub sorted: &'static str,
}

/// The search form.
#[derive(Serialize)]
pub struct Find {
    pub path: &'static str,
    pub q: String,
    pub from: String,
    pub until: String,
    /// Who may have changed an entry last.
    pub people: Vec<PersonChoice>,
    /// Whether more than words are asked for.
    pub is_narrowed: bool,
    /// Fields that the form sends on without showing them.
    pub kept: Vec<(&'static str, String)>,
    /// The list without what the form asks for.
    pub clear: String,
    pub is_set: bool,
}

#[derive(Serialize)]
pub struct PersonChoice {
    pub uid: String,
    pub name: String,
    pub chosen: bool,
}

impl ListPage {
    pub fn new(
        list: &List,
        page: &Page<EntrySummary>,
        total: Total,
        notice: Option<NoticeView>,
        people: &[(Uid, String)],
        seen_at: Timestamp,
        zone: &TimeZone,
    ) -> ListPage {
        let place = Place::List(list.clone());
        let (count, cut) = total.told();
        ListPage {
            title: title(list),
            fragment: false,
            rows: page.rows.iter().map(|entry| Row::new(entry, &list.search, zone)).collect(),
            status: match list.done {
                None => "all",
                Some(false) => "open",
                Some(true) => "done",
            },
            url_all: list.with_status(None).url(None),
            url_open: list.with_status(Some(false)).url(None),
            url_done: list.with_status(Some(true)).url(None),
            heads: Heads {
                title: Head::new(list, SortBy::Title),
                created: Head::new(list, SortBy::Created),
                changed: Head::new(list, SortBy::Changed),
            },
            find: Find::new(list, people),
            count,
            cut,
            previous: page.previous.clone().map(|cursor| list.at(Position::Before(cursor)).url(None)),
            next: page.next.clone().map(|cursor| list.at(Position::After(cursor)).url(None)),
            partial: list.is_filtered() || list.position != Position::First,
            back: Back::from(&place),
            notice,
            note: None,
            say: None,
            focus: "",
            all: (page.previous.is_some() || page.next.is_some()).then(|| All::new(list.trashed, total, seen_at)),
            form: Form::new_entry(&Draft::default(), None, &place),
        }
    }
}

impl All {
    fn new(trashed: bool, total: Total, seen_at: Timestamp) -> All {
        let number = match total {
            Total::Counted(Count::Exactly(n)) | Total::Found(Found { total: n, extent: Extent::All }) => {
                Some(thousands(n))
            }
            _ => None,
        };
        let matching = number.as_ref().map_or_else(|| "all matching".into(), |number| format!("all {number} matching"));
        let choice = |action, label| Choice { action, label };
        let choices = match trashed {
            true => vec![choice("restore", format!("Restore {matching}"))],
            false => vec![
                choice("done", format!("Mark {matching} as done")),
                choice("open", format!("Mark {matching} as open")),
                choice("trash", format!("Delete {matching}")),
            ],
        };
        All { number, choices, seen: seen_at.micros(), key: Uid::new().to_string() }
    }
}

fn title(list: &List) -> String {
    let what = match (list.trashed, list.done) {
        (true, _) => "Trash",
        (false, None) => "Entries",
        (false, Some(false)) => "Open entries",
        (false, Some(true)) => "Done entries",
    };
    match list.search.text() {
        "" => what.to_owned(),
        text => format!("“{text}” · {what}"),
    }
}

impl Head {
    fn new(list: &List, by: SortBy) -> Head {
        let sorted = match list.sort {
            sort if sort.by != by => "",
            sort if sort.descending => "descending",
            _ => "ascending",
        };
        Head { url: list.sorted_by(by).url(None), sorted }
    }
}

impl Find {
    fn new(list: &List, people: &[(Uid, String)]) -> Find {
        let kept = list.params().into_iter().filter(|(name, _)| matches!(*name, "status" | "sort"));
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let clear = List { trashed: list.trashed, done: list.done, sort: list.sort, ..List::default() };
        Find {
            path: list.path(),
            q: list.search.text().to_owned(),
            from: day(list.from),
            until: day(list.until),
            kept: kept.collect(),
            clear: clear.url(None),
            is_set: list.is_searched(),
            is_narrowed: list.from.is_some() || list.until.is_some() || list.by.is_some(),
            people: choices(people, list.by),
        }
    }
}

/// The people by name, and whoever wrote without an account: from the command line, or before there were accounts.
pub(super) fn choices(people: &[(Uid, String)], chosen: Option<Uid>) -> Vec<PersonChoice> {
    let nobody = (Uid::nil(), "somebody without an account".to_owned());
    let choice = |(uid, name): &(Uid, String)| PersonChoice {
        uid: uid.to_string(),
        name: name.clone(),
        chosen: chosen == Some(*uid),
    };
    people.iter().chain([&nobody]).map(choice).collect()
}

impl Total {
    /// The number for people, and a sentence when the list is not all.
    fn told(self) -> (String, Option<String>) {
        let entries = |n: usize| match n {
            1 => "1 entry".to_owned(),
            n => format!("{} entries", thousands(n)),
        };
        match self {
            Total::Counted(Count::Exactly(n)) => (entries(n), None),
            Total::Counted(Count::MoreThan(n)) => (format!("more than {} entries", thousands(n)), None),
            Total::Found(Found { total, extent: Extent::All }) => (entries(total), None),
            Total::Found(Found { total, extent }) => {
                let most = thousands(CANDIDATES);
                let cut = match extent {
                    Extent::WithWord => format!(
                        "These are from the newest {most} entries with such words. Add a word to reach older ones."
                    ),
                    Extent::Changed => {
                        format!("Only the {most} entries of these that changed last are sorted here.")
                    }
                    Extent::All | Extent::Newest => {
                        "Only the newest entries were looked through. A longer or a rarer word reaches older ones."
                            .into()
                    }
                };
                (format!("at least {}", entries(total)), Some(cut))
            }
        }
    }
}
