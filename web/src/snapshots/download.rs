//! `/snapshots/{uid}/files/{name}`: a file, for whoever may have it at this moment.
//!
//! From a folder it is sent, by ranges if the client asks so; a bucket is asked for an address that is good for a minute.

use std::time::Duration;

use actix_files::NamedFile;
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ContentEncoding, HeaderValue, LOCATION, RANGE,
};
use actix_web::{HttpRequest, HttpResponse, web};
use daybook::files::{Label, Way};
use daybook::snapshots;

use crate::app::App;
use crate::entries::uid_of;
use crate::error::Error;
use crate::request::RequestContext;

/// Of an address in a bucket.
const LIFE: Duration = Duration::from_secs(60);

/// `GET /snapshots/{uid}/files/{name}`
pub async fn download(
    app: App,
    context: RequestContext,
    req: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Error> {
    let (uid, name) = path.into_inner();
    let (uid, actor) = (uid_of(&uid)?, context.actor()?);
    let found = if begins(&req) {
        app.change(move |conn| snapshots::download(conn, uid, &name, &actor)).await?
    } else {
        app.db.read(move |conn| snapshots::open(conn, uid, &name), |found| found).await?
    };
    let found = found.ok_or(Error::NotFound)?;
    let mut response = match app.shelf.files.way(&found.key, LIFE).await? {
        Way::Path(file) => {
            let opened = web::block(move || NamedFile::open(file)).await;
            let opened = opened.map_err(|error| Error::Internal(error.to_string()))?;
            send(opened.map_err(|error| missing(&found.key, &error))?, &found.label, &req)?
        }
        Way::Url(url) => HttpResponse::SeeOther().insert_header((LOCATION, url)).finish(),
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Whether somebody begins to take the file, which is written down. What goes on with the rest of it, or only looks, is not.
fn begins(req: &HttpRequest) -> bool {
    let range = req.headers().get(RANGE).and_then(|range| range.to_str().ok());
    req.method() == Method::GET && range.is_none_or(|range| range.trim().starts_with("bytes=0-"))
}

fn send(file: NamedFile, label: &Label, req: &HttpRequest) -> Result<HttpResponse, Error> {
    // As it is: its length and its hash are told, and each part of it has to fit to the others.
    let mut response = file.set_content_encoding(ContentEncoding::Identity).into_response(req);
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{}\"", label.file_name));
    let disposition = disposition.map_err(|_| Error::Internal("a file’s name is no header".into()))?;
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(label.content_type));
    Ok(response)
}

/// Deleted at this moment; or this process does not see the folder that the worker writes to.
fn missing(key: &str, error: &std::io::Error) -> Error {
    tracing::warn!(key, %error, "a snapshot’s file cannot be opened");
    Error::NotFound
}
