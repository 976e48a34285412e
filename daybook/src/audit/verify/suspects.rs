//! Events whose links do not fit, and what happened to each: it was changed, its link was, it was moved, or it is
//! itself in order and only follows one of those.

use super::super::link::{Fields, Link, link};
use super::{EventName, Report, Row, Wrong};

/// An event whose link is not what follows from it and from the link before it.
pub(super) struct Suspect {
    fields: Fields,
    seq: i64,
    sealed_at: Option<i64>,
    /// The link that is stored before it.
    before: Option<Link>,
    /// Its own.
    stored: Option<Link>,
    /// What its own should be.
    computed: Option<Link>,
}

/// Held back until enough is known to tell what happened to them.
pub(super) struct Suspects {
    all: Vec<Suspect>,
    /// A link that may be right, besides those that are stored with suspects.
    known: Option<Link>,
    /// There were too many: they are reported as they come.
    full: bool,
}

impl Suspect {
    pub(super) fn new(row: &Row, before: Option<Link>, stored: Option<Link>, computed: Option<Link>) -> Suspect {
        Suspect { fields: row.fields.clone(), seq: row.seq, sealed_at: row.sealed_at, before, stored, computed }
    }

    /// Whether it would be right at that place, after one of these links.
    fn belongs_at(&self, seq: i64, links: &[Link]) -> bool {
        let Some(at) = self.sealed_at else { return false };
        links.iter().any(|before| Some(link(before, seq, at, &self.fields)) == self.stored)
    }
}

impl Suspects {
    /// Each is tried at each other's place after each link: so many are held back at the most.
    const MOST: usize = 32;

    pub(super) fn knowing(known: Option<Link>) -> Suspects {
        Suspects { all: Vec::new(), known, full: false }
    }

    pub(super) fn add(&mut self, suspect: Suspect, report: &mut Report) {
        if self.all.len() == Suspects::MOST && !self.full {
            self.tell(&[], report);
            self.full = true;
        }
        match self.full {
            false => self.all.push(suspect),
            true => report.add(suspect.seq, Some(EventName::from(&suspect.fields)), Wrong::Changed),
        }
    }

    /// Reports them. `true`: the head's link is one that one of them has or should have, so it is not the head's fault.
    pub(super) fn end(&self, head: &[u8], report: &mut Report) -> bool {
        if self.full {
            return false;
        }
        self.tell(head, report);
        self.all.iter().any(|one| [one.stored, one.computed].iter().flatten().any(|link| link.as_slice() == head))
    }

    fn tell(&self, head: &[u8], report: &mut Report) {
        let stored = self.all.iter().flat_map(|suspect| [suspect.before, suspect.stored, suspect.computed]);
        let links: Vec<Link> = stored.chain([self.known]).flatten().collect();
        // Links that somebody went on from: what they are of is in order, whatever is stored with it.
        let mut used: Vec<&[u8]> = vec![head];
        let mut left = Vec::new();
        for suspect in &self.all {
            match suspect.sealed_at {
                Some(at) if suspect.belongs_at(suspect.seq, &links) => {
                    let follows =
                        |before: &&Link| Some(link(before, suspect.seq, at, &suspect.fields)) == suspect.stored;
                    used.extend(links.iter().find(follows).map(Link::as_slice));
                }
                _ => left.push(suspect),
            }
        }
        for suspect in left {
            let wrong = match (&suspect.computed, self.place_of(suspect, &links)) {
                (_, Some(from)) => Wrong::Moved { from },
                (Some(computed), None) if used.contains(&computed.as_slice()) => Wrong::Link,
                // It had none, and the next event follows from the one that it should have.
                (Some(_), None) if suspect.stored.is_none() && !self.holds(suspect.seq + 1) => Wrong::Link,
                _ => Wrong::Changed,
            };
            report.add(suspect.seq, Some(EventName::from(&suspect.fields)), wrong);
        }
    }

    fn holds(&self, seq: i64) -> bool {
        self.all.iter().any(|suspect| suspect.seq == seq)
    }

    fn place_of(&self, suspect: &Suspect, links: &[Link]) -> Option<i64> {
        let places = self.all.iter().map(|other| other.seq).filter(|seq| *seq != suspect.seq);
        places.into_iter().find(|seq| suspect.belongs_at(*seq, links))
    }
}
