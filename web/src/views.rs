//! What templates are given: one struct for each template, ready to print.

mod audit;
mod diff;
mod entry;
mod filter;
mod form;
mod job;
mod list;
mod notice;
mod row;
mod snapshot;
mod users;

use daybook::Timestamp;
use daybook::entries::{Field, Input};
use form_urlencoded::byte_serialize;
use jiff::tz::TimeZone;
use serde::Serialize;

pub use audit::AuditPage;
pub use entry::Show;
pub use form::{Created, EditPage, Form};
pub use job::{JobPage, JobView, JobsPage};
pub use list::{ListPage, Total};
pub use notice::{NoticeData, NoticeView};
pub use row::{PurgeManyPage, PurgePage, Row, RowFragment};
pub use snapshot::{DeleteSnapshotPage, NewSnapshotPage, ScheduleErrors, SchedulePage, SnapshotPage, SnapshotsPage};
pub use users::{
    AccountPage, InviteForm, InvitedPage, JoinPage, Note, SetupClosedPage, SignInPage, TextInput, UsersPage,
};

use crate::place::Place;

/// A time, for people and for machines.
#[derive(Serialize)]
pub struct Time {
    pub iso: String,
    /// To the second, for those who point at it.
    pub exact: String,
    /// At a glance.
    pub text: String,
}

impl Time {
    pub fn new(at: Timestamp, zone: &TimeZone) -> Time {
        Time { iso: at.iso(), exact: at.exact(zone), text: at.ago(Timestamp::now(), zone) }
    }
}

/// For a template that needs nothing.
#[derive(Serialize)]
pub struct Empty {}

/// The place that a form stands on, as a form's value and as a query's.
#[derive(Serialize)]
pub struct Back {
    pub url: String,
    pub encoded: String,
    /// `list` or `entry`: the shape that fragments have here.
    pub kind: &'static str,
}

impl From<&Place> for Back {
    fn from(place: &Place) -> Back {
        let url = place.to_string();
        let encoded = byte_serialize(url.as_bytes()).collect();
        let kind = match place {
            Place::List(_) => "list",
            Place::Entry(_) => "entry",
        };
        Back { url, encoded, kind }
    }
}

/// A form's value as people read it: the label of a choice.
fn readable(field: &Field, value: &str) -> String {
    match field.input {
        Input::Choice(choices) => {
            choices.iter().find(|(name, _)| *name == value).map_or(value, |(_, label)| label).into()
        }
        _ => value.to_owned(),
    }
}
