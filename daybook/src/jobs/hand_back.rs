//! A worker that has to end gives its job to the others.

use diesel::prelude::*;

use super::lease::{held, still_held};
use super::{Lease, State};
use crate::schema::jobs;
use crate::{Conn, Result, Timestamp, Uid, dialect};

/// The job waits again, at once and without a failure; its bookmark says where it goes on.
///
/// # Errors
/// [`crate::Error::LeaseLost`]
pub fn hand_back(conn: &mut Conn, lease: &Lease) -> Result<()> {
    let now = dialect::now(conn)?;
    let rows = diesel::update(held!(lease, now))
        .set((
            jobs::state.eq(State::Waiting),
            jobs::run_at.eq(now),
            jobs::owner.eq(None::<Uid>),
            jobs::lease_until.eq(None::<Timestamp>),
            jobs::updated_at.eq(now),
        ))
        .execute(conn)?;
    still_held(rows)
}
