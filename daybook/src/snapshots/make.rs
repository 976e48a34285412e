//! Makes the files of a snapshot: one attempt of the job.
//!
//! A consistent read cannot be resumed, so that an attempt does all of it or nothing. Its files are in a folder of its own,
//! which nobody looks into before the row names it, in the transaction that also ends the job under its fence.

mod steps;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::download::label;
use super::manifest::{Manifest, Sealed};
use super::output::{Piece, Sink};
use super::read::{Meter, Reading, read};
use super::{Shelf, Snapshot, shelf_of};
use crate::jobs::{self, End, Lease};
use crate::{Conn, Db, Error, Result, Timestamp, Uid};

/// Progress is written at most so often; a job that is not wanted any more is noticed as late.
const TELL: Duration = Duration::from_millis(500);

/// For an attempt that is not wanted any more to take back what it was sending, and then what it had stored.
const LAST: Duration = Duration::from_secs(5);

/// An attempt in which nothing was read for so many leases has lost its database, or its store, without being told.
const STILL: u32 = 10;

/// What an attempt leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// The job is done, or was cancelled.
    Ended,
    /// The process has to stop: nothing is left, and another one begins anew.
    Stopped,
}

/// # Errors
/// [`Error::LeaseLost`]; [`Error::Files`] when the store refuses; whatever the database says. The files of the attempt are
/// removed then, as far as they can be.
pub async fn make(db: &Db, shelf: &Shelf, lease: Lease, stop: watch::Receiver<bool>) -> Result<Made> {
    let begun = db.write(move |conn| steps::begin(conn, &lease), |begun| begun).await?;
    let Some((snapshot, began_at)) = begun else { return Ok(Made::Ended) };
    let folder = format!("{}-{}", lease.fence, Uid::new());
    let attempt = Attempt { db, shelf, lease, snapshot: &snapshot, folder, began_at, meter: Meter::default() };
    let outcome = match attempt.files(stop).await {
        Ok(Files::Stored(manifest)) => attempt.end(*manifest).await,
        Ok(Files::Unwanted(made)) => Ok((made, false)),
        Err(error) => Err(error),
    };
    match outcome {
        // Whether the files are there for people is not known: the sweep will see.
        Err(error @ Error::OutcomeUnknown(_)) => Err(error),
        Ok((made, true)) => Ok(made),
        Ok((made, false)) => {
            attempt.remove().await;
            Ok(made)
        }
        Err(error) => {
            attempt.remove().await;
            Err(error)
        }
    }
}

/// What became of the files of an attempt.
enum Files {
    /// All of them are in the store.
    Stored(Box<Manifest>),
    Unwanted(Made),
}

struct Attempt<'a> {
    db: &'a Db,
    shelf: &'a Shelf,
    lease: Lease,
    snapshot: &'a Snapshot,
    folder: String,
    began_at: Timestamp,
    meter: Meter,
}

