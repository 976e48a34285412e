//! The trash: into it, out of it, and out of it for good.

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::entries::{self, EntrySummary, Outcome, Target};
use daybook::{Actor, Conn};

use crate::app::{Answer, App};
use crate::entries::{Reply, reply, uid_of};
use crate::entries::{one, target};
use crate::error::Error;
use crate::list::{self, List};
use crate::notice::Notice;
use crate::params::{Form, Query};
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{PurgePage, Row};

/// `GET /trash`
pub async fn index(app: App, context: RequestContext, query: Query) -> Result<Answer, Error> {
    list::show(app, context, query, true).await
}

/// `POST /entries/{uid}/trash`
pub async fn trash(app: App, context: RequestContext, path: web::Path<String>, form: Form) -> Result<Answer, Error> {
    let notice = |target: Target| Some(Notice::Trashed(target.uid));
    change(app, context, path, form, "Deleted", notice, entries::trash).await
}

/// `POST /entries/{uid}/restore`
pub async fn restore(app: App, context: RequestContext, path: web::Path<String>, form: Form) -> Result<Answer, Error> {
    let notice = |target: Target| Some(Notice::Restored(target.uid));
    change(app, context, path, form, "Restored", notice, entries::restore).await
}

/// `POST /entries/{uid}/purge`
pub async fn purge(app: App, context: RequestContext, path: web::Path<String>, form: Form) -> Result<Answer, Error> {
    change(app, context, path, form, "Deleted for good", |_| None, entries::purge).await
}

/// `GET /entries/{uid}/purge`: asks first.
pub async fn confirm_purge(app: App, path: web::Path<String>, Query(params): Query) -> Result<Answer, Error> {
    let uid = uid_of(&path)?;
    let place = match params.get("back") {
        Some(_) => Place::parse(&params)?,
        None => Place::List(List::trash()),
    };
    app.read(
        move |conn| entries::find(conn, uid),
        move |app, entry| {
            let entry = entry.filter(|entry| entry.trashed).ok_or(Error::NotFound)?;
            let entry = Row::new(&EntrySummary::from(&entry), &Default::default(), &app.zone);
            app.html(StatusCode::OK, "trash/purge.html", &PurgePage { entry, back: (&place).into() })
        },
    )
    .await
}

/// What the three changes share.
async fn change(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    Form(params): Form,
    say: &'static str,
    notice: impl Fn(Target) -> Option<Notice>,
    function: impl FnOnce(&mut Conn, &[Target], &Actor) -> daybook::Result<Vec<Outcome>> + Send + 'static,
) -> Result<Answer, Error> {
    let target = target(&path, &params)?;
    let place = Place::parse(&params)?;
    let (actor, fragment, shape) = (context.actor()?, context.wants_fragment, place.clone());
    let to = Reply { context, place, say: say.into(), notice: notice(target), focus: "edit", mine: None };
    app.write(
        move |conn| {
            let outcome = function(conn, &[target], &actor)?.pop();
            one(outcome).and_then(|outcome| reply(conn, &shape, fragment, outcome))
        },
        move |app, outcome| to.answer(app, outcome),
    )
    .await
}
