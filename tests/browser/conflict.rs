//! Two windows, or two clicks: nothing is lost and nothing is made twice.

use super::{change_elsewhere, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js};

cases![BOTH:
    of_two_windows_the_second_is_asked;
SQLITE:
    changes_that_fit_together_are_offered_in_the_row,
    a_switch_of_an_entry_that_changed_is_asked_about_in_the_row,
    a_row_that_another_deleted_says_so,
    an_entry_purged_elsewhere_is_told_of_and_nothing_is_lost,
    a_double_click_makes_one_entry
];

fn of_two_windows_the_second_is_asked(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let (mine, theirs) = (Browser::open(&book, Js::On), Browser::open(&book, Js::On));
    for window in [&mine, &theirs] {
        window.click(&of(&entry, "[data-edit]"));
        window.wait_for(&of(&entry, "[name=title]"));
    }
    theirs.fill(&of(&entry, "[name=title]"), "Their title");
    theirs.fill(&of(&entry, "[name=description]"), "their text");
    theirs.click(&of(&entry, "button[type=submit]"));
    theirs.wait_text(&of(&entry, ".title"), "Their title");
    mine.in_place(|| {
        mine.fill(&of(&entry, "[name=title]"), "My title");
        mine.click(&of(&entry, "button[type=submit]"));
        mine.wait_for(".conflict .merge");
        assert_eq!(mine.texts(".conflict .merge dd"), ["Title", "Their title", "My title"]);
        assert_eq!(mine.value(&of(&entry, "[name=title]")), "My title");
        assert_eq!(mine.value(&of(&entry, "[name=description]")), "their text");
        assert_eq!(book.entry(entry.uid).content.title.as_str(), "Their title");
        mine.wait_focus(&of(&entry, "[name=title]"));
        mine.fill(&of(&entry, "[name=title]"), "Our title");
        mine.click(&of(&entry, "button[type=submit]"));
        mine.wait_text(&of(&entry, ".title"), "Our title");
    });
    let now = book.entry(entry.uid);
    assert_eq!((now.content.title.as_str(), now.content.description.as_str()), ("Our title", "their text"));
    assert_eq!((now.version, book.events().len()), (3, 3));
}

fn changes_that_fit_together_are_offered_in_the_row(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "My title");
        change_elsewhere(&book, &entry, "Title", "their text");
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_for(&of(&entry, "[role=alert]"));
        assert!(page.text(&of(&entry, "[role=alert]")).contains("fit together"));
        assert_eq!(page.count(".conflict"), 0);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title"), "My title");
    });
    let now = book.entry(entry.uid);
    assert_eq!((now.content.title.as_str(), now.content.description.as_str()), ("My title", "their text"));
}

fn a_switch_of_an_entry_that_changed_is_asked_about_in_the_row(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        change_elsewhere(&book, &entry, "Their title", "text");
        page.click(&of(&entry, "[role=switch]"));
        page.wait_for(&of(&entry, "[name=title]"));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Their title");
        page.wait_for(&of(&entry, "[name=done][value=true]:checked"));
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_for(&of(&entry, "[role=switch][aria-checked=true]"));
    });
    assert_eq!(book.entry(entry.uid).content.title.as_str(), "Their title");
}

fn a_row_that_another_deleted_says_so(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Typed");
        book.act(&entry, "trash").location();
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_for(&of(&entry, "[role=alert]"));
        assert!(page.text(&of(&entry, "[role=alert]")).contains("moved this entry to the trash"));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Typed");
    });
}

fn an_entry_purged_elsewhere_is_told_of_and_nothing_is_lost(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Title", "text");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Typed");
        book.act(&entry, "trash").location();
        book.act(&book.entry(entry.uid), "purge").location();
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_for("#alert .problem");
        assert!(page.text("#alert").contains("There is nothing here"));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Typed");
        page.click("#alert [data-dismiss]");
        page.wait_gone("#alert .problem");
    });
}

fn a_double_click_makes_one_entry(setup: Setup) {
    let book = setup.book();
    for (js, title) in [(Js::On, "In place"), (Js::Off, "Page by page")] {
        let page = Browser::open(&book, js);
        page.fill("#new-entry [name=title]", title);
        page.double_click("#new-entry button");
        page.wait_text("#rows tr:first-child .title", title);
        page.reload();
        assert_eq!(page.texts("#rows .title").iter().filter(|other| *other == title).count(), 1, "{js:?}");
    }
    assert_eq!((book.state().0.len(), book.events().len()), (2, 2));
}
