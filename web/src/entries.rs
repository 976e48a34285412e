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
use crate::list;
use crate::params::Query;
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{EditPage, Form, Show};

/// `GET /`
pub async fn home() -> Answer {
    Answer::SeeOther("/entries".into())
}

/// `GET /entries`
pub async fn index(app: App, context: RequestContext, query: Query) -> Result<Answer, Error> {
    list::show(app, context, query, false).await
}

/// `GET /entries/new`
pub async fn new(app: App, Query(params): Query) -> Result<Answer, Error> {
    let form = Form::new_entry(&Draft::default(), None, &Place::parse(&params)?).alone();
    app.html(StatusCode::OK, "entries/new.html", &EditPage { title: "New entry".into(), form })
}

/// `GET /entries/{uid}`: the entry with its history. As a fragment, the shape of the place that `back` names: so
/// Cancel puts back what a form had replaced.
pub async fn show(
    app: App,
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
    let shape = place.clone();
    let query = move |conn: &mut Conn| match entries::find(conn, uid)? {
        Some(entry) => load_slot(conn, &shape, entry, before).map(Some),
        None => Ok(None),
    };
    app.read(query, move |app, slot| {
        let slot = slot.ok_or(Error::NotFound)?;
        match slot {
            Slot::Entry(entry, history) if !context.wants_fragment => {
                app.html(StatusCode::OK, "entries/show.html", &Show::new(&entry, history, &app.zone))
            }
            slot => slot.fragment(app, StatusCode::OK, &place, Said { say: None, note: None, focus: "edit" }),
        }
    })
    .await
}

/// `GET /entries/{uid}/edit`
pub async fn edit(
    app: App,
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
            let form = Form::edit(uid, entry.version, &Draft::from(&entry.content), None, &place);
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
