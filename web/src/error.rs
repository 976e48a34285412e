//! What a request can end with besides its answer, and how that is told: a page, or a compact fragment for htmx.
//!
//! This is the one type of errors in `web`. An unforeseen one is an opaque 500 whose cause is in the log only, under the
//! request id that the page shows.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use form_urlencoded::byte_serialize;
use serde::Serialize;

use crate::access;
use crate::app::{Answer, App};
use crate::htmx;
use crate::request::RequestContext;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not found")]
    NotFound,
    #[error("method not allowed")]
    MethodNotAllowed,
    /// A sentence that names what is wrong.
    #[error("{0}")]
    BadRequest(String),
    #[error("for another host")]
    UnknownHost,
    #[error("from another site")]
    CrossOrigin,
    /// There is no account yet.
    #[error("not set up")]
    NotSetUp,
    /// Nobody is signed in, or their session has ended.
    #[error("not signed in")]
    SignedOut,
    #[error("without a token")]
    NoToken,
    #[error("not allowed")]
    Forbidden,
    /// Seconds until the next try.
    #[error("too many tries")]
    TooMany(u64),
    /// Used, taken back, or too old.
    #[error("the link does not work any more")]
    LinkGone,
    #[error("not a form")]
    NotAForm,
    #[error("too large")]
    TooLarge,
    #[error("too slow")]
    TooSlow,
    #[error("the address is too long")]
    UriTooLong,
    #[error("the headers are too large")]
    HeadersTooLarge,
    /// What people are told is nothing; the text goes to the log.
    #[error("{0}")]
    Internal(String),
    #[error(transparent)]
    Daybook(#[from] daybook::Error),
}

/// What a page says of an error.
#[derive(Serialize)]
struct ErrorView<'a> {
    status: u16,
    title: &'a str,
    message: &'a str,
    request_id: String,
}

impl Error {
    /// Status, title and message for people.
    fn told(&self) -> (StatusCode, &str, &str) {
        use daybook::Error as E;
        match self {
            Error::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "The entry may have been deleted for good, or the address is not quite right.",
            ),
            Error::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "That cannot be done here", "The address exists, but not for this.")
            }
            Error::BadRequest(message) => (StatusCode::BAD_REQUEST, "The request cannot be understood", message),
            Error::UnknownHost => (
                StatusCode::BAD_REQUEST,
                "This is not the address of the book",
                "The server does not answer to this host name. Whoever runs it can add the name to ALLOWED_HOSTS.",
            ),
            Error::CrossOrigin => (
                StatusCode::FORBIDDEN,
                "The request came from another site",
                "Changes are accepted from Daybook’s own pages only. Open the book, and try again from there.",
            ),
            Error::NotSetUp => (
                StatusCode::FORBIDDEN,
                "Daybook is not set up yet",
                "It has no account. Whoever runs it finds a link to make the first one in the server’s log.",
            ),
            Error::SignedOut | Error::Daybook(E::SessionEnded) => {
                (StatusCode::UNAUTHORIZED, "You are not signed in", "Please sign in, and try again from there.")
            }
            Error::NoToken => (
                StatusCode::UNAUTHORIZED,
                "There is no such interface yet",
                "Programs will be let in by tokens, and there are none yet.",
            ),
            Error::Forbidden | Error::Daybook(E::NotAllowed) => (
                StatusCode::FORBIDDEN,
                "Your account may not do that",
                "Nothing was changed. An administrator can give your account another role.",
            ),
            Error::TooMany(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "Too many tries", "Please wait a moment before you try again.")
            }
            Error::LinkGone => (
                StatusCode::GONE,
                "This link does not work any more",
                "It works once, and for three days. Whoever gave it to you can make another one.",
            ),
            Error::NotAForm => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "That is not a form",
                "Changes are sent as application/x-www-form-urlencoded.",
            ),
            Error::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much text",
                "A form may have 256 KB, and a description in it 10,000 characters. Nothing was changed.",
            ),
            Error::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "The form took too long to arrive",
                "Nothing was changed. Please send it again.",
            ),
            Error::UriTooLong => (StatusCode::URI_TOO_LONG, "The address is too long", "An address may have 8 KB."),
            Error::HeadersTooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The request’s headers are too large",
                "They may have 32 KB.",
            ),
            Error::Internal(_) | Error::Daybook(E::Internal(_) | E::LeaseLost) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It is our fault, not yours. What happened is in the server’s log under the number below.",
            ),
            Error::Daybook(E::Unavailable(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The book cannot be reached right now",
                "Its database does not answer. Nothing was changed; please try again in a moment.",
            ),
            Error::Daybook(E::Files(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The file cannot be reached right now",
                "The store of files does not answer; please try again in a moment.",
            ),
            Error::Daybook(E::Busy(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The book is busy",
                "Others are changing the same thing. Nothing was changed; please try again.",
            ),
            Error::Daybook(E::OutcomeUnknown(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Outcome unknown, safe to send again",
                "The database did not confirm your change in time. Sending it again cannot make it twice.",
            ),
            Error::Daybook(E::NotMigrated) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The book is being prepared",
                "Its database has not been brought up to date yet (daybook-web migrate).",
            ),
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.told().0
    }

    /// Bare: [`dress`] gives it its page once the request is known.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// Turns errors into pages or fragments, and logs those that are the server's.
pub async fn dress<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let response = next.call(req).await?;
    let Some(error) = response.response().error() else { return Ok(response.map_into_left_body()) };
    let context = RequestContext::of(response.request());
    let foreign;
    let error = match error.as_error::<Error>() {
        Some(error) => error,
        None => {
            foreign = from_actix(error);
            &foreign
        }
    };
    log(error, &context);
    let req = response.request();
    let app = req.app_data::<web::Data<App>>().map(|app| app.get_ref());
    let dressed = redirect(error, req).unwrap_or_else(|| page_or_fragment(app, error, &context));
    Ok(response.into_response(dressed).map_into_right_body())
}

/// actix' own errors: a path or header that it cannot read.
fn from_actix(error: &actix_web::Error) -> Error {
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        status if status.is_client_error() => Error::BadRequest(format!("{error}.")),
        _ => Error::Internal(error.to_string()),
    }
}

