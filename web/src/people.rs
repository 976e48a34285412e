//! The names of the people who have accounts, for the filter of a list; read anew after five seconds at the most.

use std::sync::Arc;
use std::time::Duration;

use daybook::{Conn, Uid, users};
use moka::sync::Cache;

/// Accounts by name, also those that are disabled.
pub type Names = Arc<[(Uid, String)]>;

pub struct People(Cache<(), Names>);

impl Default for People {
    fn default() -> People {
        People(Cache::builder().max_capacity(1).time_to_live(Duration::from_secs(5)).build())
    }
}

impl People {
    pub fn names(&self, conn: &mut Conn) -> daybook::Result<Names> {
        if let Some(names) = self.0.get(&()) {
            return Ok(names);
        }
        let users = users::list(conn)?;
        let names: Names = users.into_iter().map(|user| (user.uid, user.name.as_str().to_owned())).collect();
        self.0.insert((), names.clone());
        Ok(names)
    }

    /// To be called after each change of accounts that this process makes.
    pub fn forget(&self) {
        self.0.invalidate_all();
    }
}
