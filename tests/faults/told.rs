//! Sends a request to any of the servers until one of them says what became of it.

use std::time::{Duration, Instant};

use crate::support::client::{Answer, Client, FORM, encode};

/// How long anybody tries to get an answer.
pub const PATIENCE: Duration = Duration::from_secs(90);
/// How long anybody waits for a job while its workers are killed and cut off. Nothing promises when it is done.
pub const LONG: Duration = Duration::from_secs(300);

pub type Fields = Vec<(&'static str, String)>;

/// How a request ended.
pub enum Told {
    Acknowledged(Answer),
    Refused(u16),
    /// The servers said that nothing was changed, and that was believed.
    NothingChanged,
    /// Nobody said anything for as long as anybody waits.
    Nothing,
}

/// Somebody's way to the servers.
pub struct Line {
    client: Client,
    bases: Vec<String>,
    pub rng: fastrand::Rng,
    /// Answers that left open what became of the request, or did not come at all.
    pub unknown: usize,
    /// What should not have been answered.
    pub wrong: Vec<String>,
}

impl Line {
    pub fn new(client: Client, bases: Vec<String>, rng: fastrand::Rng) -> Line {
        Line { client, bases, rng, unknown: 0, wrong: Vec::new() }
    }

    /// Sends a form again and again, until it is known what became of it. Now and then twice at once, as by a double click.
    pub fn insist(&mut self, path: &str, fields: &Fields) -> Told {
        self.until_told(path, fields, false)
    }

    /// The same, but sometimes takes it at its word when the first answer is that nothing was changed.
    pub fn try_to(&mut self, path: &str, fields: &Fields) -> Told {
        self.until_told(path, fields, true)
    }

    fn until_told(&mut self, path: &str, fields: &Fields, may_give_up: bool) -> Told {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = encode(&pairs);
        let (begin, mut unsure) = (Instant::now(), false);
        while begin.elapsed() < PATIENCE {
            let answer = match self.rng.u32(..20) {
                0 => {
                    unsure = true;
                    self.post_twice(path, &body)
                }
                _ => {
                    let base = self.base();
                    post(&self.client, &base, path, &body)
                }
            };
            match answer {
                Ok(answer) if answer.status == 303 => return Told::Acknowledged(answer),
                Ok(answer) if (400..500).contains(&answer.status) => return Told::Refused(answer.status),
                Ok(answer) if answer.status == 503 => {
                    let nothing = answer.text().contains("Nothing was changed");
                    if nothing && may_give_up && !unsure && self.rng.bool() {
                        return Told::NothingChanged;
                    }
                    unsure |= !nothing;
                }
                Ok(answer) => self.wrong(format!("{} for {path}: {}", answer.status, answer.text())),
                Err(_) => unsure = true,
            }
            self.unknown += 1;
            std::thread::sleep(Duration::from_millis(self.rng.u64(20..200)));
        }
        Told::Nothing
    }

    fn post_twice(&mut self, path: &str, body: &str) -> Result<Answer, ureq::Error> {
        let (one, other) = (self.base(), self.base());
        std::thread::scope(|scope| {
            scope.spawn(|| post(&self.client, &other, path, body));
            post(&self.client, &one, path, body)
        })
    }

    /// Asks for a page until it is there, and right.
    pub fn until_seen(&mut self, path: &str, patience: Duration, right: impl Fn(&Answer) -> bool) -> Option<Answer> {
        let begin = Instant::now();
        while begin.elapsed() < patience {
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

    pub fn wrong(&mut self, what: String) {
        self.wrong.push(what);
    }
}

fn post(client: &Client, base: &str, path: &str, body: &str) -> Result<Answer, ureq::Error> {
    let headers = [("Origin", base), ("Content-Type", FORM)];
    client.at(base).try_send("POST", path, &headers, body.as_bytes())
}