impl Attempt<'_> {
    /// Makes them, unless somebody does not want them any more. Nothing of it can be seen by anybody yet.
    async fn files(&self, mut stop: watch::Receiver<bool>) -> Result<Files> {
        let running = self.run();
        tokio::pin!(running);
        let unwanted = tokio::select! {
            done = &mut running => return done.map(|manifest| Files::Stored(Box::new(manifest))),
            told = self.tell() => told,
            _ = stop.wait_for(|stop| *stop) => Ok(Made::Stopped),
        };
        // Lets it come to an end by itself, so that uploads are taken back.
        self.meter.unwanted.store(true, Ordering::Relaxed);
        let _ = tokio::time::timeout(LAST, running).await;
        unwanted.map(Files::Unwanted)
    }

    /// Reading and storing go on side by side.
    async fn run(&self) -> Result<Manifest> {
        let (sink, pieces) = Sink::new();
        let (what, zone, meter) = (self.snapshot.what.clone(), self.shelf.zone.clone(), self.meter.clone());
        let lease = self.lease;
        let reading = self
            .db
            .long_read(move |conn| steps::shows(conn, &lease), move |conn| read(conn, &what, &zone, &sink, &meter));
        let (reading, stored) = tokio::join!(reading, self.store(pieces));
        // When the store refuses, the reading only says that nobody listens.
        stored?;
        let manifest = self.manifest(&reading?)?;
        let (key, label) = (self.key(Manifest::FILE), label(self.snapshot, Manifest::FILE));
        self.shelf.files.put(&key, &label, manifest.to_json()?.into_bytes()).await?;
        Ok(manifest)
    }

    /// From here on people see the files; `false`: they are not wanted any more. Alone: nothing else may write of this job
    /// now, or it would find the lease lost by its own end.
    async fn end(&self, manifest: Manifest) -> Result<(Made, bool)> {
        let (lease, folder, life) = (self.lease, self.folder.clone(), self.shelf.life);
        let (meter, began_at) = (self.meter.clone(), self.began_at);
        let end = move |conn: &mut Conn| {
            steps::tell(conn, &lease, &meter, began_at)?;
            steps::end(conn, &lease, &folder, &manifest, life)
        };
        let named = self.db.write(end, |named| named).await?;
        Ok((Made::Ended, named))
    }

    async fn store(&self, mut pieces: mpsc::Receiver<Piece>) -> Result<()> {
        let mut upload = None;
        while let Some(piece) = pieces.recv().await {
            if self.meter.unwanted.load(Ordering::Relaxed) {
                break;
            }
            match (piece, upload.as_mut()) {
                (Piece::Begin(name), _) => {
                    let label = label(self.snapshot, &name);
                    upload = Some(self.shelf.files.upload(&self.key(&name), &label).await?);
                }
                (Piece::Part(bytes), Some(upload)) => upload.part(bytes).await?,
                (Piece::End, Some(_)) => {
                    if let Some(upload) = upload.take() {
                        upload.finish().await?;
                    }
                }
                (Piece::Part(_) | Piece::End, None) => {
                    return Err(Error::Internal("a part of no file".into()));
                }
            }
        }
        match upload {
            // The reading came to an early end, and says why.
            Some(upload) => {
                upload.abort().await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Writes how far it is, until somebody does not want the snapshot any more, or it stands still.
    async fn tell(&self) -> Result<Made> {
        let (mut far, mut since) = (0, Instant::now());
        loop {
            tokio::time::sleep(TELL).await;
            let now_far = self.meter.handled.load(Ordering::Relaxed);
            if now_far != far {
                (far, since) = (now_far, Instant::now());
            } else if since.elapsed() > self.lease.time * STILL {
                let error = Error::Unavailable("nothing more was read or stored".into());
                self.db.leave_copy_alone(&error);
                return Err(error);
            }
            let (lease, meter, began_at) = (self.lease, self.meter.clone(), self.began_at);
            let told =
                self.db.write(move |conn| steps::tell(conn, &lease, &meter, began_at), |job| job.cancel_wanted).await;
            match told {
                Ok(false) => {}
                Ok(true) => {
                    self.db.write(move |conn| jobs::finish(conn, &lease, End::Cancelled, "{}"), |()| ()).await?;
                    return Ok(Made::Ended);
                }
                Err(error @ (Error::LeaseLost | Error::Internal(_))) => return Err(error),
                Err(error) => tracing::debug!(job = %lease.job, %error, "progress was not written"),
            }
        }
    }

    fn manifest(&self, reading: &Reading) -> Result<Manifest> {
        let book: [u8; 16] = reading.head.book_uid.as_slice().try_into().unwrap_or_default();
        Ok(Manifest {
            format: Manifest::FORMAT,
            snapshot: self.snapshot.uid,
            book: Uid::from_bytes(book),
            at: reading.at,
            what: self.snapshot.what.clone(),
            chain: Sealed { seq: reading.head.seq, link: reading.head.link_hex() },
            asked_by: self.snapshot.asked_by,
            asked_by_name: self.snapshot.asked_by_name.clone(),
            scheduled: self.snapshot.scheduled,
            files: reading.files.clone(),
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.place())
    }

    fn place(&self) -> String {
        format!("{}/{}", shelf_of(self.snapshot.uid), self.folder)
    }

    async fn remove(&self) {
        let place = self.place();
        match tokio::time::timeout(LAST, self.shelf.files.remove_folder(&place)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(place, %error, "files are left over, for the sweep"),
            Err(_) => tracing::debug!(place, "files may be left over, for the sweep"),
        }
    }
}
