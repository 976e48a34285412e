//! Changes of all entries of a list, one job after the other, by somebody who knows what has to come of each.

use daybook::Uid;
use daybook::jobs::Counts;

use super::load::{Asked, Known, Person, content};
use super::told::{Fields, LONG, PATIENCE, Told};
use crate::support::Answer;

/// What is asked for, in turn, and of which list.
const ACTIONS: [(&str, &str); 4] =
    [("done", "/entries"), ("trash", "/entries"), ("restore", "/trash"), ("open", "/entries")];

impl Person {
    /// Asks to change all of the list, and waits until that is done.
    pub fn change_all(&mut self, word: &str) {
        let (action, list) = ACTIONS[self.part.jobs.len() % ACTIONS.len()];
        let Some(page) =
            self.line.until_seen(&format!("{list}?q={word}"), PATIENCE, |page| page.page().count("#all") == 1)
        else {
            return self.line.wrong(format!("the list of all in {list} was not shown"));
        };
        let form = page.page().form("#all");
        let pick = |name: &'static str| (name, form.value(name).to_owned());
        let fields = vec![pick("back"), pick("seen"), pick("key"), ("action", action.to_owned())];
        // What changes after the page was shown is left alone.
        let skipped = if self.line.rng.bool() { self.change_meanwhile(word) } else { None };
        let Told::Acknowledged(answer) = self.line.insist("/jobs", &fields) else {
            return self.line.wrong(format!("{action} for all was refused"));
        };
        let path = answer.location();
        self.ask_again(&path, &fields);
        if self.until_done(&path) {
            self.ask_again(&path, &fields);
            let uid = path.trim_start_matches("/jobs/").parse().expect("it leads to the job's page");
            let counts = self.all_changed(action, list == "/trash", skipped);
            self.part.jobs.push(Asked { uid, counts });
        }
    }

    fn change_meanwhile(&mut self, word: &str) -> Option<Uid> {
        let in_book = self.entries.iter().filter(|(_, mine)| !mine.known.trashed);
        let (uid, known) = in_book.map(|(uid, mine)| (*uid, mine.known.clone())).next()?;
        let title = format!("{word} {}", self.line.rng.u64(..));
        let fields = content(known.version, &title, known.done);
        let after = Known { version: known.version + 1, title, ..known };
        self.change(uid, format!("/entries/{uid}"), fields, after).then_some(uid)
    }

    /// The same form once more leads to the same job.
    fn ask_again(&mut self, path: &str, fields: &Fields) {
        if self.line.rng.u32(..3) > 0 {
            return;
        }
        self.part.repeats += 1;
        match self.line.insist("/jobs", fields) {
            Told::Acknowledged(answer) if answer.location() == path => {}
            _ => self.line.wrong(format!("a repeat did not lead to {path}")),
        }
    }

    fn until_done(&mut self, path: &str) -> bool {
        let ended = |page: &Answer| page.page().attr("#job", "hx-get").is_none();
        while let Some(page) = self.line.until_seen(path, LONG, ended) {
            if page.page().text("#job .standing strong") == "Done" {
                return true;
            }
            // After as many failures as it has attempts. Somebody sees that, and presses the button.
            self.part.retried += 1;
            self.line.insist(&format!("{path}/retry"), &Vec::new());
        }
        self.line.wrong(format!("{path} did not end"));
        false
    }

    /// Notes what the job has done to each entry.
    fn all_changed(&mut self, action: &str, trashed: bool, skipped: Option<Uid>) -> Counts {
        let mut counts = Counts::default();
        for (uid, mine) in self.entries.iter_mut().filter(|(_, mine)| mine.known.trashed == trashed) {
            let wanted = match action {
                "done" => Known { done: true, ..mine.known.clone() },
                "open" => Known { done: false, ..mine.known.clone() },
                "trash" => Known { trashed: true, ..mine.known.clone() },
                _ => Known { trashed: false, ..mine.known.clone() },
            };
            if skipped == Some(*uid) {
                counts.skipped += 1;
            } else if wanted == mine.known {
                counts.unchanged += 1;
            } else {
                counts.changed += 1;
                mine.known = Known { version: mine.known.version + 1, ..wanted };
                self.part.acknowledged.push((*uid, mine.known.clone()));
            }
        }
        counts
    }
}
