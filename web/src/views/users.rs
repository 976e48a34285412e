//! Pages about people: signing in, joining, one's own account, and everybody's.

use daybook::Uid;
use daybook::users::{Invitation, Role, Session, User};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Time;
use crate::device;
use crate::params::Params;

/// `_input.html`: a line to type into.
#[derive(Serialize)]
pub struct TextInput {
    pub name: &'static str,
    pub label: &'static str,
    /// `text`, `email` or `password`. An address is no `<input type="email">`, which refuses or rewrites some that exist.
    pub kind: &'static str,
    /// What browsers may fill in: a token of the HTML standard.
    pub autocomplete: &'static str,
    pub value: String,
    pub hint: Option<&'static str>,
    pub error: Option<String>,
    /// The element that says what is wrong where it is not only about this line.
    pub problem: Option<&'static str>,
    /// Where the page begins when it is loaded.
    pub focus: bool,
}

impl TextInput {
    pub fn new(name: &'static str, label: &'static str, kind: &'static str) -> TextInput {
        let (autocomplete, value) = ("off", String::new());
        TextInput { name, label, kind, autocomplete, value, hint: None, error: None, problem: None, focus: false }
    }

    pub fn with(self, autocomplete: &'static str) -> TextInput {
        TextInput { autocomplete, ..self }
    }

    pub fn filled(self, value: &str) -> TextInput {
        TextInput { value: value.to_owned(), ..self }
    }

    pub fn hinted(self, hint: Option<&'static str>) -> TextInput {
        TextInput { hint, ..self }
    }

    pub fn refused(self, error: Option<&String>) -> TextInput {
        TextInput { error: error.cloned(), ..self }
    }

    /// What is wrong stands in the element of this id.
    pub fn refused_by(self, id: Option<&'static str>) -> TextInput {
        TextInput { problem: id, ..self }
    }

    pub fn focused(self, focus: bool) -> TextInput {
        TextInput { focus, ..self }
    }
}

/// `sessions/new.html`
#[derive(Serialize)]
pub struct SignInPage {
    pub inputs: Vec<TextInput>,
    pub back: String,
    pub problem: Option<String>,
}

/// `setup/closed.html`
#[derive(Serialize)]
pub struct SetupClosedPage {}

/// `users/join.html`: somebody makes their account.
#[derive(Serialize)]
pub struct JoinPage {
    pub title: &'static str,
    pub lead: String,
    pub action: &'static str,
    pub token: String,
    /// What the person will sign in as, where they do not type it: password managers look for it.
    pub email: Option<String>,
    pub inputs: Vec<TextInput>,
    pub button: &'static str,
}

/// `account/show.html`
#[derive(Serialize)]
pub struct AccountPage {
    pub email: String,
    pub name: Vec<TextInput>,
    pub password: Vec<TextInput>,
    pub sessions: Vec<SessionView>,
    pub notice: Option<&'static str>,
}

#[derive(Serialize)]
pub struct SessionView {
    pub uid: String,
    pub device: String,
    pub address: String,
    pub since: Time,
    pub seen: Time,
    /// The one that asks.
    pub current: bool,
}

impl AccountPage {
    pub fn new(
        own: &Session,
        sessions: &[Session],
        name: Vec<TextInput>,
        password: Vec<TextInput>,
        notice: Option<&'static str>,
        zone: &TimeZone,
    ) -> AccountPage {
        let view = |session: &Session| SessionView {
            uid: session.uid.to_string(),
            device: device::name(&session.device),
            address: session.address.clone(),
            since: Time::new(session.created_at, zone),
            seen: Time::new(session.last_seen_at, zone),
            current: session.uid == own.uid,
        };
        let sessions = sessions.iter().map(view).collect();
        AccountPage { email: own.email.as_str().to_owned(), name, password, sessions, notice }
    }
}

