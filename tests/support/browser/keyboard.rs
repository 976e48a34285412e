//! Keys and double clicks, as they come from real devices.

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use serde_json::Value;

use super::Browser;

impl Browser {
    /// A key, wherever the focus is.
    pub fn press(&self, key: Key) {
        self.keys(&[char::from(key)], &[]);
    }

    /// A key while another is held.
    pub fn press_with(&self, held: Key, key: impl Into<char>) {
        self.keys(&[key.into()], &[char::from(held)]);
    }

    /// Types where the focus is.
    pub fn type_text(&self, text: &str) {
        self.keys(&text.chars().collect::<Vec<_>>(), &[]);
    }

    fn keys(&self, keys: &[char], held: &[char]) {
        let down = |&value: &char| KeyAction::Down { value };
        let up = |&value: &char| KeyAction::Up { value };
        let strokes = keys.iter().flat_map(|key| [down(key), up(key)]);
        let all = held.iter().map(down).chain(strokes).chain(held.iter().map(up));
        let actions = all.fold(KeyActions::new("keyboard".into()), |actions, action| actions.then(action));
        self.session.wait(self.session.client().perform_actions(actions)).expect("keys can be pressed");
    }

    /// Presses Tab until the focus is on an element that matches, as somebody does who has no mouse.
    #[track_caller]
    pub fn tab_to(&self, css: &str) {
        for _ in 0..60 {
            if self.has_focus(css) {
                return;
            }
            self.press(Key::Tab);
        }
        panic!("Tab never reaches {css}; the focus is on {}", self.focused());
    }

    /// A click while a key is held.
    #[track_caller]
    pub fn click_with(&self, held: Key, css: &str) {
        let hold = |action| KeyActions::new("keyboard".into()).then(action);
        let perform =
            |actions| self.session.wait(self.session.client().perform_actions(actions)).expect("keys can be held");
        perform(hold(KeyAction::Down { value: held.into() }));
        self.click(css);
        perform(hold(KeyAction::Up { value: held.into() }));
    }

    /// Two clicks as fast as they can be.
    #[track_caller]
    pub fn double_click(&self, css: &str) {
        self.with(css, |element| {
            let move_there = PointerAction::MoveToElement { element: element.clone(), duration: None, x: 0., y: 0. };
            let press =
                [PointerAction::Down { button: MOUSE_BUTTON_LEFT }, PointerAction::Up { button: MOUSE_BUTTON_LEFT }];
            let all = [move_there].into_iter().chain(press.clone()).chain(press);
            let actions = all.fold(MouseActions::new("mouse".into()), |actions, action| actions.then(action));
            self.session.wait(self.session.client().perform_actions(actions))
        });
    }

    /// What has the focus: its tag, its identifier, and what it is called.
    pub fn focused(&self) -> String {
        let script = "const e = document.activeElement;
            if (!e || e === document.body) return 'body';
            const name = e.getAttribute('aria-label') ?? (e.labels?.length ? e.labels[0].textContent : e.textContent);
            return e.tagName.toLowerCase() + ' ' + name.trim().replace(/\\s+/g, ' ');";
        self.script(script).as_str().unwrap_or_default().to_owned()
    }

    pub fn has_focus(&self, css: &str) -> bool {
        let script = format!("return document.activeElement.matches({})", Value::from(css));
        self.script(&script) == true
    }

    #[track_caller]
    pub fn wait_focus(&self, css: &str) {
        let begin = std::time::Instant::now();
        while !self.has_focus(css) {
            assert!(begin.elapsed().as_secs() < 10, "{css} has no focus, but {}", self.focused());
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
    }
}
