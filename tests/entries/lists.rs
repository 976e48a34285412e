//! The list of entries: what it shows, and that all of its state is in the URL.

use crate::cases;
use crate::support::Setup;

cases![BOTH:
    the_newest_change_comes_first,
    a_filter_shows_only_open_or_done_entries,
    a_filter_without_entries_leads_back_to_all,
    in_place_the_answer_is_the_list_alone,
    restoring_a_page_from_the_history_gets_a_whole_page,
    every_row_names_its_entry_to_people_who_cannot_see
];

fn the_newest_change_comes_first(setup: Setup) {
    let book = setup.book();
    let first = book.add("First", "");
    book.add("Second", "");
    book.add("Third", "");
    assert_eq!(book.get("/entries").page().texts("#rows a.title"), ["Third", "Second", "First"]);
    book.post(&format!("/entries/{}/status", first.uid), &[("version", "1"), ("done", "true")]).location();
    assert_eq!(book.get("/entries").page().texts("#rows a.title"), ["First", "Third", "Second"]);
    assert_eq!(book.get("/").location(), "/entries");
}

fn a_filter_shows_only_open_or_done_entries(setup: Setup) {
    let book = setup.book();
    book.add("Open", "");
    let done = book.add("Done", "");
    book.post(&format!("/entries/{}/status", done.uid), &[("version", "1"), ("done", "true")]).location();
    let page = book.get("/entries").page();
    for (n, titles) in [vec!["Done", "Open"], vec!["Open"], vec!["Done"]].into_iter().enumerate() {
        let url = &page.attrs("nav.filter a", "href")[n];
        let list = book.get(url).expect(200).page();
        assert_eq!(list.texts("#rows a.title"), titles, "{url}");
        assert_eq!(list.attr("nav.filter a[aria-current]", "href").as_ref(), Some(url));
    }
}

fn a_filter_without_entries_leads_back_to_all(setup: Setup) {
    let book = setup.book();
    book.add("Open", "");
    let page = book.get("/entries?status=done").page();
    assert_eq!(page.text("#rows .empty"), "No entries here. Show all");
}

fn in_place_the_answer_is_the_list_alone(setup: Setup) {
    let book = setup.book();
    book.add("Entry", "");
    for path in ["/entries?status=open", "/trash"] {
        let answer = book.get_in_place(path).expect(200);
        assert!(answer.text().trim_start().starts_with("<section id=\"list\""));
        assert!(answer.headers("vary").contains("HX-Request"));
    }
}

fn restoring_a_page_from_the_history_gets_a_whole_page(setup: Setup) {
    let book = setup.book();
    let headers = [("HX-Request", "true"), ("HX-Request-Type", "full"), ("HX-History-Restore-Request", "true")];
    assert!(book.send("GET", "/entries", &headers, b"").expect(200).text().contains("<html"));
}

fn every_row_names_its_entry_to_people_who_cannot_see(setup: Setup) {
    let book = setup.book();
    book.add("Ring the printer", "");
    let page = book.get("/entries").page();
    assert_eq!(page.attr("#rows [role=switch]", "aria-label").as_deref(), Some("Done: Ring the printer"));
    assert_eq!(
        page.texts("#rows .actions a, #rows .actions button"),
        ["Edit Ring the printer", "Delete Ring the printer"]
    );
    assert_eq!(page.count("thead th[scope=col]"), 6);
}
