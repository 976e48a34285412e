//! `/jobs`: background work, for whoever asked for it and for administrators.

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::entries::{self, Count, EntryFilter, Extent, Position, Sort};
use daybook::jobs::{self, Bulk, Change, Job};
use daybook::queue::Wake;
use daybook::users::Action::ManageJobs;
use daybook::{Conn, Timestamp, Uid};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{JobPage, JobView, JobsPage};

/// Rows of a page.
const PAGE: usize = 50;

/// `GET /jobs`
pub async fn index(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let before: Option<Uid> = params.optional("before")?;
    let template = if context.wants_fragment { "jobs/_jobs.html" } else { "jobs/index.html" };
    app.read(
        move |conn| Ok((jobs::list(conn, before, PAGE)?, jobs::list_workers(conn)?)),
        move |app, (page, workers)| {
            app.html(StatusCode::OK, template, &JobsPage::new(&page, before, &workers, &app.zone))
        },
    )
    .await
}

/// `POST /jobs`: changes all entries of a list, and leads to the page that shows how far it is.
pub async fn create(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let Place::List(list) = Place::parse(&params)? else {
        return Err(Error::BadRequest("“back” is not a list.".into()));
    };
    let (key, change, seen_at) = (params.required("key")?, change(&params, list.trashed)?, seen_at(&params)?);
    let (filter, actor) = (list.filter(&app.zone), context.actor()?);
    let enqueue = move |conn: &mut Conn| {
        let total = total(conn, &filter)?;
        jobs::enqueue(conn, Bulk::new(&filter, change, seen_at).job(key, total)?, &actor)
    };
    app.write(enqueue, |app, job| Ok(rung_for(app, Back::Job, job.uid))).await
}

/// What the trash is asked for is another thing than what the book is.
fn change(params: &Params, trashed: bool) -> Result<Change, Error> {
    match (params.get("action"), trashed) {
        (Some("done"), false) => Ok(Change::Done),
        (Some("open"), false) => Ok(Change::Open),
        (Some("trash"), false) => Ok(Change::Trash),
        (Some("restore"), true) => Ok(Change::Restore),
        _ => Err(Error::BadRequest("“action” has a value that does not exist here.".into())),
    }
}

/// Never later than now: what is not made yet has not been seen.
fn seen_at(params: &Params) -> Result<Timestamp, Error> {
    let micros: i64 = params.required("seen")?;
    Ok(Timestamp::from_micros(micros).min(Timestamp::now()))
}

/// How many entries the list has, if that is known.
fn total(conn: &mut Conn, filter: &EntryFilter) -> daybook::Result<Option<i64>> {
    let known = if filter.search.is_empty() {
        match entries::count(conn, filter)? {
            Count::Exactly(n) => Some(n),
            Count::MoreThan(_) => None,
        }
    } else {
        let found = entries::list(conn, filter, Sort::default(), &Position::First, 1)?.found;
        found.filter(|found| found.extent == Extent::All).map(|found| found.total)
    };
    Ok(known.and_then(|n| i64::try_from(n).ok()))
}

/// `GET /jobs/{uid}`: a page, and the fragment that it asks for again until the job has ended.
pub async fn show(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    let seen_by = context.clone();
    app.read(
        move |conn| Ok((jobs::find(conn, uid)?, jobs::list_workers(conn)?.0)),
        move |app, (job, workers)| {
            let job = allowed(&seen_by, job)?;
            let manages = seen_by.require(ManageJobs).is_ok();
            let page = JobPage { job: JobView::new(&job, &workers, &app.zone), manages };
            let template = if seen_by.wants_fragment { "jobs/_job.html" } else { "jobs/show.html" };
            app.html(StatusCode::OK, template, &page)
        },
    )
    .await
}

/// `POST /jobs/{uid}/cancel`
pub async fn cancel(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    Form(params): Form,
) -> Result<Answer, Error> {
    let (uid, back) = (uid_of(&path)?, back(&params));
    let cancel = move |conn: &mut Conn| {
        let job = allowed(&context, jobs::find(conn, uid)?);
        if job.is_ok() {
            jobs::cancel(conn, uid)?;
        }
        Ok(job)
    };
    app.write(cancel, move |_, job| job.map(|job| leads(back, job.uid))).await
}

/// `POST /jobs/{uid}/retry`
pub async fn retry(app: App, path: web::Path<String>, Form(params): Form) -> Result<Answer, Error> {
    let (uid, back) = (uid_of(&path)?, back(&params));
    let answer = move |app: &App, job: Option<Job>| Ok(rung_for(app, back, job.ok_or(Error::NotFound)?.uid));
    app.write(move |conn| jobs::retry(conn, uid), answer).await
}

/// Where a button leads: to the list, if it stood there, or to the page of the job.
#[derive(Clone, Copy)]
enum Back {
    List,
    Job,
}

fn back(params: &Params) -> Back {
    if params.get("back") == Some("/jobs") { Back::List } else { Back::Job }
}

fn leads(back: Back, uid: Uid) -> Answer {
    Answer::SeeOther(match back {
        Back::List => "/jobs".into(),
        Back::Job => format!("/jobs/{uid}"),
    })
}

/// After the commit: somebody may do it now.
fn rung_for(app: &App, back: Back, uid: Uid) -> Answer {
    app.doorbell.ring(Wake::Job(uid));
    leads(back, uid)
}

/// Who asked for it and administrators; for anybody else there is no such job.
fn allowed(context: &RequestContext, job: Option<Job>) -> Result<Job, Error> {
    let job = job.ok_or(Error::NotFound)?;
    let own = job.asked_by == context.session()?.user_uid;
    if own || context.require(ManageJobs).is_ok() { Ok(job) } else { Err(Error::NotFound) }
}
