//! Writes events and images: called by the functions that change things, in their transaction.

use diesel::prelude::*;

use super::{Kind, about, commitment};
use crate::schema::{audit_events, audit_images};
use crate::{Actor, Conn, Error, Result, Timestamp, Uid, dialect};

/// Something that events are about.
pub(crate) trait Subject {
    /// As stored in `audit_events.subject_kind`.
    const KIND: &'static str;

    fn uid(&self) -> Uid;

    /// All that it is at this version, with a format number, as JSON. Never a secret.
    fn image(&self) -> serde_json::Result<String>;
}

/// One change of one subject: how it was and how it is now.
pub(crate) struct Change<'a, S> {
    pub(crate) kind: Kind,
    pub(crate) before: Option<&'a S>,
    pub(crate) after: Option<&'a S>,
    /// The version that the change made.
    pub(crate) version: i32,
    pub(crate) at: Timestamp,
}

impl<S: Subject> Change<'_, S> {
    fn subject(&self) -> Result<Uid> {
        let subject = self.after.or(self.before);
        subject.map(Subject::uid).ok_or_else(|| Error::Internal("a change of nothing".into()))
    }
}

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
pub(crate) struct NewEvent {
    subject_kind: &'static str,
    subject_uid: Uid,
    version: i32,
    kind: &'static str,
    actor_uid: Uid,
    channel: &'static str,
    request_id: Uid,
    at: Timestamp,
    commitment: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = audit_images)]
pub(crate) struct NewImage {
    event_id: i64,
    salt: Vec<u8>,
    before: Option<String>,
    after: Option<String>,
    actor_name: String,
    client_address: Option<String>,
}

/// Writes one event and one image for each change.
///
/// # Errors
/// A second event for the same version of the same subject is refused by a unique key.
pub(crate) fn record<S: Subject>(conn: &mut Conn, actor: &Actor, changes: &[Change<S>]) -> Result<()> {
    let mut events = Vec::with_capacity(changes.len());
    let mut images = Vec::with_capacity(changes.len());
    for change in changes {
        let (event, image) = event_and_image(actor, change)?;
        events.push(event);
        images.push(image);
    }
    dialect::insert_events(conn, &events)?;
    let ids = event_ids(conn, S::KIND, &events)?;
    for (event, image) in events.iter().zip(&mut images) {
        let position =
            ids.binary_search_by_key(&(event.subject_uid, event.version), |&(uid, version, _)| (uid, version));
        let position = position.map_err(|_| Error::Internal("an event was not written".into()))?;
        image.event_id = ids[position].2;
    }
    dialect::insert_images(conn, &images)?;
    Ok(())
}

fn event_and_image<S: Subject>(actor: &Actor, change: &Change<S>) -> Result<(NewEvent, NewImage)> {
    if !about::is_known(S::KIND, change.kind) {
        return Err(Error::Internal(format!("the log would not show “{}” of “{}”", change.kind.name(), S::KIND)));
    }
    let before = change.before.map(to_json).transpose()?;
    let after = change.after.map(to_json).transpose()?;
    let client_address = actor.client_address.map(|address| address.to_string());
    let salt = random_salt()?;
    let commitment = commitment(&salt, before.as_deref(), after.as_deref(), &actor.name, client_address.as_deref());
    let event = NewEvent {
        subject_kind: S::KIND,
        subject_uid: change.subject()?,
        version: change.version,
        kind: change.kind.name(),
        actor_uid: actor.uid,
        channel: actor.channel.name(),
        request_id: actor.request_id,
        at: change.at,
        commitment: commitment.to_vec(),
    };
    let image = NewImage {
        event_id: 0, // known once the event is written
        salt: salt.to_vec(),
        before,
        after,
        actor_name: actor.name.clone(),
        client_address,
    };
    Ok((event, image))
}

fn to_json<S: Subject>(subject: &S) -> Result<String> {
    subject.image().map_err(|error| Error::Internal(format!("an image: {error}")))
}

fn random_salt() -> Result<[u8; 32]> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(salt)
}

/// The ids that the database gave, by uid and version. Read back, because neither database promises that the rows of
/// one statement get consecutive ids.
fn event_ids(conn: &mut Conn, subject_kind: &str, events: &[NewEvent]) -> Result<Vec<(Uid, i32, i64)>> {
    let uids: Vec<Uid> = events.iter().map(|event| event.subject_uid).collect();
    let oldest = events.iter().map(|event| event.version).min().unwrap_or(1);
    let mut ids = audit_events::table
        .filter(audit_events::subject_kind.eq(subject_kind))
        .filter(audit_events::subject_uid.eq_any(uids))
        .filter(audit_events::version.ge(oldest))
        .select((audit_events::subject_uid, audit_events::version, audit_events::id))
        .load::<(Uid, i32, i64)>(conn)?;
    ids.sort_unstable();
    Ok(ids)
}
