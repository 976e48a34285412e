//! `/snapshots`: the book as files. Asked for, looked at, kept and deleted here; made by background work.

mod download;
mod schedule;

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::jobs;
use daybook::queue::Wake;
use daybook::snapshots::{self, Compression, Format, Listed, Request, What};
use daybook::{Conn, Uid};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{DeleteSnapshotPage, NewSnapshotPage, SnapshotPage, SnapshotsPage};

pub use download::download;
pub use schedule::{edit_schedule, update_schedule};

/// Rows of a page.
const PAGE: usize = 30;

/// `GET /snapshots`
pub async fn index(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let before: Option<Uid> = params.optional("before")?;
    let template = if context.wants_fragment { "snapshots/_list.html" } else { "snapshots/index.html" };
    let notice = match params.get("changed") {
        Some("deleted") => Some("The snapshot was deleted."),
        Some("schedule") => Some("The schedule was saved."),
        _ => None,
    };
    app.read(
        move |conn| Ok((snapshots::list(conn, before, PAGE)?, snapshots::schedule(conn)?)),
        move |app, (page, schedule)| {
            app.html(StatusCode::OK, template, &SnapshotsPage::new(&page, before, &schedule, notice, &app.zone))
        },
    )
    .await
}

/// `GET /snapshots/new`, of the list that it was asked for on.
pub async fn new(app: App, Query(params): Query) -> Result<Answer, Error> {
    let place = Place::parse(&params)?;
    let what = what(&app, &place, Format::Spreadsheet, Compression::None);
    app.html(StatusCode::OK, "snapshots/new.html", &NewSnapshotPage::new(&what, &place, &app.zone))
}

/// `POST /snapshots`
pub async fn create(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let (place, key) = (Place::parse(&params)?, params.required("key")?);
    let what = chosen(&params, |format, compression| what(&app, &place, format, compression))?;
    let (shelf, actor) = (app.shelf.clone(), context.actor()?);
    let ask = move |conn: &mut Conn| snapshots::ask(conn, &Request { key, what }, &shelf, &actor);
    app.write(ask, |app, asked| {
        let Some(snapshot) = asked else { return Ok(Answer::SeeOther("/snapshots".into())) };
        app.doorbell.ring(Wake::Job(snapshot.job));
        Ok(to(snapshot.uid))
    })
    .await
}

/// The entries that a list shows, on all of its pages; all of the book for any other place.
fn what(app: &App, place: &Place, format: Format, compression: Compression) -> What {
    match place {
        Place::List(list) => What::filtered(&list.filter(&app.zone), format, compression),
        Place::Entry(_) => What::everything(format, compression),
    }
}

/// What is ticked in a form.
fn chosen(params: &Params, what: impl FnOnce(Format, Compression) -> What) -> Result<What, Error> {
    let unknown = |name| Error::BadRequest(format!("“{name}” has a value that does not exist here."));
    let format = params.get("format").and_then(Format::named).ok_or_else(|| unknown("format"))?;
    let compression = params.get("compression").and_then(Compression::named).ok_or_else(|| unknown("compression"))?;
    let ticked = |name| params.get(name) == Some("yes");
    Ok(What { trash: ticked("trash"), history: ticked("history"), ..what(format, compression) })
}

/// `GET /snapshots/{uid}`: a page, and the fragment that it asks for again until the files are there.
pub async fn show(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    let template = if context.wants_fragment { "snapshots/_snapshot.html" } else { "snapshots/show.html" };
    app.read(
        move |conn| snapshots::find(conn, uid),
        move |app, found| {
            let found = found.ok_or(Error::NotFound)?;
            app.html(StatusCode::OK, template, &SnapshotPage::new(&found, &app.zone)?)
        },
    )
    .await
}

/// `POST /snapshots/{uid}/cancel`: it is not made.
pub async fn cancel(app: App, path: web::Path<String>) -> Result<Answer, Error> {
    with_job(app, uid_of(&path)?, |conn, job| jobs::cancel(conn, job).map(drop)).await
}

/// `POST /snapshots/{uid}/retry`: another try of one that failed or was cancelled.
pub async fn retry(app: App, path: web::Path<String>) -> Result<Answer, Error> {
    with_job(app, uid_of(&path)?, |conn, job| jobs::retry(conn, job).map(drop)).await
}

async fn with_job(
    app: App,
    uid: Uid,
    act: impl FnOnce(&mut Conn, Uid) -> daybook::Result<()> + Send + 'static,
) -> Result<Answer, Error> {
    let change = move |conn: &mut Conn| {
        let job = snapshots::find(conn, uid)?.map(|found| found.snapshot.job);
        job.map(|job| act(conn, job).map(|()| job)).transpose()
    };
    app.write(change, move |app, job| {
        app.doorbell.ring(Wake::Job(job.ok_or(Error::NotFound)?));
        Ok(to(uid))
    })
    .await
}

/// `POST /snapshots/{uid}/keep`: whether it stays when its time is over.
pub async fn keep(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    Form(params): Form,
) -> Result<Answer, Error> {
    let (uid, kept) = (uid_of(&path)?, params.get("kept") == Some("yes"));
    let (shelf, actor) = (app.shelf.clone(), context.actor()?);
    app.write(
        move |conn| snapshots::keep(conn, uid, kept, &shelf, &actor),
        move |_, snapshot| snapshot.map(|_| to(uid)).ok_or(Error::NotFound),
    )
    .await
}

/// `GET /snapshots/{uid}/delete`: the question, since nothing brings it back.
pub async fn confirm_delete(app: App, path: web::Path<String>) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    app.read(
        move |conn| snapshots::find(conn, uid),
        |app, found| {
            let Listed { snapshot, .. } = found.ok_or(Error::NotFound)?;
            app.html(StatusCode::OK, "snapshots/delete.html", &DeleteSnapshotPage::new(&snapshot, &app.zone))
        },
    )
    .await
}

/// `POST /snapshots/{uid}/delete`: nobody sees it any more, and then its files go.
pub async fn delete(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    app.change(move |conn| snapshots::delete(conn, uid, &actor)).await?.ok_or(Error::NotFound)?;
    if let Err(error) = snapshots::remove_files(&app.shelf, uid).await {
        tracing::warn!(snapshot = %uid, %error, "its files are still there, to be swept away");
    }
    Ok(Answer::SeeOther("/snapshots?changed=deleted".into()))
}

fn to(uid: Uid) -> Answer {
    Answer::SeeOther(format!("/snapshots/{uid}"))
}
