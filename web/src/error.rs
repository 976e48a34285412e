//! What a request can end with besides its answer, and how that is told: a page, or a compact fragment for htmx.
//!
//! This is the one type of errors in `web`. An unforeseen one is an opaque 500 whose cause is in the log only, under the
//! request id that the page shows.

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

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
            Error::NotAForm => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "That is not a form",
                "Changes are sent as application/x-www-form-urlencoded.",
            ),
            Error::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "That is too much text",
                "A description holds up to 10,000 characters. Nothing was changed.",
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
            Error::Internal(_) | Error::Daybook(E::Internal(_)) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It is our fault, not yours. What happened is in the server’s log under the number below.",
            ),
            Error::Daybook(E::Unavailable(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The book cannot be reached right now",
                "Its database does not answer. Nothing was changed; please try again in a moment.",
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
    let app = response.request().app_data::<web::Data<App>>().cloned();
    let dressed = page_or_fragment(app.as_ref().map(|app| app.get_ref()), error, &context);
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

fn page_or_fragment(app: Option<&App>, error: &Error, context: &RequestContext) -> HttpResponse {
    let (status, title, message) = error.told();
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((RETRY_AFTER, "5"));
    }
    let template = if context.wants_fragment { "_error.html" } else { "error.html" };
    if context.wants_fragment {
        htmx::show_as_alert(&mut response);
    }
    let view = ErrorView { status: status.as_u16(), title, message, request_id: context.id.to_string() };
    match app.map(|app| app.html(status, template, &view)) {
        Some(Ok(Answer::Html(_, body))) => response.content_type(ContentType::html()).body(body),
        _ => response.content_type(ContentType::plaintext()).body(format!("{title}\n{message}\n")),
    }
}
