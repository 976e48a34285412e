//! Searching: what is found, on every database alike.

use daybook::entries::{self, Draft, Entry, NewEntry};
use daybook::{Actor, Uid};

use super::search_table::{BOOK, TABLE};
use crate::cases;
use crate::support::{Book, Setup};

cases![BOTH:
    every_query_of_the_table_finds_what_it_should,
    what_is_found_is_marked,
    a_hit_far_down_in_a_text_is_shown,
    a_search_follows_every_change,
    a_search_combines_with_status_period_order_and_trash,
    a_search_of_many_pages_says_when_it_shows_only_the_newest,
    words_of_old_entries_are_found_however_many_newer_ones_there_are,
    long_texts_are_compared_up_to_a_limit_and_the_page_says_so,
    entries_from_before_there_was_an_index_are_found_after_migrating,
    a_search_in_place_gives_the_list_and_a_short_address
];

fn fill(book: &Book, entries: &[(&str, &str)]) -> Vec<Entry> {
    entries.iter().map(|(title, description)| book.add(title, description)).collect()
}

fn search(path: &str, query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!("{path}{}q={query}", if path.contains('?') { '&' } else { '?' })
}

fn found(book: &Book, path: &str, query: &str) -> Vec<String> {
    book.get(&search(path, query)).expect(200).page().texts("#rows a.title")
}

