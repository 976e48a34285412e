//! What each role sees and can do; the server refuses the rest whatever the page shows.

use daybook::Actor;
use daybook::users::{self, Role};

use super::of;
use crate::cases;
use crate::support::browser::{Asks, Browser, Js, Key};
use crate::support::{Book, Setup, person};

cases![SQLITE:
    who_only_reads_has_nothing_to_change_anything_with,
    for_who_only_reads_the_keys_that_change_do_nothing,
    an_editor_deletes_and_restores_but_not_for_good,
    text_outlives_the_loss_of_the_right_to_save_it
];

fn window(book: &Book, role: Role) -> Browser {
    let page = Browser::signed_out(Asks::Never, Js::On, book);
    page.sign_in(&person::sign_in(&book.database.db(), &book.person("Berta", role)));
    page
}

fn who_only_reads_has_nothing_to_change_anything_with(setup: Setup) {
    let book = setup.book();
    let (entry, waste) = (book.add("Entry", "text"), book.add_trashed("Waste"));
    book.post(&format!("/entries/{}/status", entry.uid), &[("version", "1"), ("done", "true")]).location();
    let page = window(&book, Role::Viewer);
    let offers =
        "main form:not(#find), main [type=checkbox], main [data-edit], main a[href*=purge], main [role=switch]";
    for path in ["/entries", "/trash", &format!("/entries/{}", entry.uid), &format!("/entries/{}", waste.uid)] {
        page.goto(path);
        page.wait_for("h1");
        assert_eq!(page.count(offers), 0, "{path}");
    }
    assert_eq!(page.count(".top a[href='/users']"), 0);
    page.goto("/entries");
    assert_eq!(page.text(&of(&entry, ".state")), "Done");
    // A click on the text of a row, which edits it for others.
    page.in_place(|| page.click(&of(&entry, ".excerpt")));
    // What there is to do works as for anybody.
    page.in_place(|| {
        page.fill("#q", "nowhere");
        page.wait_for("#rows .empty");
        page.click("#show-done");
        page.wait_path("filtered", |path| path == "/entries?q=nowhere&status=done");
    });
    page.goto("/entries/new");
    page.wait_text("h1", "Your account may not do that");
    page.goto("/users");
    page.wait_text("h1", "Your account may not do that");
}

fn for_who_only_reads_the_keys_that_change_do_nothing(setup: Setup) {
    let book = setup.book();
    let (entry, last) = (book.add("Entry", ""), book.add("Last", ""));
    let page = window(&book, Role::Viewer);
    page.goto("/entries");
    page.in_place(|| {
        page.type_text("jnex");
        page.wait_focus(&of(&last, "a.title"));
        page.type_text("j");
        page.wait_focus(&of(&entry, "a.title"));
        page.type_text("/");
        page.wait_focus("#q");
        page.script("document.activeElement.blur()");
        page.type_text("?");
        page.wait_for("#help[open]");
        let keys = page.texts("#help .keys:first-of-type kbd");
        assert_eq!(keys, ["j", "k", "/", "?", "Esc"]);
        assert!(!page.text("#help").contains("edit"), "{}", page.text("#help"));
        page.press(Key::Escape);
        page.wait_gone("#help[open]");
    });
    for path in ["/trash", &format!("/entries/{}", entry.uid)] {
        page.goto(path);
        page.in_place(|| page.type_text("nex"));
        assert_eq!(page.path(), path);
    }
}

fn an_editor_deletes_and_restores_but_not_for_good(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let page = window(&book, Role::Editor);
    page.goto("/entries");
    page.in_place(|| {
        page.click(&of(&entry, ".actions button"));
        page.wait_for(&of(&entry, ".undo button"));
    });
    page.goto("/trash");
    page.in_place(|| {
        page.click(&of(&entry, "[name=entry]"));
        page.wait_for(".bulk [value=restore]");
        assert_eq!(page.count("[value=purge], a[href*=purge]"), 0);
        page.click(&of(&entry, ".actions button"));
        page.wait_for(&of(&entry, ".undo a"));
    });
    assert!(!book.entry(entry.uid).trashed);
    page.goto(&format!("/entries/{}/purge", entry.uid));
    page.wait_text("h1", "Your account may not do that");
}

fn text_outlives_the_loss_of_the_right_to_save_it(setup: Setup) {
    let book = setup.book();
    let (entry, berta) = (book.add("Entry", ""), book.person("Berta", Role::Editor));
    let page = Browser::signed_out(Asks::Never, Js::On, &book);
    page.sign_in(&person::sign_in(&book.database.db(), &berta));
    let set = |role: Role| {
        let change = |conn: &mut daybook::Conn| users::set_role(conn, berta.uid, role, &Actor::operator());
        book.database.db().write_blocking(change).expect("it works").expect("it is allowed");
    };
    page.goto("/entries");
    page.in_place(|| {
        page.click(&of(&entry, "[data-edit]"));
        page.fill(&of(&entry, "[name=title]"), "Typed for long");
        set(Role::Viewer);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_for("#alert .problem");
        assert!(page.text("#alert .problem").starts_with("Your account may not do that. Nothing was changed."));
        assert_eq!(page.value(&of(&entry, "[name=title]")), "Typed for long");
        set(Role::Editor);
        page.click(&of(&entry, "button[type=submit]"));
        page.wait_text(&of(&entry, ".title"), "Typed for long");
    });
}
