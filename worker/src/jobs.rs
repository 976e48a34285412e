//! The kinds of jobs: which of them a job is, and one step of it.

mod change_entries;
mod make_snapshot;

use daybook::jobs::{Bulk, Job, Lease};
use daybook::snapshots::MakeSnapshot;
use daybook::{Error, Result};

use crate::runner::Runner;

/// What a step leaves.
pub enum Step {
    /// The next step.
    More,
    /// Nothing: its end is written down.
    Ended,
}

/// Does the next step.
///
/// # Errors
/// [`Error::LeaseLost`] when another worker has the job; anything else counts as a failure.
pub async fn step(runner: &Runner, job: &Job, lease: Lease) -> Result<Step> {
    match job.kind.as_str() {
        Bulk::KIND => change_entries::step(runner, lease).await,
        MakeSnapshot::KIND => make_snapshot::step(runner, lease).await,
        kind => Err(Error::Internal(format!("This release knows no job “{kind}”."))),
    }
}