fn every_query_of_the_table_finds_what_it_should(setup: Setup) {
    let book = setup.book();
    fill(&book, BOOK);
    let mut wrong = Vec::new();
    for (query, expected) in TABLE {
        let expected: Vec<&str> = expected.iter().map(|&position| BOOK[position].0).collect();
        let mut found = found(&book, "/entries?sort=created", query);
        found.iter_mut().for_each(|title| *title = title.replace('\u{301}', ""));
        if found != expected {
            wrong.push(format!("{query}: {found:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn what_is_found_is_marked(setup: Setup) {
    let book = setup.book();
    book.add("A <b>Café</b> & more", "The café\nand cafés");
    let page = book.get("/entries?q=cafe").page();
    assert_eq!(page.texts("#rows mark"), ["Café", "café", "café"]);
    assert_eq!(page.text("#rows a.title"), "A <b>Café</b> & more");
    assert_eq!(page.attr("#q", "value").as_deref(), Some("cafe"));
    assert_eq!(book.get("/entries").page().count("mark"), 0);
}

fn a_hit_far_down_in_a_text_is_shown(setup: Setup) {
    let book = setup.book();
    book.add("Long", &format!("{}needle{}", "hay ".repeat(1000), " hay".repeat(1000)));
    let page = book.get("/entries?q=needle").page();
    assert_eq!(page.text("#rows mark"), "needle");
    assert!(page.text("#rows .excerpt").chars().count() < 200);
}

fn a_search_follows_every_change(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Alpha", "beta");
    let own = format!("/entries/{}", entry.uid);
    book.get(&format!("{own}/edit")).page().form("form.entry-form").fill("title", "Gamma").submit(&book).location();
    assert_eq!((found(&book, "/entries", "alpha").len(), found(&book, "/entries", "gamma beta").len()), (0, 1));
    book.act(&book.entry(entry.uid), "trash").location();
    assert_eq!((found(&book, "/entries", "gamma").len(), found(&book, "/trash", "gamma").len()), (0, 1));
    book.act(&book.entry(entry.uid), "restore").location();
    assert_eq!((found(&book, "/entries", "gamma").len(), found(&book, "/trash", "gamma").len()), (1, 0));
    book.act(&book.entry(entry.uid), "trash").location();
    book.act(&book.entry(entry.uid), "purge").location();
    assert_eq!(found(&book, "/trash", "gamma").len(), 0);
    let left: i64 = book.sql(|conn| {
        use diesel::prelude::*;
        daybook::schema::entry_terms::table.count().get_result(conn).expect("a number")
    });
    assert_eq!(left, 0, "the index keeps nothing of what is gone");
}

fn a_search_combines_with_status_period_order_and_trash(setup: Setup) {
    let book = setup.book();
    let entries = fill(&book, &[("Word one", ""), ("word Two", ""), ("Other", ""), ("a word three", "")]);
    book.post(&format!("/entries/{}/status", entries[0].uid), &[("version", "1"), ("done", "true")]).location();
    assert_eq!(found(&book, "/entries?sort=title", "word"), ["a word three", "Word one", "word Two"]);
    assert_eq!(found(&book, "/entries?sort=-title", "word"), ["word Two", "Word one", "a word three"]);
    assert_eq!(found(&book, "/entries", "word"), ["Word one", "a word three", "word Two"]);
    assert_eq!(found(&book, "/entries?sort=created&status=open", "word"), ["word Two", "a word three"]);
    assert_eq!(found(&book, "/entries?status=done", "word"), ["Word one"]);
    assert_eq!(found(&book, "/entries?until=2020-01-01", "word").len(), 0);
    assert_eq!(found(&book, "/entries?from=2020-01-01&until=2100-01-01", "word").len(), 3);
    let page = book.get("/entries?q=word&status=open&sort=title").page();
    let kept: Vec<String> = page.attrs("input[type=hidden][form=find]", "value");
    assert_eq!(kept, ["open", "title"], "the search form sends them on");
    assert!(page.attrs("nav.filter a, th a", "href").iter().all(|url| url.contains("q=word")), "links keep the search");
}

/// Many entries quickly, by their titles.
fn fill_quickly(book: &Book, titles: impl Iterator<Item = String>) {
    fill_with(book, titles, "");
}

fn fill_with(book: &Book, titles: impl Iterator<Item = String>, description: &str) {
    let new = |title: String| {
        let draft = Draft::new(|name| match name {
            "title" => Some(title.clone()),
            "description" => Some(description.to_owned()),
            _ => None,
        });
        NewEntry { uid: Uid::new(), content: draft.parse_new().expect("it keeps the rules") }
    };
    let entries: Vec<NewEntry> = titles.map(new).collect();
    let actor = Actor::operator();
    let db = book.database.db();
    db.write_blocking(|conn| entries::create(conn, &entries, &actor).map(drop)).expect("they are added");
}

fn a_search_of_many_pages_says_when_it_shows_only_the_newest(setup: Setup) {
    let book = setup.book();
    fill_quickly(&book, (0..1000).map(|n| format!("Common {n}")));
    let page = book.get("/entries?q=common").page();
    assert_eq!((page.text(".count"), page.count(".bar + .notice")), ("1,000 entries · Clear the search".into(), 0));
    fill_quickly(&book, (1000..1100).map(|n| format!("Common {n}")));
    let page = book.get("/entries?q=common&sort=created").page();
    assert_eq!(page.text(".count"), "at least 1,000 entries · Clear the search");
    assert!(page.text(".bar + .notice").contains("the newest 1,000"));
    let (mut next, mut met) = (Some("/entries?q=common".to_owned()), Vec::new());
    while let Some(url) = next {
        let page = book.get(&url).expect(200).page();
        met.extend(page.attrs("#rows tr[id]", "id"));
        next = page.attrs("a[rel=next]", "href").pop();
    }
    let distinct: std::collections::HashSet<&String> = met.iter().collect();
    assert_eq!((met.len(), distinct.len()), (1000, 1000), "every page, each entry once");
}

fn words_of_old_entries_are_found_however_many_newer_ones_there_are(setup: Setup) {
    let book = setup.book();
    // A word in more entries than are looked at, all of them older than a thousand others.
    fill_quickly(&book, std::iter::once("Re".to_owned()).chain((0..1050).map(|n| format!("Invoice {n}"))));
    fill_quickly(&book, (0..1100).map(|n| format!("Record re{n} resting")));
    let count = |query: &str| book.get(&search("/entries", query)).expect(200).page().text(".count");
    assert_eq!(count("invoice"), "at least 1,000 entries · Clear the search");
    assert_eq!(count("invoice 7"), "111 entries · Clear the search", "the rarer word picks");
    // A beginning of more words than are looked up, and that word itself in the oldest entry.
    let page = book.get("/entries?q=re&sort=created").page();
    assert_eq!(page.texts("#rows a.title")[0], "Re");
    assert!(page.text(".bar + .notice").contains("looked through"));
}

fn long_texts_are_compared_up_to_a_limit_and_the_page_says_so(setup: Setup) {
    let book = setup.book();
    // A hundred of these are a megabyte, and a phrase has to be looked for in the text itself.
    fill_with(&book, (0..600).map(|n| format!("Long {n}")), &"hay ".repeat(2_500));
    let page = book.get(&search("/entries", "\"hay hay\"")).expect(200).page();
    assert_eq!(page.text(".count"), "at least 500 entries · Clear the search");
    assert!(page.text(".bar + .notice").contains("looked through"));
    // The index alone answers one word, whatever the length of the texts.
    assert_eq!(book.get("/entries?q=hay").page().text(".count"), "600 entries · Clear the search");
}

fn entries_from_before_there_was_an_index_are_found_after_migrating(setup: Setup) {
    let book = setup.book();
    fill(&book, &[("Before the index", "text"), ("Another", "")]);
    let db = book.database.db();
    for sql in ["DELETE FROM entry_terms", "UPDATE entries SET title_key = ''"] {
        crate::support::database::execute(&db, sql);
    }
    assert_eq!(found(&book, "/entries", "index").len(), 0);
    // A change indexes its entry whole, also the words that it leaves alone.
    let entry =
        book.state().0.into_iter().find(|entry| entry.content.title.as_str() == "Another").expect("it is there");
    book.post(&format!("/entries/{}/status", entry.uid), &[("version", "1"), ("done", "true")]).location();
    assert_eq!(found(&book, "/entries", "another"), ["Another"]);
    book.database.migrate();
    assert_eq!(found(&book, "/entries", "index"), ["Before the index"]);
    assert_eq!(book.get("/entries?sort=title").page().texts("#rows a.title"), ["Another", "Before the index"]);
}

fn a_search_in_place_gives_the_list_and_a_short_address(setup: Setup) {
    let book = setup.book();
    book.add("Word", "");
    let answer = book.get_in_place("/entries?q=word&from=&until=").expect(200);
    assert!(answer.text().trim_start().starts_with("<section id=\"list\""));
    assert_eq!(answer.header("hx-replace-url"), Some("/entries?q=word"));
    assert_eq!(book.get_in_place("/entries?q=word").header("hx-replace-url"), None);
    assert!(answer.text().contains("data-say=\"1 entry\""));
}
