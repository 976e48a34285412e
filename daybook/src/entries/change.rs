//! What all changes of existing entries share: lock, check the version, write the rows, write the audit events.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Content, Entry, Outcome, Refusal, Target, terms};
use crate::audit::{self, Change, Kind};
use crate::schema::entries;
use crate::{Actor, Conn, Result, Timestamp, Uid, dialect};

/// What a kind of change wants of one entry.
pub(super) enum Step {
    /// To be this.
    Set { content: Content, trashed: bool },
    /// To be gone.
    Purge,
    /// Not possible in the state that it is in, whatever the version.
    Refuse(Box<Refusal>),
}

/// Applies `step` to each target: refuses what is stale, leaves alone what already is as wanted, writes the rest.
pub(super) fn apply(
    conn: &mut Conn,
    targets: &[Target],
    kind: Kind,
    actor: &Actor,
    step: impl Fn(usize, &Entry) -> Step,
) -> Result<Vec<Outcome>> {
    let uids: Vec<Uid> = targets.iter().map(|target| target.uid).collect();
    let loaded = dialect::lock_entries(conn, &uids)?;
    let mut current: HashMap<Uid, Entry> = loaded.into_iter().map(|entry| (entry.uid, entry)).collect();
    let mut written: Vec<(Entry, Option<Entry>)> = Vec::new();
    let mut outcomes = Vec::with_capacity(targets.len());
    for (position, target) in targets.iter().enumerate() {
        let Some(before) = current.remove(&target.uid) else {
            outcomes.push(missing(conn, kind, target)?);
            continue;
        };
        let outcome = decide(conn, target, &before, step(position, &before), actor)?;
        match &outcome {
            Outcome::Changed(after) => {
                current.insert(target.uid, after.clone());
                written.push((before, Some(after.clone())));
            }
            Outcome::Purged(_) => written.push((before, None)),
            Outcome::Unchanged(_) | Outcome::Refused(_) => drop(current.insert(target.uid, before)),
        }
        outcomes.push(outcome);
    }
    record(conn, kind, actor, &written)?;
    Ok(outcomes)
}

/// An entry that is not there: a repeated purge finds in the log that it did its work.
fn missing(conn: &mut Conn, kind: Kind, target: &Target) -> Result<Outcome> {
    if kind == Kind::Purge && audit::was_purged(conn, target.uid, target.version)? {
        return Ok(Outcome::Purged(target.uid));
    }
    Ok(Outcome::Refused(Refusal::NotFound(target.uid)))
}

fn decide(conn: &mut Conn, target: &Target, before: &Entry, step: Step, actor: &Actor) -> Result<Outcome> {
    let stale = before.version != target.version;
    match step {
        Step::Refuse(refusal) => Ok(Outcome::Refused(*refusal)),
        Step::Set { content, trashed } if content == before.content && trashed == before.trashed => {
            Ok(Outcome::Unchanged(before.clone()))
        }
        _ if stale => {
            let base = audit::content_at(conn, target.uid, target.version)?;
            Ok(Outcome::Refused(Refusal::Stale { current: before.clone(), base }))
        }
        Step::Set { content, trashed } => {
            let after = Entry {
                title_key: terms::title_key(&content),
                content,
                trashed,
                version: before.version + 1,
                // Never before the version it replaces, even if the clock was set back.
                updated_at: Timestamp::now().max(before.updated_at),
                updated_by: actor.uid,
                updated_by_name: actor.name.clone(),
                ..before.clone()
            };
            save(conn, &after)?;
            Ok(Outcome::Changed(after))
        }
        Step::Purge => {
            diesel::delete(entries::table.filter(entries::id.eq(before.id))).execute(conn)?;
            Ok(Outcome::Purged(before.uid))
        }
    }
}

fn save(conn: &mut Conn, entry: &Entry) -> Result<()> {
    diesel::update(entries::table.filter(entries::id.eq(entry.id)))
        .set((
            &entry.content,
            entries::title_key.eq(&entry.title_key),
            entries::version.eq(entry.version),
            entries::trashed.eq(entry.trashed),
            entries::updated_at.eq(entry.updated_at),
            entries::updated_by.eq(entry.updated_by),
            entries::updated_by_name.eq(&entry.updated_by_name),
        ))
        .execute(conn)?;
    Ok(())
}

fn record(conn: &mut Conn, kind: Kind, actor: &Actor, written: &[(Entry, Option<Entry>)]) -> Result<()> {
    if written.is_empty() {
        return Ok(());
    }
    let changes: Vec<Change<Entry>> = written
        .iter()
        .map(|(before, after)| Change {
            kind,
            before: Some(before),
            after: after.as_ref(),
            version: before.version + 1,
            at: after.as_ref().map_or_else(|| Timestamp::now().max(before.updated_at), |after| after.updated_at),
        })
        .collect();
    audit::record(conn, actor, &changes)?;
    terms::keep(conn, written.iter().map(|(before, after)| (Some(before), after.as_ref())))
}