fn log(error: &Error, context: &RequestContext) {
    let id = context.id;
    match error.status_code() {
        StatusCode::INTERNAL_SERVER_ERROR => tracing::error!(%id, %error, "failed"),
        status if status.is_server_error() => tracing::warn!(%id, %error, "unavailable"),
        _ => tracing::debug!(%id, %error, "refused"),
    }
}

/// For who is not in yet: on to the way in. htmx is told to leave the page, and keeps what was typed there.
fn redirect(error: &Error, req: &HttpRequest) -> Option<HttpResponse> {
    let to = match error {
        Error::NotSetUp => "/setup".to_owned(),
        Error::SignedOut | Error::Daybook(daybook::Error::SessionEnded) => match access::way_back(req) {
            None => "/sign-in".to_owned(),
            Some(back) => {
                let back: String = byte_serialize(back.to_string().as_bytes()).collect();
                format!("/sign-in?back={back}")
            }
        },
        _ => return None,
    };
    if htmx::is_request(req.headers()) {
        let mut response = HttpResponse::build(error.status_code());
        htmx::redirect(&mut response, &to);
        return Some(response.finish());
    }
    Some(HttpResponse::SeeOther().insert_header((LOCATION, to)).finish())
}

fn page_or_fragment(app: Option<&App>, error: &Error, context: &RequestContext) -> HttpResponse {
    let (status, title, message) = error.told();
    let mut response = HttpResponse::build(status);
    match error {
        Error::TooMany(seconds) => drop(response.insert_header((RETRY_AFTER, seconds.to_string()))),
        Error::NoToken => drop(response.insert_header((WWW_AUTHENTICATE, "Bearer"))),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => drop(response.insert_header((RETRY_AFTER, "5"))),
        _ => {}
    }
    let template = if context.wants_fragment { "_error.html" } else { "error.html" };
    if context.wants_fragment {
        htmx::show_as_alert(&mut response);
    }
    let view = ErrorView { status: status.as_u16(), title, message, request_id: context.id.to_string() };
    match app.map(|app| app.seen_by(context).html(status, template, &view)) {
        Some(Ok(Answer::Html(_, body))) => response.content_type(ContentType::html()).body(body),
        _ => response.content_type(ContentType::plaintext()).body(format!("{title}\n{message}\n")),
    }
}
