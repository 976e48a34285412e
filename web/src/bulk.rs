//! Changing many entries at once: the ones whose checkboxes are ticked in a list.

use std::collections::HashSet;
use std::str::FromStr;

use actix_web::http::StatusCode;
use daybook::audit;
use daybook::entries::{self, EntrySummary, Outcome, Target};
use daybook::users::Action::PurgeEntries;
use daybook::{Actor, Conn, Uid};

use crate::app::{Answer, App};
use crate::error::Error;
use crate::list::{self, List};
use crate::notice::Notice;
use crate::params::{Form, MAX_UIDS, Params};
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{Back, PurgeManyPage, Row};

/// What can be done to many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Done,
    Open,
    Trash,
    Restore,
    Purge,
}

const ACTIONS: [Action; 5] = [Action::Done, Action::Open, Action::Trash, Action::Restore, Action::Purge];

impl Action {
    /// In forms.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Done => "done",
            Action::Open => "open",
            Action::Trash => "trash",
            Action::Restore => "restore",
            Action::Purge => "purge",
        }
    }

    /// What has become of the entries.
    pub const fn done_word(self) -> &'static str {
        match self {
            Action::Done => "marked done",
            Action::Open => "opened again",
            Action::Trash => "deleted",
            Action::Restore => "restored",
            Action::Purge => "deleted for good",
        }
    }

    /// What takes it back; `None` where nothing can.
    pub const fn inverse(self) -> Option<Action> {
        match self {
            Action::Done => Some(Action::Open),
            Action::Open => Some(Action::Done),
            Action::Trash => Some(Action::Restore),
            Action::Restore => Some(Action::Trash),
            Action::Purge => None,
        }
    }

    fn apply(self, conn: &mut Conn, targets: &[Target], actor: &Actor) -> daybook::Result<Vec<Outcome>> {
        match self {
            Action::Done => entries::set_status(conn, targets, true, actor),
            Action::Open => entries::set_status(conn, targets, false, actor),
            Action::Trash => entries::trash(conn, targets, actor),
            Action::Restore => entries::restore(conn, targets, actor),
            Action::Purge => entries::purge(conn, targets, actor),
        }
    }
}

impl FromStr for Action {
    type Err = ();

    fn from_str(text: &str) -> Result<Action, ()> {
        ACTIONS.into_iter().find(|action| action.name() == text).ok_or(())
    }
}

/// `POST /entries/bulk`: one transaction for all; an entry that has moved on is left alone and reported.
pub async fn change(app: App, context: RequestContext, Form(params): Form) -> Result<Answer, Error> {
    let Place::List(list) = Place::parse(&params)? else {
        return Err(Error::BadRequest("“back” is not a list.".into()));
    };
    let action: Action = params.required("action")?;
    let targets = targets(&params)?;
    let mut app = app;
    if action == Action::Purge {
        context.require(PurgeEntries)?;
        app = app.asking(PurgeEntries);
    }
    if action == Action::Purge && !targets.is_empty() && params.get("confirmed") != Some("yes") {
        return ask(&app, &context, list, targets).await;
    }
    let (actor, shared) = (context.actor()?, app.clone());
    let (fragment, asked) = (context.wants_fragment, list.clone());
    app.write(
        move |conn| {
            let notice = match targets.is_empty() {
                true => Notice::NothingSelected,
                false => {
                    let outcomes = action.apply(conn, &targets, &actor)?;
                    report(conn, &targets, &outcomes, actor.request_id)?
                }
            };
            shared.counts.forget();
            let contents = fragment.then(|| list::load(conn, &shared, &asked, Some(notice.clone())));
            Ok((notice, contents.transpose()?))
        },
        move |app, (notice, contents)| match contents {
            Some(contents) => list::fragment(app, &list, contents),
            None => Ok(Answer::SeeOther(list.url(Some(&notice)))),
        },
    )
    .await
}

/// What became of all. A form that is sent again changes nothing, and gets the report of the first time.
fn report(conn: &mut Conn, targets: &[Target], outcomes: &[Outcome], mut request: Uid) -> daybook::Result<Notice> {
    let mut changed = audit::changes_of(conn, request)?.len();
    if changed == 0
        && let Some(first) = first_request(conn, targets)?
    {
        let ours = |uid| targets.iter().any(|target| target.uid == uid);
        changed = audit::changes_of(conn, first)?.iter().filter(|change| ours(change.uid)).count();
        request = first;
    }
    let refused = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Refused(refusal) => refusal.uid(),
        _ => None,
    });
    let left: Vec<Uid> = refused.collect();
    Ok(Notice::Many { request, same: outcomes.len().saturating_sub(left.len() + changed), left })
}

/// The request that made the versions after those that the person saw.
fn first_request(conn: &mut Conn, targets: &[Target]) -> daybook::Result<Option<Uid>> {
    for target in targets {
        let request = audit::request_of(conn, target.uid, target.version.saturating_add(1))?;
        if request.is_some() {
            return Ok(request);
        }
    }
    Ok(None)
}

/// From checkboxes, whose values are the uid and the version that the person saw.
fn targets(params: &Params) -> Result<Vec<Target>, Error> {
    let wrong = || Error::BadRequest("“entry” is not an entry’s identifier and version.".into());
    if params.repeated().len() > MAX_UIDS {
        return Err(Error::BadRequest(format!("More than {MAX_UIDS} entries are selected.")));
    }
    let mut seen = HashSet::new();
    let mut targets = Vec::new();
    for value in params.repeated() {
        let (uid, version) = value.split_once('.').ok_or_else(wrong)?;
        let target = Target { uid: uid.parse().map_err(|_| wrong())?, version: version.parse().map_err(|_| wrong())? };
        if seen.insert(target.uid) {
            targets.push(target);
        }
    }
    Ok(targets)
}

/// Asks before entries are deleted for good.
async fn ask(app: &App, context: &RequestContext, list: List, targets: Vec<Target>) -> Result<Answer, Error> {
    let uids: Vec<Uid> = targets.iter().map(|target| target.uid).collect();
    let fragment = context.wants_fragment;
    app.read(
        move |conn| entries::find_all(conn, &uids),
        move |app, found| {
            // With the version that the person saw, so that what has changed since is left alone.
            let rows = found.iter().filter_map(|entry| {
                let target = targets.iter().find(|target| target.uid == entry.uid)?;
                let row = Row::new(&EntrySummary::from(entry), &Default::default(), &app.zone);
                Some(Row { version: target.version, ..row })
            });
            let view = PurgeManyPage { rows: rows.collect(), back: Back::from(&Place::List(list)) };
            let template = if fragment { "trash/_purge_many.html" } else { "trash/purge_many.html" };
            app.html(StatusCode::OK, template, &view)
        },
    )
    .await
}
