//! Pages have the controls that the person in front of them may use, and no others.

use daybook::users::Role;

use crate::cases;
use crate::support::client::Client;
use crate::support::{Book, Page, Setup};

cases![SQLITE:
    a_viewer_sees_the_book_and_nothing_to_change_it_with,
    an_editor_sees_nothing_about_people_and_nothing_final,
    an_administrator_sees_all_of_it,
    every_form_and_link_of_a_page_works_for_its_person
];

/// A book with an entry, a done one, and one in the trash: the pages that show them.
fn fill(book: &Book) -> Vec<String> {
    let (entry, done, waste) = (book.add("Entry", "text"), book.add("Done", ""), book.add_trashed("Waste"));
    book.post(&format!("/entries/{}/status", done.uid), &[("version", "1"), ("done", "true")]).location();
    let own = |uid| format!("/entries/{uid}");
    let notice = format!("/entries?trashed={}", waste.uid);
    vec!["/entries".into(), notice, "/trash".into(), own(entry.uid), own(done.uid), own(waste.uid), "/account".into()]
}

/// What each page is seen with, as a page and in place.
fn pages(client: &Client, paths: &[String]) -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for path in paths {
        pages.push((path.clone(), client.get(path).expect(200).page()));
        if path != "/account" {
            pages.push((format!("{path} in place"), client.get_in_place(path).expect(200).page()));
        }
    }
    pages
}

const WRITING: [&str; 10] = [
    "#new-entry",
    "#bulk",
    "input[type=checkbox][name=entry]",
    "[data-select-all]",
    "[data-edit]",
    "main [role=switch]",
    "form[method=post][action$='/trash']",
    "form[action$='/restore']",
    "form[action='/entries/bulk']",
    "a[href*='/edit'], a[href='/entries/new']",
];
const FINAL: [&str; 2] = ["[href*='/purge'], [action*='/purge']", "button[value=purge]"];
const PEOPLE: [&str; 1] = ["a[href='/users']"];

fn met(pages: &[(String, Page)], css: &str) -> usize {
    pages.iter().map(|(_, page)| page.count(css)).sum()
}

fn a_viewer_sees_the_book_and_nothing_to_change_it_with(setup: Setup) {
    let book = setup.book();
    let paths = fill(&book);
    let viewer = book.as_a(Role::Viewer);
    for (path, page) in pages(&viewer, &paths) {
        for css in WRITING.iter().chain(&FINAL).chain(&PEOPLE) {
            assert_eq!(page.count(css), 0, "{path}: {css}");
        }
        let posts = page.attrs("form[method=post]", "action");
        let own = |action: &String| action == "/sign-out" || action.starts_with("/account");
        assert!(posts.iter().all(own), "{path}: {posts:?}");
        assert_eq!(page.count("[hx-post]"), 0, "{path}");
    }
    let page = viewer.get("/entries").page();
    assert_eq!(page.texts("#rows .title"), ["Done", "Entry"]);
    assert_eq!(page.texts("#rows .state"), ["Done"], "what is done is told without a switch");
    assert!(!page.texts("#help dd").concat().contains("New entry"));
}

fn an_editor_sees_nothing_about_people_and_nothing_final(setup: Setup) {
    let book = setup.book();
    let paths = fill(&book);
    let all = pages(&book.as_a(Role::Editor), &paths);
    for (path, page) in &all {
        for css in FINAL.iter().chain(&PEOPLE) {
            assert_eq!(page.count(css), 0, "{path}: {css}");
        }
    }
    for css in &WRITING[..9] {
        assert!(met(&all, css) > 0, "{css}");
    }
}

fn an_administrator_sees_all_of_it(setup: Setup) {
    let book = setup.book();
    let paths = fill(&book);
    let all = pages(&book, &paths);
    for css in WRITING.iter().chain(&FINAL).chain(&PEOPLE) {
        assert!(met(&all, css) > 0, "{css}");
    }
}

/// A walk over all links and an account of all forms, by everybody: nothing that is shown is forbidden.
fn every_form_and_link_of_a_page_works_for_its_person(setup: Setup) {
    let book = setup.book();
    let paths = fill(&book);
    for role in Role::ALL {
        let client = book.as_a(role);
        let (mut open, mut seen) = (paths.clone(), std::collections::BTreeSet::new());
        while let Some(path) = open.pop() {
            if !path.starts_with('/') || path.starts_with("/static/") || !seen.insert(path.clone()) {
                continue;
            }
            let answer = client.get(&path);
            assert!(answer.status < 400, "{path} for a {role}: {}", answer.status);
            open.extend(answer.page().attrs("a[href]", "href"));
        }
        assert!(seen.len() > 10, "{role}: {seen:?}");
        assert_eq!(seen.contains("/users"), role == Role::Administrator);
    }
}
