//! Every route of the program, as `web/src/routes.rs` names it, with a request that would really do something.

use std::fmt;

use daybook::Uid;
use daybook::jobs::{self, NewJob};
use daybook::snapshots::{self, Format};
use daybook::users::{self, Action, NewInvitation, Role, TABLE, Token, User};

use super::{email, sessions_of};
use crate::snapshots::work as snapshot;
use crate::support::client::Client;
use crate::support::page::Form;
use crate::support::{Book, person};

const SOURCE: &str = include_str!("../../web/src/routes.rs");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    Token,
    May(Action),
}

#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub needs: Needs,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// All of them. Fails when one is written in a way that is not understood here.
pub fn all() -> Vec<Route> {
    let mut routes = Vec::new();
    for line in SOURCE.lines().filter(|line| line.contains(".service(")) {
        let path = line.split('"').nth(1).expect("a path");
        for route in line.split(".route(").skip(1) {
            let (function, rest) = route.split_once('(').expect("a function");
            let needs = needs(rest.split_once(", ").expect("what it needs, and a handler").0);
            let methods: &[&str] = match function {
                "get" => &["GET", "HEAD"],
                "post" => &["POST"],
                "any" => &["GET", "POST", "PUT", "DELETE"],
                other => panic!("a route by {other} is not understood"),
            };
            routes.extend(methods.iter().map(|method| Route { method, path, needs }));
        }
    }
    let count = |text: &str| SOURCE.matches(text).count();
    let written: usize = routes.iter().filter(|route| !matches!(route.method, "HEAD" | "PUT" | "DELETE")).count();
    // The one by `any` is met twice.
    assert_eq!(written, count(".route(") + count(".route(any("), "a route is not understood");
    assert!(written > 25 && count("web::to(") == 2, "whoever serves something, serves it by a route");
    routes
}

fn needs(text: &str) -> Needs {
    match text {
        "Nothing" => Needs::Nothing,
        "Token" => Needs::Token,
        _ => {
            let name = text.strip_prefix("May(").and_then(|name| name.strip_suffix(')')).expect("an action");
            let action = TABLE.iter().map(|row| row.0).find(|action| format!("{action:?}") == name);
            Needs::May(action.unwrap_or_else(|| panic!("{name} is not in the table")))
        }
    }
}

/// Whoever calls, if they are anybody.
pub struct Caller {
    pub name: &'static str,
    pub client: Client,
    pub user: Option<User>,
}

/// What a request sends, so that it would do something if it were let through.
pub struct Request {
    pub path: String,
    pub fields: Vec<(String, String)>,
}

