//! Static files under URLs that change with their content, so that browsers may keep them for a year.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use actix_files::NamedFile;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use anyhow::Context;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::Error;

/// Name in URLs and templates, and the file below the assets folder. npm's files are served from their packages.
const FILES: &[(&str, &str)] = &[
    ("app.css", "static/app.css"),
    ("app.js", "static/app.js"),
    ("copy.js", "static/copy.js"),
    ("drafts.js", "static/drafts.js"),
    ("keys.js", "static/keys.js"),
    ("leaving.js", "static/leaving.js"),
    ("select.js", "static/select.js"),
    ("time.js", "static/time.js"),
    ("icon.svg", "static/icon.svg"),
    ("htmx.js", "node_modules/htmx.org/dist/htmx.min.js"),
    ("pico.css", "node_modules/@picocss/pico/css/pico.min.css"),
    ("robots.txt", "static/robots.txt"),
];

const YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For a URL from a page of another release: its content may differ there.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The files, with their fingerprints.
pub struct Assets(BTreeMap<&'static str, Asset>);

struct Asset {
    file: PathBuf,
    fingerprint: String,
}

impl Assets {
    /// Reads every file once.
    ///
    /// # Errors
    /// The first one that is missing.
    pub fn load(folder: &Path) -> anyhow::Result<Assets> {
        let assets = FILES.iter().map(|&(name, path)| {
            let file = folder.join(path);
            let fingerprint = fingerprint(&file).with_context(|| format!("{path} is missing; run `npm ci`"))?;
            Ok((name, Asset { file, fingerprint }))
        });
        Ok(Assets(assets.collect::<anyhow::Result<_>>()?))
    }

    /// The path for a page to name; `None` for a file that is not in the list.
    pub fn url(&self, name: &str) -> Option<String> {
        let asset = self.0.get(name)?;
        // In development the files change while the program runs.
        let current = if cfg!(debug_assertions) { fingerprint(&asset.file).ok() } else { None };
        let fingerprint = current.as_ref().unwrap_or(&asset.fingerprint);
        Some(format!("/static/{fingerprint}/{name}"))
    }
}

/// 64 bits of SHA-256, in hexadecimal.
fn fingerprint(file: &Path) -> std::io::Result<String> {
    let digest = Sha256::digest(std::fs::read(file)?);
    Ok(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// `GET /static/{fingerprint}/{name}`
pub async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Error> {
    let (_, name) = path.into_inner();
    let asset = app.assets.0.get(name.as_str()).ok_or(Error::NotFound)?;
    let file = NamedFile::open(&asset.file).map_err(|_| Error::NotFound)?;
    let current = app.assets.url(&name).is_some_and(|url| url == req.path());
    let mut response = file.into_response(&req);
    response.headers_mut().insert(CACHE_CONTROL, if current { YEAR } else { REVALIDATE });
    Ok(response)
}

/// `GET /robots.txt`: the book is not for search engines.
pub async fn robots(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, Error> {
    let asset = app.assets.0.get("robots.txt").ok_or(Error::NotFound)?;
    let file = NamedFile::open(&asset.file).map_err(|_| Error::NotFound)?;
    Ok(file.into_response(&req))
}
