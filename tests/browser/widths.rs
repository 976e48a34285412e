//! From a telephone to a wide screen: no page scrolls sideways.

use std::cell::RefCell;

use super::scenes;
use crate::cases;
use crate::support::Setup;

cases![SQLITE:
    no_page_scrolls_sideways
];

fn no_page_scrolls_sideways(setup: Setup) {
    let wide = RefCell::new(Vec::new());
    // Two hundred characters without a place to break; forms append a little.
    let title = "W".repeat(190);
    scenes::each(setup, &title, |page, scene| {
        for width in [360, 768, 1440] {
            page.width(width);
            let right_edge = page.script(
                "const width = document.documentElement.scrollWidth;
                 if (width <= innerWidth) return null;
                 const out = [...document.querySelectorAll('body *')]
                     .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                     .map((e) => e.tagName + '.' + e.className);
                 return width + ': ' + out.slice(0, 8).join(' ');",
            );
            if !right_edge.is_null() {
                wide.borrow_mut().push(format!("{scene} at {width}: {right_edge}"));
            }
        }
    });
    assert!(wide.borrow().is_empty(), "{:#?}", wide.borrow());
}
