//! Invitations: made and taken back by administrators, used at `/join` by whoever has the link.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use daybook::Conn;
use daybook::users::{self, Email, Invitation, NewInvitation, Refused, Role, Token};

use crate::app::{Answer, App};
use crate::entries::uid_of;
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::person_form::PersonForm;
use crate::request::RequestContext;
use crate::users::sentence;
use crate::views::{InviteForm, InvitedPage, JoinPage};
use crate::{access, sessions};

/// `POST /invitations`: answers with the link, which is shown only this once.
pub async fn create(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let (uid, role): (_, Role) = (params.required("uid")?, params.required("role")?);
    let actor = context.actor()?;
    let outcome = match Email::parse(params.get("email").unwrap_or_default()) {
        Err(problem) => Err(format!("Email address {problem}.")),
        Ok(email) => {
            let new = NewInvitation { uid, email, role };
            let made = app.change_users(move |conn| users::invite(conn, &new, &actor)).await?;
            made.map_err(sentence)
        }
    };
    match outcome {
        Ok((invitation, token)) => link_page(&app, &invitation, &token),
        Err(problem) => {
            let form = InviteForm::new(&params, Some(problem));
            crate::users::show(&app, &context, StatusCode::UNPROCESSABLE_ENTITY, form, None, None).await
        }
    }
}

/// `POST /users/{uid}/password-link`: a link for somebody who has forgotten their password.
pub async fn create_password_link(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    match app.change_users(move |conn| users::new_password_link(conn, uid, &actor)).await? {
        Ok((invitation, token)) => link_page(&app, &invitation, &token),
        Err(Refused::NotFound) => Err(Error::NotFound),
        Err(refused) => crate::users::refuse(&app, &context, uid, refused, "password").await,
    }
}

fn link_page(app: &App, invitation: &Invitation, token: &Token) -> Result<Answer, Error> {
    let view = InvitedPage::new(invitation, &app.link(&format!("/join?token={token}")), &app.zone);
    app.html(StatusCode::OK, "users/invited.html", &view)
}

/// `POST /invitations/{uid}/revoke`
pub async fn revoke(app: App, context: RequestContext, path: web::Path<String>) -> Result<Answer, Error> {
    let (uid, actor) = (uid_of(&path)?, context.actor()?);
    app.write(
        move |conn| users::revoke(conn, uid, &actor),
        // One that is gone already is as wanted.
        |_, _| Ok(Answer::SeeOther("/users?changed=revoked".into())),
    )
    .await
}

/// `GET /join`
pub async fn join(app: App, Query(params): Query) -> Result<Answer, Error> {
    if !access::is_set_up(&app).await? {
        return Err(Error::NotSetUp);
    }
    let (token, invitation) = open_link(&app, &params).await?;
    page(&app, StatusCode::OK, &token, &invitation, &form_of(&invitation, &Params::default()))
}

/// `POST /join`
pub async fn accept(app: App, context: RequestContext, req: HttpRequest, Form(params): Form) -> Result<Answer, Error> {
    let (token, invitation) = open_link(&app, &params).await?;
    let (hash, request) = (token.hash(), sessions::request(&context));
    let mut form = form_of(&invitation, &params);
    let known = [invitation.email.as_str()];
    let made = if invitation.user.is_some() {
        let Some(password) = form.check_password(&app, &known).await? else {
            return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &invitation, &form);
        };
        let password_hash = app.hashing.hash(password).await?;
        let change = move |conn: &mut Conn| users::accept_password(conn, &hash, &password_hash, request);
        app.change_users(change).await?
    } else {
        let Some((name, password)) = form.check_person(&app, &known).await? else {
            return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &invitation, &form);
        };
        let password_hash = app.hashing.hash(password).await?;
        let make = move |conn: &mut Conn| users::accept(conn, &hash, &name, &password_hash, request);
        app.change_users(make).await?
    };
    match made {
        Ok(user) => sessions::begin(&app, &context, &req, user, "/entries".into()).await,
        Err(Refused::LinkGone | Refused::EmailTaken) => Err(Error::LinkGone),
        Err(refused) => Err(Error::Internal(format!("an invitation: {refused}"))),
    }
}

/// What the link asks its person for.
fn form_of(invitation: &Invitation, params: &Params) -> PersonForm {
    match invitation.user {
        None => PersonForm::without_email(params),
        Some(_) => PersonForm::new_password(params),
    }
}

/// The invitation of the request's token.
async fn open_link(app: &App, params: &Params) -> Result<(Token, Invitation), Error> {
    let token: Token = params.get("token").and_then(|text| text.parse().ok()).ok_or(Error::LinkGone)?;
    let hash = token.hash();
    let found = app.db.read(move |conn| users::find_invitation(conn, &hash), |found| found).await?;
    found.map(|invitation| (token, invitation)).ok_or(Error::LinkGone)
}

fn page(
    app: &App,
    status: StatusCode,
    token: &Token,
    invitation: &Invitation,
    form: &PersonForm,
) -> Result<Answer, Error> {
    let (by, email, role) = (&invitation.created_by_name, invitation.email.as_str(), invitation.role);
    let (title, lead, button) = match invitation.user {
        None => {
            let lead = format!("{by} has invited you as {role}. You will sign in as {email}.");
            ("Join Daybook", lead, "Join")
        }
        Some(_) => ("Choose a new password", format!("For your account {email}."), "Change the password"),
    };
    let view = JoinPage {
        title,
        lead,
        action: "/join",
        token: token.to_string(),
        email: Some(email.to_owned()),
        inputs: form.inputs(),
        button,
    };
    app.html(status, "users/join.html", &view)
}
