//! All jobs, the newest first.

use diesel::prelude::*;

use super::Job;
use crate::schema::jobs;
use crate::{Conn, Result, Uid};

/// Some jobs, and where older ones begin.
#[derive(Debug, Clone)]
pub struct JobPage {
    pub jobs: Vec<Job>,
    pub next: Option<Uid>,
}

/// At most `size` jobs before this one. The uids are in the order of making, so they are the keyset by themselves.
pub fn list(conn: &mut Conn, before: Option<Uid>, size: usize) -> Result<JobPage> {
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut query = jobs::table.select(Job::as_select()).order(jobs::uid.desc()).limit(limit).into_boxed();
    if let Some(before) = before {
        query = query.filter(jobs::uid.lt(before));
    }
    let mut jobs: Vec<Job> = query.load(conn)?;
    let more = jobs.len() > size;
    jobs.truncate(size);
    Ok(JobPage { next: jobs.last().map(|job| job.uid).filter(|_| more), jobs })
}
