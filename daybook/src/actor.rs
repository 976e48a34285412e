//! Who makes a change, and by which way it came: an argument of every function that writes.

use std::net::IpAddr;

use crate::Uid;
use crate::jobs::Job;
use crate::users::PersonName;

/// The person behind a change, as the audit event and its image keep them.
#[derive(Debug, Clone)]
pub struct Actor {
    pub uid: Uid,
    /// As shown to people; kept in the erasable image only.
    pub name: String,
    pub channel: Channel,
    /// Of the request that asked for the change; also in the log and on error pages.
    pub request_id: Uid,
    /// The client's address as far as the trusted proxies tell it.
    pub client_address: Option<IpAddr>,
}

impl Actor {
    /// Somebody with an account, by way of the browser.
    pub fn person(uid: Uid, name: &PersonName, request_id: Uid, client_address: IpAddr) -> Actor {
        let (name, client_address) = (name.as_str().to_owned(), Some(client_address));
        Actor { uid, name, channel: Channel::Web, request_id, client_address }
    }

    /// Whoever runs the program: a command, or a setting of the server. Has no account, so the uid is nil.
    pub fn operator() -> Actor {
        Actor {
            uid: Uid::nil(),
            name: "Operator".into(),
            channel: Channel::Cli,
            request_id: Uid::new(),
            client_address: None,
        }
    }

    /// Somebody with an account, by a job that they asked for. The request is the job: its events are found by its uid.
    pub(crate) fn job(job: &Job) -> Actor {
        Actor {
            uid: job.asked_by,
            name: job.asked_by_name.clone(),
            channel: Channel::Job,
            request_id: job.uid,
            client_address: job.client_address.as_deref().and_then(|address| address.parse().ok()),
        }
    }

    /// The program by itself, as when a snapshot expires. Has no account, so the uid is nil.
    pub fn program() -> Actor {
        let name = "Daybook".into();
        Actor { uid: Uid::nil(), name, channel: Channel::Job, request_id: Uid::new(), client_address: None }
    }

    /// Somebody who is not known, from this address.
    pub fn unknown(request_id: Uid, client_address: IpAddr) -> Actor {
        let (name, client_address) = ("Unknown person".into(), Some(client_address));
        Actor { uid: Uid::nil(), name, channel: Channel::Web, request_id, client_address }
    }
}

/// The door that a change came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Web,
    Cli,
    Job,
}

impl Channel {
    /// As stored in `audit_events.channel`.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Web => "web",
            Channel::Cli => "cli",
            Channel::Job => "job",
        }
    }
}
