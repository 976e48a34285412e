//! What the server does by itself: the first account when it starts, and tidying up each minute.

use std::io::Write;
use std::time::Duration;

use daybook::Uid;
use daybook::users::{self, NewUser, PersonName, Role};

use crate::app::App;

/// How long to wait for a database that is away, or not migrated yet.
const PAUSE: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);

/// Runs beside the requests, until the program ends. `base` is how people reach the book.
pub async fn run(app: App, base: String) {
    while let Err(error) = first_account(&app, &base).await {
        match error {
            daybook::Error::Unavailable(_) | daybook::Error::NotMigrated => {
                tracing::debug!(%error, "accounts cannot be looked at yet");
            }
            error => tracing::warn!(%error, "there is no first account yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
    loop {
        tidy(&app).await;
        // A little after the minute's end, when its failed sign-ins are complete.
        tokio::time::sleep(until_next_minute() + PAUSE).await;
    }
}

/// Where there is no account yet: makes the one of the settings, or prints a link to make one.
async fn first_account(app: &App, base: &str) -> daybook::Result<()> {
    if app.db.read(users::is_set_up, |is| is).await? {
        return Ok(());
    }
    let Some(first) = app.config.first_administrator.clone() else {
        let token = app.db.write(users::new_setup_link, |token| token).await?;
        if let Some(token) = token {
            say(&format!("Make the first account at {base}setup?token={token}"));
        }
        return Ok(());
    };
    let (email, name) = (first.email.clone(), PersonName::of_email(&first.email));
    let hashing = tokio::task::spawn_blocking(move || first.password.hash()).await;
    let password_hash = hashing.map_err(|error| daybook::Error::Internal(error.to_string()))??;
    let new = NewUser { uid: Uid::new(), email, name, role: Role::Administrator, password_hash };
    let made = app.db.write(move |conn| users::first_administrator(conn, &new), |made| made).await?;
    if let Some(user) = made {
        say(&format!("Made the first account: {}", user.email.as_str()));
    }
    Ok(())
}

/// Nobody may be listening any more.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn tidy(app: &App) {
    app.throttle.tidy();
    let lifetime = app.config.sessions;
    let expired = app.db.write(move |conn| users::remove_expired(conn, lifetime), |()| ()).await;
    let mut recorded = app.db.write(users::record_failures, |more| more).await;
    while let Ok(true) = recorded {
        recorded = app.db.write(users::record_failures, |more| more).await;
    }
    if let Some(error) = expired.err().or(recorded.err()) {
        tracing::debug!(%error, "could not tidy up");
    }
}

fn until_next_minute() -> Duration {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    MINUTE - Duration::from_millis((since.as_millis() % 60_000) as u64)
}
