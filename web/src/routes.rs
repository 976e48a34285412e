//! Every URL of the product, and what each asks of the person: see [`daybook::users::TABLE`].

use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, HttpRequest, Resource, Responder, Route, guard, web};
use daybook::users::Action::{
    ManageJobs, ManageOwnAccount, ManageSnapshots, ManageUsers, PurgeEntries, ReadAudit, ReadEntries, ReadSnapshots,
    WriteEntries,
};

use crate::access::Needs::{self, May, Nothing, Token};
use crate::error::Error;
use crate::{
    access, account, assets, audit, bulk, entries, health, invitations, jobs, sessions, setup, snapshots, trash, users,
};

#[rustfmt::skip] // A line for each URL.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(at("/healthz").route(get(Nothing, health::healthz)))
        .service(at("/readyz").route(get(Nothing, health::readyz)))
        .service(at("/static/{fingerprint}/{name}").route(get(Nothing, assets::show)))
        .service(at("/robots.txt").route(get(Nothing, assets::robots)))
        .service(at("/setup").route(get(Nothing, setup::new)).route(post(Nothing, setup::create)))
        .service(at("/sign-in").route(get(Nothing, sessions::new)).route(post(Nothing, sessions::create)))
        .service(at("/sign-out").route(post(May(ManageOwnAccount), sessions::destroy)))
        .service(at("/join").route(get(Nothing, invitations::join)).route(post(Nothing, invitations::accept)))
        .service(at("/").route(get(May(ReadEntries), entries::home)))
        .service(at("/entries").route(get(May(ReadEntries), entries::index)).route(post(May(WriteEntries), entries::create)))
        .service(at("/entries/new").route(get(May(WriteEntries), entries::new)))
        .service(at("/entries/bulk").route(post(May(WriteEntries), bulk::change)))
        .service(at("/entries/{uid}").route(get(May(ReadEntries), entries::show)).route(post(May(WriteEntries), entries::update)))
        .service(at("/entries/{uid}/edit").route(get(May(WriteEntries), entries::edit)))
        .service(at("/entries/{uid}/status").route(post(May(WriteEntries), entries::status)))
        .service(at("/entries/{uid}/trash").route(post(May(WriteEntries), trash::trash)))
        .service(at("/entries/{uid}/restore").route(post(May(WriteEntries), trash::restore)))
        .service(at("/entries/{uid}/purge").route(get(May(PurgeEntries), trash::confirm_purge)).route(post(May(PurgeEntries), trash::purge)))
        .service(at("/trash").route(get(May(ReadEntries), trash::index)))
        .service(at("/audit").route(get(May(ReadAudit), audit::index)))
        .service(at("/account").route(get(May(ManageOwnAccount), account::show)).route(post(May(ManageOwnAccount), account::rename)))
        .service(at("/account/password").route(post(May(ManageOwnAccount), account::change_password)))
        .service(at("/account/sessions/end").route(post(May(ManageOwnAccount), account::end_other_sessions)))
        .service(at("/account/sessions/{uid}/end").route(post(May(ManageOwnAccount), account::end_session)))
        .service(at("/users").route(get(May(ManageUsers), users::index)))
        .service(at("/users/{uid}/role").route(post(May(ManageUsers), users::role)))
        .service(at("/users/{uid}/disable").route(post(May(ManageUsers), users::disable)))
        .service(at("/users/{uid}/enable").route(post(May(ManageUsers), users::enable)))
        .service(at("/users/{uid}/password-link").route(post(May(ManageUsers), invitations::create_password_link)))
        .service(at("/invitations").route(post(May(ManageUsers), invitations::create)))
        .service(at("/invitations/{uid}/revoke").route(post(May(ManageUsers), invitations::revoke)))
        .service(at("/jobs").route(get(May(ManageJobs), jobs::index)).route(post(May(WriteEntries), jobs::create)))
        .service(at("/jobs/{uid}").route(get(May(ReadEntries), jobs::show)))
        .service(at("/jobs/{uid}/cancel").route(post(May(ReadEntries), jobs::cancel)))
        .service(at("/jobs/{uid}/retry").route(post(May(ManageJobs), jobs::retry)))
        .service(at("/snapshots").route(get(May(ReadSnapshots), snapshots::index)).route(post(May(ManageSnapshots), snapshots::create)))
        .service(at("/snapshots/new").route(get(May(ManageSnapshots), snapshots::new)))
        .service(at("/snapshots/schedule").route(get(May(ManageSnapshots), snapshots::edit_schedule)).route(post(May(ManageSnapshots), snapshots::update_schedule)))
        .service(at("/snapshots/{uid}").route(get(May(ReadSnapshots), snapshots::show)))
        .service(at("/snapshots/{uid}/cancel").route(post(May(ManageSnapshots), snapshots::cancel)))
        .service(at("/snapshots/{uid}/retry").route(post(May(ManageSnapshots), snapshots::retry)))
        .service(at("/snapshots/{uid}/keep").route(post(May(ManageSnapshots), snapshots::keep)))
        .service(at("/snapshots/{uid}/delete").route(get(May(ManageSnapshots), snapshots::confirm_delete)).route(post(May(ManageSnapshots), snapshots::delete)))
        .service(at("/snapshots/{uid}/files/{name}").route(get(May(ReadSnapshots), snapshots::download)))
        .service(web::resource("/api/v1{rest:(/.*)?}").route(any(Token, not_found)))
        .default_service(web::to(not_found));
}

/// A URL that answers 405 to methods without a route.
fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(method_not_allowed))
}

/// GET, and HEAD with it.
fn get<F, Args>(needs: Needs, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    any(needs, handler).guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn post<F, Args>(needs: Needs, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    any(needs, handler).guard(guard::Post())
}

/// A route that nobody gets through without what it needs: there is no other way to make one here.
fn any<F, Args>(needs: Needs, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::route().to(handler).wrap(from_fn(move |req, next| access::admit(needs, req, next)))
}

async fn not_found(req: HttpRequest) -> Result<&'static str, Error> {
    // Only for the looks of the page: it is not there, whoever asks.
    access::recognise(&req).await.ok();
    Err(Error::NotFound)
}

async fn method_not_allowed(req: HttpRequest) -> Result<&'static str, Error> {
    access::recognise(&req).await.ok();
    Err(Error::MethodNotAllowed)
}
