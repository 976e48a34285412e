//! What a list says once about a change that was made before it: named in the URL after a redirect.

use daybook::Uid;

use crate::error::Error;
use crate::params::Params;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Trashed(Uid),
    Restored(Uid),
    Purged,
    /// Many were changed at once: the request that did it (its audit events tell the rest), how many were as wanted
    /// already, and what was left alone.
    Many {
        request: Uid,
        same: usize,
        left: Vec<Uid>,
    },
    NothingSelected,
}

impl Notice {
    /// # Errors
    /// 400 for something that is not an identifier.
    pub fn parse(params: &Params) -> Result<Option<Notice>, Error> {
        if let Some(uid) = params.optional("trashed")? {
            return Ok(Some(Notice::Trashed(uid)));
        }
        if let Some(uid) = params.optional("restored")? {
            return Ok(Some(Notice::Restored(uid)));
        }
        if let Some(request) = params.optional("request")? {
            let same = params.optional("same")?.unwrap_or_default();
            return Ok(Some(Notice::Many { request, same, left: params.uids("left")? }));
        }
        let notices = [("purged", Notice::Purged), ("selected", Notice::NothingSelected)];
        Ok(notices.into_iter().find(|(name, _)| params.get(name).is_some()).map(|(_, notice)| notice))
    }

    /// Names and values in the URL.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        match self {
            Notice::Trashed(uid) => vec![("trashed", uid.to_string())],
            Notice::Restored(uid) => vec![("restored", uid.to_string())],
            Notice::Purged => vec![("purged", "1".into())],
            Notice::NothingSelected => vec![("selected", "0".into())],
            Notice::Many { request, same, left } => {
                let left: Vec<String> = left.iter().map(Uid::to_string).collect();
                let mut params = vec![("request", request.to_string())];
                if *same > 0 {
                    params.push(("same", same.to_string()));
                }
                if !left.is_empty() {
                    params.push(("left", left.join(".")));
                }
                params
            }
        }
    }

    /// The entries that it names.
    pub fn uids(&self) -> Vec<Uid> {
        match self {
            Notice::Trashed(uid) | Notice::Restored(uid) => vec![*uid],
            Notice::Many { left, .. } => left.clone(),
            Notice::Purged | Notice::NothingSelected => Vec::new(),
        }
    }
}
