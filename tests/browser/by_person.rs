//! The list of what one person has changed last.

use daybook::users::{Role, User};

use crate::cases;
use crate::support::browser::{Browser, Js};
use crate::support::{Book, Setup};

cases![SQLITE:
    a_person_is_chosen_in_place_and_stays_in_the_address,
    a_person_is_chosen_without_javascript
];

/// An entry by Anna and one by Berta.
fn two_people(setup: Setup) -> (Book, User) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    book.add("Paper by Anna", "");
    let client = book.as_person(&berta);
    let form = client.get("/entries").page().form("#new-entry").fill("title", "Paper by Berta");
    client.post(&form.action, &form.pairs()).location();
    (book, berta)
}

fn a_person_is_chosen_in_place_and_stays_in_the_address(setup: Setup) {
    let (book, berta) = two_people(setup);
    let page = Browser::open(&book, Js::On);
    let by = format!("by={}", berta.uid);
    page.in_place(|| {
        page.click(".period summary");
        page.tab_to("#by");
        page.type_text("b");
        page.wait_path("by Berta", |path| path == format!("/entries?{by}"));
        page.wait_text(".count", "1 entry · Clear the search");
        page.wait_text("#status", "1 entry");
        assert_eq!(page.texts("#rows .title"), ["Paper by Berta"]);
        page.wait_focus("#by");
        page.fill("#q", "paper");
        page.wait_path("and searched", |path| path == format!("/entries?q=paper&{by}"));
        page.click("#show-done");
        page.wait_for("#rows .empty:only-child");
        page.back();
        page.wait_text("#rows .title", "Paper by Berta");
        assert_eq!(page.value("#by"), berta.uid.to_string());
    });
    page.reload();
    page.wait_for(".period[open]");
    assert_eq!((page.value("#by"), page.value("#q")), (berta.uid.to_string(), "paper".into()));
    page.click(".count a");
    page.wait_text(".count", "2 entries");
    assert_eq!((page.path(), page.value("#by"), page.value("#q")), ("/entries".into(), "".into(), "".into()));
}

fn a_person_is_chosen_without_javascript(setup: Setup) {
    let (book, berta) = two_people(setup);
    let page = Browser::open(&book, Js::Off);
    page.click(".period summary");
    page.click(&format!("#by option[value='{}']", berta.uid));
    page.click("#find button");
    page.wait_text(".count", "1 entry · Clear the search");
    assert_eq!(page.texts("#rows .title"), ["Paper by Berta"]);
    assert!(page.path().contains(&format!("by={}", berta.uid)), "{}", page.path());
    page.wait_for(".period[open]");
    page.click("#show-open");
    page.wait_path("filtered", |path| path.contains("status=open") && path.contains("by="));
    assert_eq!(page.texts("#rows .title"), ["Paper by Berta"]);
    page.click(".count a");
    page.wait_text(".count", "2 entries");
    assert_eq!(page.value("#by"), "");
}
