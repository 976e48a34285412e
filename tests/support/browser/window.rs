//! What belongs to the window and not to the page: its questions, and what it does before the page's own scripts.

use serde_json::json;

use super::Browser;
use crate::support::eventually;

impl Browser {
    /// Waits for the browser to ask something, answers, and gives what it asked.
    #[track_caller]
    pub fn answer(&self, yes: bool) -> String {
        let client = self.session.client();
        let asked = eventually("the browser asks", || self.session.wait(client.get_alert_text()).ok());
        let answered = match yes {
            true => self.session.wait(client.accept_alert()),
            false => self.session.wait(client.dismiss_alert()),
        };
        answered.expect("it can be answered");
        asked
    }

    /// Whether the browser is asking something now.
    pub fn asks(&self) -> bool {
        self.session.wait(self.session.client().get_alert_text()).is_ok()
    }

    /// Runs a script in every page from now on, before the page's own.
    pub fn before_pages(&self, script: &str) {
        self.session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }
}
