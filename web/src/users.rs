//! `/users`: everybody's account, for administrators.

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::users::{self, Invitation, Refused, Role, User};
use daybook::{Conn, Uid};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::request::RequestContext;
use crate::views::{InviteForm, UsersPage};

/// `GET /users`
pub async fn index(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let notice = match params.get("changed") {
        Some("role") => Some("The role was changed."),
        Some("disabled") => Some("The account was disabled and signed out everywhere."),
        Some("enabled") => Some("The account was enabled."),
        Some("revoked") => Some("The invitation was taken back. Its link does not work any more."),
        _ => None,
    };
    show(&app, &context, StatusCode::OK, InviteForm::new(&Params::default(), None), notice, None).await
}

/// `POST /users/{uid}/role`
pub async fn role(
    app: App,
    context: RequestContext,
    path: web::Path<String>,
    Form(params): Form,
) -> Result<Answer, Error> {
    let (uid, role): (Uid, Role) = (uid_of(&path)?, params.required("role")?);
    let actor = context.actor()?;
    let change = move |conn: &mut Conn| users::set_role(conn, uid, role, &actor);
    answer(&app, &context, change, "role").await
}

/// `POST /users/{uid}/disable`
pub async fn disable(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    answer(&app, &context, move |conn| users::disable(conn, uid, &actor), "disabled").await
}

/// `POST /users/{uid}/enable`
pub async fn enable(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    answer(&app, &context, move |conn| users::enable(conn, uid, &actor), "enabled").await
}

async fn answer(
    app: &App,
    context: &RequestContext,
    change: impl FnOnce(&mut Conn) -> users::Tried<User> + Send + 'static,
    what: &'static str,
) -> Result<Answer, Error> {
    let outcome = app.db.write(change, |outcome| outcome).await;
    app.forget_users();
    match outcome? {
        Ok(_) => Ok(Answer::SeeOther(format!("/users?changed={what}"))),
        Err(Refused::NotFound) => Err(Error::NotFound),
        Err(refused) => {
            let problem = sentence(refused);
            show(app, context, StatusCode::CONFLICT, InviteForm::new(&Params::default(), None), None, Some(problem))
                .await
        }
    }
}

/// The words of a refusal as a sentence.
pub fn sentence(refused: Refused) -> String {
    let text = refused.to_string();
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// The page of all accounts and open invitations.
pub async fn show(
    app: &App,
    context: &RequestContext,
    status: StatusCode,
    invite: InviteForm,
    notice: Option<&'static str>,
    problem: Option<String>,
) -> Result<Answer, Error> {
    let me = context.session()?.user_uid;
    let query = |conn: &mut Conn| -> daybook::Result<(Vec<User>, Vec<Invitation>)> {
        Ok((users::list(conn)?, users::list_invitations(conn)?))
    };
    app.read(query, move |app, (users, invitations)| {
        let view = UsersPage::new(me, &users, &invitations, invite, notice, problem, &app.zone);
        app.html(status, "users/index.html", &view)
    })
    .await
}
