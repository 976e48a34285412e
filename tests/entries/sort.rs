//! Orders, periods and numbers of a list.

use crate::cases;
use crate::support::{Book, Setup};

cases![BOTH:
    every_head_sorts_by_its_column_both_ways,
    titles_are_sorted_without_regard_to_case_and_accents,
    pages_of_one_title_meet_every_entry_once,
    a_period_is_of_whole_days_in_the_books_zone,
    the_number_of_entries_is_told;
    SQLITE: a_large_number_is_told_as_more_than
];

fn titles(book: &Book, path: &str) -> Vec<String> {
    book.get(path).expect(200).page().texts("#rows a.title")
}

fn every_head_sorts_by_its_column_both_ways(setup: Setup) {
    let book = setup.book();
    let first = book.add("B", "");
    book.add("C", "");
    book.add("A", "");
    book.post(&format!("/entries/{}/status", first.uid), &[("version", "1"), ("done", "true")]).location();
    let mut page = book.get("/entries").page();
    let sorted = |page: &crate::support::Page| (page.text("th[aria-sort] a"), page.attr("th[aria-sort]", "aria-sort"));
    assert_eq!(sorted(&page), ("Changed".into(), Some("descending".into())));
    for (head, direction, expected) in [
        ("#sort-changed", "ascending", ["C", "A", "B"]),
        ("#sort-changed", "descending", ["B", "A", "C"]),
        ("#sort-title", "ascending", ["A", "B", "C"]),
        ("#sort-title", "descending", ["C", "B", "A"]),
        ("#sort-created", "descending", ["A", "C", "B"]),
        ("#sort-created", "ascending", ["B", "C", "A"]),
    ] {
        let url = page.attr(head, "href").expect("a link");
        page = book.get(&url).expect(200).page();
        assert_eq!(page.texts("#rows a.title"), expected, "{url}");
        assert_eq!(sorted(&page), (page.text(head), Some(direction.to_owned())), "{url}");
    }
    assert_eq!(titles(&book, "/entries?sort=title&status=open"), ["A", "C"]);
    assert_eq!(titles(&book, "/entries?sort=-created&status=open"), ["A", "C"]);
}

fn titles_are_sorted_without_regard_to_case_and_accents(setup: Setup) {
    let book = setup.book();
    for title in ["zebra", "Äpfel", "apfelmus", "Zoo", "apfel", "éclair", "Eclair 2"] {
        book.add(title, "");
    }
    let sorted = titles(&book, "/entries?sort=title");
    assert_eq!(sorted, ["Äpfel", "apfel", "apfelmus", "éclair", "Eclair 2", "zebra", "Zoo"]);
    let mut other_way = titles(&book, "/entries?sort=-title");
    other_way.reverse();
    assert_eq!(other_way, sorted);
}

fn pages_of_one_title_meet_every_entry_once(setup: Setup) {
    let book = setup.book();
    for n in 0..120 {
        book.add(if n % 3 == 0 { "Another" } else { "The same" }, "");
    }
    for first in
        ["/entries?sort=title", "/entries?sort=-title", "/entries?sort=title&status=open", "/entries?sort=-created"]
    {
        let (mut next, mut down, mut last) = (Some(first.to_owned()), Vec::new(), String::new());
        while let Some(url) = next {
            let page = book.get(&url).expect(200).page();
            down.extend(page.attrs("#rows tr[id]", "id"));
            next = page.attrs("a[rel=next]", "href").pop();
            last = url;
        }
        let distinct: std::collections::HashSet<&String> = down.iter().collect();
        assert_eq!((down.len(), distinct.len()), (120, 120), "{first}");
        let previous = book.get(&last).page().attr("a[rel=prev]", "href").expect("a link");
        assert_eq!(book.get(&previous).page().attrs("#rows tr[id]", "id"), down[50..100], "{first}: the way back");
    }
}

fn a_period_is_of_whole_days_in_the_books_zone(setup: Setup) {
    // Fourteen hours ahead of UTC: the day there has begun when it is still yesterday almost everywhere.
    let book = setup.book_with(&[("BOOK_TIME_ZONE", "Pacific/Kiritimati")]);
    book.add("Changed", "");
    let set = |micros: i64| {
        let sql = format!("UPDATE entries SET updated_at = {micros}");
        crate::support::database::execute(&book.database.db(), &sql);
    };
    // 2026-03-01 00:00:00 there.
    let midnight = 1_772_323_200_000_000 - 14 * 3_600_000_000;
    set(midnight);
    assert_eq!(titles(&book, "/entries?from=2026-03-01&until=2026-03-01").len(), 1);
    assert_eq!(titles(&book, "/entries?until=2026-02-28").len(), 0);
    set(midnight - 1);
    assert_eq!(titles(&book, "/entries?from=2026-03-01").len(), 0);
    assert_eq!(titles(&book, "/entries?until=2026-02-28&sort=title").len(), 1);
    assert_eq!(titles(&book, "/entries?from=2026-02-28&sort=-created").len(), 1);
    let page = book.get("/entries?from=2026-02-28&until=2026-02-28").page();
    assert_eq!(page.attr("#from", "value").as_deref(), Some("2026-02-28"));
    assert_eq!(page.text(".count"), "1 entry · Clear the search");
    book.get("/entries?from=2026-03-02&until=2026-03-01").expect(400);
    book.get("/entries?from=2026-13-01").expect(400);
}

fn the_number_of_entries_is_told(setup: Setup) {
    let book = setup.book();
    let count = |path: &str| book.get(path).page().text(".count");
    assert_eq!(count("/entries"), "0 entries");
    let first = book.add("One", "");
    assert_eq!(count("/entries"), "1 entry");
    book.add("Two", "");
    assert_eq!((count("/entries"), count("/entries?status=done")), ("2 entries".into(), "0 entries".into()));
    book.act(&first, "trash");
    assert_eq!((count("/entries"), count("/trash")), ("1 entry".into(), "1 entry".into()));
}

fn a_large_number_is_told_as_more_than(setup: Setup) {
    let book = setup.book();
    for first in (0..11_000).step_by(1000) {
        let entries = daybook::entries::demo_entries(first, 1000).expect("they keep the rules");
        let actor = daybook::Actor::operator();
        let db = book.database.db();
        db.write_blocking(|conn| daybook::entries::create(conn, &entries, &actor).map(drop)).expect("they are added");
    }
    assert_eq!(book.get("/entries").page().text(".count"), "more than 10,000 entries");
}
