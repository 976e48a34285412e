//! What every handler gets: the database, the templates and the settings. And what every handler gives: an [`Answer`].

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Responder};
use daybook::config::{Config, WebConfig};
use daybook::{Conn, Db};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::assets::Assets;
use crate::counts::Counts;
use crate::error::Error;
use crate::htmx;
use crate::render::Renderer;

/// Shared by all requests; clones are cheap.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<WebConfig>,
    pub assets: Arc<Assets>,
    pub zone: TimeZone,
    pub counts: Arc<Counts>,
    renderer: Arc<Renderer>,
}

/// A response in the making: it can come from a blocking thread, which actix' own type cannot.
pub enum Answer {
    Html(StatusCode, String),
    /// A fragment, and the address that the browser shall show for what it has then.
    HtmlAt(StatusCode, String, String),
    /// 303: the browser asks for that path next, so that reloading never sends a form again.
    SeeOther(String),
}

impl Answer {
    /// The same fragment, shown under another address.
    pub fn at(self, url: String) -> Answer {
        match self {
            Answer::Html(status, body) => Answer::HtmlAt(status, body, url),
            other => other,
        }
    }
}

impl App {
    /// # Errors
    /// A template that does not parse, or a static file that is missing.
    pub fn build(config: &Config) -> anyhow::Result<App> {
        let assets = Arc::new(Assets::load(&config.web.assets_dir)?);
        Ok(App {
            db: Db::new(&config.database, &config.pool)?,
            config: Arc::new(config.web.clone()),
            renderer: Arc::new(Renderer::new(assets.clone())?),
            assets,
            zone: config.time_zone.clone(),
            counts: Arc::default(),
        })
    }

    /// Whether people reach the book by https.
    pub fn is_https(&self) -> bool {
        self.config.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Reads and renders in one blocking hop; the connection is given back before the rendering.
    pub async fn read<T: 'static>(
        &self,
        query: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
        render: impl FnOnce(&App, T) -> Result<Answer, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let app = self.clone();
        self.db.read(query, move |data| render(&app, data)).await?
    }

    /// Writes in one transaction and renders after its commit, in one blocking hop.
    pub async fn write<T: 'static>(
        &self,
        change: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
        render: impl FnOnce(&App, T) -> Result<Answer, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let app = self.clone();
        let answer = self.db.write(change, move |data| render(&app, data)).await;
        // Also when the outcome is unknown.
        self.counts.forget();
        answer?
    }

    /// A page or a fragment from its template.
    pub fn html(&self, status: StatusCode, template: &str, view: &impl Serialize) -> Result<Answer, Error> {
        Ok(Answer::Html(status, self.renderer.render(template, view)?))
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Answer::Html(status, body) => HttpResponse::build(status).content_type(ContentType::html()).body(body),
            Answer::HtmlAt(status, body, url) => {
                let mut response = HttpResponse::build(status);
                htmx::replace_url(&mut response, &url);
                response.content_type(ContentType::html()).body(body)
            }
            Answer::SeeOther(path) => HttpResponse::SeeOther().insert_header((LOCATION, path)).finish(),
        }
    }
}
