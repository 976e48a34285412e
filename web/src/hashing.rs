//! Working out password hashes: beside the async threads, and so few at a time that half of the processor stays free for
//! everybody who is signed in (of a single core nothing does, but the operating system shares it out).

use std::sync::Arc;
use std::time::Duration;

use daybook::users::{Password, PasswordHash};
use tokio::sync::Semaphore;

use crate::error::Error;

/// How long somebody waits for their turn.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

pub struct Hashing {
    turns: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Hashing {
        Hashing { turns: Arc::new(Semaphore::new(at_once())) }
    }
}

/// Hashes that are worked out at the same time; each takes 19 MiB of memory meanwhile.
pub fn at_once() -> usize {
    (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1)
}

impl Hashing {
    /// Whether the text is the password; takes as long either way.
    pub async fn verify(&self, hash: PasswordHash, text: String) -> Result<bool, Error> {
        self.run(move || hash.verify(&text)).await
    }

    pub async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        Ok(self.run(move || password.hash()).await??)
    }

    /// A new password that the rules allow; see [`Password::parse`].
    pub async fn parse(&self, text: String, known: Vec<String>) -> Result<Result<Password, String>, Error> {
        let parse = move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Password::parse(&text, &known).map_err(|problem| problem.to_string())
        };
        self.run(parse).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let turn = tokio::time::timeout(LONGEST_WAIT, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Error::TooMany(5)) };
        let task = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        task.await.map_err(|error| Error::Internal(format!("hashing ended early: {error}")))
    }
}
