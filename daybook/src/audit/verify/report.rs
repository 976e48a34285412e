//! What a verification found, in words for people.

use std::fmt;

use super::super::chain::Head;
use super::super::link::name;
use crate::Timestamp;

/// The outcome of walking the chain once.
#[derive(Debug, Clone)]
pub struct Report {
    /// When it began.
    pub at: Timestamp,
    /// The book's uid, as the head has it.
    pub book: String,
    /// The head that the walk went up to: its place and its link, in hexadecimal. To be noted down elsewhere: whoever can
    /// write to the database could make the whole chain anew, and only an earlier link would tell.
    pub last_seq: i64,
    pub last_link: String,
    /// Events that were walked over.
    pub events: u64,
    /// Events among them whose images were erased: that is no fault.
    pub erased: u64,
    /// Events that wait to be sealed, which were not looked at.
    pub unsealed: i64,
    /// It was a copy of the database that was walked. Who changes the database alone is not seen there.
    pub from_copy: bool,
    /// The first [`Report::MOST_FAULTS`] faults, by place.
    pub faults: Vec<Fault>,
    /// How many there are altogether.
    pub fault_count: u64,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The place in the chain: 1 for the first event, 0 for what is before it.
    pub seq: i64,
    /// The event that is there now.
    pub event: Option<EventName>,
    pub wrong: Wrong,
}

/// What an event is about, to find it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName {
    pub kind: String,
    pub subject_kind: String,
    pub subject: String,
    pub version: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// A column of the event is not what was sealed; or the event was put in the place of another; or whoever changed the
    /// one before it gave that one a link to match.
    Changed,
    /// Its link was changed, the event itself was not.
    Link,
    /// It was sealed at that other place.
    Moved { from: i64 },
    /// There are no events from this place to that one.
    Missing { last: i64 },
    /// It has a place that the chain does not reach.
    Added,
    /// Its image is not the one that was written with it.
    Image,
    /// The head's link is not the last event's.
    Head,
    /// The book's uid and the genesis link are not each other's.
    Book,
    /// There is no head.
    NoHead,
}

impl Report {
    /// Faults that are told one by one.
    pub const MOST_FAULTS: usize = 50;

    pub(super) fn new(at: Timestamp) -> Report {
        Report {
            at,
            book: String::new(),
            last_seq: 0,
            last_link: String::new(),
            events: 0,
            erased: 0,
            unsealed: 0,
            from_copy: false,
            faults: Vec::new(),
            fault_count: 0,
        }
    }

    pub(super) fn begin(&mut self, head: &Head) {
        self.book = name(&head.book_uid);
        self.last_seq = head.seq;
        self.last_link = head.link_hex();
    }

    pub(super) fn add(&mut self, seq: i64, event: Option<EventName>, wrong: Wrong) {
        self.fault_count += 1;
        // Mostly it is the last one; only suspects are told later than what comes after them.
        let place = self.faults.partition_point(|fault| fault.seq <= seq);
        self.faults.insert(place, Fault { seq, event, wrong });
        self.faults.truncate(Report::MOST_FAULTS);
    }

    /// Nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.fault_count == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_whole() { "The audit log is whole." } else { "The audit log is NOT whole." };
        writeln!(f, "{verdict}")?;
        writeln!(f, "Book {}, {} sealed events, up to event {}", self.book, self.events, self.last_seq)?;
        writeln!(f, "with link {}.", self.last_link)?;
        if self.from_copy {
            writeln!(
                f,
                "Read from the replica; without DATABASE_REPLICA_URL or DB_REPLICA_HOST, from the database itself."
            )?;
        }
        if self.erased > 0 {
            writeln!(f, "The images of {} events were erased.", self.erased)?;
        }
        if self.unsealed > 0 {
            writeln!(f, "{} events wait to be sealed and were not looked at.", self.unsealed)?;
        }
        self.faults.iter().try_for_each(|fault| writeln!(f, "{fault}"))?;
        match self.fault_count.saturating_sub(self.faults.len() as u64) {
            0 => Ok(()),
            more => writeln!(f, "And {more} more."),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seq = self.seq;
        match &self.event {
            Some(event) => write!(f, "Event {seq} ({event}) ")?,
            None if seq > 0 => write!(f, "Event {seq} ")?,
            None => {}
        }
        match self.wrong {
            Wrong::Changed => {
                f.write_str("is not what was sealed here, after the event before it: one of them was changed.")
            }
            Wrong::Link => f.write_str("has a changed link; the event itself is as it was sealed."),
            Wrong::Moved { from } => write!(f, "was sealed as event {from}."),
            Wrong::Missing { last } if last == seq => f.write_str("is missing."),
            Wrong::Missing { last } => write!(f, "and all up to event {last} are missing."),
            Wrong::Added => f.write_str("was never sealed: the chain does not reach this place."),
            Wrong::Image => f.write_str("has an image that is not the one written with it."),
            Wrong::Head => f.write_str("is where the chain ends, but the head has another link."),
            Wrong::Book => f.write_str("The book’s uid does not give the genesis link: one of them was changed."),
            Wrong::NoHead => f.write_str("The head of the chain is missing."),
        }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} {}, version {}", self.kind, self.subject_kind, self.subject, self.version)
    }
}