/// `users/index.html`
#[derive(Serialize)]
pub struct UsersPage {
    pub users: Vec<UserView>,
    pub invitations: Vec<InvitationView>,
    pub invite: InviteForm,
    pub notice: Option<&'static str>,
}

#[derive(Serialize)]
pub struct UserView {
    pub uid: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<RoleChoice>,
    pub disabled: bool,
    pub since: Time,
    pub me: bool,
    pub note: Option<Note>,
}

/// What became of a change of an account; it is told beside the person, whose list may be long.
#[derive(Serialize)]
pub struct Note {
    pub text: String,
    /// It was refused.
    pub problem: bool,
    /// The control that changed it gets the focus: `role`, or `switch` for disabling and enabling.
    pub at: &'static str,
}

#[derive(Serialize)]
pub struct RoleChoice {
    pub name: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

#[derive(Serialize)]
pub struct InvitationView {
    pub uid: String,
    pub email: String,
    pub role: &'static str,
    /// For an account that there is.
    pub password: bool,
    pub by: String,
    pub until: Time,
}

/// The form that invites somebody. Its uid makes a form that is sent twice one invitation.
#[derive(Serialize)]
pub struct InviteForm {
    pub uid: String,
    pub inputs: Vec<TextInput>,
    pub roles: Vec<RoleChoice>,
}

impl InviteForm {
    /// What was typed stays, with what is wrong with it.
    pub fn new(params: &Params, problem: Option<String>) -> InviteForm {
        let role = params.get("role").and_then(|text| text.parse().ok()).unwrap_or(Role::Editor);
        let email = TextInput::new("email", "Email address", "email")
            .filled(params.get("email").unwrap_or_default())
            .refused(problem.as_ref())
            .focused(problem.is_some());
        InviteForm { uid: Uid::new().to_string(), inputs: vec![email], roles: roles(role) }
    }
}

impl UsersPage {
    pub fn new(
        me: Uid,
        users: &[User],
        invitations: &[Invitation],
        invite: InviteForm,
        notice: Option<&'static str>,
        note: Option<(Uid, Note)>,
        zone: &TimeZone,
    ) -> UsersPage {
        let mut note = note;
        let user = |user: &User| UserView {
            uid: user.uid.to_string(),
            name: user.name.as_str().to_owned(),
            email: user.email.as_str().to_owned(),
            roles: roles(user.role),
            disabled: user.disabled,
            since: Time::new(user.created_at, zone),
            me: user.uid == me,
            note: note.take_if(|(uid, _)| *uid == user.uid).map(|(_, note)| note),
        };
        UsersPage {
            users: users.iter().map(user).collect(),
            invitations: invitations.iter().map(|invitation| InvitationView::new(invitation, zone)).collect(),
            invite,
            notice,
        }
    }
}

impl InvitationView {
    fn new(invitation: &Invitation, zone: &TimeZone) -> InvitationView {
        InvitationView {
            uid: invitation.uid.to_string(),
            email: invitation.email.as_str().to_owned(),
            role: invitation.role.name(),
            password: invitation.user.is_some(),
            by: invitation.created_by_name.clone(),
            until: Time::new(invitation.expires_at, zone),
        }
    }
}

/// `users/invited.html`: the link, which is shown once.
#[derive(Serialize)]
pub struct InvitedPage {
    pub invitation: InvitationView,
    pub link: String,
    /// Whether the link has the host in it.
    pub whole: bool,
}

impl InvitedPage {
    pub fn new(invitation: &Invitation, link: &str, zone: &TimeZone) -> InvitedPage {
        let whole = !link.starts_with('/');
        InvitedPage { invitation: InvitationView::new(invitation, zone), link: link.to_owned(), whole }
    }
}

fn roles(chosen: Role) -> Vec<RoleChoice> {
    let label = |role| match role {
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::Administrator => "Administrator",
    };
    let choice = |role: Role| RoleChoice { name: role.name(), label: label(role), chosen: role == chosen };
    Role::ALL.into_iter().map(choice).collect()
}
