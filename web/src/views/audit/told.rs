//! What an event was, in words: “changed title and description of ‘X’”.

use daybook::Uid;
use daybook::audit::{
    ENTRY, FAILED_SIGN_INS, INVITATION, Image, Kind, LogEvent, SESSION, SNAPSHOT, SNAPSHOT_SCHEDULE, USER,
};
use serde::Serialize;
use serde_json::Value;

use crate::views::entry::changed_fields;

/// The sentence after the person: what they did, to what, and the rest of it.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    pub did: String,
    /// Between quotation marks; empty where there is nothing to name.
    pub name: String,
    pub url: Option<String>,
    pub rest: String,
}

/// A kind of things, and all of its events, as the filter calls them.
pub fn labels(subject: &str) -> (&'static str, &'static str) {
    match subject {
        ENTRY => ("Entries", "All about entries"),
        USER => ("Accounts", "All about accounts"),
        SESSION => ("Sessions", "All about sessions"),
        INVITATION => ("Invitations", "All about invitations"),
        FAILED_SIGN_INS => ("Failed sign-ins", "Failed sign-ins"),
        SNAPSHOT => ("Snapshots", "All about snapshots"),
        SNAPSHOT_SCHEDULE => ("Schedule of snapshots", "Schedule of snapshots"),
        _ => ("Other", "Other"),
    }
}

/// What can happen, as the filter calls it.
pub fn label(subject: &str, kind: Kind) -> &'static str {
    match (subject, kind) {
        (INVITATION, Kind::Create) => "Invited",
        (INVITATION, Kind::Update) => "New link",
        (_, Kind::Create) => "Created",
        (_, Kind::Update) => "Changed",
        (_, Kind::Status) => "Done or open",
        (_, Kind::Trash) => "Deleted",
        (_, Kind::Restore) => "Restored",
        (_, Kind::Purge) => "Deleted for good",
        (_, Kind::Rename) => "Another name",
        (_, Kind::Role) => "Another role",
        (_, Kind::Password) => "Another password",
        (_, Kind::Disable) => "Disabled",
        (_, Kind::Enable) => "Enabled",
        (_, Kind::Accept) => "Used",
        (_, Kind::Revoke) => "Taken back",
        (_, Kind::SignIn) => "Signed in",
        (_, Kind::SignOut) => "Signed out",
        (_, Kind::End) => "Ended",
        (_, Kind::Fail) => "Failed",
        (_, Kind::Download) => "Downloaded",
        (_, Kind::Keep) => "Kept",
        (_, Kind::Release) => "Kept no longer",
        (_, Kind::Delete) => "Deleted",
    }
}

/// Somebody whose name the image does not tell.
pub fn person(uid: Uid, people: &[(Uid, String)]) -> String {
    let known = people.iter().find(|(known, _)| *known == uid);
    known.map_or_else(|| "Somebody without an account".into(), |(_, name)| name.clone())
}

impl Told {
    pub fn new(event: &LogEvent, people: &[(Uid, String)]) -> Told {
        match event.subject_kind.as_str() {
            ENTRY => entry(event),
            USER => user(event),
            SESSION => session(event, people),
            INVITATION => invitation(event),
            SNAPSHOT => snapshot(event),
            SNAPSHOT_SCHEDULE => told("set the schedule of snapshots", String::new(), ""),
            _ => failed(event),
        }
    }
}

fn told(did: &str, name: String, rest: &str) -> Told {
    Told { did: did.into(), name, url: None, rest: rest.into() }
}

