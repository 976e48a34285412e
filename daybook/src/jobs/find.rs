//! One job.

use diesel::prelude::*;

use super::Job;
use crate::schema::jobs;
use crate::{Conn, Result, Uid};

pub fn find(conn: &mut Conn, uid: Uid) -> Result<Option<Job>> {
    Ok(jobs::table.filter(jobs::uid.eq(uid)).select(Job::as_select()).first(conn).optional()?)
}
