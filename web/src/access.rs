//! Who is asking, and whether they may: asked once for each request, before its handler.
//!
//! Reading may go by a session that was looked up up to five seconds ago; a request that changes something looks it up,
//! and once more in the transaction of its change ([`crate::app::App::write`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};
use daybook::users::{self, Action, Role, Session, Token, TokenHash};
use moka::sync::Cache;
use serde::Serialize;

use crate::app::App;
use crate::error::Error;
use crate::htmx;
use crate::request::RequestContext;
use crate::site_path::SitePath;

/// What a route asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody may: files, health, and the ways in.
    Nothing,
    /// A person who is signed in, and whose role may do this.
    May(Action),
    /// A bearer token. There are none yet, so nobody has one; cookies do not count.
    Token,
}

/// How long a session that was looked up is believed, for reading.
const BELIEVED: Duration = Duration::from_secs(5);
/// Sessions that are remembered.
const MOST: u64 = 10_000;

/// What this process remembers of sessions and accounts.
pub struct Sessions {
    known: Cache<TokenHash, Arc<Session>>,
    /// Rises with each change, so that what was looked up before it is not remembered after it.
    generation: AtomicU64,
    /// There is an account: that never changes back.
    set_up: AtomicBool,
}

impl Default for Sessions {
    fn default() -> Sessions {
        let known = Cache::builder().max_capacity(MOST).time_to_live(BELIEVED).build();
        Sessions { known, generation: AtomicU64::default(), set_up: false.into() }
    }
}

impl Sessions {
    /// To be called after each change of accounts and sessions that this process makes.
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.known.invalidate_all();
    }
}

/// Lets a request through to its handler, or answers why not.
pub async fn admit<B: MessageBody>(
    needs: Needs,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    match decide(needs, req.request()).await {
        Ok(()) => Ok(next.call(req).await?.map_into_left_body()),
        Err(error) => Ok(req.error_response(error).map_into_right_body()),
    }
}

async fn decide(needs: Needs, req: &HttpRequest) -> Result<(), Error> {
    let action = match needs {
        Needs::Nothing => return Ok(()),
        Needs::Token => return Err(Error::NoToken),
        Needs::May(action) => action,
    };
    let app = shared(req)?;
    if !is_set_up(app).await? {
        return Err(Error::NotSetUp);
    }
    let session = find(app, req, !req.method().is_safe()).await?;
    let session = session.ok_or(Error::SignedOut)?;
    let role = session.role;
    RequestContext::recognise(req, session, Some(action));
    if role.may(action) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Notes who is asking where everybody is answered, so that the page looks like the others to them.
pub async fn recognise(req: &HttpRequest) -> Result<Option<Arc<Session>>, Error> {
    let session = find(shared(req)?, req, false).await?;
    if let Some(session) = &session {
        RequestContext::recognise(req, session.clone(), None);
    }
    Ok(session)
}

/// Whether there is an account. As long as there is none, nobody can sign in.
pub async fn is_set_up(app: &App) -> Result<bool, Error> {
    if !app.sessions.set_up.load(Ordering::Relaxed) && app.db.read(users::is_set_up, |is| is).await? {
        app.sessions.set_up.store(true, Ordering::Relaxed);
    }
    Ok(app.sessions.set_up.load(Ordering::Relaxed))
}

fn shared(req: &HttpRequest) -> Result<&App, Error> {
    let app = req.app_data::<web::Data<App>>();
    app.map(|app| app.get_ref()).ok_or_else(|| Error::Internal("a request without an application".into()))
}

async fn find(app: &App, req: &HttpRequest, fresh: bool) -> Result<Option<Arc<Session>>, Error> {
    let Some(hash) = token(app, req).map(|token| token.hash()) else { return Ok(None) };
    if !fresh && let Some(session) = app.sessions.known.get(&hash) {
        return Ok(Some(session));
    }
    let (lifetime, generation) = (app.config.sessions, app.sessions.generation.load(Ordering::SeqCst));
    let session = app.db.read(move |conn| users::find_session(conn, &hash, lifetime), |session| session).await?;
    let Some(session) = session.map(Arc::new) else {
        app.sessions.known.invalidate(&hash);
        return Ok(None);
    };
    if app.sessions.generation.load(Ordering::SeqCst) == generation {
        app.sessions.known.insert(hash, session.clone());
    }
    if session.is_stale() {
        let (app, session, address) = (app.clone(), session.uid, RequestContext::of(req).client.address.to_string());
        // In the background: nobody waits for it, and it does not matter if it is lost.
        actix_web::rt::spawn(async move {
            let saw = app.db.write(move |conn| users::saw(conn, session, &address), |()| ()).await;
            if let Err(error) = saw {
                tracing::debug!(%error, "a session was not marked as seen");
            }
        });
    }
    Ok(Some(session))
}

fn token(app: &App, req: &HttpRequest) -> Option<Token> {
    req.cookie(cookie_name(app)).and_then(|cookie| cookie.value().parse().ok())
}

/// RFC 6265bis: a browser takes a cookie of the `__Host-` kind only over https and only for the whole of this very host.
fn cookie_name(app: &App) -> &'static str {
    if app.is_https() { "__Host-daybook" } else { "daybook" }
}

/// The cookie of a session that has just begun.
pub fn cookie(app: &App, token: &Token) -> Cookie<'static> {
    let life = i64::try_from(app.config.sessions.absolute.as_secs()).unwrap_or(i64::MAX);
    bare_cookie(app, token.to_string(), life)
}

/// Takes the cookie away.
pub fn no_cookie(app: &App) -> Cookie<'static> {
    bare_cookie(app, String::new(), 0)
}

fn bare_cookie(app: &App, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(cookie_name(app), value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_https())
        .max_age(actix_web::cookie::time::Duration::seconds(seconds))
        .finish()
}

/// The page that the person was on: for a page its own address, for anything else the one that it was sent from.
pub fn way_back(req: &HttpRequest) -> Option<SitePath> {
    if htmx::is_request(req.headers()) {
        return htmx::current_url(req.headers()).and_then(SitePath::of_url);
    }
    if req.method().is_safe() {
        return req.uri().path_and_query().and_then(|path| SitePath::parse(path.as_str()));
    }
    let referer = req.headers().get(actix_web::http::header::REFERER)?;
    referer.to_str().ok().and_then(SitePath::of_url)
}

/// The person in front of the page, as templates know them: `me`.
#[derive(Serialize)]
pub struct Me {
    pub uid: String,
    pub name: String,
    pub role: &'static str,
    /// What there are controls for.
    pub may: May,
}

#[derive(Serialize)]
pub struct May {
    pub write: bool,
    pub purge: bool,
    pub manage: bool,
    pub jobs: bool,
    pub snapshots: bool,
}

impl Me {
    pub fn new(session: &Session) -> Me {
        let role: Role = session.role;
        Me {
            uid: session.user_uid.to_string(),
            name: session.name.as_str().to_owned(),
            role: role.name(),
            may: May {
                write: role.may(Action::WriteEntries),
                purge: role.may(Action::PurgeEntries),
                manage: role.may(Action::ManageUsers),
                jobs: role.may(Action::ManageJobs),
                snapshots: role.may(Action::ManageSnapshots),
            },
        }
    }
}
