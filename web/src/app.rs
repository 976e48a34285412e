//! What every handler gets: the database, the templates and the settings. And what every handler gives: an [`Answer`].

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, web};
use daybook::config::{Config, WebConfig};
use daybook::queue::{Doorbell, Wake};
use daybook::snapshots::Shelf;
use daybook::telemetry::Telemetry;
use daybook::users::{self, Action, Session};
use daybook::{Conn, Db, audit};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::access::{Me, Sessions};
use crate::assets::Assets;
use crate::counts::Counts;
use crate::error::Error;
use crate::hashing::Hashing;
use crate::htmx;
use crate::people::People;
use crate::render::Renderer;
use crate::request::RequestContext;
use crate::throttle::Throttle;

/// Shared by all requests; clones are cheap.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<WebConfig>,
    pub assets: Arc<Assets>,
    pub zone: TimeZone,
    pub counts: Arc<Counts>,
    pub people: Arc<People>,
    pub sessions: Arc<Sessions>,
    pub throttle: Arc<Throttle>,
    pub hashing: Arc<Hashing>,
    pub doorbell: Doorbell,
    pub telemetry: Telemetry,
    /// Of snapshots.
    pub shelf: Shelf,
    /// Who the pages are for.
    viewer: Option<Arc<Session>>,
    /// What they were let through to do.
    action: Option<Action>,
    renderer: Arc<Renderer>,
}

/// A response in the making: it can come from a blocking thread, which actix' own type cannot.
pub enum Answer {
    Html(StatusCode, String),
    /// A fragment, and the address that the browser shall show for what it has then.
    HtmlAt(StatusCode, String, String),
    /// 303: the browser asks for that path next, so that reloading never sends a form again.
    SeeOther(String),
    /// Another answer, and a cookie with it.
    WithCookie(Box<Answer>, Cookie<'static>),
    /// Another answer, and in how many seconds to try again.
    RetryAfter(Box<Answer>, u64),
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
    pub fn build(config: &Config, doorbell: Doorbell) -> anyhow::Result<App> {
        let assets = Arc::new(Assets::load(&config.web.assets_dir)?);
        let db = Db::new(&config.database, &config.pool)?.with_replica(config.replica.as_ref());
        Ok(App {
            telemetry: Telemetry::new("web", db.clone(), doorbell.clone())?,
            db,
            config: Arc::new(config.web.clone()),
            renderer: Arc::new(Renderer::new(assets.clone())?),
            assets,
            zone: config.time_zone.clone(),
            counts: Arc::default(),
            people: Arc::default(),
            sessions: Arc::default(),
            throttle: Arc::default(),
            hashing: Arc::default(),
            doorbell,
            shelf: Shelf::new(config)?,
            viewer: None,
            action: None,
        })
    }

    /// The same for this request, with pages for the person who asks.
    pub fn seen_by(&self, context: &RequestContext) -> App {
        App { viewer: context.session.clone(), action: context.action, ..self.clone() }
    }

    /// The same for a change that asks for more than its route does.
    pub fn asking(&self, action: Action) -> App {
        App { action: Some(action), ..self.clone() }
    }

    /// Whether people reach the book by https.
    pub fn is_https(&self) -> bool {
        self.config.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// [`App::read`] from a copy of the database where there is one that is as far as the log. Only for what decides nothing.
    pub async fn read_copy<T: Send + 'static>(
        &self,
        query: impl Fn(&mut Conn) -> daybook::Result<T> + Clone + Send + 'static,
        render: impl FnOnce(&App, T) -> Result<Answer, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let app = self.clone();
        self.db.read_copy(audit::mark, audit::shows, query, move |data| render(&app, data)).await?
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
        let answer = self.db.write(self.confirmed(change), move |data| render(&app, data)).await;
        // Also when the outcome is unknown.
        self.counts.forget();
        self.doorbell.ring(Wake::Audit);
        answer?
    }

    /// [`App::write`] for a change of accounts, invitations or sessions.
    pub async fn write_users<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
        render: impl FnOnce(&App, T) -> Result<Answer, Error> + Send + 'static,
    ) -> Result<Answer, Error> {
        let app = self.clone();
        self.change_users(change).await.and_then(|data| render(&app, data))
    }

    /// The same for a change after which there is more to do than to render, of anything but accounts.
    pub async fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let outcome = self.db.write(self.confirmed(change), |data| data).await;
        self.doorbell.ring(Wake::Audit);
        Ok(outcome?)
    }

    /// [`App::write_users`] for a change after which there is more to do than to render.
    pub async fn change_users<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let outcome = self.change(change).await;
        self.sessions.forget();
        self.people.forget();
        outcome
    }

    /// A change that begins by making sure, in its own transaction, that the person is still in and still may.
    fn confirmed<T>(
        &self,
        change: impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static,
    ) -> impl FnOnce(&mut Conn) -> daybook::Result<T> + Send + 'static {
        let (asked, lifetime) =
            (self.viewer.as_ref().map(|session| session.uid).zip(self.action), self.config.sessions);
        move |conn| {
            if let Some((session, action)) = asked {
                users::confirm(conn, session, lifetime, action)?;
            }
            change(conn)
        }
    }

    /// A link to a path of this site: whole where `PUBLIC_URL` says how people reach it, never by what a request says.
    pub fn link(&self, path: &str) -> String {
        let base = self.config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/')).unwrap_or_default();
        format!("{base}{path}")
    }

    /// A page or a fragment from its template.
    pub fn html(&self, status: StatusCode, template: &str, view: &impl Serialize) -> Result<Answer, Error> {
        let me = self.viewer.as_deref().map(Me::new);
        Ok(Answer::Html(status, self.renderer.render(template, view, me.as_ref(), self.doorbell.is_delayed())?))
    }
}

/// What a handler gets: the pages that it renders are for the person who asks.
impl FromRequest for App {
    type Error = Error;
    type Future = Ready<Result<App, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = req.app_data::<web::Data<App>>().map(|app| app.seen_by(&RequestContext::of(req)));
        ready(app.ok_or_else(|| Error::Internal("a request without an application".into())))
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

impl Answer {
    fn into_response(self) -> HttpResponse {
        match self {
            Answer::Html(status, body) => HttpResponse::build(status).content_type(ContentType::html()).body(body),
            Answer::HtmlAt(status, body, url) => {
                let mut response = HttpResponse::build(status);
                htmx::replace_url(&mut response, &url);
                response.content_type(ContentType::html()).body(body)
            }
            Answer::SeeOther(path) => HttpResponse::SeeOther().insert_header((LOCATION, path)).finish(),
            Answer::WithCookie(answer, cookie) => {
                let mut response = answer.into_response();
                if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
                    response.headers_mut().append(SET_COOKIE, value);
                }
                response
            }
            Answer::RetryAfter(answer, seconds) => {
                let mut response = answer.into_response();
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
                response
            }
        }
    }
}
