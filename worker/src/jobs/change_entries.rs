//! All entries of a list, a batch in each step.

use daybook::Result;
use daybook::jobs::{Batch, Bulk, Lease};

use super::Step;
use crate::runner::Runner;

pub async fn step(runner: &Runner, lease: Lease) -> Result<Step> {
    let size = usize::try_from(runner.config.batch.get()).unwrap_or(usize::MAX);
    let batch = runner.db.write(move |conn| Bulk::batch(conn, &lease, size), |batch| batch).await?;
    Ok(match batch {
        Batch::More => Step::More,
        Batch::Ended => Step::Ended,
    })
}
