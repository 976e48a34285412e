//! One worker takes a job, and nobody else.

use std::time::Duration;

use diesel::prelude::*;

use super::{Job, Lease, State, find, lost};
use crate::schema::jobs;
use crate::{Conn, Result, Uid, dialect};

/// Takes the job for a while, if it is due: it waits, or its worker was lost, which counts as a failure. `None` when
/// there is nothing to do, as when another worker was faster. The condition is in the UPDATE itself, so of any number of
/// workers one gets the job.
pub fn claim(conn: &mut Conn, uid: Uid, owner: Uid, time: Duration) -> Result<Option<(Job, Lease)>> {
    let now = dialect::now(conn)?;
    lost::take_back(conn, Some(uid), now)?;
    let due = jobs::table.filter(jobs::uid.eq(uid)).filter(jobs::state.eq(State::Waiting)).filter(jobs::run_at.le(now));
    let claimed = diesel::update(due)
        .set((
            jobs::state.eq(State::Running),
            jobs::owner.eq(owner),
            jobs::lease_until.eq(now.after(time)),
            jobs::fence.eq(jobs::fence + 1),
            jobs::updated_at.eq(now),
        ))
        .execute(conn)?;
    if claimed == 0 {
        return Ok(None);
    }
    let job = find(conn, uid)?;
    Ok(job.map(|job| {
        let lease = Lease { job: uid, owner, fence: job.fence, time };
        (job, lease)
    }))
}
