//! The bell by Redis, in the keys of apalis-redis.
//!
//! apalis keeps every message for ever once it is handled; [`RedisQueues::prune`] takes them away. A bell that has rung
//! and was not heard yet is not rung again, so without a worker nothing piles up.

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use apalis::prelude::TaskSink;
use apalis_redis::{Client, Config, ConnectionManager, RedisStorage};
use redis::RedisResult;
use redis::aio::ConnectionManagerConfig;

use super::{Message, Wake};
use crate::config::RedisUrl;
use crate::{Error, Result};

/// For a connection to open, and for an answer to come.
const PATIENCE: Duration = Duration::from_secs(1);
/// A worker's sign of life, and how many it may miss before its messages go to another one.
const HEARTBEAT: Duration = Duration::from_secs(5);
const MISSED: usize = 3;
/// Messages that are taken away in one go.
const PRUNED: usize = 500;

/// An apalis storage of messages.
pub type RedisQueue = RedisStorage<Message>;

/// Clones share the connection, which is opened when it is first used.
#[derive(Clone)]
pub struct RedisQueues {
    client: Arc<Client>,
    manager: Arc<OnceLock<ConnectionManager>>,
}

/// The queues, and how many messages may wait in each before more are left out.
const AUDIT: (&str, usize) = ("daybook:audit", 0);
const JOBS: (&str, usize) = ("daybook:jobs", 1_000);

impl RedisQueues {
    pub fn new(url: &RedisUrl) -> Result<RedisQueues> {
        let client = Client::open(url.with_password()).map_err(|error| problem(&error))?;
        Ok(RedisQueues { client: Arc::new(client), manager: Arc::default() })
    }

    /// # Errors
    /// Within an async runtime only for an address that makes no sense.
    fn manager(&self) -> Result<ConnectionManager> {
        if let Some(manager) = self.manager.get() {
            return Ok(manager.clone());
        }
        // Its own defaults would try for many seconds, and wait half a second for an answer.
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let manager = self.client.get_connection_manager_lazy(config).map_err(|error| problem(&error))?;
        Ok(self.manager.get_or_init(|| manager).clone())
    }

    pub fn audit(&self) -> Result<RedisQueue> {
        Ok(RedisStorage::new(self.manager()?).with_config(config(AUDIT.0)))
    }

    pub fn jobs(&self) -> Result<RedisQueue> {
        Ok(RedisStorage::new(self.manager()?).with_config(config(JOBS.0)))
    }

    pub(super) async fn push(&self, wake: Wake) -> Result<()> {
        let (queue, most) = match wake {
            Wake::Audit => AUDIT,
            Wake::Job(_) => JOBS,
        };
        let (mut conn, config) = (self.manager()?, config(queue));
        // What waits there will be handled after this moment, and so after the commit that rings now.
        // (apalis puts a new message among the scheduled ones, due at once.)
        let mut both = redis::pipe();
        both.llen(config.active_jobs_list()).zcard(config.scheduled_jobs_set());
        let waiting: (usize, usize) = both.query_async(&mut conn).await.map_err(|error| problem(&error))?;
        if waiting.0 + waiting.1 > most {
            return Ok(());
        }
        let mut storage: RedisQueue = RedisStorage::new(conn).with_config(config);
        storage.push(wake.to_message()).await.map_err(|error| Error::Unavailable(format!("Redis: {error}")))
    }

    pub(super) async fn ping(&self) -> Result<()> {
        let pong: RedisResult<()> = redis::cmd("PING").query_async(&mut self.manager()?).await;
        pong.map_err(|error| problem(&error))
    }

    /// Takes away messages that were handled.
    pub async fn prune(&self) -> Result<()> {
        let mut conn = self.manager()?;
        for (queue, _) in [AUDIT, JOBS] {
            let config = config(queue);
            for set in [config.done_jobs_set(), config.dead_jobs_set()] {
                while prune(&mut conn, &config, &set).await.map_err(|error| problem(&error))? {}
            }
        }
        Ok(())
    }
}

/// Whether there may be more.
async fn prune(conn: &mut ConnectionManager, config: &Config, set: &str) -> RedisResult<bool> {
    let handled: Vec<String> = redis::cmd("SPOP").arg(set).arg(PRUNED).query_async(conn).await?;
    if handled.is_empty() {
        return Ok(false);
    }
    let metadata: Vec<String> = handled.iter().map(|id| format!("{}:{id}", config.job_meta_hash())).collect();
    let mut both = redis::pipe();
    both.hdel(config.job_data_hash(), &handled).ignore().del(&metadata).ignore();
    both.query_async::<()>(conn).await?;
    Ok(handled.len() == PRUNED)
}

fn config(queue: &str) -> Config {
    Config::default().queue(queue).heartbeat_interval(HEARTBEAT).missed_heartbeats(MISSED).emit_events(false)
}

fn problem(error: &redis::RedisError) -> Error {
    Error::Unavailable(format!("Redis: {error}"))
}
