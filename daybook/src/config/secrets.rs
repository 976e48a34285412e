//! Secrets from files: each may be given as `NAME_FILE`, the path of a file, so that it stands in no environment.
//!
//! A file is taken as it is, but for one line break at its end. What it holds is never repeated in an error.

use std::collections::BTreeMap;

use super::{ConfigError, set};

/// The settings that are secret, or hold a secret. `NAME_FILE` of each is in `SETTINGS`, too.
pub(super) const SECRETS: [&str; 7] = [
    "DATABASE_URL",
    "DATABASE_REPLICA_URL",
    "DB_PASSWORD",
    "MIGRATE_DB_PASSWORD",
    "REDIS_URL",
    "REDIS_PASSWORD",
    "DAYBOOK_ADMIN_PASSWORD",
];

/// The secrets that stand in files, by their names.
pub(super) fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<BTreeMap<&'static str, String>, ConfigError> {
    let mut secrets = BTreeMap::new();
    for name in SECRETS {
        let by_file = format!("{name}_FILE");
        let Some(path) = set(get, &by_file) else { continue };
        if set(get, name).is_some() {
            return Err(ConfigError::new(&by_file, format!("contradicts {name}: set one of them")));
        }
        let text = std::fs::read_to_string(&path)
            .map_err(|error| ConfigError::new(&by_file, format!("{path} cannot be read: {error}")))?;
        let secret = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        if secret.is_empty() {
            return Err(ConfigError::new(&by_file, format!("{path} is empty")));
        }
        secrets.insert(name, secret.to_owned());
    }
    Ok(secrets)
}
