//! The page of the log: `audit/index.html`, and the list in it.

mod told;

use daybook::audit::{Kind, LogEvent, LogPosition, Seal, Sight, State, hex};
use daybook::text::thousands;
use daybook::{Timestamp, Uid};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Time;
use super::list::{PersonChoice, choices};
use crate::audit::{Contents, LogList};
use told::{Told, label, labels};

#[derive(Serialize)]
pub struct AuditPage {
    /// Whether the list is rendered alone: then it brings the document's title with it.
    pub fragment: bool,
    pub find: Find,
    pub state: StateView,
    pub rows: Vec<Row>,
    /// Newer and older events, as the pager calls them.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// For the live region.
    pub say: Option<String>,
}

/// The form of the filters.
#[derive(Serialize)]
pub struct Find {
    pub whats: Vec<WhatGroup>,
    pub people: Vec<PersonChoice>,
    pub from: String,
    pub until: String,
    /// The one thing that the list is about.
    pub subject: Option<String>,
    pub is_set: bool,
    /// Whether more is asked for than one thing's events.
    pub is_narrowed: bool,
}

/// A kind of things with what can happen to them.
#[derive(Serialize)]
pub struct WhatGroup {
    pub label: &'static str,
    pub options: Vec<WhatOption>,
}

#[derive(Serialize)]
pub struct WhatOption {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// How the chain stands.
#[derive(Serialize)]
pub struct StateView {
    /// Events that are sealed; empty where there is no chain yet.
    pub sealed: String,
    /// The head link, whole and shortened.
    pub link: String,
    pub short: String,
    pub waiting: Option<Time>,
    pub verified: Option<Verified>,
}

#[derive(Serialize)]
pub struct Verified {
    pub at: Time,
    pub until: String,
    /// Empty: the log was whole.
    pub faults: String,
}

#[derive(Serialize)]
pub struct Row {
    /// Names the event on the page.
    pub id: String,
    pub by: String,
    pub told: Told,
    pub at: Time,
    pub channel: String,
    pub seal: Option<SealView>,
    pub request: String,
    pub address: Option<String>,
    pub version: i32,
    /// The events of the same thing.
    pub about: String,
    /// What people wrote was erased.
    pub erased: bool,
}

#[derive(Serialize)]
pub struct SealView {
    pub seq: String,
    pub link: String,
    pub at: Time,
}

impl AuditPage {
    pub fn new(list: &LogList, sight: Sight, contents: &Contents, zone: &TimeZone) -> AuditPage {
        let Contents { page, state, people } = contents;
        AuditPage {
            fragment: false,
            find: Find::new(list, sight, people),
            state: StateView::new(state, zone),
            rows: page.events.iter().map(|event| Row::new(event, people, zone)).collect(),
            previous: page.newer.map(|cursor| list.at(LogPosition::Before(cursor)).url()),
            next: page.older.map(|cursor| list.at(LogPosition::After(cursor)).url()),
            say: None,
        }
    }

    /// The list as a fragment, which says how much it has.
    pub fn alone(self) -> AuditPage {
        let say = match self.rows.len() {
            0 => "No events".into(),
            1 => "1 event".into(),
            n => format!("{n} events on this page"),
        };
        AuditPage { fragment: true, say: Some(say), ..self }
    }
}

impl Find {
    fn new(list: &LogList, sight: Sight, people: &[(Uid, String)]) -> Find {
        let option = |subject: &'static str, kind: Option<Kind>, label: &str| WhatOption {
            value: LogList::what_of(subject, kind),
            label: label.to_owned(),
            chosen: list.what == Some((subject, kind)),
        };
        let group = |(subject, kinds): (&'static str, &'static [Kind])| {
            let (name, all) = labels(subject);
            let one = |kind: &Kind| option(subject, Some(*kind), label(subject, *kind));
            let all = option(subject, None, all);
            // What can happen in one way only needs no choice of ways.
            let each = kinds.iter().filter(|_| kinds.len() > 1).map(one);
            WhatGroup { label: name, options: std::iter::once(all).chain(each).collect() }
        };
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Find {
            whats: sight.subjects().map(group).collect(),
            people: choices(people, list.by),
            from: day(list.from),
            until: day(list.until),
            subject: list.subject.map(|uid| uid.to_string()),
            is_set: list.is_filtered(),
            is_narrowed: list.from.is_some() || list.until.is_some(),
        }
    }
}

impl StateView {
    /// Characters of a link that are shown where there is no room for all 64.
    const SHORT: usize = 12;

    fn new(state: &State, zone: &TimeZone) -> StateView {
        let number = |seq: i64| thousands(usize::try_from(seq).unwrap_or_default());
        let link = state.head.as_ref().map(|head| head.link_hex()).unwrap_or_default();
        let verified = state.head.as_ref().and_then(|head| {
            let (at, until, faults) = (head.verified_at?, head.verified_seq?, head.verified_faults?);
            let faults = match faults {
                0 => String::new(),
                1 => "1 fault".into(),
                n => format!("{} faults", number(n)),
            };
            Some(Verified { at: Time::new(at, zone), until: number(until), faults })
        });
        StateView {
            sealed: state.head.as_ref().map(|head| number(head.seq)).unwrap_or_default(),
            short: link.chars().take(StateView::SHORT).collect(),
            link,
            waiting: state.waiting_since.map(|at| Time::new(at, zone)),
            verified,
        }
    }
}

impl Row {
    fn new(event: &LogEvent, people: &[(Uid, String)], zone: &TimeZone) -> Row {
        let time = |at: Timestamp| Time::new(at, zone);
        let seal = |Seal { seq, link, at }: &Seal| SealView { seq: seq.to_string(), link: hex(link), at: time(*at) };
        Row {
            id: format!("event-{}-{}", event.subject, event.version),
            by: event.actor_name.clone().unwrap_or_else(|| told::person(event.actor, people)),
            told: Told::new(event, people),
            at: time(event.at),
            channel: match event.channel.as_str() {
                "web" => "in the browser".into(),
                "cli" => "at the command line".into(),
                "job" => "in the background".into(),
                other => format!("by {other}"),
            },
            seal: event.seal.as_ref().map(seal),
            request: event.request.to_string(),
            address: event.client_address.clone(),
            version: event.version,
            about: LogList::about(event.subject).url(),
            erased: event.actor_name.is_none(),
        }
    }
}
