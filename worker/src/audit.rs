//! Sealing the audit log: when its bell rings, and when the sweeper finds something that nobody rang for.

use std::time::{Duration, Instant};

use daybook::audit::{self, SEAL_MOST};
use daybook::telemetry::Telemetry;
use daybook::{Db, Error};
use tokio::sync::Mutex;

/// For how long a log that cannot be sealed is left alone: what is wrong with it is for people to look at.
const REST: Duration = Duration::from_secs(60);

/// Any number of processes may seal at once: each takes what is left.
pub struct Sealer {
    db: Db,
    telemetry: Telemetry,
    /// When it was found that the log cannot be sealed. Locked while sealing: one at a time in this process.
    broken: Mutex<Option<Instant>>,
}

impl Sealer {
    pub fn new(db: Db, telemetry: Telemetry) -> Sealer {
        Sealer { db, telemetry, broken: Mutex::new(None) }
    }

    /// Whether there is anything to seal. Asked for by reading: nobody should wait for a write lock that was taken for
    /// nothing.
    pub async fn has_work(&self) -> daybook::Result<bool> {
        self.db.read(audit::state, |state| state.waiting_since.is_some()).await
    }

    pub async fn seal(&self) {
        let mut broken = self.broken.lock().await;
        if broken.is_some_and(|since| since.elapsed() < REST) {
            return;
        }
        *broken = None;
        match self.seal_all().await {
            Ok(()) => {}
            Err(error @ Error::Internal(_)) => {
                tracing::error!(%error, "the audit log cannot be sealed");
                *broken = Some(Instant::now());
            }
            Err(error) => tracing::debug!(%error, "the audit log was not sealed"),
        }
    }

    /// Batch by batch, so that people's writes come in between.
    async fn seal_all(&self) -> daybook::Result<()> {
        while self.has_work().await? {
            let sealed = self.db.write(|conn| audit::seal(conn, SEAL_MOST), |sealed| sealed).await?;
            self.telemetry.sealed(sealed.events);
        }
        Ok(())
    }
}
