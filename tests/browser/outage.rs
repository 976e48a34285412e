//! The program dies while somebody is writing.

use super::of;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    what_was_typed_outlives_the_program
];

fn what_was_typed_outlives_the_program(setup: Setup) {
    let mut book = setup.book();
    let entry = book.add("Title", "old");
    let page = Browser::open(&book, Js::On);
    let bind = book.client.host().to_owned();
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=description]"), "typed\nfor an hour");
        book.program.kill();
        page.tab_to(&of(&entry, "button[type=submit]"));
        page.press(Key::Space);
        page.wait_for("#alert .problem");
        assert!(page.text("#alert").contains("Daybook cannot be reached"));
        page.wait_focus(&of(&entry, "button[type=submit]"));
        assert_eq!(page.value(&of(&entry, "[name=description]")), "typed\nfor an hour");
        page.fill("#new-entry [name=title]", "Typed above meanwhile");
        page.click("#new-entry button");
        page.wait_for("#new-entry button:not([disabled])");
        assert_eq!(page.value("#new-entry [name=title]"), "Typed above meanwhile");
        book.restart(&[("BIND", &bind)]);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".excerpt"), "typed for an hour");
        page.wait_gone("#alert .problem");
        page.click("#new-entry button");
        page.wait_text("#rows tr:first-child .title", "Typed above meanwhile");
    });
    assert_eq!(book.entry(entry.uid).content.description.as_str(), "typed\nfor an hour");
    assert_eq!((book.state().0.len(), book.events().len()), (2, 3));
}
