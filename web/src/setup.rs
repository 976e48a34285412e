//! The first administrator, by the link that the server's start has printed.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use daybook::Uid;
use daybook::users::{self, Email, NewUser, Refused, Role, Token};

use crate::app::{Answer, App};
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::person_form::PersonForm;
use crate::request::RequestContext;
use crate::views::{JoinPage, SetupClosedPage};
use crate::{access, sessions};

/// `GET /setup`
pub async fn new(app: App, Query(params): Query) -> Result<Answer, Error> {
    if access::is_set_up(&app).await? {
        return Ok(Answer::SeeOther("/sign-in".into()));
    }
    match open_link(&app, &params).await? {
        Some(token) => page(&app, StatusCode::OK, &token, &PersonForm::with_email(&Params::default())),
        None => app.html(StatusCode::FORBIDDEN, "setup/closed.html", &SetupClosedPage {}),
    }
}

/// `POST /setup`
pub async fn create(app: App, context: RequestContext, req: HttpRequest, Form(params): Form) -> Result<Answer, Error> {
    if access::is_set_up(&app).await? {
        return Ok(Answer::SeeOther("/sign-in".into()));
    }
    let Some(token) = open_link(&app, &params).await? else {
        return app.html(StatusCode::FORBIDDEN, "setup/closed.html", &SetupClosedPage {});
    };
    let mut form = PersonForm::with_email(&params);
    let email = form.check("email", Email::parse);
    let Some((name, password)) = form.check_person(&app, &[]).await? else {
        return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &form);
    };
    let Some(email) = email else { return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &token, &form) };
    let password_hash = app.hashing.hash(password).await?;
    let new = NewUser { uid: Uid::new(), email, name, role: Role::Administrator, password_hash };
    let (hash, request) = (token.hash(), sessions::request(&context));
    let made = app.change_users(move |conn| users::set_up(conn, &hash, &new, request)).await?;
    match made {
        Ok(user) => sessions::begin(&app, &context, &req, user, "/entries".into()).await,
        Err(Refused::LinkGone) => Ok(Answer::SeeOther("/sign-in".into())),
        Err(refused) => Err(Error::Internal(format!("the setup: {refused}"))),
    }
}

/// The token of the request, if it opens the setup.
async fn open_link(app: &App, params: &Params) -> Result<Option<Token>, Error> {
    let Some(token) = params.get("token").and_then(|text| text.parse::<Token>().ok()) else { return Ok(None) };
    let hash = token.hash();
    let opens = app.db.read(move |conn| users::opens_setup(conn, &hash), |opens| opens).await?;
    Ok(opens.then_some(token))
}

fn page(app: &App, status: StatusCode, token: &Token, form: &PersonForm) -> Result<Answer, Error> {
    let view = JoinPage {
        title: "Set up Daybook",
        lead:
            "You are the first one here. This makes the account of the first administrator, who can then invite others."
                .into(),
        action: "/setup",
        token: token.to_string(),
        email: None,
        inputs: form.inputs(),
        button: "Set up",
    };
    app.html(status, "users/join.html", &view)
}
