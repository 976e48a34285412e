//! The answer to a change of an entry: in place for htmx, else a redirect to where the person was.

use actix_web::http::StatusCode;
use daybook::audit::Version;
use daybook::entries::{Content, Draft, Entry, EntrySummary, Outcome, Refusal, merge};
use daybook::{Conn, Uid};

use super::{edit_form, entry_url, with_history};
use crate::app::{Answer, App};
use crate::error::Error;
use crate::list::List;
use crate::notice::Notice;
use crate::place::Place;
use crate::request::RequestContext;
use crate::views::{Empty, Form, Row, RowFragment, Show};

/// An entry in the shape of the place that it is shown in.
pub enum Slot {
    /// A row of the book or, if it is trashed, the line that takes the row's place there.
    BookRow(Box<Entry>),
    /// The same for the trash.
    TrashRow(Box<Entry>),
    /// The entry's own page.
    Entry(Box<Entry>, Vec<Version>),
}

/// What a fragment tells besides the entry.
pub struct Said {
    /// For the live region.
    pub say: Option<String>,
    /// Beside the entry: what stood in the way.
    pub note: Option<String>,
    /// The control that takes the focus.
    pub focus: &'static str,
}

/// What the change was, as far as its answer depends on it.
pub struct Reply {
    pub context: RequestContext,
    pub place: Place,
    /// For the live region: what happened, if it did.
    pub say: String,
    /// For a redirect to a list: what it shall tell.
    pub notice: Option<Notice>,
    /// The control that takes the focus afterwards, in place: `edit` or `switch`.
    pub focus: &'static str,
    /// What the person wanted the entry to say, for a merge; `None` where there is nothing to merge.
    pub mine: Option<Mine>,
}

/// The wish, which may be about one field of whatever the entry says.
pub enum Mine {
    Content(Content),
    Done(bool),
}

/// The identifier in a path. Anything else is an address that does not exist.
pub fn uid_of(path: &str) -> Result<Uid, Error> {
    path.parse().map_err(|_| Error::NotFound)
}

/// What the place needs to show the entry; only its own page takes a further query, for the history.
pub fn load_slot(conn: &mut Conn, place: &Place, entry: Entry, before: Option<i32>) -> daybook::Result<Slot> {
    match place {
        Place::List(List { trashed: false, .. }) => Ok(Slot::BookRow(Box::new(entry))),
        Place::List(_) => Ok(Slot::TrashRow(Box::new(entry))),
        Place::Entry(_) => with_history(conn, entry, before),
    }
}

impl Slot {
    /// Renders it alone.
    pub fn fragment(self, app: &App, status: StatusCode, place: &Place, said: Said) -> Result<Answer, Error> {
        let Said { say, note, focus } = said;
        let row = |entry: &Entry, template: &str, say, note| {
            let entry = Row::new(&EntrySummary::from(entry), place.search(), &app.zone);
            app.html(status, template, &RowFragment { entry, back: place.into(), note, say, focus })
        };
        match self {
            Slot::BookRow(entry) if entry.trashed => row(&entry, "entries/_trashed.html", say, note),
            Slot::BookRow(entry) => row(&entry, "entries/_row.html", say, note),
            Slot::TrashRow(entry) if entry.trashed => row(&entry, "trash/_row.html", say, note),
            Slot::TrashRow(entry) => row(&entry, "trash/_restored.html", say, note),
            Slot::Entry(entry, history) => {
                let show = Show { fragment: true, say, note, focus, ..Show::new(&entry, history, &app.zone) };
                app.html(status, "entries/_entry.html", &show)
            }
        }
    }
}

/// The outcome of one entry with what its answer needs from the database: for a fragment the entry in the shape of its
/// place, for a refusal without JavaScript the entry's page.
pub fn reply(
    conn: &mut Conn,
    place: &Place,
    fragment: bool,
    outcome: Outcome,
) -> daybook::Result<(Outcome, Option<Slot>)> {
    let (entry, refused) = match &outcome {
        Outcome::Changed(entry) | Outcome::Unchanged(entry) => (entry, false),
        Outcome::Refused(Refusal::Stale { current: entry, .. }) => (entry, true),
        Outcome::Refused(Refusal::InTrash(entry) | Refusal::NotInTrash(entry)) => (entry, true),
        Outcome::Purged(_) | Outcome::Refused(Refusal::NotFound(_) | Refusal::Taken(_)) => return Ok((outcome, None)),
    };
    let slot = match (fragment, refused) {
        (true, _) => Some(load_slot(conn, place, entry.clone(), None)?),
        (false, true) => Some(load_slot(conn, &Place::Entry(entry.uid), entry.clone(), None)?),
        (false, false) => None,
    };
    Ok((outcome, slot))
}

