//! Settings about accounts: the first one, and how long people stay signed in.

use std::sync::Arc;
use std::time::Duration;

use super::{ConfigError, Env};
use crate::users::{Email, Lifetime, Password};

/// The account of `DAYBOOK_ADMIN_EMAIL`. Its password is in no log: `Debug` hides it.
#[derive(Debug, Clone)]
pub struct FirstAdministrator {
    pub email: Email,
    pub password: Arc<Password>,
}

pub(super) fn first_administrator(env: &Env) -> Result<Option<FirstAdministrator>, ConfigError> {
    const NAMES: [&str; 2] = ["DAYBOOK_ADMIN_EMAIL", "DAYBOOK_ADMIN_PASSWORD"];
    let (email, password) = match NAMES.map(|name| env.optional(name)) {
        [None, None] => return Ok(None),
        [Some(email), Some(password)] => (email, password),
        [None, _] => return Err(ConfigError::new(NAMES[1], "needs DAYBOOK_ADMIN_EMAIL beside it")),
        [_, None] => return Err(ConfigError::new(NAMES[0], "needs DAYBOOK_ADMIN_PASSWORD beside it")),
    };
    let email = Email::parse(&email).map_err(|problem| ConfigError::new(NAMES[0], problem.to_string()))?;
    let password = Password::parse(&password, &[email.as_str()])
        .map_err(|problem| ConfigError::new(NAMES[1], problem.to_string()))?;
    Ok(Some(FirstAdministrator { email, password: Arc::new(password) }))
}

pub(super) fn lifetime(env: &Env) -> Result<Lifetime, ConfigError> {
    let minutes = |name| env.parsed::<u32>(name, "a number of minutes").map(|n| Duration::from_secs(u64::from(n) * 60));
    let lifetime = Lifetime { idle: minutes("SESSION_IDLE_MINUTES")?, absolute: minutes("SESSION_MAX_MINUTES")? };
    // When a session was last seen is known to the minute.
    if lifetime.idle < Duration::from_secs(5 * 60) {
        return Err(ConfigError::new("SESSION_IDLE_MINUTES", "must be at least 5"));
    }
    if lifetime.absolute < lifetime.idle {
        return Err(ConfigError::new("SESSION_MAX_MINUTES", "must not be less than SESSION_IDLE_MINUTES"));
    }
    Ok(lifetime)
}
