//! Names and values from a query or a form. Strict: what is not valid UTF-8, or stands there twice, is refused.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use daybook::Uid;
use percent_encoding::percent_decode;

use crate::error::Error;

/// Bytes of a form at the most: a description of 10,000 characters takes up to 120 KB when it is encoded.
pub const MAX_FORM: usize = 256 * 1024;
/// Entries that one request may be about: more than a page shows, and few enough to name them all in an address.
pub const MAX_UIDS: usize = 100;
/// How long a form may take to arrive.
const SLOWEST_FORM: Duration = Duration::from_secs(20);

/// Decoded names and values.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Params {
    once: BTreeMap<String, String>,
    /// The values of [`REPEATED`].
    repeated: Vec<String>,
}

/// The one name that may stand there more than once: the checkboxes of a list.
pub const REPEATED: &str = "entry";

/// The query of the URL.
pub struct Query(pub Params);

/// The body, as HTML forms send it (`application/x-www-form-urlencoded`).
pub struct Form(pub Params);

impl Params {
    /// Reads the form-urlencoded format of the URL Standard, strictly.
    pub fn parse(bytes: &[u8]) -> Result<Params, Error> {
        let mut params = Params::default();
        for pair in bytes.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |&byte| byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if name == REPEATED {
                params.repeated.push(value);
                continue;
            }
            match params.once.entry(name) {
                Entry::Vacant(place) => drop(place.insert(value)),
                Entry::Occupied(place) => {
                    return Err(Error::BadRequest(format!("“{}” is there twice.", shortened(place.key()))));
                }
            }
        }
        Ok(params)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.once.get(name).map(String::as_str)
    }

    /// The values of [`REPEATED`], in their order.
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Identifiers with dots between them; none when the parameter is absent.
    ///
    /// # Errors
    /// 400, with the parameter's name, also when there are more than [`MAX_UIDS`].
    pub fn uids(&self, name: &str) -> Result<Vec<Uid>, Error> {
        let Some(text) = self.get(name) else { return Ok(Vec::new()) };
        let uids: Result<Vec<Uid>, _> = text.split('.').take(MAX_UIDS + 1).map(str::parse).collect();
        match uids {
            Ok(uids) if uids.len() <= MAX_UIDS => Ok(uids),
            _ => Err(Error::BadRequest(format!("“{name}” has a value that does not exist here."))),
        }
    }

    /// The value, parsed; `None` when it is absent or empty.
    ///
    /// # Errors
    /// 400, with the parameter's name.
    pub fn optional<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        match self.get(name) {
            None | Some("") => Ok(None),
            Some(text) => match text.parse() {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(Error::BadRequest(format!("“{name}” has a value that does not exist here."))),
            },
        }
    }

    /// As [`Params::optional`], and it must be there.
    pub fn required<T: std::str::FromStr>(&self, name: &str) -> Result<T, Error> {
        self.optional(name)?.ok_or_else(|| Error::BadRequest(format!("“{name}” is missing.")))
    }
}

fn decode(bytes: &[u8]) -> Result<String, Error> {
    let spaced: Vec<u8> = bytes.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    let text = percent_decode(&spaced).decode_utf8();
    text.map(|text| text.into_owned()).map_err(|_| Error::BadRequest("The request is not valid UTF-8.".into()))
}

fn shortened(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

impl FromRequest for Query {
    type Error = Error;
    type Future = Ready<Result<Query, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Params::parse(req.query_string().as_bytes()).map(Query))
    }
}

impl FromRequest for Form {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Form, Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (is_form, body) = (is_form(req), read(req, payload));
        Box::pin(async move {
            if !is_form {
                return Err(Error::NotAForm);
            }
            Ok(Form(Params::parse(&body.await?)?))
        })
    }
}

fn is_form(req: &HttpRequest) -> bool {
    let kind = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn read(req: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<web::Bytes, Error>> + use<> {
    let too_large = req.headers().get("content-length").and_then(|n| n.to_str().ok()?.parse().ok()) > Some(MAX_FORM);
    let body = web::Payload::from_request(req, payload);
    async move {
        if too_large {
            return Err(Error::TooLarge);
        }
        let body = body.await.map_err(|_| Error::BadRequest("The form could not be read.".into()))?;
        match tokio::time::timeout(SLOWEST_FORM, body.to_bytes_limited(MAX_FORM)).await {
            Err(_) => Err(Error::TooSlow),
            Ok(Err(_)) => Err(Error::TooLarge),
            Ok(Ok(Err(error))) => Err(unreadable(error)),
            Ok(Ok(Ok(bytes))) => Ok(bytes),
        }
    }
}

fn unreadable(error: actix_web::Error) -> Error {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Error::TooLarge,
        _ => Error::BadRequest("The form could not be read.".into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_decoded_strictly() {
        let params = Params::parse("title=Caf%C3%A9+%26+bar&empty=&bare".as_bytes()).unwrap();
        assert_eq!(params.get("title"), Some("Café & bar"));
        assert_eq!((params.get("empty"), params.get("bare"), params.get("none")), (Some(""), Some(""), None));
        assert!(Params::parse(b"title=%FF").is_err());
        assert!(Params::parse(b"title=a&title=b").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
            let _ = Params::parse(&bytes);
        }

        #[test]
        fn what_a_browser_encodes_comes_back(title in any::<String>(), text in any::<String>()) {
            let body = form_urlencoded::Serializer::new(String::new())
                .append_pair("title", &title).append_pair("description", &text).finish();
            let params = Params::parse(body.as_bytes()).unwrap();
            prop_assert_eq!(params.get("title"), Some(title.as_str()));
            prop_assert_eq!(params.get("description"), Some(text.as_str()));
        }
    }
}