fn entry(event: &LogEvent) -> Told {
    let image = |json: &Option<String>| json.as_deref().and_then(|json| serde_json::from_str::<Image>(json).ok());
    let (before, after) = (image(&event.before), image(&event.after));
    let is = after.as_ref().or(before.as_ref());
    let name = is.map(|image| image.content.title.as_str().to_owned()).unwrap_or_default();
    let done = after.as_ref().is_some_and(|image| image.content.done);
    let changed = || format!("changed {} of", changed_fields(before.as_ref(), after.as_ref()));
    let (did, rest) = match event.kind {
        Kind::Create => ("created".into(), ""),
        // Erased: what it was is not known any more.
        Kind::Update if is.is_none() => ("changed".into(), ""),
        Kind::Update => (changed(), ""),
        Kind::Status if is.is_none() => ("changed the status of".into(), ""),
        Kind::Status if done => ("marked".into(), "done"),
        Kind::Status => ("opened".into(), "again"),
        Kind::Trash => ("deleted".into(), ""),
        Kind::Restore => ("took".into(), "out of the trash"),
        Kind::Purge => ("deleted".into(), "for good"),
        other => (other.name().into(), ""),
    };
    let url = event.exists.then(|| format!("/entries/{}", event.subject));
    let did = if name.is_empty() { format!("{did} an entry") } else { did };
    Told { did, name, url, rest: rest.into() }
}

/// A member of the newest image, which also tells of older ones.
fn member(event: &LogEvent, name: &str) -> String {
    let [_, value] = members(event, name);
    value
}

/// The same before and after.
fn members(event: &LogEvent, name: &str) -> [String; 2] {
    let text = |json: &Option<String>| -> Option<String> {
        let image: Value = serde_json::from_str(json.as_deref()?).ok()?;
        match image.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    };
    let (before, after) = (text(&event.before), text(&event.after));
    let newest = after.or_else(|| before.clone()).unwrap_or_default();
    [before.unwrap_or_default(), newest]
}

fn user(event: &LogEvent) -> Told {
    let name = member(event, "name");
    let mut told = match event.kind {
        Kind::Create => told("made an account for", name, &format!("as {}", member(event, "role"))),
        Kind::Rename => {
            let [before, after] = members(event, "name");
            told("renamed", before, &format!("to ‘{after}’"))
        }
        Kind::Role => {
            let [before, after] = members(event, "role");
            told("changed the role of", name, &format!("from {before} to {after}"))
        }
        Kind::Password => told("changed the password of", name, ""),
        Kind::Disable => told("disabled the account of", name, ""),
        Kind::Enable => told("enabled the account of", name, ""),
        other => told(other.name(), name, ""),
    };
    told.url = Some(format!("/users#user-{}", event.subject));
    told
}

fn session(event: &LogEvent, people: &[(Uid, String)]) -> Told {
    let whose = member(event, "user").parse().ok();
    match event.kind {
        Kind::SignIn => told("signed in", String::new(), ""),
        Kind::SignOut => told("signed out", String::new(), ""),
        _ if whose == Some(event.actor) => told("ended another session of their own", String::new(), ""),
        _ => told("ended a session of", whose.map(|uid| person(uid, people)).unwrap_or_default(), ""),
    }
}

fn invitation(event: &LogEvent) -> Told {
    let email = member(event, "email");
    match event.kind {
        Kind::Create => told("invited", email, &format!("as {}", member(event, "role"))),
        Kind::Update => told("made a new link for", email, ""),
        Kind::Accept => told("used the invitation of", email, ""),
        _ => told("took back the invitation of", email, ""),
    }
}

fn snapshot(event: &LogEvent) -> Told {
    let what = match member(event, "entry_rows").as_str() {
        "" => "a snapshot".to_owned(),
        "1" => "a snapshot of 1 entry".to_owned(),
        rows => format!("a snapshot of {rows} entries"),
    };
    match event.kind {
        Kind::Create => told(&format!("made {what}"), String::new(), ""),
        Kind::Download => told("downloaded", member(event, "file"), &format!("of {what}")),
        Kind::Keep => told(&format!("kept {what}"), String::new(), ""),
        Kind::Release => told(&format!("let go of {what}"), String::new(), ""),
        _ => told(&format!("deleted {what}"), String::new(), ""),
    }
}

fn failed(event: &LogEvent) -> Told {
    let times = match member(event, "number").as_str() {
        "1" => "once".to_owned(),
        "2" => "twice".to_owned(),
        number => format!("{number} times"),
    };
    match member(event, "email") {
        email if email.is_empty() => told("failed to sign in", String::new(), &times),
        email => told("failed to sign in as", email, &times),
    }
}
