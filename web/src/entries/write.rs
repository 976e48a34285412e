//! The forms of `/entries` that change something.

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::entries::{
    self, Draft, Entry, EntryChanges, EntrySummary, FieldErrors, NewEntry, Outcome, Position, Refusal, Sort, Target,
};

use super::reply::{Mine, Reply, reply};
use super::{edit_form, uid_of};
use crate::app::{Answer, App};
use crate::error::Error;
use crate::list::List;
use crate::params::{self, Params};
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{Created, EditPage, Form, Row};

/// `POST /entries`
pub async fn create(app: App, context: RequestContext, params::Form(params): params::Form) -> Result<Answer, Error> {
    let place = Place::parse(&params)?;
    let uid = params.required("uid")?;
    let draft = draft(&params);
    let content = match draft.parse_new() {
        Ok(content) => content,
        Err(errors) => {
            let form = Form::new_entry(&draft, Some(&errors), &place);
            return new_form(&app, StatusCode::UNPROCESSABLE_ENTITY, &context, form);
        }
    };
    let (actor, new) = (context.actor()?, NewEntry { uid, content });
    app.write(
        move |conn| entries::create(conn, &[new], &actor).map(|mut outcomes| outcomes.pop()),
        move |app, outcome| match outcome {
            Some(Outcome::Changed(entry) | Outcome::Unchanged(entry)) => created(app, &context, &place, &entry),
            Some(Outcome::Refused(Refusal::Taken(known))) => {
                let form = Form::new_entry(&draft, None, &place).with_message(taken(known.as_ref()));
                new_form(app, StatusCode::CONFLICT, &context, form)
            }
            _ => Err(Error::Internal("creating one entry had another outcome".into())),
        },
    )
    .await
}

/// `POST /entries/{uid}`
pub async fn update(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    params::Form(params): params::Form,
) -> Result<Answer, Error> {
    let target = target(&path, &params)?;
    let place = Place::parse(&params)?;
    let draft = draft(&params);
    let content = match draft.parse_complete() {
        Ok(content) => content,
        Err(errors) => return refused(&app, &context, target, &draft, &errors, &place),
    };
    let (actor, fragment, shape) = (context.actor()?, context.wants_fragment, place.clone());
    let changes = EntryChanges { target, content: content.clone() };
    let say = format!("Saved “{}”", content.title.as_str());
    let to = Reply { context, place, say, notice: None, focus: "edit", mine: Some(Mine::Content(content)) };
    app.write(
        move |conn| {
            let outcome = entries::update(conn, &[changes], &actor)?.pop();
            one(outcome).and_then(|outcome| reply(conn, &shape, fragment, outcome))
        },
        move |app, outcome| to.answer(app, outcome),
    )
    .await
}

/// `POST /entries/{uid}/status`
pub async fn status(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    params::Form(params): params::Form,
) -> Result<Answer, Error> {
    let target = target(&path, &params)?;
    let place = Place::parse(&params)?;
    let done: bool = params.required("done")?;
    let (actor, fragment, shape) = (context.actor()?, context.wants_fragment, place.clone());
    let say = if done { "Marked done" } else { "Opened again" };
    let to = Reply { context, place, say: say.into(), notice: None, focus: "switch", mine: Some(Mine::Done(done)) };
    app.write(
        move |conn| {
            let outcome = entries::set_status(conn, &[target], done, &actor)?.pop();
            one(outcome).and_then(|outcome| reply(conn, &shape, fragment, outcome))
        },
        move |app, outcome| to.answer(app, outcome),
    )
    .await
}

/// The entry that a form is about, and the version it shows.
pub fn target(path: &str, params: &Params) -> Result<Target, Error> {
    Ok(Target { uid: uid_of(path)?, version: params.required("version")? })
}

/// The one outcome of a slice of one.
pub fn one(outcome: Option<Outcome>) -> daybook::Result<Outcome> {
    outcome.ok_or_else(|| daybook::Error::Internal("a change of one entry had no outcome".into()))
}

fn draft(params: &Params) -> Draft {
    Draft::new(|name| params.get(name).map(String::from))
}

fn refused(
    app: &App,
    context: &RequestContext,
    target: Target,
    draft: &Draft,
    errors: &FieldErrors,
    place: &Place,
) -> Result<Answer, Error> {
    let form = Form::edit(target.uid, target.version, draft, Some(errors), place);
    edit_form(app, StatusCode::UNPROCESSABLE_ENTITY, context, form)
}

fn new_form(app: &App, status: StatusCode, context: &RequestContext, form: Form) -> Result<Answer, Error> {
    let (template, form) = match context.wants_fragment {
        true => ("entries/_new.html", form),
        false => ("entries/new.html", form.alone()),
    };
    app.html(status, template, &EditPage { title: "New entry".into(), form })
}

/// In place: an empty form, and the row at the top, if the person sees the part of the book that it belongs to. Else
/// the book from its beginning.
fn created(app: &App, context: &RequestContext, place: &Place, entry: &Entry) -> Result<Answer, Error> {
    if !context.wants_fragment {
        return Ok(Answer::SeeOther(List::book().url(None)));
    }
    let in_view = matches!(place, Place::List(list)
        if list.position == Position::First && list.sort == Sort::default() && list.filter(&app.zone).includes(entry));
    let view = Created {
        form: Form::new_entry(&Draft::default(), None, place),
        entry: Row::new(&EntrySummary::from(entry), place.search(), &app.zone),
        back: place.into(),
        in_view,
        note: None,
        say: Some(format!("Added “{}”", entry.content.title.as_str())),
        focus: "",
    };
    app.html(StatusCode::OK, "entries/_created.html", &view)
}

fn taken(known: Option<&Entry>) -> String {
    let made = match known {
        Some(entry) => format!("This form has already made the entry “{}”.", entry.content.title.as_str()),
        None => "This form has already made an entry, which was deleted since.".into(),
    };
    format!("{made} Save again to add what is written below as another one.")
}
