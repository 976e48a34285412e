//! For load balancers and orchestrators.

use actix_web::{HttpResponse, web};

use crate::app::App;

/// Alive: asks nothing of anything.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// Ready: the database can be reached and has this program's schema.
pub async fn readyz(app: web::Data<App>) -> HttpResponse {
    match app.db.read(|_| Ok(()), |()| ()).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready\n")
        }
    }
}
