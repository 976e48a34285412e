//! What only the database knows: how far the audit log is sealed, and how jobs stand.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::audit::{self, State};
use crate::jobs::{self, JobCount};
use crate::{Conn, Db, Result, Timestamp};

/// The database is not asked again within this time, whoever wants to know.
const FRESH: Duration = Duration::from_secs(3);
/// Counting ends there, so that it costs little when there are many.
const MOST_UNSEALED: u32 = 100_000;
/// In each state.
const MOST_JOBS: u32 = 1_000;

#[derive(Clone)]
pub(super) struct Figures {
    /// [`MOST_UNSEALED`] stands for that many or more.
    pub unsealed: u64,
    /// Of the oldest event that is not sealed; 0 when all are.
    pub oldest_unsealed: Duration,
    /// The place of the event that was sealed last: how many are, since the book began.
    pub head: i64,
    /// [`MOST_JOBS`] in a state stands for that many or more.
    pub jobs: Vec<JobCount>,
}

/// The figures as they were a moment ago.
#[derive(Default)]
pub(super) struct Book(Mutex<Option<(Instant, Option<Figures>)>>);

impl Book {
    /// `None` while the database cannot be asked, or has no schema yet. One asks, the others wait for the same answer.
    pub async fn figures(&self, db: &Db) -> Option<Figures> {
        let mut last = self.0.lock().await;
        if let Some((at, figures)) = &*last
            && at.elapsed() < FRESH
        {
            return figures.clone();
        }
        let figures = match db.read(read, |figures| figures).await {
            Ok(figures) => Some(figures),
            Err(error) => {
                tracing::debug!(%error, "no figures of the book");
                None
            }
        };
        *last = Some((Instant::now(), figures.clone()));
        figures
    }
}

fn read(conn: &mut Conn) -> Result<Figures> {
    let State { head, waiting_since } = audit::state(conn)?;
    let now = Timestamp::now().micros();
    let waiting = waiting_since.map_or(0, |since| now.saturating_sub(since.micros()));
    Ok(Figures {
        unsealed: audit::count_unsealed(conn, MOST_UNSEALED)?,
        oldest_unsealed: Duration::from_micros(u64::try_from(waiting).unwrap_or_default()),
        head: head.map_or(0, |head| head.seq),
        jobs: jobs::count(conn, MOST_JOBS)?,
    })
}
