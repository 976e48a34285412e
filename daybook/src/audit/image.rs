//! The image of an entry at one version, as JSON, and the commitment to it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ENTRY, Subject};
use crate::entries::{Content, Entry};
use crate::{Timestamp, Uid};

/// Everything that an entry is at one version. Written as JSON; old formats are read for ever: a field that came later
/// has a serde default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Of this layout: 1.
    pub format: u32,
    pub uid: Uid,
    pub version: i32,
    #[serde(flatten)]
    pub content: Content,
    pub trashed: bool,
    pub created_at: Timestamp,
    pub created_by: Uid,
    pub created_by_name: String,
    pub updated_at: Timestamp,
    pub updated_by: Uid,
    pub updated_by_name: String,
}

impl Image {
    pub const FORMAT: u32 = 1;
}

impl From<&Entry> for Image {
    fn from(entry: &Entry) -> Image {
        Image {
            format: Image::FORMAT,
            uid: entry.uid,
            version: entry.version,
            content: entry.content.clone(),
            trashed: entry.trashed,
            created_at: entry.created_at,
            created_by: entry.created_by,
            created_by_name: entry.created_by_name.clone(),
            updated_at: entry.updated_at,
            updated_by: entry.updated_by,
            updated_by_name: entry.updated_by_name.clone(),
        }
    }
}

impl Subject for Entry {
    const KIND: &'static str = ENTRY;

    fn uid(&self) -> Uid {
        self.uid
    }

    fn image(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Image::from(self))
    }
}

/// SHA-256 (FIPS 180-4) that binds an event to its image and tells nothing about it without the salt.
///
/// The input is the ASCII text `daybook image 1`, the 32 bytes of salt, then `before`, `after`, `actor_name` and
/// `client_address` in this order, each as one byte (0: absent, 1: present) and, if present, its length in bytes as 8
/// bytes big-endian and its UTF-8 bytes as stored.
pub fn commitment(
    salt: &[u8; 32],
    before: Option<&str>,
    after: Option<&str>,
    actor_name: &str,
    client_address: Option<&str>,
) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"daybook image 1");
    hash.update(salt);
    for field in [before, after, Some(actor_name), client_address] {
        match field {
            None => hash.update([0]),
            Some(text) => {
                hash.update([1]);
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
    }
    hash.finalize().into()
}
