//! Steady load by people who remember what they were told. What is not answered they send again, as a browser offers it,
//! until they know.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use daybook::Uid;

use super::stage::Stage;
use crate::support::client::{Answer, Client, FORM, encode};
use crate::support::person;

/// Entries of the jobs hold it, and no others do.
const WORD: &str = "wombat";
/// So many that the list is longer than a page.
pub const OF_JOBS: usize = 60;
/// In the title of every change that has to be refused.
pub const REFUSED: &str = "Refused";
/// How long anybody tries to get an answer.
const PATIENCE: Duration = Duration::from_secs(90);

type Fields = Vec<(&'static str, String)>;

/// What somebody knows of an entry of theirs, which nobody else changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub version: i32,
    pub title: String,
    pub done: bool,
    pub trashed: bool,
}

/// What a client has done and was told.
#[derive(Default)]
pub struct Part {
    /// Every acknowledged change: what the entry was after it.
    pub acknowledged: Vec<(Uid, Known)>,
    /// Requests that were refused, as they had to be.
    pub refused: usize,
    /// Acknowledged requests that were sent once more.
    pub repeats: usize,
    /// Answers that were not one.
    pub unknown: usize,
    /// Jobs that were asked for, in their order.
    pub jobs: Vec<Uid>,
    /// Jobs that had failed for good and were tried again.
    pub retried: usize,
    /// What should not have been answered.
    pub wrong: Vec<String>,
}

/// How a request ended.
enum Told {
    Acknowledged(Answer),
    Refused(u16),
}

pub struct Load {
    client: Client,
    bases: Vec<String>,
    seed: u64,
}

/// Somebody at work.
pub struct Worker {
    client: Client,
    bases: Vec<String>,
    rng: fastrand::Rng,
    asks_for_jobs: bool,
    entries: BTreeMap<Uid, (Known, String, Fields)>,
    part: Part,
}

impl Load {
    pub fn new(stage: &Stage, seed: u64) -> Load {
        let token = person::sign_in(&stage.db, &person::first(&stage.db));
        let bases: Vec<String> = stage.webs.iter().map(|web| web.base.clone()).collect();
        Load { client: Client::new(&bases[0]).signed_in(&token), bases, seed }
    }

    /// Three who write, and one who changes many at once.
    pub fn clients(&self) -> impl Iterator<Item = Worker> {
        (0..4).map(|n| Worker {
            client: self.client.clone(),
            bases: self.bases.clone(),
            rng: fastrand::Rng::with_seed(self.seed.wrapping_mul(4).wrapping_add(n)),
            asks_for_jobs: n == 0,
            entries: BTreeMap::new(),
            part: Part::default(),
        })
    }
}

impl Worker {
    pub fn work(mut self, stop: &AtomicBool) -> Part {
        if self.asks_for_jobs {
            for n in 0..OF_JOBS {
                self.create(&format!("{WORD} {n}"));
            }
        }
        while !stop.load(Ordering::SeqCst) {
            if self.asks_for_jobs {
                self.change_all(self.part.jobs.len().is_multiple_of(2));
            } else {
                self.change_one();
            }
            std::thread::sleep(Duration::from_millis(self.rng.u64(5..40)));
        }
        self.part
    }

    fn change_one(&mut self) {
        let any = if self.entries.is_empty() { None } else { Some(self.rng.usize(..self.entries.len())) };
        let Some((uid, (known, path, fields))) = any.and_then(|at| self.entries.iter().nth(at)) else {
            return self.create_any();
        };
        let (uid, known, path, fields) = (*uid, known.clone(), path.clone(), fields.clone());
        let version = known.version;
        let at = |verb: &str| format!("/entries/{uid}{verb}");
        let after = Known { version: version + 1, ..known.clone() };
        let title = format!("Changed {}", self.rng.u64(..));
        let status = |done: bool| vec![("version", version.to_string()), ("done", done.to_string())];
        match self.rng.u32(..100) {
            0..15 if self.entries.len() < 60 => self.create_any(),
            15..25 => self.repeat(&path, &fields),
            25..30 if version > 1 => self.be_refused(&at(""), content(version - 1, REFUSED, known.done)),
            30..32 => self.be_refused(&at(""), content(version, "", known.done)),
            _ if known.trashed => {
                self.change(uid, at("/restore"), status(known.done), Known { trashed: false, ..after });
            }
            32..60 => self.change(uid, at(""), content(version, &title, known.done), Known { title, ..after }),
            60..85 => self.change(uid, at("/status"), status(!known.done), Known { done: !known.done, ..after }),
            _ => self.change(uid, at("/trash"), status(known.done), Known { trashed: true, ..after }),
        }
    }

    fn create_any(&mut self) {
        let title = format!("Entry {}", self.rng.u64(..));
        self.create(&title);
    }

