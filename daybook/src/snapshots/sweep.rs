//! Takes away files that belong to no snapshot that anybody can see, and to none that is being made: of attempts that were
//! lost, and of snapshots whose row is gone already.

use std::time::Duration;

use diesel::prelude::*;

use super::{ROOT, Shelf, find, shelf_of};
use crate::files::Label;
use crate::jobs::State;
use crate::schema::snapshot_schedule::dsl as s;
use crate::{Conn, Db, Error, Result, Timestamp, Uid, audit, dialect};

/// What there is to do for snapshots that nobody asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToDo {
    /// The schedule's time has come: [`super::ask_what_is_due`].
    pub ask: bool,
    /// To be deleted: [`super::over`].
    pub over: Vec<Uid>,
    /// Perhaps: [`time_to_sweep`].
    pub sweep: bool,
}

/// Only reads, so that nobody waits for a lock that was taken for nothing.
pub fn to_do(conn: &mut Conn, shelf: &Shelf, most: i64) -> Result<ToDo> {
    let now = dialect::now(conn)?;
    let row = s::snapshot_schedule.select((s::next_at, s::swept_at));
    let (next_at, swept_at): (Option<Timestamp>, Timestamp) = row.first(conn)?;
    Ok(ToDo {
        ask: next_at.is_some_and(|at| at <= now),
        over: super::over(conn, most)?,
        sweep: swept_at <= now.before(shelf.sweep_every),
    })
}

/// Whether the store is to be looked through now: true for one process in each span of time.
pub fn time_to_sweep(conn: &mut Conn, every: Duration) -> Result<bool> {
    let now = dialect::now(conn)?;
    let over = s::snapshot_schedule.filter(s::swept_at.le(now.before(every)));
    Ok(diesel::update(over).set(s::swept_at.eq(now)).execute(conn)? > 0)
}

/// Looks through the whole store, and returns how many folders it took away.
///
/// # Errors
/// [`crate::Error::Files`] when the store refuses; what is left is for the next time.
pub async fn sweep(db: &Db, shelf: &Shelf) -> Result<usize> {
    if shelf.files.folders(ROOT).await?.is_empty() {
        return Ok(0);
    }
    own(db, shelf).await?;
    let mut removed = 0;
    for name in shelf.files.folders(ROOT).await? {
        // What has another name was not put there by this program.
        let Ok(uid) = name.parse::<Uid>() else { continue };
        // First what is there, then what may stay: so nothing that begins meanwhile is taken for a left-over.
        let attempts = shelf.files.folders(&shelf_of(uid)).await?;
        let wanted = db.read(move |conn| wanted(conn, uid), |wanted| wanted).await?;
        for attempt in &attempts {
            if !wanted.as_ref().is_some_and(|wanted| wanted.includes(attempt)) {
                shelf.files.remove_folder(&format!("{}/{attempt}", shelf_of(uid))).await?;
                removed += 1;
            }
        }
        if wanted.is_none() {
            shelf.files.remove_folder(&shelf_of(uid)).await?;
        }
    }
    Ok(removed)
}

/// Makes sure that the place is this book's, before anything there is taken for a left-over: two books that were given the
/// same place by mistake shall not take away each other's files. The first one to look marks it.
async fn own(db: &Db, shelf: &Shelf) -> Result<()> {
    let head = db.read(audit::head, |head| head).await?;
    let book = audit::hex(&head.ok_or_else(|| Error::Internal("a book without a chain".into()))?.book_uid);
    let key = format!("{ROOT}/book");
    let label = Label { content_type: "text/plain", file_name: "book".into() };
    match shelf.files.get(&key).await? {
        None => shelf.files.put(&key, &label, book.into_bytes()).await,
        Some(mark) if mark == book.as_bytes() => Ok(()),
        Some(_) => Err(Error::Files("the place of the snapshots is another book's".into())),
    }
}

/// Removes the files of a snapshot whose row is gone.
pub async fn remove_files(shelf: &Shelf, uid: Uid) -> Result<()> {
    shelf.files.remove_folder(&shelf_of(uid)).await
}

/// Which folders of a snapshot stay.
struct Wanted {
    named: Option<String>,
    /// Of the attempt that runs: its folder begins so.
    running: Option<String>,
}

impl Wanted {
    fn includes(&self, folder: &str) -> bool {
        self.named.as_deref() == Some(folder)
            || self.running.as_deref().is_some_and(|beginning| folder.starts_with(beginning))
    }
}

/// `None`: there is no such snapshot.
fn wanted(conn: &mut Conn, uid: Uid) -> Result<Option<Wanted>> {
    Ok(find(conn, uid)?.map(|found| {
        let running = found.job.filter(|job| job.state == State::Running).map(|job| format!("{}-", job.fence));
        Wanted { named: found.snapshot.folder, running }
    }))
}
