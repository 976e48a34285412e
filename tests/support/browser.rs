//! Chromium as a person uses it: a few words for each thing that they do or see.
//!
//! Nothing here sleeps for a fixed time: what is looked for is looked for again until it is there, for half a minute.

mod driver;
mod keyboard;
mod window;

use daybook::users::Token;
use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use serde_json::{Value, json};

pub use fantoccini::key::Key;

use super::{Book, eventually};
use driver::Session;

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Js {
    On,
    Off,
}

/// Whether the browser shows its question before a page is left, for a test to answer, or takes it as answered by yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    BeforeLeaving,
    Never,
}

/// A browser window with a profile of its own. When it is dropped it is closed, and its log is looked through.
pub struct Browser {
    session: Session,
    base: String,
}

impl Browser {
    /// A window at the book's list of entries.
    pub fn open(book: &Book, js: Js) -> Browser {
        Browser::open_that(Asks::Never, js, book)
    }

    pub fn open_that(asks: Asks, js: Js, book: &Book) -> Browser {
        let browser = Browser::signed_out(asks, js, book);
        browser.sign_in(&book.token);
        browser.goto("/entries");
        browser
    }

    /// An empty window, of somebody who is not signed in.
    pub fn signed_out(asks: Asks, js: Js, book: &Book) -> Browser {
        Browser { session: Session::new(js, asks), base: book.program.base.clone() }
    }

    /// Gives the browser the cookie of a session.
    pub fn sign_in(&self, token: &Token) {
        let cookie = json!({ "name": "daybook", "value": token.to_string(), "url": self.base, "httpOnly": true });
        self.session.devtools("Network.setCookie", cookie);
    }

    pub fn goto(&self, path: &str) {
        self.session.wait(self.session.client().goto(&format!("{}{path}", self.base))).expect("the page opens");
    }

    pub fn back(&self) {
        self.session.wait(self.session.client().back()).expect("there is a page before");
    }

    pub fn forward(&self) {
        self.session.wait(self.session.client().forward()).expect("there is a page after");
    }

    pub fn reload(&self) {
        self.session.wait(self.session.client().refresh()).expect("the page can be loaded again");
    }

    /// Path and query of the address bar.
    pub fn path(&self) -> String {
        let url = self.session.wait(self.session.client().current_url()).expect("a page is open");
        url.as_str().trim_start_matches(&self.base).to_owned()
    }

    #[track_caller]
    pub fn wait_path(&self, what: &str, right: impl Fn(&str) -> bool) {
        eventually(&format!("{what}, but {}", self.path()), || right(&self.path()).then_some(()));
    }

    /// Runs the steps and makes sure that the page was never loaded whole meanwhile.
    #[track_caller]
    pub fn in_place<T>(&self, steps: impl FnOnce() -> T) -> T {
        self.script("window.untouched = true");
        let value = steps();
        assert_eq!(self.script("return window.untouched === true"), json!(true), "the page was loaded whole");
        value
    }

    fn all(&self, css: &str) -> Result<Vec<Element>, CmdError> {
        self.session.wait(self.session.client().find_all(Locator::Css(css)))
    }

    /// Tries on the first that matches until it works: a swap may replace the element at any moment.
    #[track_caller]
    fn with<T>(&self, css: &str, mut attempt: impl FnMut(&Element) -> Result<T, CmdError>) -> T {
        eventually(css, || match self.all(css) {
            Ok(found) => attempt(found.first()?).ok(),
            Err(_) => None,
        })
    }

    #[track_caller]
    pub fn wait_for(&self, css: &str) {
        self.with(css, |element| match self.session.wait(element.is_displayed())? {
            true => Ok(()),
            false => Err(CmdError::NotW3C(Value::Null)),
        });
    }

    #[track_caller]
    pub fn wait_gone(&self, css: &str) {
        eventually(&format!("{css} goes"), || (self.count(css) == 0).then_some(()));
    }

    pub fn count(&self, css: &str) -> usize {
        self.all(css).map_or(0, |found| found.len())
    }

    #[track_caller]
    pub fn click(&self, css: &str) {
        self.with(css, |element| self.session.wait(element.click()));
    }

    /// Empties a field and types.
    #[track_caller]
    pub fn fill(&self, css: &str, text: &str) {
        self.with(css, |element| {
            self.session.wait(element.clear())?;
            self.session.wait(element.send_keys(text))
        });
    }

    /// What a field holds.
    #[track_caller]
    pub fn value(&self, css: &str) -> String {
        self.with(css, |element| self.session.wait(element.prop("value"))).unwrap_or_default()
    }

    /// The text of the first that matches, with white space collapsed, also where it is for screen readers only.
    #[track_caller]
    pub fn text(&self, css: &str) -> String {
        let text = self.with(css, |element| self.session.wait(element.prop("textContent")));
        text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The texts of all that match, as they are at one moment.
    #[track_caller]
    pub fn texts(&self, css: &str) -> Vec<String> {
        eventually(css, || {
            let found = self.all(css).ok()?;
            found.iter().map(|element| self.session.wait(element.text()).ok()).collect()
        })
    }

    /// Waits until the element says so, exactly.
    #[track_caller]
    pub fn wait_text(&self, css: &str, text: &str) {
        let mut last = String::new();
        let begin = std::time::Instant::now();
        while begin.elapsed().as_secs() < 30 {
            if self.count(css) > 0 {
                last = self.text(css);
            }
            if last == text {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        panic!("{css} never said {text:?}, but {last:?}");
    }

    pub fn script(&self, script: &str) -> Value {
        self.session.wait(self.session.client().execute(script, vec![])).expect("the script runs")
    }

    /// A script that calls its last argument with what it has found.
    pub fn script_async(&self, script: &str) -> Value {
        self.session.wait(self.session.client().execute_async(script, vec![])).expect("the script runs")
    }

    /// The colours that the person has chosen in their system; nothing fades from one to the other.
    pub fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.session.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// The width of the page's window in CSS pixels.
    pub fn width(&self, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.session.devtools("Emulation.setDeviceMetricsOverride", size);
    }
}
