//! The processes that run jobs, for people to see. Leases do not depend on it.

use std::time::Duration;

use diesel::prelude::*;

use crate::schema::workers;
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// How often a worker says that it is there.
const BEAT: Duration = Duration::from_secs(5);
/// Signs of life that a worker may miss.
const MISSED: u32 = 3;
/// For how long a worker that went without a word is shown.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = workers)]
pub struct Worker {
    pub uid: Uid,
    /// `web` or `worker`.
    pub kind: String,
    /// Host and process.
    pub name: String,
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
}

impl Worker {
    pub const BEAT: Duration = BEAT;

    /// A process that starts now.
    pub fn new(kind: &str, name: &str) -> Worker {
        let (now, name) = (Timestamp::now(), name.chars().take(200).collect());
        Worker { uid: Uid::new(), kind: kind.to_owned(), name, started_at: now, seen_at: now }
    }

    /// Whether it has been heard of lately.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.seen_at > now.before(BEAT * MISSED)
    }
}

/// Notes that it is there.
pub fn saw_worker(conn: &mut Conn, worker: &Worker) -> Result<()> {
    let now = dialect::now(conn)?;
    let known = diesel::update(workers::table.filter(workers::uid.eq(worker.uid)))
        .set(workers::seen_at.eq(now))
        .execute(conn)?;
    if known == 0 {
        let row = Worker { seen_at: now, started_at: now, ..worker.clone() };
        diesel::insert_into(workers::table).values(&row).execute(conn)?;
    }
    Ok(())
}

/// Notes that it ends.
pub fn worker_left(conn: &mut Conn, uid: Uid) -> Result<()> {
    diesel::delete(workers::table.filter(workers::uid.eq(uid))).execute(conn)?;
    Ok(())
}

/// Takes away those that went without a word long ago.
pub fn forget_workers(conn: &mut Conn) -> Result<()> {
    let long_ago = dialect::now(conn)?.before(REMEMBERED);
    diesel::delete(workers::table.filter(workers::seen_at.lt(long_ago))).execute(conn)?;
    Ok(())
}

/// All of them, and the time by the database's clock.
pub fn list_workers(conn: &mut Conn) -> Result<(Vec<Worker>, Timestamp)> {
    let all = workers::table.select(Worker::as_select()).order(workers::started_at).limit(200).load(conn)?;
    Ok((all, dialect::now(conn)?))
}
