//! All entries of a list at once: from the list to a page that shows how far it is, with JavaScript and without.

use daybook::{Uid, jobs};

use super::fill;
use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Setup, eventually};

cases![BOTH:
    whoever_selects_all_is_offered_the_other_pages_and_sees_it_done;
SQLITE:
    progress_leaves_the_focus_where_it_is,
    without_javascript_one_looks_again
];

fn whoever_selects_all_is_offered_the_other_pages_and_sees_it_done(setup: Setup) {
    // Slow enough to be seen on the way.
    let book = setup.book_with(&[("JOB_BATCH", "1")]);
    fill(&book, 300);
    let page = Browser::open(&book, Js::On);
    assert_eq!(page.script("return document.querySelector('details.all').open"), false);
    page.click("[data-select-all]");
    page.wait_for("details.all[open]");
    page.wait_text("#all [value=trash]", "Delete all 300 matching");
    page.click("#all [value=trash]");
    page.wait_path("the page of the job", |path| path.starts_with("/jobs/"));
    page.in_place(|| {
        page.wait_for("#job progress");
        eventually("it goes on", || page.text("#job .standing").contains(" of 300").then_some(()));
        page.wait_text("#job .standing strong", "Done");
        page.wait_gone("#job progress");
        page.wait_text("#status", "Done: 300 changed");
    });
    let html = page.script("return document.querySelector('#job').getAttribute('hx-get')");
    assert!(html.is_null(), "it asks no more: {html}");
    page.goto("/trash");
    page.click("details.all summary");
    page.click("#all [value=restore]");
    page.wait_text("h1", "Restore 300 entries");
}

fn without_javascript_one_looks_again(setup: Setup) {
    let book = setup.book_with(&[("JOB_BATCH", "1")]);
    fill(&book, 300);
    let page = Browser::open(&book, Js::Off);
    page.click("details.all summary");
    page.click("#all [value=done]");
    page.wait_path("the page of the job", |path| path.starts_with("/jobs/"));
    eventually("it is done", || match page.text("#job .standing strong").as_str() {
        "Done" => Some(()),
        _ => {
            page.click("#job noscript a");
            None
        }
    });
    assert_eq!(page.count("#job noscript"), 0);
}

fn progress_leaves_the_focus_where_it_is(setup: Setup) {
    // Its Redis is never there: the test is the worker.
    let book = setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")]);
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.click("details.all summary");
    page.click("#all [value=trash]");
    page.wait_for("#cancel-button");
    let (uid, db) = (page.path().trim_start_matches("/jobs/").parse().expect("a uid"), book.database.db());
    let time = std::time::Duration::from_secs(600);
    let claimed = db.write_blocking(|conn| jobs::claim(conn, uid, Uid::new(), time)).expect("it works");
    let lease = claimed.expect("it is due").1;
    for (path, button, shown) in [
        (format!("/jobs/{uid}"), "#cancel-button".to_owned(), "#job"),
        ("/jobs".into(), format!("#cancel-{uid}"), "#jobs"),
    ] {
        page.goto(&path);
        page.script(&format!("document.querySelector('[id=\"{}\"]').focus()", &button[1..]));
        db.write_blocking(|conn| jobs::Bulk::batch(conn, &lease, 20)).expect("it works");
        let now = if path == "/jobs" { "40 of 60" } else { "20 of 60" };
        eventually("it shows how far it is", || page.text(shown).contains(now).then_some(()));
        assert!(page.has_focus(&button), "{path}");
    }
}
