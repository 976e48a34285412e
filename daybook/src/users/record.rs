//! What the audit log keeps of accounts, invitations, sessions and failed sign-ins. Never a password, a hash or a token.

use serde::{Deserialize, Serialize};

use super::{Email, Invitation, PersonName, Role, Session, User};
use crate::audit::{FAILED_SIGN_INS, INVITATION, SESSION, Subject, USER};
use crate::{Timestamp, Uid};

/// Of the layouts below; old formats are read for ever.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserImage {
    pub format: u32,
    pub uid: Uid,
    pub version: i32,
    pub email: Email,
    pub name: PersonName,
    pub role: Role,
    pub disabled: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionImage {
    pub format: u32,
    pub uid: Uid,
    pub user: Uid,
    pub created_at: Timestamp,
    pub address: String,
    pub device: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationImage {
    pub format: u32,
    pub uid: Uid,
    pub version: i32,
    pub email: Email,
    pub role: Role,
    /// The account that gets a new password by it.
    pub user: Option<Uid>,
    pub expires_at: Timestamp,
}

/// Failed sign-ins of one account from one address within one minute.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FailedSignIns {
    pub(super) format: u32,
    pub(super) uid: Uid,
    /// Of the account; `None` where there is none by the address that was typed.
    pub(super) email: Option<Email>,
    /// The client's.
    pub(super) address: String,
    pub(super) minute: Timestamp,
    pub(super) number: i32,
}

impl FailedSignIns {
    pub(super) const FORMAT: u32 = FORMAT;
}

impl From<&User> for UserImage {
    fn from(user: &User) -> UserImage {
        UserImage {
            format: FORMAT,
            uid: user.uid,
            version: user.version,
            email: user.email.clone(),
            name: user.name.clone(),
            role: user.role,
            disabled: user.disabled,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

impl From<&Session> for SessionImage {
    fn from(session: &Session) -> SessionImage {
        SessionImage {
            format: FORMAT,
            uid: session.uid,
            user: session.user_uid,
            created_at: session.created_at,
            address: session.address.clone(),
            device: session.device.clone(),
        }
    }
}

impl From<&Invitation> for InvitationImage {
    fn from(invitation: &Invitation) -> InvitationImage {
        InvitationImage {
            format: FORMAT,
            uid: invitation.uid,
            version: invitation.version,
            email: invitation.email.clone(),
            role: invitation.role,
            user: invitation.user,
            expires_at: invitation.expires_at,
        }
    }
}

macro_rules! subject {
    ($type:ty, $kind:ident, $image:expr) => {
        impl Subject for $type {
            const KIND: &'static str = $kind;

            fn uid(&self) -> Uid {
                self.uid
            }

            fn image(&self) -> serde_json::Result<String> {
                serde_json::to_string(&$image(self))
            }
        }
    };
}

subject!(User, USER, UserImage::from);
subject!(Session, SESSION, SessionImage::from);
subject!(Invitation, INVITATION, InvitationImage::from);
subject!(FailedSignIns, FAILED_SIGN_INS, std::convert::identity);
