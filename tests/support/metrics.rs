//! What a program tells Prometheus, read as strictly as Prometheus reads it.

use std::collections::{BTreeMap, BTreeSet};

use super::Answer;
use super::client::Client;
use super::servers::free_port;

/// A port for `METRICS_BIND`, and a way to ask there.
pub struct Metrics {
    /// For the setting.
    pub bind: String,
    client: Client,
}

/// The value of each series, by name and labels as they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Scrape(BTreeMap<String, f64>);

impl Metrics {
    pub fn new() -> Metrics {
        let bind = format!("127.0.0.1:{}", free_port());
        Metrics { client: Client::new(&format!("http://{bind}")), bind }
    }

    pub fn ask(&self, method: &str, path: &str) -> Answer {
        self.client.send(method, path, &[], b"")
    }

    #[track_caller]
    pub fn scrape(&self) -> Scrape {
        let answer = self.ask("GET", "/metrics").expect(200);
        assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        Scrape::parse(&answer.text())
    }
}

impl Scrape {
    /// Each series belongs to a family that was introduced with its help and type, and is there once.
    fn parse(text: &str) -> Scrape {
        let (mut types, mut helps, mut series) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                assert!(helps.insert(help.split_once(' ').expect("a text").0), "twice: {line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect("a type");
                assert!(helps.contains(name) && types.insert(name, kind).is_none(), "{line}");
            } else {
                let (key, value) = line.rsplit_once(' ').expect("a value");
                let name = key.split('{').next().expect("a name");
                let parts = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part));
                let family = parts.filter(|family| types.get(family) == Some(&"histogram")).unwrap_or(name);
                assert!(types.contains_key(family) && family.starts_with("daybook_"), "{line}");
                let value: f64 = value.parse().unwrap_or_else(|error| panic!("{error}: {line}"));
                assert!(series.insert(key.to_owned(), value).is_none(), "twice: {line}");
            }
        }
        assert!(text.ends_with('\n'));
        Scrape(series)
    }

    /// `None` for what is not told.
    pub fn get(&self, series: &str) -> Option<f64> {
        self.0.get(series).copied()
    }

    /// The same of a counter, which is not told before it counts.
    pub fn count(&self, series: &str) -> f64 {
        self.get(series).unwrap_or_default()
    }

    pub fn series(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