impl Reply {
    pub fn answer(self, app: &App, (outcome, slot): (Outcome, Option<Slot>)) -> Result<Answer, Error> {
        match outcome {
            Outcome::Changed(entry) | Outcome::Unchanged(entry) => self.done(app, &entry, slot),
            Outcome::Purged(_) => self.purged(app),
            Outcome::Refused(Refusal::Stale { current, base }) => self.stale(app, &current, base, slot),
            Outcome::Refused(Refusal::InTrash(entry)) => self.in_trash(app, &entry, slot),
            Outcome::Refused(Refusal::NotInTrash(_)) => {
                self.noted(app, slot, "It is not in the trash any more, so it was not deleted.".into())
            }
            Outcome::Refused(Refusal::NotFound(_) | Refusal::Taken(_)) => Err(Error::NotFound),
        }
    }

    fn done(self, app: &App, entry: &Entry, slot: Option<Slot>) -> Result<Answer, Error> {
        match (self.context.wants_fragment, slot, &self.place) {
            (true, Some(slot), place) => {
                slot.fragment(app, StatusCode::OK, place, Said { say: Some(self.say), note: None, focus: self.focus })
            }
            (_, _, Place::List(list)) => Ok(Answer::SeeOther(list.url(self.notice.as_ref()))),
            (_, _, Place::Entry(_)) => Ok(Answer::SeeOther(entry_url(entry.uid))),
        }
    }

    /// The row is gone, and its own page too: back to the trash.
    fn purged(self, app: &App) -> Result<Answer, Error> {
        match (self.context.wants_fragment, &self.place) {
            (true, Place::List(_)) => app.html(StatusCode::OK, "trash/_purged.html", &Empty {}),
            (_, Place::List(list)) => Ok(Answer::SeeOther(list.url(Some(&Notice::Purged)))),
            (_, Place::Entry(_)) => Ok(Answer::SeeOther(List::trash().url(Some(&Notice::Purged)))),
        }
    }

    fn stale(self, app: &App, current: &Entry, base: Option<Content>, slot: Option<Slot>) -> Result<Answer, Error> {
        let by = &current.updated_by_name;
        if current.trashed && self.mine.is_some() {
            return self.in_trash(app, current, slot);
        }
        let mine = match self.mine {
            None => {
                let note = format!("{by} changed this entry after you opened the page. Look at it again first.");
                return self.noted(app, slot, note);
            }
            Some(Mine::Content(content)) => content,
            Some(Mine::Done(done)) => Content { done, ..base.as_ref().unwrap_or(&current.content).clone() },
        };
        let merge = merge(base.as_ref(), &current.content, &mine);
        edit_form(app, StatusCode::CONFLICT, &self.context, Form::merge(current, &merge, &self.place))
    }

    /// What was typed stays in the form.
    fn in_trash(self, app: &App, entry: &Entry, slot: Option<Slot>) -> Result<Answer, Error> {
        match &self.mine {
            Some(Mine::Content(content)) => {
                let form = Form::edit(entry.uid, entry.version, &Draft::from(content), None, &self.place);
                edit_form(app, StatusCode::CONFLICT, &self.context, form.with_message(in_trash(entry)))
            }
            _ => self.noted(app, slot, in_trash(entry)),
        }
    }

    /// The entry as it is now, with a remark.
    fn noted(self, app: &App, slot: Option<Slot>, note: String) -> Result<Answer, Error> {
        match slot {
            Some(Slot::Entry(entry, history)) if !self.context.wants_fragment => {
                let show = Show { note: Some(note), ..Show::new(&entry, history, &app.zone) };
                app.html(StatusCode::CONFLICT, "entries/show.html", &show)
            }
            Some(slot) => {
                let said = Said { say: Some(note.clone()), note: Some(note), focus: self.focus };
                slot.fragment(app, StatusCode::CONFLICT, &self.place, said)
            }
            None => Err(Error::NotFound),
        }
    }
}

/// Why an entry cannot be changed now.
pub(super) fn in_trash(entry: &Entry) -> String {
    format!("{} moved this entry to the trash. It can be changed again once it is restored.", entry.updated_by_name)
}
