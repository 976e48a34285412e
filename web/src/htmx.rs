//! The only file that knows htmx' headers. <https://htmx.org/reference/#headers>

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// What every answer varies by that exists as page and as fragment.
pub const VARY: HeaderValue = HeaderValue::from_static("HX-Request, HX-Request-Type, HX-History-Restore-Request");

const REQUEST: HeaderName = HeaderName::from_static("hx-request");
const REQUEST_TYPE: HeaderName = HeaderName::from_static("hx-request-type");
const HISTORY_RESTORE: HeaderName = HeaderName::from_static("hx-history-restore-request");
const RETARGET: &str = "HX-Retarget";
const RESWAP: &str = "HX-Reswap";
const PUSH_URL: &str = "HX-Push-Url";
const REPLACE_URL: &str = "HX-Replace-Url";
const REDIRECT: &str = "HX-Redirect";
const CURRENT_URL: &str = "HX-Current-URL";

/// Whether htmx asks for a part of a page. When it restores a page from the history, or targets the whole body, it
/// gets the page.
pub fn wants_fragment(headers: &HeaderMap) -> bool {
    let is = |name: HeaderName, value: &str| headers.get(name).is_some_and(|header| header == value);
    is(REQUEST, "true") && !is(REQUEST_TYPE, "full") && !is(HISTORY_RESTORE, "true")
}

/// Whether htmx asks at all, also for a page.
pub fn is_request(headers: &HeaderMap) -> bool {
    headers.get(REQUEST).is_some_and(|header| header == "true")
}

/// The address of the page that htmx asks from.
pub fn current_url(headers: &HeaderMap) -> Option<&str> {
    headers.get(CURRENT_URL)?.to_str().ok()
}

/// The browser shall leave the page for this one.
pub fn redirect(response: &mut HttpResponseBuilder, path: &str) {
    response.insert_header((REDIRECT, path));
}

/// Sends an error's fragment to the page's place for them, so that it never replaces what a person was typing.
pub fn show_as_alert(response: &mut HttpResponseBuilder) {
    response
        .insert_header((RETARGET, "#alert"))
        .insert_header((RESWAP, "innerHTML"))
        .insert_header((PUSH_URL, "false"));
}

/// The address bar shall say this, whatever the element said that asked.
pub fn replace_url(response: &mut HttpResponseBuilder, url: &str) {
    response.insert_header((REPLACE_URL, url));
}
