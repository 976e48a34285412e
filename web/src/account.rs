//! `/account`: one's own name, password and sessions.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use daybook::audit::Kind;
use daybook::users::{self, PersonName, Refused};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::person_form::PersonForm;
use crate::request::RequestContext;
use crate::sessions;
use crate::views::AccountPage;

/// `GET /account`
pub async fn show(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let notice = match params.get("changed") {
        Some("name") => Some("Your name was changed."),
        Some("password") => Some("Your password was changed. You were signed out everywhere else."),
        Some("role") => Some("Your role was changed."),
        Some("sessions") => Some("You were signed out there."),
        _ => None,
    };
    let name = PersonForm::name_only(&params).filled("name", context.session()?.name.as_str());
    let password = PersonForm::password_only(&Params::default());
    page(&app, &context, StatusCode::OK, name, password, notice).await
}

/// `POST /account`
pub async fn rename(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let mut form = PersonForm::name_only(&params);
    let Some(name) = form.check("name", PersonName::parse) else {
        let password = PersonForm::password_only(&Params::default());
        return page(&app, &context, StatusCode::UNPROCESSABLE_ENTITY, form, password, None).await;
    };
    let (actor, uid) = (context.actor()?, context.session()?.user_uid);
    app.write_users(move |conn| users::rename(conn, uid, &name, &actor), |_, outcome| done(outcome.map(drop), "name"))
        .await
}

/// `POST /account/password`: ends all other sessions, and gives this one a new id.
pub async fn change_password(
    app: App,
    context: RequestContext,
    req: HttpRequest,
    Form(params): Form,
) -> Result<Answer, Error> {
    let session = context.session()?.clone();
    let mut form = PersonForm::password_only(&params);
    // A thief of the session guesses as slowly as anybody.
    app.throttle.check(context.client.address, session.email.as_str())?;
    let uid = session.user_uid;
    let user = app.db.read(move |conn| users::find(conn, uid), |user| user).await?.ok_or(Error::SignedOut)?;
    if !app.hashing.verify(user.password_hash.clone(), form.typed("current").to_owned()).await? {
        let (owner, client) = (user.clone(), context.client.address.to_string());
        app.db.write(move |conn| users::count_failure(conn, Some(&owner), &client), |()| ()).await?;
        form.refuse("current", "This is not your password.".into());
    }
    let known = [session.email.as_str(), session.name.as_str()];
    let password = form.check_password(&app, &known).await?.filter(|_| form.is_right());
    let Some(password) = password else {
        let name = PersonForm::name_only(&params).filled("name", session.name.as_str());
        return page(&app, &context, StatusCode::UNPROCESSABLE_ENTITY, name, form, None).await;
    };
    let (actor, hash) = (context.actor()?, app.hashing.hash(password).await?);
    let keep = Some(session.uid);
    let changed = app.change_users(move |conn| users::change_password(conn, &user, &hash, keep, &actor)).await?;
    match changed {
        Ok(user) => sessions::begin(&app, &context, &req, user, "/account?changed=password".into()).await,
        Err(Refused::Changed) => Err(Error::SignedOut),
        Err(refused) => Err(Error::Internal(format!("a change of password: {refused}"))),
    }
}

/// `POST /account/sessions/{uid}/end`
pub async fn end_session(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (session, actor, user) = (uid_of(&path)?, context.actor()?, context.session()?.user_uid);
    let end = move |conn: &mut daybook::Conn| users::end_session(conn, user, session, Kind::End, &actor);
    // One that has ended already is as wanted.
    app.write_users(end, |_, _| done(Ok(()), "sessions")).await
}

/// `POST /account/sessions/end`: all but this one.
pub async fn end_other_sessions(app: App, context: RequestContext) -> Result<Answer, Error> {
    let (actor, session) = (context.actor()?, context.session()?.clone());
    let end = move |conn: &mut daybook::Conn| users::end_all(conn, session.user_uid, Some(session.uid), &actor);
    app.write_users(end, |_, _| done(Ok(()), "sessions")).await
}

fn done(outcome: Result<(), Refused>, what: &str) -> Result<Answer, Error> {
    match outcome {
        Ok(()) => Ok(Answer::SeeOther(format!("/account?changed={what}"))),
        Err(_) => Err(Error::NotFound),
    }
}

async fn page(
    app: &App,
    context: &RequestContext,
    status: StatusCode,
    name: PersonForm,
    password: PersonForm,
    notice: Option<&'static str>,
) -> Result<Answer, Error> {
    let (session, lifetime) = (context.session()?.clone(), app.config.sessions);
    let user = session.user_uid;
    app.read(
        move |conn| users::list_sessions(conn, user, lifetime),
        move |app, sessions| {
            let view = AccountPage::new(&session, &sessions, name.inputs(), password.inputs(), notice, &app.zone);
            app.html(status, "account/show.html", &view)
        },
    )
    .await
}
