//! Runs jobs: claims one, does it step by step, and keeps its lease meanwhile.
//!
//! At most [`WorkerConfig::concurrency`] of a kind at a time. A job that is woken when all places of its kind are taken is left
//! alone: whoever has a place looks for the next one that is due when it is done.

use std::path::PathBuf;
use std::sync::Arc;

use daybook::config::WorkerConfig;
use daybook::jobs::{self, Job, Lease, Renewed};
use daybook::queue::Doorbell;
use daybook::snapshots::Shelf;
use daybook::{Db, Error, Uid};
use tokio::sync::watch;

use crate::Background;
use crate::audit::Sealer;
use crate::jobs::{Step, step};
use crate::places::{Place, Places};

pub struct Runner {
    pub db: Db,
    pub config: WorkerConfig,
    pub doorbell: Doorbell,
    pub shelf: Shelf,
    pub health_file: Option<PathBuf>,
    pub sealer: Sealer,
    /// In leases.
    owner: Uid,
    places: Places,
    pub stop: watch::Receiver<bool>,
}

impl Runner {
    pub fn new(background: &Background, owner: Uid, stop: watch::Receiver<bool>) -> Arc<Runner> {
        Arc::new(Runner {
            db: background.db.clone(),
            config: background.config.clone(),
            doorbell: background.doorbell.clone(),
            shelf: background.shelf.clone(),
            health_file: background.health_file.clone(),
            sealer: Sealer::new(background.db.clone(), background.telemetry.clone()),
            owner,
            places: Places::new(background.config.concurrency),
            stop,
        })
    }

    /// Runs the job, and then whatever else of its kind is due, if there is a place. Does not wait for its end.
    pub async fn start(self: &Arc<Runner>, uid: Uid) {
        match self.db.read(move |conn| jobs::find(conn, uid), |job| job).await {
            Ok(Some(job)) => {
                if let Some(place) = self.places.take(&job.kind) {
                    tokio::spawn(self.clone().run(job, place));
                }
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(job = %uid, %error, "not started"),
        }
    }

    /// Waits until nothing runs any more.
    pub async fn idle(&self) {
        self.places.all_free().await;
    }

    async fn run(self: Arc<Runner>, Job { uid, kind, .. }: Job, _place: Place) {
        let mut next = Some(uid);
        while let Some(uid) = next.filter(|_| !self.is_stopping()) {
            self.run_one(uid).await;
            let kind = kind.clone();
            let due = self.db.read(move |conn| jobs::due(conn, Some(&kind), 1), |due| due).await;
            // One that cannot be claimed is left to the sweeper, or this would go round and round.
            next = due.unwrap_or_default().first().copied().filter(|other| *other != uid);
        }
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    async fn run_one(&self, uid: Uid) {
        let (owner, time) = (self.owner, self.config.lease);
        let claimed = self.db.write(move |conn| jobs::claim(conn, uid, owner, time), |claimed| claimed).await;
        let (job, lease) = match claimed {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return,
            Err(error) => return tracing::debug!(job = %uid, %error, "not claimed"),
        };
        tracing::info!(job = %uid, kind = job.kind, fence = lease.fence, failures = job.failures, "a job runs");
        let outcome = tokio::select! {
            // The end of a job also ends its lease.
            biased;
            outcome = self.steps(&job, lease) => outcome,
            () = self.keep(lease) => Err(Error::LeaseLost),
        };
        self.end(lease, outcome).await;
    }

    /// Step after step, until the job has ended or this process has to.
    async fn steps(&self, job: &Job, lease: Lease) -> daybook::Result<Step> {
        loop {
            if self.is_stopping() {
                return Ok(Step::More);
            }
            match step(self, job, lease).await {
                Ok(Step::More) => {}
                // The bookmark tells what was done; whether there is still time, the lease.
                Err(error @ (Error::Busy(_) | Error::Unavailable(_) | Error::OutcomeUnknown(_))) => {
                    tracing::info!(job = %lease.job, %error, "a step is tried again");
                    tokio::time::sleep(self.config.lease / 10).await;
                }
                other => return other,
            }
        }
    }

    /// Renews the lease for a step that takes long. Comes to an end when it is lost.
    async fn keep(&self, lease: Lease) {
        loop {
            tokio::time::sleep(lease.time / 3).await;
            match self.db.write(move |conn| jobs::renew(conn, &lease), |renewed| renewed).await {
                // A cancelled job ends by itself, between two steps.
                Ok(Renewed::GoOn | Renewed::Cancelled) => {}
                Ok(Renewed::Lost) => return,
                Err(error) => tracing::debug!(job = %lease.job, %error, "the lease was not renewed"),
            }
        }
    }

    async fn end(&self, lease: Lease, outcome: daybook::Result<Step>) {
        let job = lease.job;
        let ended = match outcome {
            Ok(Step::Ended) => return tracing::info!(%job, "a job has ended"),
            Ok(Step::More) => {
                tracing::info!(%job, "a job is handed back");
                self.db.write(move |conn| jobs::hand_back(conn, &lease), |()| ()).await
            }
            Err(Error::LeaseLost) => return tracing::warn!(%job, fence = lease.fence, "a lease is lost"),
            Err(error) => {
                tracing::warn!(%job, %error, "a job failed");
                let error = error.to_string();
                self.db.write(move |conn| jobs::fail(conn, &lease, &error).map(drop), |()| ()).await
            }
        };
        if let Err(error) = ended {
            tracing::warn!(%job, %error, "its end could not be written down; its lease will run out");
        }
    }
}
