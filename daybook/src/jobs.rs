//! Work that takes longer than a request: rows of the table `jobs`, which are the truth about it. The queue
//! ([`crate::queue`]) only says that there is some, and may lose everything.
//!
//! A worker claims a job for a while: it has a lease by the database's clock, and a fence that rises with every claim.
//! Whatever a running job writes is conditional on both, in the transaction of the write, so that a worker that was
//! paused longer than its lease can change nothing any more. Nothing here runs a job or waits for anything.

mod cancel;
mod change_entries;
mod claim;
mod count;
mod due;
mod enqueue;
mod fail;
mod find;
mod finish;
mod hand_back;
mod lease;
mod list;
mod lost;
mod progress;
mod renew;
mod retry;
mod state;
mod workers;

use std::time::Duration;

use diesel::prelude::*;

pub use cancel::cancel;
pub use change_entries::{Batch, Bulk, Change, Counts};
pub(crate) use change_entries::{from_json, to_json};
pub use claim::claim;
pub use count::{JobCount, count};
pub use due::due;
pub(crate) use enqueue::NewJobRow;
pub use enqueue::{NewJob, enqueue};
pub use fail::fail;
pub use find::find;
pub use finish::{End, finish};
pub use hand_back::hand_back;
pub use lease::Lease;
pub use list::{JobPage, list};
pub use lost::take_from_the_lost;
use progress::progress_from;
pub use progress::{Progress, progress};
pub use renew::{Renewed, renew};
pub use retry::retry;
pub use state::State;
pub use workers::{Worker, forget_workers, list_workers, saw_worker, worker_left};

use crate::schema::jobs;
use crate::{Timestamp, Uid};

/// Attempts after which a job has failed for good. A lost lease is one; a hand-back is none.
pub const ATTEMPTS: i32 = 5;
/// The pause after the first failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    pub uid: Uid,
    /// What it does: [`Bulk::KIND`].
    pub kind: String,
    /// JSON; what its kind needs to know.
    pub arguments: String,
    pub state: State,
    /// When it runs next, by the database's clock.
    pub run_at: Timestamp,
    /// The worker that runs it.
    pub owner: Option<Uid>,
    /// Until when nobody else may run it, by the database's clock.
    pub lease_until: Option<Timestamp>,
    pub fence: i64,
    /// Of [`ATTEMPTS`].
    pub failures: i32,
    /// How much is done, out of `total` if that is known.
    pub handled: i64,
    pub total: Option<i64>,
    /// JSON; where the work goes on.
    pub bookmark: Option<String>,
    pub cancel_wanted: bool,
    /// Why it failed last, for people.
    pub error: Option<String>,
    /// JSON.
    pub result: Option<String>,
    pub asked_by: Uid,
    pub asked_by_name: String,
    pub client_address: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

/// How long to wait after so many failures.
fn pause(failures: i32) -> Duration {
    FIRST_PAUSE * 2u32.saturating_pow(u32::try_from(failures - 1).unwrap_or_default().min(16))
}
