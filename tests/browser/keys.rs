//! Single-key shortcuts.

use super::{fill, of};
use crate::cases;
use crate::support::Setup;
use crate::support::browser::{Browser, Js, Key};

cases![SQLITE:
    j_and_k_go_from_row_to_row,
    j_and_k_begin_anywhere_and_pass_over_what_is_no_entry,
    e_edits_the_entry_that_has_the_focus,
    n_begins_a_new_entry_on_any_page,
    slash_goes_to_the_search_field,
    x_turns_the_checkbox_of_the_row,
    in_fields_keys_are_only_text,
    keys_with_another_held_or_while_composing_do_nothing
];

fn j_and_k_go_from_row_to_row(setup: Setup) {
    let book = setup.book();
    let (last, first) = (book.add("Last", ""), book.add("First", ""));
    let page = Browser::open(&book, Js::On);
    page.type_text("j");
    page.wait_focus(&of(&first, "a.title"));
    page.type_text("j");
    page.wait_focus(&of(&last, "a.title"));
    page.type_text("j");
    page.wait_focus(&of(&last, "a.title"));
    page.type_text("k");
    page.wait_focus(&of(&first, "a.title"));
    page.tab_to(&of(&first, "[data-edit]"));
    page.type_text("j");
    page.wait_focus(&of(&last, "a.title"));
}

fn j_and_k_begin_anywhere_and_pass_over_what_is_no_entry(setup: Setup) {
    let book = setup.book();
    fill(&book, 60);
    let page = Browser::open(&book, Js::On);
    page.type_text("k");
    page.wait_focus("#rows tr:nth-child(50) a.title");
    let hidden = "const r = document.activeElement.closest('tr').getBoundingClientRect();
        return r.top < 0 || r.bottom > innerHeight";
    assert_eq!(page.script(hidden), false, "the row is in sight");
    page.in_place(|| {
        page.script("document.querySelector('a[rel=next]').click()");
        page.wait_focus("#list");
        page.type_text("j");
        page.wait_focus("#rows tr:nth-child(1) a.title");
        // A deleted row offers its Undo; a row being edited is passed over.
        page.click("#rows tr:nth-child(2) .actions button");
        page.wait_focus("#rows tr:nth-child(2).gone .undo button");
        page.click("#rows tr:nth-child(3) [data-edit]");
        page.wait_focus("#rows tr:nth-child(3) [name=title]");
        page.script("document.activeElement.blur()");
        for (key, row) in [("j", 1), ("j", 2), ("j", 4), ("k", 2)] {
            page.type_text(key);
            page.wait_focus(&format!("#rows tr:nth-child({row}) :is(a.title, .undo button)"));
        }
    });
    page.tab_to("#rows tr:nth-child(3) button[type=submit]");
    page.type_text("j");
    page.wait_focus("#rows tr:nth-child(4) a.title");
}

fn e_edits_the_entry_that_has_the_focus(setup: Setup) {
    let book = setup.book();
    let (entry, other) = (book.add("Entry", ""), book.add("Other", ""));
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.type_text("ejj");
        page.type_text("e");
        page.wait_focus(&of(&entry, "[name=title]"));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Entry", "the key is not typed into the field");
        assert_eq!(page.count(&of(&other, "[name=title]")), 0);
        page.press(Key::Escape);
        page.wait_focus(&of(&entry, "[data-edit]"));
    });
    page.goto(&format!("/entries/{}", entry.uid));
    page.in_place(|| {
        page.type_text("e");
        page.wait_focus("article [name=title]");
    });
}

fn n_begins_a_new_entry_on_any_page(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.in_place(|| {
        page.type_text("jn");
        page.wait_focus("#new-entry [name=title]");
        assert_eq!(page.value("#new-entry [name=title]"), "");
    });
    for path in [format!("/entries/{}", entry.uid), "/trash".into()] {
        page.goto(&path);
        page.type_text("n");
        page.wait_for("#new-entry");
        page.wait_focus("#new-entry [name=title]");
        page.wait_path("at the list", |path| path.starts_with("/entries#"));
    }
    page.type_text("By keys");
    page.press(Key::Enter);
    page.wait_text("#rows tr:first-child .title", "By keys");
}

fn slash_goes_to_the_search_field(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.goto("/entries?q=old");
    page.type_text("/new");
    page.wait_focus("#q");
    assert_eq!(page.value("#q"), "new", "what was there is selected, and the slash is not typed");
    // Where there is no such field, to the page that has it.
    page.goto(&format!("/entries/{}", entry.uid));
    page.type_text("/");
    page.wait_for("#q");
    page.wait_focus("#q");
}

fn x_turns_the_checkbox_of_the_row(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    book.add("Other", "");
    let page = Browser::open(&book, Js::On);
    page.type_text("xjj");
    let checked = |css: &str| page.count(&format!("{css} [name=entry]:checked"));
    assert_eq!(checked("#rows"), 0);
    page.type_text("x");
    assert_eq!((checked("#rows"), checked(&of(&entry, ""))), (1, 1));
    page.type_text("x");
    assert_eq!(checked("#rows"), 0);
    // Where a click has left the focus, keys go on working.
    page.click(&of(&entry, "[name=entry]"));
    page.type_text("k");
    page.wait_focus("#rows tr:first-child a.title");
}

fn in_fields_keys_are_only_text(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    page.script(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<p id=free contenteditable>.</p><select id=s>')",
    );
    for css in ["#new-entry [name=title]", "#new-entry [name=description]", "#free", "#s"] {
        page.click(css);
        page.type_text("jkexn/?");
        page.wait_focus(css);
        assert_eq!(page.count("dialog[open]"), 0, "{css}");
    }
    assert_eq!(page.value("#new-entry [name=title]"), "jkexn/?");
    assert_eq!(page.value("#new-entry [name=description]"), "jkexn/?");
    assert!(page.text("#free").contains("jkexn/?"));
}

fn keys_with_another_held_or_while_composing_do_nothing(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    let page = Browser::open(&book, Js::On);
    for held in ["ctrlKey", "altKey", "metaKey", "isComposing"] {
        page.script(&format!(
            "for (const key of 'jn?') document.body.dispatchEvent(
                 new KeyboardEvent('keydown', {{ key, {held}: true, bubbles: true, cancelable: true }}))"
        ));
        assert!(page.has_focus("body") && page.count("dialog[open]") == 0, "{held}: {}", page.focused());
    }
    page.type_text("j");
    page.wait_focus("#rows a.title");
}
