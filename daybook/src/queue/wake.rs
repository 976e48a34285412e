//! What the bell says: small messages with a version, so that processes of two releases can share a queue.

use serde::{Deserialize, Serialize};

use crate::Uid;

/// There is something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Events of the audit log wait for their seal.
    Audit,
    /// A job is due.
    Job(Uid),
}

/// As it stands in the queue.
pub type Message = serde_json::Value;

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Envelope {
    v: u32,
    #[serde(flatten)]
    content: Content,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "wake", rename_all = "lowercase")]
enum Content {
    Audit,
    Job { uid: Uid },
}

impl Wake {
    pub fn to_message(self) -> Message {
        let content = match self {
            Wake::Audit => Content::Audit,
            Wake::Job(uid) => Content::Job { uid },
        };
        serde_json::to_value(Envelope { v: VERSION, content }).unwrap_or_default()
    }

    /// `None` for what this release does not understand, which is nothing to worry about: the sweeper rings again.
    pub fn from_message(message: &Message) -> Option<Wake> {
        let envelope = Envelope::deserialize(message).ok().filter(|envelope| envelope.v == VERSION)?;
        Some(match envelope.content {
            Content::Audit => Wake::Audit,
            Content::Job { uid } => Wake::Job(uid),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_small_and_comes_back() {
        for wake in [Wake::Audit, Wake::Job(Uid::new())] {
            let message = wake.to_message();
            assert!(message.to_string().len() < 80, "{message}");
            assert_eq!(Wake::from_message(&message), Some(wake));
        }
        assert_eq!(Wake::Audit.to_message().to_string(), r#"{"v":1,"wake":"audit"}"#);
    }

    #[test]
    fn what_another_release_says_is_left_alone() {
        for text in
            [r#"{"v":2,"wake":"audit"}"#, r#"{"v":1,"wake":"supper"}"#, r#"{"v":1,"wake":"job","uid":"x"}"#, "7"]
        {
            assert_eq!(Wake::from_message(&serde_json::from_str(text).unwrap()), None, "{text}");
        }
    }
}
