//! A page of the book or of the trash: what is read for it, and the answer.

mod state;

use actix_web::http::StatusCode;
use daybook::audit;
use daybook::entries::{self, Entry, EntrySummary, Page};
use daybook::{Conn, Timestamp, Uid};

use crate::app::{Answer, App};
use crate::error::Error;
use crate::notice::Notice;
use crate::params::Query;
use crate::people::Names;
use crate::request::RequestContext;
use crate::views::{ListPage, NoticeData, NoticeView, Total};

pub use state::{List, beginning, end, period};

/// Rows of a page.
pub const PAGE: usize = 50;

/// What a page shows.
pub struct Contents {
    page: Page<EntrySummary>,
    total: Total,
    notice: Option<(Notice, NoticeData)>,
    people: Names,
    /// What is changed later has not been seen here.
    seen_at: Timestamp,
}

/// `GET /entries` and `GET /trash`
pub async fn show(app: App, context: RequestContext, Query(params): Query, trashed: bool) -> Result<Answer, Error> {
    let list = List::parse(trashed, &params)?;
    let notice = Notice::parse(&params)?;
    let (asked, shared) = (list.clone(), app.clone());
    let query = move |conn: &mut Conn| load(conn, &shared, &asked, notice);
    app.read(query, move |app, contents| match context.wants_fragment {
        false => page(app, &list, contents),
        // What the search form asks for has empty fields in it; the address bar gets the address that links have.
        true => match (fragment(app, &list, contents)?, list.url(None)) {
            (answer, url) if url == context.path => Ok(answer),
            (answer, url) => Ok(answer.at(url)),
        },
    })
    .await
}

/// One query for the rows and, where it is not known yet, a cheap one for their number and for the names of people;
/// more for a notice.
pub fn load(conn: &mut Conn, app: &App, list: &List, notice: Option<Notice>) -> daybook::Result<Contents> {
    let (filter, seen_at) = (list.filter(&app.zone), Timestamp::now());
    let page = entries::list(conn, &filter, list.sort, &list.position, PAGE)?;
    let total = match page.found {
        Some(found) => Total::Found(found),
        None => Total::Counted(app.counts.get_or(&filter, || entries::count(conn, &filter))?),
    };
    let notice = match notice {
        None => None,
        Some(notice) => {
            let data = load_notice(conn, &notice)?;
            Some((notice, data))
        }
    };
    Ok(Contents { page, total, notice, people: app.people.names(conn)?, seen_at })
}

fn load_notice(conn: &mut Conn, notice: &Notice) -> daybook::Result<NoticeData> {
    let changes = match notice {
        Notice::Many { request, .. } => audit::changes_of(conn, *request)?,
        _ => Vec::new(),
    };
    let uids: Vec<Uid> = notice.uids();
    let entries: Vec<Entry> = if uids.is_empty() { Vec::new() } else { entries::find_all(conn, &uids)? };
    Ok(NoticeData { changes, entries })
}

fn view(app: &App, list: &List, contents: &Contents) -> ListPage {
    let notice = contents.notice.as_ref().and_then(|(notice, data)| NoticeView::new(notice, data, &app.zone));
    ListPage::new(list, &contents.page, contents.total, notice, &contents.people, contents.seen_at, &app.zone)
}

fn page(app: &App, list: &List, contents: Contents) -> Result<Answer, Error> {
    let template = if list.trashed { "trash/index.html" } else { "entries/index.html" };
    app.html(StatusCode::OK, template, &view(app, list, &contents))
}

/// The list alone. Says what the notice tells, or else the number of entries.
pub fn fragment(app: &App, list: &List, contents: Contents) -> Result<Answer, Error> {
    let view = view(app, list, &contents);
    let told = view.notice.as_ref().map(|notice| notice.summary.clone()).filter(|summary| !summary.is_empty());
    let say = Some(told.unwrap_or_else(|| view.count.clone()));
    let template = if list.trashed { "trash/_list.html" } else { "entries/_list.html" };
    app.html(StatusCode::OK, template, &ListPage { fragment: true, say, ..view })
}
