//! The files of a snapshot, all in one step: it begins anew after a crash.

use daybook::Result;
use daybook::jobs::Lease;
use daybook::queue::Wake;
use daybook::snapshots::{self, Made};

use super::Step;
use crate::runner::Runner;

pub async fn step(runner: &Runner, lease: Lease) -> Result<Step> {
    Ok(match snapshots::make(&runner.db, &runner.shelf, lease, runner.stop.clone()).await? {
        Made::Ended => {
            // That it is made stands in the log.
            runner.doorbell.ring(Wake::Audit);
            Step::Ended
        }
        Made::Stopped => Step::More,
    })
}
