//! Every URL of the product.

use actix_web::{Resource, guard, web};

use crate::error::Error;
use crate::{assets, bulk, entries, health, trash};

pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(at("/healthz").route(get().to(health::healthz)))
        .service(at("/readyz").route(get().to(health::readyz)))
        .service(at("/static/{fingerprint}/{name}").route(get().to(assets::show)))
        .service(at("/robots.txt").route(get().to(assets::robots)))
        .service(at("/").route(get().to(entries::home)))
        .service(at("/entries").route(get().to(entries::index)).route(web::post().to(entries::create)))
        .service(at("/entries/new").route(get().to(entries::new)))
        .service(at("/entries/bulk").route(web::post().to(bulk::change)))
        .service(at("/entries/{uid}").route(get().to(entries::show)).route(web::post().to(entries::update)))
        .service(at("/entries/{uid}/edit").route(get().to(entries::edit)))
        .service(at("/entries/{uid}/status").route(web::post().to(entries::status)))
        .service(at("/entries/{uid}/trash").route(web::post().to(trash::trash)))
        .service(at("/entries/{uid}/restore").route(web::post().to(trash::restore)))
        .service(at("/entries/{uid}/purge").route(get().to(trash::confirm_purge)).route(web::post().to(trash::purge)))
        .service(at("/trash").route(get().to(trash::index)))
        .default_service(web::to(not_found));
}

/// A URL that answers 405 to methods without a route.
fn at(path: &str) -> Resource {
    web::resource(path).default_service(web::to(method_not_allowed))
}

/// GET, and HEAD with it.
fn get() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn not_found() -> Result<&'static str, Error> {
    Err(Error::NotFound)
}

async fn method_not_allowed() -> Result<&'static str, Error> {
    Err(Error::MethodNotAllowed)
}
