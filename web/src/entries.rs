//! `/entries`: the list, one entry, and its forms. What writes is in `write.rs`.

mod reply;
mod write;

pub use reply::{Reply, Said, Slot, load_slot, reply, uid_of};
pub use write::{create, one, status, target, update};

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::audit::history;
use daybook::entries::{self, Draft, Entry};
use daybook::{Conn, Uid};

use crate::app::{Answer, App};
use crate::error::Error;
use crate::params::Query;
use crate::place::{List, Notice, Place};
use crate::request::RequestContext;
use crate::views::{EditPage, Form, ListPage, NoticeView, Show};

/// Rows of a page.
pub const PAGE: usize = 50;

/// `GET /`
pub async fn home() -> Answer {
    Answer::SeeOther("/entries".into())
}

/// `GET /entries`
pub async fn index(app: web::Data<App>, context: RequestContext, query: Query) -> Result<Answer, Error> {
    list(app, context, query, false, ["entries/index.html", "entries/_list.html"]).await
}

/// A page of the book or of the trash: one query for the rows, and one by key where a notice names an entry.
pub async fn list(
    app: web::Data<App>,
    context: RequestContext,
    Query(params): Query,
    trashed: bool,
    [page_template, fragment_template]: [&'static str; 2],
) -> Result<Answer, Error> {
    let list = List::parse(trashed, &params)?;
    let notice = Notice::parse(&params)?;
    let query = move |conn: &mut Conn| {
        let page = entries::list(conn, list.filter(), list.position, PAGE)?;
        let entry = match notice {
            Some(Notice::Trashed(uid) | Notice::Restored(uid)) => entries::find(conn, uid)?,
            _ => None,
        };
        Ok((page, entry))
    };
    app.read(query, move |app, (page, entry)| {
        let notice = notice.and_then(|notice| NoticeView::new(notice, entry.as_ref(), &app.zone));
        let fragment = context.wants_fragment;
        let template = if fragment { fragment_template } else { page_template };
        let view = ListPage { fragment, ..ListPage::new(list, &page, notice, &app.zone) };
        app.html(StatusCode::OK, template, &view)
    })
    .await
}

/// `GET /entries/new`
pub async fn new(app: web::Data<App>, Query(params): Query) -> Result<Answer, Error> {
    let form = Form::new_entry(&Draft::default(), None, Place::parse(&params)?);
    app.html(StatusCode::OK, "entries/new.html", &EditPage { title: "New entry".into(), form })
}

/// `GET /entries/{uid}`: the entry with its history. As a fragment, the shape of the place that `back` names: so
/// Cancel puts back what a form had replaced.
pub async fn show(
    app: web::Data<App>,
    context: RequestContext,
    path: web::Path<String>,
    Query(params): Query,
) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    let before = params.optional("before")?;
    let place = match params.get("back") {
        Some(_) if context.wants_fragment => Place::parse(&params)?,
        _ => Place::Entry(uid),
    };
    let query = move |conn: &mut Conn| match entries::find(conn, uid)? {
        Some(entry) => load_slot(conn, place, entry, before).map(Some),
        None => Ok(None),
    };
    app.read(query, move |app, slot| {
        let slot = slot.ok_or(Error::NotFound)?;
        match slot {
            Slot::Entry(entry, history) if !context.wants_fragment => {
                app.html(StatusCode::OK, "entries/show.html", &Show::new(&entry, history, &app.zone))
            }
            slot => slot.fragment(app, StatusCode::OK, place, Said { say: None, note: None, focus: "edit" }),
        }
    })
    .await
}

/// `GET /entries/{uid}/edit`
pub async fn edit(
    app: web::Data<App>,
    context: RequestContext,
    path: web::Path<String>,
    Query(params): Query,
) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    let place = Place::parse(&params)?;
    app.read(
        move |conn| entries::find(conn, uid),
        move |app, entry| {
            let entry = entry.ok_or(Error::NotFound)?;
            let form = Form::edit(uid, entry.version, &Draft::from(&entry.content), None, place);
            let form = if entry.trashed { form.with_message(reply::in_trash(&entry)) } else { form };
            edit_form(app, StatusCode::OK, &context, form)
        },
    )
    .await
}

/// A form for an entry, as a page or in place.
fn edit_form(app: &App, status: StatusCode, context: &RequestContext, form: Form) -> Result<Answer, Error> {
    let template = if context.wants_fragment { "entries/_edit.html" } else { "entries/edit.html" };
    app.html(status, template, &EditPage { title: "Edit entry".into(), form })
}

/// An entry with a page of its history, one version more than is shown.
fn with_history(conn: &mut Conn, entry: Entry, before: Option<i32>) -> daybook::Result<Slot> {
    let history = history(conn, entry.uid, before, Show::HISTORY as i64 + 1)?;
    Ok(Slot::Entry(Box::new(entry), history))
}

/// The entry's own page, whatever happened.
fn entry_url(uid: Uid) -> String {
    Place::Entry(uid).to_string()
}
