//! What makes a test a few lines: the program with a database of its own, a client that fills in forms, a browser.

pub mod book;
pub mod browser;
pub mod bucket;
pub mod client;
pub mod database;
pub mod explain;
pub mod mariadb;
pub mod metrics;
pub mod page;
pub mod person;
pub mod program;
pub mod proxy;
pub mod python;
pub mod redis;
pub mod servers;
pub mod suite;
pub mod tls;

use std::time::Duration;

pub use book::Book;
pub use client::Answer;
pub use page::Page;
pub use suite::{Case, Setup};

/// Tries until it holds, for at most half a minute: tests share the machine.
pub fn eventually<T>(what: &str, attempt: impl FnMut() -> Option<T>) -> T {
    within(Duration::from_secs(30), what, attempt)
}

/// The same for what takes longer on a slow disk.
pub fn within<T>(limit: Duration, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let begin = std::time::Instant::now();
    loop {
        if let Some(value) = attempt() {
            return value;
        }
        assert!(begin.elapsed() < limit, "never: {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}
