//! `/snapshots/schedule`: snapshots that nobody has to ask for.

use actix_web::http::StatusCode;
use daybook::Conn;
use daybook::snapshots::{self, Cron, NewSchedule, Schedule, What};

use super::chosen;
use crate::app::{Answer, App};
use crate::error::Error;
use crate::params::{Form, Params};
use crate::request::RequestContext;
use crate::views::{ScheduleErrors, SchedulePage};

/// `GET /snapshots/schedule`
pub async fn edit_schedule(app: App) -> Result<Answer, Error> {
    app.read(snapshots::schedule, |app, schedule| {
        app.html(StatusCode::OK, "snapshots/schedule.html", &SchedulePage::new(&schedule, &app.zone))
    })
    .await
}

/// `POST /snapshots/schedule`
pub async fn update_schedule(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let version = params.required("version")?;
    let what = chosen(&params, What::everything)?;
    let (cron, keep_last) = match (cron(&params), keep_last(&params)) {
        (Ok(cron), Ok(keep_last)) => (cron, keep_last),
        (cron, keep_last) => {
            let errors = ScheduleErrors { cron: cron.err(), keep_last: keep_last.err(), ..ScheduleErrors::default() };
            let page = SchedulePage::again(&params, &what, version, errors, &app.zone);
            return app.html(StatusCode::UNPROCESSABLE_ENTITY, "snapshots/schedule.html", &page);
        }
    };
    let (zone, actor) = (app.zone.clone(), context.actor()?);
    let new = NewSchedule { version, cron, what: what.clone(), keep_last };
    let change = move |conn: &mut Conn| {
        let set = snapshots::set_schedule(conn, &new, &zone, &actor)?;
        Ok((set, snapshots::schedule(conn)?))
    };
    app.write(change, move |app, (set, now)| {
        if set {
            return Ok(Answer::SeeOther("/snapshots?changed=schedule".into()));
        }
        let errors = ScheduleErrors::overtaken(&now);
        let page = SchedulePage::again(&params, &what, now.version, errors, &app.zone);
        app.html(StatusCode::CONFLICT, "snapshots/schedule.html", &page)
    })
    .await
}

/// An empty line is no schedule.
fn cron(params: &Params) -> Result<Option<Cron>, String> {
    match params.get("cron").unwrap_or_default().trim() {
        "" => Ok(None),
        text => Cron::parse(text).map(Some).map_err(|wrong| wrong.to_string()),
    }
}

fn keep_last(params: &Params) -> Result<i32, String> {
    let number = params.get("keep_last").unwrap_or_default().trim().parse();
    let most = Schedule::KEEP_MOST;
    number.ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| format!("A number from 1 to {most}."))
}