    fn create(&mut self, title: &str) {
        let uid = Uid::new();
        let fields = vec![("uid", uid.to_string()), ("title", title.to_owned()), ("description", String::new())];
        let known = Known { version: 1, title: title.to_owned(), done: false, trashed: false };
        self.change(uid, "/entries".into(), fields, known);
    }

    fn change(&mut self, uid: Uid, path: String, fields: Fields, after: Known) {
        match self.until_told(&path, &fields) {
            Some(Told::Acknowledged(_)) => {
                self.part.acknowledged.push((uid, after.clone()));
                self.entries.insert(uid, (after, path, fields));
            }
            Some(Told::Refused(status)) => self.wrong(format!("{status} for {path} {fields:?}")),
            None => self.wrong(format!("no answer for {path} {fields:?}")),
        }
    }

    /// What was acknowledged last, once more: it is acknowledged again, and changes nothing.
    fn repeat(&mut self, path: &str, fields: &Fields) {
        self.part.repeats += 1;
        if let Some(Told::Refused(status)) = self.until_told(path, fields) {
            self.wrong(format!("{status} for a repeat of {path} {fields:?}"));
        }
    }

    fn be_refused(&mut self, path: &str, fields: Fields) {
        match self.until_told(path, &fields) {
            Some(Told::Refused(409 | 422)) => self.part.refused += 1,
            Some(Told::Refused(status)) => self.wrong(format!("{status} for {path} {fields:?}")),
            Some(Told::Acknowledged(_)) => self.wrong(format!("{path} {fields:?} was not refused")),
            None => self.wrong(format!("no answer for {path} {fields:?}")),
        }
    }

    /// Asks to change all of the list, and waits until that is done.
    fn change_all(&mut self, done: bool) {
        let action = if done { "done" } else { "open" };
        let Some(page) = self.until_seen(&format!("/entries?q={WORD}"), |page| page.page().count("#all") == 1) else {
            return self.wrong("the list of all was not shown".into());
        };
        let form = page.page().form("#all");
        let pick = |name: &'static str| (name, form.value(name).to_owned());
        let fields = vec![pick("back"), pick("seen"), pick("key"), ("action", action.to_owned())];
        let Some(Told::Acknowledged(answer)) = self.until_told("/jobs", &fields) else {
            return self.wrong("a job was refused".into());
        };
        let path = answer.location();
        self.part.jobs.push(path.trim_start_matches("/jobs/").parse().expect("it leads to the job's page"));
        let ended = |page: &Answer| page.page().attr("#job", "hx-get").is_none();
        while let Some(page) = self.until_seen(&path, ended) {
            match page.page().text("#job .standing strong").as_str() {
                "Done" => return,
                // After as many failures as it has attempts. Somebody sees that, and presses the button.
                _ => {
                    self.part.retried += 1;
                    self.until_told(&format!("{path}/retry"), &Vec::new());
                }
            }
        }
        self.wrong(format!("{path} did not end"));
    }

    /// Sends a form to any of the servers, again and again, until one of them says what became of it.
    fn until_told(&mut self, path: &str, fields: &Fields) -> Option<Told> {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = encode(&pairs);
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let base = self.base();
            let headers = [("Origin", base.as_str()), ("Content-Type", FORM)];
            match self.client.at(&base).try_send("POST", path, &headers, body.as_bytes()) {
                Ok(answer) if answer.status == 303 => return Some(Told::Acknowledged(answer)),
                Ok(answer) if (400..500).contains(&answer.status) => return Some(Told::Refused(answer.status)),
                Ok(answer) if answer.status == 503 => {}
                Ok(answer) => self.wrong(format!("{} for {path}", answer.status)),
                Err(_) => {}
            }
            self.part.unknown += 1;
            std::thread::sleep(Duration::from_millis(self.rng.u64(20..200)));
        }
        None
    }

    fn until_seen(&mut self, path: &str, right: impl Fn(&Answer) -> bool) -> Option<Answer> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let base = self.base();
            match self.client.at(&base).try_send("GET", path, &[], b"") {
                Ok(answer) if answer.status == 200 && right(&answer) => return Some(answer),
                Ok(answer) if !matches!(answer.status, 200 | 503) => {
                    self.wrong(format!("{} for {path}", answer.status))
                }
                _ => {}
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    }

    fn base(&mut self) -> String {
        self.bases[self.rng.usize(..self.bases.len())].clone()
    }

    fn wrong(&mut self, what: String) {
        self.part.wrong.push(what);
    }
}

/// The form of an entry.
fn content(version: i32, title: &str, done: bool) -> Fields {
    vec![
        ("version", version.to_string()),
        ("title", title.to_owned()),
        ("description", String::new()),
        ("done", done.to_string()),
    ]
}
