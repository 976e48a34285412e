//! What happens to the processes, by a plan that the seed makes: each fault once, in any order, and then all of them anew.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::stage::{LEASE, Stage};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    KillWeb(usize),
    KillWorker(usize),
    /// Redis forgets everything.
    Flush,
    StopRedis,
    KillDatabase,
    /// Past its lease.
    PauseWorker(usize),
    /// Nothing gets through to it or from it for a while: all of it arrives later, also from who was killed meanwhile.
    SlowDatabase,
}

const ONE: &[Fault] = &[Fault::KillWeb(0)];
const MANY: &[Fault] = &[
    Fault::KillWeb(0),
    Fault::KillWeb(1),
    Fault::KillWorker(0),
    Fault::KillWorker(1),
    Fault::Flush,
    Fault::StopRedis,
    Fault::KillDatabase,
    Fault::PauseWorker(0),
    Fault::PauseWorker(1),
    Fault::SlowDatabase,
];

/// The first time and now and then; otherwise it would be away most of the time.
const REDIS_LONG_AWAY: Duration = Duration::from_secs(20);
const REDIS_AWAY: std::ops::Range<u64> = 500..5_000;
/// Mostly longer than waiting for a connection and writing may take together.
const DATABASE_SLOW: std::ops::Range<u64> = 500..5_000;
const PAUSED: Duration = Duration::from_millis(LEASE.as_millis() as u64 + 2_000);
/// Between two faults, in milliseconds.
const PAUSE: std::ops::Range<u64> = 300..3_500;

pub struct Chaos {
    rng: fastrand::Rng,
    plan: Vec<Fault>,
    /// What comes to an end, and when.
    repairs: Vec<(Instant, Fault)>,
    happened: BTreeMap<String, usize>,
    /// Processes that were killed.
    pub kills: usize,
}

impl Chaos {
    pub fn new(seed: u64) -> Chaos {
        let rng = fastrand::Rng::with_seed(seed);
        Chaos { rng, plan: Vec::new(), repairs: Vec::new(), happened: BTreeMap::new(), kills: 0 }
    }

    /// Returns when all is as it should be again.
    pub fn reign(&mut self, stage: &mut Stage, time: Duration) {
        let end = Instant::now() + time;
        let mut next = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end || !self.repairs.is_empty() {
            self.repair(stage);
            stage.tend();
            if Instant::now() >= next && Instant::now() < end {
                let fault = self.choose(stage);
                self.cause(fault, stage);
                next = Instant::now() + Duration::from_millis(self.rng.u64(PAUSE));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How often each fault happened.
    pub fn told(&self) -> String {
        self.happened.iter().map(|(name, times)| format!("{name}={times}")).collect::<Vec<_>>().join(" ")
    }

    fn choose(&mut self, stage: &Stage) -> Fault {
        if self.plan.is_empty() {
            self.plan = if stage.shared.is_some() { MANY } else { ONE }.to_vec();
            self.rng.shuffle(&mut self.plan);
        }
        self.plan.pop().unwrap_or(Fault::KillWeb(0))
    }

    fn cause(&mut self, fault: Fault, stage: &mut Stage) {
        // What is gone already is not taken away once more.
        if self.repairs.iter().any(|(_, other)| *other == fault) {
            return;
        }
        let name = format!("{fault:?}").split('(').next().unwrap_or_default().to_owned();
        *self.happened.entry(name).or_default() += 1;
        self.kills += usize::from(matches!(fault, Fault::KillWeb(_) | Fault::KillWorker(_) | Fault::KillDatabase));
        let (now, long) = (Instant::now(), self.happened.get("StopRedis") == Some(&1) || self.rng.u32(..4) == 0);
        let redis_away = if long { REDIS_LONG_AWAY } else { Duration::from_millis(self.rng.u64(REDIS_AWAY)) };
        let database_slow = Duration::from_millis(self.rng.u64(DATABASE_SLOW));
        match (fault, &mut stage.shared) {
            (Fault::KillWeb(n), _) => stage.webs[n].kill(),
            (Fault::KillWorker(n), _) => stage.workers[n].kill(),
            (Fault::PauseWorker(n), _) => {
                stage.workers[n].signal(Signal::STOP);
                self.repairs.push((now + PAUSED, fault));
            }
            // It may be gone just now.
            (Fault::Flush, Some(shared)) => drop(shared.redis.try_ask("FLUSHALL")),
            (Fault::StopRedis, Some(shared)) => {
                shared.redis.stop();
                self.repairs.push((now + redis_away, fault));
            }
            (Fault::KillDatabase, Some(shared)) => {
                shared.mariadb.kill();
                shared.mariadb.start_again();
            }
            (Fault::SlowDatabase, Some(shared)) => {
                shared.network.freeze();
                self.repairs.push((now + database_slow, fault));
            }
            (_, None) => {}
        }
    }

    fn repair(&mut self, stage: &mut Stage) {
        let now = Instant::now();
        let due: Vec<Fault> = self.repairs.extract_if(.., |(at, _)| *at <= now).map(|(_, fault)| fault).collect();
        for fault in due {
            match (fault, &mut stage.shared) {
                (Fault::PauseWorker(n), _) => stage.workers[n].signal(Signal::CONT),
                (Fault::StopRedis, Some(shared)) => shared.redis.start_again(),
                (Fault::SlowDatabase, Some(shared)) => shared.network.open(),
                _ => {}
            }
        }
    }
}
