//! Where files are: a folder, or a bucket of S3.

use std::fmt;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::time::Duration;

use super::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct FilesConfig {
    pub url: FilesUrl,
    /// After that a snapshot that is not kept is deleted.
    pub snapshot_life: Duration,
    /// How often the store is looked through for what is left over.
    pub sweep_every: Duration,
}

/// Holds no secret: credentials come the standard way of AWS, from the environment or the role of the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesUrl {
    Folder(PathBuf),
    /// `prefix` has no slash at its ends, and may be empty.
    Bucket {
        name: String,
        prefix: String,
    },
}

impl fmt::Display for FilesUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FilesUrl::Folder(path) => write!(f, "file:{}", path.display()),
            FilesUrl::Bucket { name, prefix } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

pub(super) fn read(env: &Env) -> Result<FilesConfig, ConfigError> {
    let days: NonZeroU16 = env.parsed("SNAPSHOT_DAYS", "a number of days, 1 at the least")?;
    let sweep: NonZeroU16 = env.parsed("FILES_SWEEP_S", "a number of seconds from 1 to 65535")?;
    Ok(FilesConfig {
        url: url(&env.text("FILES_URL"))?,
        snapshot_life: Duration::from_secs(u64::from(days.get()) * 24 * 60 * 60),
        sweep_every: Duration::from_secs(sweep.get().into()),
    })
}

fn url(text: &str) -> Result<FilesUrl, ConfigError> {
    let wrong = |problem: &str| ConfigError::new("FILES_URL", problem);
    if let Some(path) = text.strip_prefix("file:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return match path {
            "" => Err(wrong("file: is followed by a folder's path, such as file:///var/lib/daybook/files")),
            path => Ok(FilesUrl::Folder(path.into())),
        };
    }
    let Some(place) = text.strip_prefix("s3://") else {
        return Err(wrong("begins with neither file: nor s3://"));
    };
    if cfg!(not(feature = "s3")) {
        return Err(wrong("this program was built without the cargo feature s3"));
    }
    let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || !name.chars().all(plain) || !prefix.chars().all(|c| plain(c) || c == '/') {
        return Err(wrong("is not s3://BUCKET or s3://BUCKET/PREFIX of letters, digits, . - and _"));
    }
    Ok(FilesUrl::Bucket { name: name.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
}
