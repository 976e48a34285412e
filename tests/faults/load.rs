//! Steady load by people who remember what they were told. What is not answered they send again, as a browser offers it,
//! until they know.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use daybook::Uid;
use daybook::jobs::Counts;

use super::stage::Stage;
use super::told::{Fields, Line, Told};
use crate::support::client::Client;
use crate::support::person;

/// Somebody changes all entries that hold the first, somebody else all that hold the second, and nobody else does.
const WORDS: [&str; 2] = ["wombat", "quokka"];
/// So many that the list stays longer than a page when one of them is not in it.
const OF_JOBS: usize = 60;
const WRITERS: usize = 3;
/// Entries of one of them at the most.
const OF_A_WRITER: usize = 60;
/// In the title of every change that has to be refused.
pub const REFUSED: &str = "Refused";

/// What somebody knows of an entry of theirs, which nobody else changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub version: i32,
    pub title: String,
    pub done: bool,
    pub trashed: bool,
}

/// A job that was asked for, and what has to come of it.
pub struct Asked {
    pub uid: Uid,
    pub counts: Counts,
}

/// What a client has done and was told.
#[derive(Default)]
pub struct Part {
    /// Every acknowledged change, also those that a job was seen to be done with: what the entry was after it.
    pub acknowledged: Vec<(Uid, Known)>,
    /// Requests that were refused, as they had to be, or of which it was said that nothing was changed.
    pub refused: usize,
    /// Acknowledged requests that were sent once more.
    pub repeats: usize,
    /// Answers that were not one.
    pub unknown: usize,
    /// In their order.
    pub jobs: Vec<Asked>,
    /// Jobs that had failed for good and were tried again.
    pub retried: usize,
    /// What should not have been answered.
    pub wrong: Vec<String>,
}

/// Somebody at work.
pub struct Person {
    pub line: Line,
    /// Of the entries that they change all at once; without it they write one after the other.
    word: Option<&'static str>,
    pub entries: BTreeMap<Uid, Mine>,
    pub part: Part,
}

/// An entry, and the request that changed it last.
#[derive(Clone)]
pub struct Mine {
    pub known: Known,
    path: String,
    fields: Fields,
}

/// Those who write one after the other, and those who change many at once.
pub fn people(stage: &Stage, seed: u64) -> Vec<Person> {
    let token = person::sign_in(&stage.db, &person::first(&stage.db));
    let bases: Vec<String> = stage.webs.iter().map(|web| web.base.clone()).collect();
    let client = Client::new(&bases[0]).signed_in(&token);
    let words = WORDS.map(Some).into_iter().chain([None; WRITERS]);
    let person = |(n, word)| {
        let rng = fastrand::Rng::with_seed(seed.wrapping_mul(8).wrapping_add(n));
        let line = Line::new(client.clone(), bases.clone(), rng);
        Person { line, word, entries: BTreeMap::new(), part: Part::default() }
    };
    (0..).zip(words).map(person).collect()
}

impl Person {
    pub fn work(mut self, stop: &AtomicBool) -> Part {
        for n in 0..OF_JOBS {
            if let Some(word) = self.word {
                self.create(&format!("{word} {n}"));
            }
        }
        while !stop.load(Ordering::SeqCst) {
            match self.word {
                Some(word) => self.change_all(word),
                None => self.change_one(),
            }
            std::thread::sleep(Duration::from_millis(self.line.rng.u64(5..40)));
        }
        Part { unknown: self.line.unknown, wrong: self.line.wrong, ..self.part }
    }

    fn change_one(&mut self) {
        let Some((uid, Mine { known, path, fields })) = self.any() else { return self.create_any() };
        let version = known.version;
        let at = |verb: &str| format!("/entries/{uid}{verb}");
        let after = Known { version: version + 1, ..known.clone() };
        let title = format!("Changed {}", self.line.rng.u64(..));
        let status = |done: bool| vec![("version", version.to_string()), ("done", done.to_string())];
        let acknowledged = match self.line.rng.u32(..100) {
            0..15 if self.entries.len() < OF_A_WRITER => return self.create_any(),
            15..25 => return self.repeat(&path, &fields),
            25..30 if version > 1 => return self.be_refused(&at(""), content(version - 1, REFUSED, known.done)),
            30..32 => return self.be_refused(&at(""), content(version, "", known.done)),
            _ if known.trashed => {
                self.change(uid, at("/restore"), status(known.done), Known { trashed: false, ..after })
            }
            32..60 => self.change(uid, at(""), content(version, &title, known.done), Known { title, ..after }),
            60..85 => self.change(uid, at("/status"), status(!known.done), Known { done: !known.done, ..after }),
            _ => self.change(uid, at("/trash"), status(known.done), Known { trashed: true, ..after }),
        };
        self.part.refused += usize::from(!acknowledged);
    }

    fn any(&mut self) -> Option<(Uid, Mine)> {
        let at = self.line.rng.usize(..self.entries.len().max(1));
        self.entries.iter().nth(at).map(|(uid, mine)| (*uid, mine.clone()))
    }

    fn create_any(&mut self) {
        let title = format!("Entry {}", self.line.rng.u64(..));
        self.create(&title);
    }

    fn create(&mut self, title: &str) {
        let known = Known { version: 1, title: title.to_owned(), done: false, trashed: false };
        loop {
            let uid = Uid::new();
            let fields = vec![("uid", uid.to_string()), ("title", title.to_owned()), ("description", String::new())];
            if self.change(uid, "/entries".into(), fields, known.clone()) || !self.line.wrong.is_empty() {
                return;
            }
            self.part.refused += 1;
        }
    }

    /// Whether it was acknowledged. If not, nothing was changed, and nobody will try it again.
    pub fn change(&mut self, uid: Uid, path: String, fields: Fields, after: Known) -> bool {
        match self.line.try_to(&path, &fields) {
            Told::Acknowledged(_) => {
                self.part.acknowledged.push((uid, after.clone()));
                self.entries.insert(uid, Mine { known: after, path, fields });
                return true;
            }
            Told::NothingChanged => {}
            Told::Refused(status) => self.line.wrong(format!("{status} for {path} {fields:?}")),
            Told::Nothing => self.line.wrong(format!("no answer for {path} {fields:?}")),
        }
        false
    }

    /// What was acknowledged last, once more: it is acknowledged again, and changes nothing.
    fn repeat(&mut self, path: &str, fields: &Fields) {
        self.part.repeats += 1;
        if let Told::Refused(status) = self.line.insist(path, fields) {
            self.line.wrong(format!("{status} for a repeat of {path} {fields:?}"));
        }
    }

    fn be_refused(&mut self, path: &str, fields: Fields) {
        match self.line.insist(path, &fields) {
            Told::Refused(409 | 422) => self.part.refused += 1,
            Told::Refused(status) => self.line.wrong(format!("{status} for {path} {fields:?}")),
            Told::Acknowledged(_) => self.line.wrong(format!("{path} {fields:?} was not refused")),
            Told::NothingChanged | Told::Nothing => self.line.wrong(format!("no answer for {path} {fields:?}")),
        }
    }
}

/// The form of an entry.
pub fn content(version: i32, title: &str, done: bool) -> Fields {
    vec![
        ("version", version.to_string()),
        ("title", title.to_owned()),
        ("description", String::new()),
        ("done", done.to_string()),
    ]
}
