//! A test is a function that takes a [`Setup`]; the `cases!` of its file say on what it runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::Trial;

/// Which database a test has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Mysql,
}

/// Given to each test: [`Setup::book`] starts the program.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub backend: Backend,
}

/// A test and where it runs.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub run: fn(Setup),
    pub on: &'static [Backend],
    pub browser: bool,
}

pub const BOTH: &[Backend] = &[Backend::Sqlite, Backend::Mysql];
pub const SQLITE: &[Backend] = &[Backend::Sqlite];
pub const MYSQL: &[Backend] = &[Backend::Mysql];

/// `cases![BOTH: a_test, another_test; SQLITE: a_third]` makes the list `CASES` of a file.
#[macro_export]
macro_rules! cases {
    ($($on:ident: $($name:ident),+);+ $(;)?) => {
        pub const CASES: &[$crate::support::Case] = &[$($($crate::support::Case {
            name: concat!(module_path!(), "::", stringify!($name)),
            run: $name,
            on: $crate::support::suite::$on,
            browser: false,
        }),+),+];
    };
}

/// How many tests passed, by kind.
#[derive(Default)]
pub struct Tally {
    sqlite: AtomicUsize,
    mysql: AtomicUsize,
    browser: AtomicUsize,
}

impl Tally {
    fn count(&self, case: &Case, backend: Backend) {
        let counter = match (case.browser, backend) {
            (true, _) => &self.browser,
            (false, Backend::Sqlite) => &self.sqlite,
            (false, Backend::Mysql) => &self.mysql,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sqlite, mysql, browser] =
            [&self.sqlite, &self.mysql, &self.browser].map(|counter| counter.load(Ordering::Relaxed));
        write!(f, "sqlite={sqlite} mysql={mysql} browser={browser}")
    }
}

/// The tests as the runner takes them, named `sqlite::entries::create::…`.
pub fn trials(cases: &[Case]) -> (Vec<Trial>, Arc<Tally>) {
    let tally = Arc::new(Tally::default());
    let mut trials = Vec::new();
    for &case in cases {
        for &backend in case.on {
            let name = case.name.trim_start_matches("daybook::");
            let kind = match backend {
                Backend::Sqlite => "sqlite",
                Backend::Mysql => "mysql",
            };
            let tally = tally.clone();
            trials.push(Trial::test(format!("{kind}::{name}"), move || {
                (case.run)(Setup { backend });
                tally.count(&case, backend);
                Ok(())
            }));
        }
    }
    (trials, tally)
}
