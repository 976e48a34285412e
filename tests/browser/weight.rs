//! How much a browser loads, and what Lighthouse says of it.

use std::path::Path;
use std::process::Command;

use daybook::users::Role;

use super::fill;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![SQLITE:
    a_full_list_is_light,
    lighthouse_finds_nothing_to_mend
];

/// Bytes over the network for the page and all that it names, headers included.
fn transferred(page: &Browser) -> i64 {
    let script = "return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .reduce((sum, entry) => sum + entry.transferSize, 0)";
    page.script(script).as_i64().expect("a number")
}

fn a_full_list_is_light(setup: Setup) {
    let book = setup.book();
    fill(&book, 200);
    // Each is an option of the search.
    (0..50).for_each(|n| drop(book.person(&format!("Person {n}"), Role::Editor)));
    let page = Browser::open(&book, Js::On);
    assert_eq!(page.count("#rows tr[id]"), 50);
    let first = transferred(&page);
    assert!((20_000..60_000).contains(&first), "{first} bytes on the first view");
    page.goto("/entries?status=open");
    let second = transferred(&page);
    assert!((1_000..15_000).contains(&second), "{second} bytes after it");
}

/// The script prints a line for each finding. Run beside other tests, so that the speed may be a little under 100.
fn lighthouse_finds_nothing_to_mend(setup: Setup) {
    let book = setup.book();
    fill(&book, 200);
    let entry = book.state().0.remove(0);
    (0..50).for_each(|n| drop(book.add_trashed(&format!("Waste {n}"))));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/lighthouse.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(&book.program.base).args(["/entries", &format!("/entries/{}", entry.uid), "/trash"]);
    command.args(["/users", "/account"]);
    command.env("LIGHTHOUSE_COOKIE", format!("daybook={}", book.token));
    let output = command.output().expect("node is there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("looked at ")).count(), 10, "{said}");
}
