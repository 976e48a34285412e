//! What the tests of running workers share: a book with many entries, asked to change all of them.

use std::time::Duration;

use daybook::Uid;
use daybook::jobs::{self, Counts, Job, State};

use crate::support::program::{self, Program};
use crate::support::redis::Redis;
use crate::support::{Book, Setup, eventually, within};

/// Leases that run out quickly, and jobs of many small steps, so that a test can come in between.
pub const SLOW: [(&str, &str); 2] = [("JOB_LEASE_MS", "1500"), ("JOB_BATCH", "1")];
/// Entries of such a book.
pub const NUMBER: usize = 400;

/// A book that leaves its background work to workers, and their Redis.
pub struct Shop {
    pub book: Book,
    pub redis: Redis,
}

impl Shop {
    pub fn new(setup: Setup) -> Shop {
        let redis = Redis::start();
        let book = setup.book_with(&[("REDIS_URL", &redis.url())]);
        fill(&book, NUMBER);
        Shop { book, redis }
    }

    pub fn worker(&self) -> Program {
        self.worker_with(&[])
    }

    /// With these settings besides where everything is.
    pub fn worker_with(&self, settings: &[(&str, &str)]) -> Program {
        self.start(settings, Program::worker)
    }

    /// The same for a worker that cannot make a file larger than that.
    pub fn worker_with_files_of(&self, kilobytes: u32, settings: &[(&str, &str)]) -> Program {
        self.start(settings, |all| Program::worker_with_files_of(kilobytes, all))
    }

    fn start(&self, settings: &[(&str, &str)], start: impl FnOnce(&[(&str, &str)]) -> Program) -> Program {
        let (redis, health) = (self.redis.url(), self.book.database.folder().join(Uid::new().to_string()));
        let health = health.to_str().expect("a path");
        let files = self.book.database.files();
        let mut all = vec![("DATABASE_URL", self.book.database.app_url()), ("REDIS_URL", &redis)];
        all.push(("FILES_URL", &files));
        all.push(("WORKER_HEALTH_FILE", health));
        all.extend(SLOW);
        all.extend(settings);
        start(&all)
    }
}

pub fn fill(book: &Book, number: usize) {
    let settings = [("DATABASE_URL", book.database.app_url())];
    let output = program::run(&["demo", "--entries", &number.to_string()], &settings);
    assert!(output.status.success(), "{}", program::printed(&output));
}

/// Presses a button under the list; the job that it made.
pub fn ask(book: &Book, action: &str) -> Uid {
    let form = book.get("/entries").expect(200).page().form("#all");
    let mut fields: Vec<(&str, &str)> = form.pairs().into_iter().filter(|(name, _)| *name != "action").collect();
    fields.push(("action", action));
    let to = book.post("/jobs", &fields).location();
    to.trim_start_matches("/jobs/").parse().expect("it leads to the job's page")
}

pub fn job(book: &Book, uid: Uid) -> Job {
    book.sql(|conn| jobs::find(conn, uid)).expect("it can be read").expect("it is there")
}

/// Waits until some of it is done, but by far not all.
#[track_caller]
pub fn under_way(book: &Book, uid: Uid) -> Job {
    let job = eventually("the job is under way", || Some(job(book, uid)).filter(|job| job.handled > 3));
    assert_eq!(job.state, State::Running, "too late to come in between: {job:?}");
    job
}

/// Waits for its end, and makes sure that each entry was changed exactly once.
#[track_caller]
pub fn all_done(book: &Book, uid: Uid) -> Job {
    let job = done(book, uid);
    let counts = Counts::of(&job).expect("JSON");
    let (entries, events) = book.state();
    assert_eq!((counts.changed, counts.skipped), (entries.len() as i64, 0), "{job:?}");
    assert_eq!(events.len(), 2 * entries.len(), "one event for each change");
    assert!(entries.iter().all(|entry| entry.trashed && entry.version == 2));
    job
}

#[track_caller]
pub fn done(book: &Book, uid: Uid) -> Job {
    // Each small step is a transaction that is on disk before the next one begins.
    let limit = Duration::from_secs(90);
    let job = within(limit, "the job ends", || Some(job(book, uid)).filter(|job| job.state.is_final()));
    assert_eq!(job.state, State::Done, "{job:?}");
    job
}
