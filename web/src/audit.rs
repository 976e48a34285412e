//! `/audit`: the log, as far as whoever asks may see it.

mod state;

use actix_web::http::StatusCode;
use daybook::Conn;
use daybook::audit::{self, LogPage, Sight, State};

use crate::app::{Answer, App};
use crate::error::Error;
use crate::params::Query;
use crate::people::Names;
use crate::request::RequestContext;
use crate::views::AuditPage;

pub use state::LogList;

/// Events of a page.
const PAGE: usize = 50;

/// What a page shows.
pub struct Contents {
    pub page: LogPage,
    pub state: State,
    pub people: Names,
}

/// `GET /audit`
pub async fn index(app: App, context: RequestContext, Query(params): Query) -> Result<Answer, Error> {
    let sight = Sight::of(context.session()?.role);
    let list = LogList::parse(sight, &params)?;
    let (asked, shared) = (list.clone(), app.clone());
    let query = move |conn: &mut Conn| {
        let page = audit::log(conn, sight, &asked.filter(&shared.zone), asked.position, PAGE)?;
        Ok(Contents { page, state: audit::state(conn)?, people: shared.people.names(conn)? })
    };
    app.read_copy(query, move |app, contents| {
        let view = AuditPage::new(&list, sight, &contents, &app.zone);
        if !context.wants_fragment {
            return app.html(StatusCode::OK, "audit/index.html", &view);
        }
        let answer = app.html(StatusCode::OK, "audit/_list.html", &view.alone())?;
        // What the form asks for has empty fields in it; the address bar gets the address that links have.
        Ok(if list.url() == context.path { answer } else { answer.at(list.url()) })
    })
    .await
}
