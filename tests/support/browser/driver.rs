//! A WebDriver session, driven from code that is not asynchronous.

use std::future::Future;
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::Method;
use url::{ParseError, Url};

use super::{Asks, Js};
use crate::support::servers::{chromedriver_url, memory_folder};

const ARGUMENTS: &[&str] = &[
    "--headless",
    // A container often has too little of it.
    "--disable-dev-shm-usage",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,900",
];

pub struct Session {
    runtime: Runtime,
    /// `None` once it is closed.
    client: Option<Client>,
    _profile: TempDir,
}

/// A command that fantoccini does not know.
#[derive(Debug)]
struct Post {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Post {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

impl Session {
    pub fn new(js: Js, asks: Asks) -> Session {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let profile = memory_folder();
        let capabilities = capabilities(js, asks, &profile);
        let connecting = async {
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(chromedriver_url()).await
        };
        let client = runtime.block_on(connecting).expect("Chromium starts");
        Session { runtime, client: Some(client), _profile: profile }
    }

    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("it is open")
    }

    /// For the end of a command, and not for ever.
    pub fn wait<T>(&self, command: impl Future<Output = T>) -> T {
        let limited = async { tokio::time::timeout(Duration::from_secs(60), command).await };
        self.runtime.block_on(limited).expect("the browser answers within a minute")
    }

    /// A command of Chromium's own protocol.
    pub fn devtools(&self, command: &str, params: Value) {
        let body = json!({ "cmd": command, "params": params });
        let post = Post { path: "goog/cdp/execute", body };
        self.wait(self.client().issue_cmd(post)).expect("Chromium knows the command");
    }

    /// The browser's log since the last call, one line for each message.
    fn log(&self) -> Vec<String> {
        let post = Post { path: "se/log", body: json!({ "type": "browser" }) };
        let entries = self.wait(self.client().issue_cmd(post)).expect("the log can be read");
        let line = |entry: &Value| {
            format!("{} {}", entry["source"].as_str().unwrap_or(""), entry["message"].as_str().unwrap_or(""))
        };
        entries.as_array().map(|entries| entries.iter().map(line).collect()).unwrap_or_default()
    }
}

fn capabilities(js: Js, asks: Asks, profile: &TempDir) -> Map<String, Value> {
    let data = format!("--user-data-dir={}", profile.path().display());
    let arguments: Vec<&str> = ARGUMENTS.iter().copied().chain([data.as_str()]).collect();
    let preferences = match js {
        Js::On => json!({}),
        Js::Off => json!({ "profile.managed_default_content_settings.javascript": 2 }),
    };
    let mut capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "args": arguments, "prefs": preferences },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    if asks == Asks::BeforeLeaving {
        // Without a socket for WebDriver BiDi the driver answers that question by itself.
        capabilities["webSocketUrl"] = json!(true);
        capabilities["unhandledPromptBehavior"] = json!({ "default": "ignore" });
    }
    capabilities.as_object().cloned().unwrap_or_default()
}

/// A policy that was violated, or a script that failed. What the network says about an answer of 4xx or 5xx, and htmx
/// after it, is no fault.
fn is_fault(line: &str) -> bool {
    line.starts_with("security ") || line.starts_with("javascript ") || line.contains("Content Security Policy")
}

impl Drop for Session {
    fn drop(&mut self) {
        let log = self.log();
        let client = self.client.take().expect("it is open");
        if std::thread::panicking() {
            let page = self.wait(client.execute("return location.href + '\\n' + document.body.innerText", vec![]));
            let page = page.ok().and_then(|page| page.as_str().map(String::from)).unwrap_or_default();
            eprintln!("--- the page\n{page}\n--- log of the browser\n{}", log.join("\n"));
        }
        let closed = self.wait(client.close());
        if !std::thread::panicking() {
            closed.expect("the session can be closed");
            let faults: Vec<&String> = log.iter().filter(|line| is_fault(line)).collect();
            assert!(faults.is_empty(), "in the browser's log: {faults:#?}");
        }
    }
}
