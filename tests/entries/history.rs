//! The history on the entry's page.

use crate::cases;
use crate::support::Setup;

cases![BOTH:
    the_history_shows_each_version_as_it_was,
    a_long_history_has_pages
];

fn the_history_shows_each_version_as_it_was(setup: Setup) {
    let book = setup.book();
    let entry = book.add("First words", "text");
    let own = format!("/entries/{}", entry.uid);
    let form = book.get(&format!("{own}/edit")).page().form("form.entry-form").fill("title", "Second words");
    form.submit(&book).location();
    book.post(&format!("{own}/status"), &[("version", "2"), ("done", "true")]).location();
    book.act(&book.entry(entry.uid), "trash");
    book.act(&book.entry(entry.uid), "restore");
    let page = book.get(&own).expect(200).page();
    assert_eq!(page.attrs(".history li", "value"), ["5", "4", "3", "2", "1"]);
    assert_eq!(
        page.texts(".history li .title dd"),
        ["Second words", "Second words", "Second words", "Second words", "First words"]
    );
    assert_eq!(page.texts(".history li .done dd"), ["Done", "Done", "Done", "Open", "Open"]);
    let summaries = page.texts(".history summary");
    for (summary, word) in summaries.iter().zip(["out of the trash", "to the trash", "done", "title", "created"]) {
        assert!(summary.starts_with("Anna") && summary.contains(word), "{summaries:?}");
    }
    assert_eq!(page.count(".history summary time[datetime]"), 5);
}

fn a_long_history_has_pages(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let own = format!("/entries/{}", entry.uid);
    for version in 1..60 {
        let done = (version % 2 == 1).to_string();
        book.post(&format!("{own}/status"), &[("version", &version.to_string()), ("done", &done)]).location();
    }
    let (mut next, mut versions) = (Some(own), Vec::new());
    while let Some(url) = next {
        let page = book.get(&url).expect(200).page();
        versions.extend(page.attrs(".history li", "value"));
        next = page.attrs(".history > p a", "href").pop();
    }
    let expected: Vec<String> = (1..=60).rev().map(|n: i32| n.to_string()).collect();
    assert_eq!(versions, expected);
}
