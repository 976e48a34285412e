//! `/users`: everybody's account, for administrators.

use actix_web::http::StatusCode;
use actix_web::web;
use daybook::users::{self, Action, Invitation, Refused, Role, User};
use daybook::{Conn, Uid};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::request::RequestContext;
use crate::views::{InviteForm, Note, UsersPage};

/// `GET /users`
pub async fn index(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let changed = params.get("changed").unwrap_or_default();
    let notice = (changed == "revoked").then_some("The invitation was taken back. Its link does not work any more.");
    let text = match changed {
        "role" => Some("The role was changed."),
        "disabled" => Some("The account was disabled and signed out everywhere."),
        "enabled" => Some("The account was enabled."),
        _ => None,
    };
    let note = text.map(|text| Note { text: text.into(), problem: false, at: control(changed) });
    let note = params.optional("user")?.zip(note);
    show(&app, &context, StatusCode::OK, InviteForm::new(&Params::default(), None), notice, note).await
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
    answer(&app, &context, uid, change, "role").await
}

/// `POST /users/{uid}/disable`
pub async fn disable(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    answer(&app, &context, uid, move |conn| users::disable(conn, uid, &actor), "disabled").await
}

/// `POST /users/{uid}/enable`
pub async fn enable(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    answer(&app, &context, uid, move |conn| users::enable(conn, uid, &actor), "enabled").await
}

async fn answer(
    app: &App,
    context: &RequestContext,
    uid: Uid,
    change: impl FnOnce(&mut Conn) -> users::Tried<User> + Send + 'static,
    what: &'static str,
) -> Result<Answer, Error> {
    match app.change_users(change).await? {
        // Who has given up the right to see the page of all accounts sees their own.
        Ok(user) if user.uid == context.session()?.user_uid && !user.role.may(Action::ManageUsers) => {
            Ok(Answer::SeeOther("/account?changed=role".into()))
        }
        Ok(_) => Ok(Answer::SeeOther(format!("/users?changed={what}&user={uid}"))),
        Err(Refused::NotFound) => Err(Error::NotFound),
        Err(refused) => refuse(app, context, uid, refused, what).await,
    }
}

/// The page with a remark beside the person why it was not done.
pub async fn refuse(
    app: &App,
    context: &RequestContext,
    uid: Uid,
    refused: Refused,
    what: &str,
) -> Result<Answer, Error> {
    let note = Note { text: sentence(refused), problem: true, at: control(what) };
    let invite = InviteForm::new(&Params::default(), None);
    show(app, context, StatusCode::CONFLICT, invite, None, Some((uid, note))).await
}

/// The control of a person's row that has changed this: see [`Note`].
fn control(what: &str) -> &'static str {
    if what == "role" { "role" } else { "switch" }
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
    note: Option<(Uid, Note)>,
) -> Result<Answer, Error> {
    let me = context.session()?.user_uid;
    let query = |conn: &mut Conn| -> daybook::Result<(Vec<User>, Vec<Invitation>)> {
        Ok((users::list(conn)?, users::list_invitations(conn)?))
    };
    app.read(query, move |app, (users, invitations)| {
        let view = UsersPage::new(me, &users, &invitations, invite, notice, note, &app.zone);
        app.html(status, "users/index.html", &view)
    })
    .await
}