impl Request {
    fn new(path: impl Into<String>, fields: &[(&str, &str)]) -> Request {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Request { path: path.into(), fields: fields.collect() }
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

const NEW: &str = "neunzehn Hasen im Feld";

/// Makes what the route is about, and the request for it.
pub fn prepare(book: &Book, route: Route, caller: &Caller) -> Request {
    let new = Uid::new().to_string();
    let about = |uid: Uid| route.path.replace("{uid}", &uid.to_string());
    match route.path.split('/').collect::<Vec<_>>()[1..] {
        ["entries"] => Request::new("/entries", &[("uid", &new), ("title", "New"), ("description", "")]),
        ["entries", "bulk"] => {
            let entry = book.add("One of many", "");
            let target = format!("{}.{}", entry.uid, entry.version);
            Request::new("/entries/bulk", &[("action", "trash"), ("back", "/entries"), ("entry", &target)])
        }
        ["entries", "{uid}"] => {
            let entry = book.add("Entry", "");
            let form = Form::complete(&about(entry.uid), entry.version, "Changed");
            Request { path: form.action, fields: form.fields }
        }
        ["entries", "{uid}", "restore" | "purge"] => {
            let entry = book.add_trashed("Waste");
            Request::new(about(entry.uid), &[("version", &entry.version.to_string())])
        }
        ["entries", "{uid}", _] => {
            let entry = book.add("Entry", "");
            Request::new(about(entry.uid), &[("version", &entry.version.to_string()), ("done", "true")])
        }
        ["account"] => Request::new("/account", &[("name", &new)]),
        ["account", "password"] => {
            let fields = [("current", person::PASSWORD), ("password", NEW), ("again", NEW)];
            Request::new("/account/password", &fields)
        }
        ["account", "sessions", ..] => {
            let whose = caller.user.clone().unwrap_or_else(|| book.person("Somebody", Role::Viewer));
            let other = another_session(book, &whose);
            Request::new(about(other), &[])
        }
        ["users", "{uid}", verb] => {
            let user = book.person("Somebody", Role::Editor);
            if verb == "enable" {
                disable(book, &user);
            }
            Request::new(about(user.uid), &[("role", "viewer")])
        }
        ["invitations"] => {
            let invited = format!("{new}@example.org");
            Request::new("/invitations", &[("uid", &new), ("email", &invited), ("role", "administrator")])
        }
        ["invitations", "{uid}", _] => Request::new(about(invite(book).0), &[]),
        ["jobs"] => {
            let now = daybook::Timestamp::now().micros().to_string();
            Request::new("/jobs", &[("action", "trash"), ("back", "/entries"), ("key", &new), ("seen", &now)])
        }
        ["jobs", "{uid}", ..] => {
            let job = ask_for_a_job(book, caller);
            if route.path.ends_with("retry") {
                book.sql(|conn| jobs::cancel(conn, job)).expect("it works");
            }
            Request::new(about(job), &[])
        }
        ["snapshots"] => Request::new("/snapshots", &[("key", &new), ("format", "csv"), ("compression", "none")]),
        ["snapshots", "schedule"] => {
            let now = book.sql(snapshots::schedule).expect("it can be read");
            let (version, last) = (now.version.to_string(), (now.version % 900 + 1).to_string());
            let what = [("format", "csv"), ("compression", "none"), ("cron", "30 3 * * *")];
            let fields = [&what[..], &[("version", version.as_str()), ("keep_last", last.as_str())]].concat();
            Request::new("/snapshots/schedule", &fields)
        }
        ["snapshots", "{uid}", "files", _] => {
            let made = snapshot::make_here(book, snapshot::everything(Format::Csv));
            Request::new(about(made).replace("{name}", "manifest.json"), &[])
        }
        ["snapshots", "{uid}", "keep"] => {
            let made = snapshot::make_here(book, snapshot::everything(Format::Csv));
            Request::new(about(made), &[("kept", "yes")])
        }
        ["snapshots", "{uid}", ..] => {
            let uid = snapshot::ask(book, snapshot::everything(Format::Csv));
            if route.path.ends_with("retry") {
                let found = snapshot::find(book, uid).expect("it is there");
                book.sql(|conn| jobs::cancel(conn, found.snapshot.job)).expect("it works");
            }
            Request::new(about(uid), &[])
        }
        ["join"] => {
            let token = invite(book).1.to_string();
            let fields = [("token", &*token), ("name", "Dora"), ("password", NEW), ("again", NEW)];
            Request::new(format!("/join?token={token}"), &fields)
        }
        ["sign-in"] => {
            let user = book.person("Somebody", Role::Viewer);
            Request::new("/sign-in", &[("email", user.email.as_str()), ("password", person::PASSWORD)])
        }
        ["static", ..] => Request::new(stylesheet(book), &[]),
        ["api", ..] => Request::new("/api/v1/entries", &[("title", "New")]),
        _ => {
            assert!(!route.path.contains('{'), "{route} is not prepared for");
            Request::new(route.path, &[])
        }
    }
}

/// Shuts an account out without ending its sessions, as nothing but the check of each request would notice.
pub fn disable(book: &Book, user: &User) {
    use daybook::schema::users::dsl as u;
    use diesel::prelude::*;
    let changed =
        book.sql(|conn| diesel::update(u::users.filter(u::uid.eq(user.uid))).set(u::disabled.eq(true)).execute(conn));
    assert_eq!(changed, Ok(1));
}

fn another_session(book: &Book, user: &User) -> Uid {
    if !account_is_disabled(book, user) {
        person::sign_in(&book.database.db(), user);
    }
    *sessions_of(book, user.uid).last().expect("there is one")
}

fn account_is_disabled(book: &Book, user: &User) -> bool {
    super::account(book, user.uid).disabled
}

fn invite(book: &Book) -> (Uid, Token) {
    let uid = Uid::new();
    let new = NewInvitation { uid, email: email(&format!("{uid}@example.org")), role: Role::Viewer };
    let actor = daybook::Actor::operator();
    let made = book.database.db().write_blocking(|conn| users::invite(conn, &new, &actor));
    (uid, made.expect("it works").expect("it is allowed").1)
}

/// One that the caller has asked for.
fn ask_for_a_job(book: &Book, caller: &Caller) -> Uid {
    let uid = caller.user.as_ref().map_or_else(Uid::new, |user| user.uid);
    let actor = daybook::Actor { uid, ..daybook::Actor::operator() };
    let new = NewJob { key: Uid::new(), kind: "nothing", arguments: "{}".into(), total: None };
    book.database.db().write_blocking(|conn| jobs::enqueue(conn, new, &actor)).expect("it works").uid
}

fn stylesheet(book: &Book) -> String {
    book.signed_out().get("/sign-in").page().attrs("link[rel=stylesheet]", "href").pop().expect("a page has one")
}
