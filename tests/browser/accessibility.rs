//! axe-core finds nothing to complain about, in light and in dark colours.

use std::cell::RefCell;
use std::path::Path;

use super::scenes;
use crate::cases;
use crate::support::Setup;
use crate::support::browser::Browser;

cases![SQLITE:
    axe_finds_nothing_on_any_page
];

/// Every violation as `rule, element: what to do`. The size of targets (WCAG 2.2) is looked at only when it is asked for.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }).then((result) => {
        done(result.violations.flatMap((violation) => violation.nodes.map((node) =>
            `${violation.id}, ${node.target.join(' ')}: ${node.failureSummary}`)));
    }, (error) => done(['axe failed: ' + error]));";

fn axe_finds_nothing_on_any_page(setup: Setup) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(path).expect("npm ci has installed axe-core");
    let found = RefCell::new(Vec::new());
    scenes::each(setup, "A title", |page, scene| {
        for dark in [false, true] {
            page.dark(dark);
            let colours = if dark { "dark" } else { "light" };
            let violations = violations(page, &axe);
            found.borrow_mut().extend(violations.into_iter().map(|line| format!("{scene}, {colours}: {line}")));
        }
    });
    assert!(found.borrow().is_empty(), "{}", found.borrow().join("\n"));
}

fn violations(page: &Browser, axe: &str) -> Vec<String> {
    // A page that was swapped into keeps it; a page that was loaded has lost it.
    if page.script("return typeof axe === 'undefined'") == true {
        page.script(axe);
    }
    let found = page.script_async(RUN);
    let lines = found.as_array().expect("a list").iter().map(|line| line.as_str().unwrap_or_default().to_owned());
    lines.collect()
}
