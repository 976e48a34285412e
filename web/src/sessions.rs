//! Signing in and out.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::USER_AGENT;
use daybook::audit::Kind;
use daybook::users::{self, Email, Origin, PasswordHash, Refused, Token, User};
use daybook::{Conn, Uid};

use crate::access;
use crate::app::{Answer, App};
use crate::error::Error;
use crate::params::{Form, Params, Query};
use crate::request::RequestContext;
use crate::site_path::SitePath;
use crate::views::{SignInPage, TextInput};

/// Where people begin.
const START: &str = "/entries";

/// `GET /sign-in`
pub async fn new(app: App, req: HttpRequest, Query(params): Query) -> Result<Answer, Error> {
    let back = back(&params);
    if !access::is_set_up(&app).await? {
        return Err(Error::NotSetUp);
    }
    if access::recognise(&req).await?.is_some() {
        return Ok(Answer::SeeOther(back.map_or_else(|| START.to_owned(), |path| path.to_string())));
    }
    page(&app, StatusCode::OK, "", back, None)
}

/// `POST /sign-in`: the same answer after the same work, whether the account or the password is wrong.
pub async fn create(app: App, context: RequestContext, req: HttpRequest, Form(params): Form) -> Result<Answer, Error> {
    let (client, back) = (context.client.address, back(&params));
    let typed = params.get("email").unwrap_or_default().to_owned();
    let password = params.get("password").unwrap_or_default().to_owned();
    if typed.trim().is_empty() || password.is_empty() {
        let missing = "Please fill in both your email address and your password.";
        return page(&app, StatusCode::UNPROCESSABLE_ENTITY, &typed, back, Some(missing.into()));
    }
    if !access::is_set_up(&app).await? {
        return Err(Error::NotSetUp);
    }
    if let Err(error) = app.throttle.check(client, &typed) {
        let Error::TooMany(seconds) = error else { return Err(error) };
        let told = format!("Too many tries. Please try again in {seconds} seconds.");
        let page = page(&app, StatusCode::TOO_MANY_REQUESTS, &typed, back, Some(told))?;
        return Ok(Answer::RetryAfter(Box::new(page), seconds));
    }
    let user = match Email::parse(&typed) {
        Ok(email) => app.db.read(move |conn| users::find_by_email(conn, &email), |user| user).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().map_or_else(PasswordHash::of_nobody, |user| user.password_hash.clone());
    let right = app.hashing.verify(hash, password).await?;
    match user.clone().filter(|_| right) {
        Some(user) if !user.disabled => {
            let to = back.map_or_else(|| START.to_owned(), |path| path.to_string());
            begin(&app, &context, &req, user, to).await
        }
        refused => {
            let told = match refused {
                // Only somebody who knows the password learns this.
                Some(_) => "This account is disabled. An administrator can enable it again.",
                None => "Email address or password is wrong.",
            };
            let count = move |conn: &mut Conn| users::count_failure(conn, user.as_ref(), &client.to_string());
            app.db.write(count, |()| ()).await?;
            page(&app, StatusCode::UNPROCESSABLE_ENTITY, &typed, back, Some(told.into()))
        }
    }
}

/// `POST /sign-out`
pub async fn destroy(app: App, context: RequestContext) -> Result<Answer, Error> {
    let (actor, session) = (context.actor()?, context.session()?.clone());
    app.write_users(
        move |conn| users::end_session(conn, session.user_uid, session.uid, Kind::SignOut, &actor),
        |app, _| {
            let to = Box::new(Answer::SeeOther("/sign-in".into()));
            Ok(Answer::WithCookie(to, access::no_cookie(app)))
        },
    )
    .await
}

/// Begins a session of an account whose password is known to be right, and ends the one that the browser had: an id from
/// before the sign-in is worth nothing after it.
pub async fn begin(
    app: &App,
    context: &RequestContext,
    req: &HttpRequest,
    user: User,
    to: String,
) -> Result<Answer, Error> {
    let (token, origin) = (Token::random()?, origin(context, req));
    let (hash, actor) = (token.hash(), user.actor(context.id, context.client.address));
    let before = access::recognise(req).await?;
    app.write_users(
        move |conn| {
            // The account first and its sessions then, as everywhere: else two could wait for each other.
            let begun = users::sign_in(conn, &user, &hash, &origin, &actor)?;
            if let (Ok(_), Some(before)) = (&begun, before) {
                users::end_session(conn, before.user_uid, before.uid, Kind::SignOut, &actor)?;
            }
            Ok(begun)
        },
        move |app, session| match session {
            Ok(_) => Ok(Answer::WithCookie(Box::new(Answer::SeeOther(to)), access::cookie(app, &token))),
            Err(Refused::Changed) => Err(Error::SignedOut),
            Err(refused) => Err(Error::Internal(format!("a sign-in: {refused}"))),
        },
    )
    .await
}

/// Where a session is begun from.
fn origin(context: &RequestContext, req: &HttpRequest) -> Origin {
    let device = req.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let device = device.chars().take(Origin::DEVICE_MAX).collect();
    Origin { address: context.client.address.to_string(), device }
}

fn back(params: &Params) -> Option<SitePath> {
    params.get("back").and_then(SitePath::parse)
}

fn page(
    app: &App,
    status: StatusCode,
    email: &str,
    back: Option<SitePath>,
    problem: Option<String>,
) -> Result<Answer, Error> {
    // There is nothing else to do on this page; and who comes back to it has the password to type.
    let (wrong, known) = (problem.as_ref().map(|_| "problem"), !email.trim().is_empty());
    let inputs = vec![
        TextInput::new("email", "Email address", "email")
            .with("username")
            .filled(email)
            .refused_by(wrong)
            .focused(!known),
        TextInput::new("password", "Password", "password").with("current-password").refused_by(wrong).focused(known),
    ];
    let back = back.map(|path| path.to_string()).unwrap_or_default();
    app.html(status, "sessions/new.html", &SignInPage { inputs, back, problem })
}

/// What a request tells of itself to functions that make an account for the person who sends it.
pub fn request(context: &RequestContext) -> (Uid, IpAddr) {
    (context.id, context.client.address)
}
