//! Adding entries.

use crate::cases;
use crate::support::Setup;

cases![BOTH:
    an_entry_is_added_by_the_form_of_the_page,
    in_place_the_answer_is_an_empty_form_and_the_new_row,
    in_place_elsewhere_in_the_book_the_new_entry_is_told_not_shown,
    text_is_kept_as_it_was_written,
    html_in_text_is_shown_as_text,
    lengths_count_characters_not_bytes,
    a_refused_entry_comes_back_with_its_text_and_the_reason,
    a_refused_entry_comes_back_in_place_too,
    fields_that_a_form_leaves_out_have_their_defaults,
    the_page_for_a_new_entry_works_by_itself
];

fn an_entry_is_added_by_the_form_of_the_page(setup: Setup) {
    let book = setup.book();
    let empty = book.get("/entries").expect(200).page();
    assert_eq!(empty.text("#rows .empty"), "The book is empty. Write the first entry above.");
    let entry = book.add("  Order paper  ", "A4\nwhite");
    assert_eq!((entry.content.title.as_str(), entry.version, entry.trashed), ("Order paper", 1, false));
    let page = book.get("/entries").page();
    assert_eq!(page.texts("#rows a.title"), ["Order paper"]);
    assert_eq!(page.text("#rows .excerpt"), "A4 white");
    let own = book.get(&format!("/entries/{}", entry.uid)).expect(200).page();
    assert_eq!(own.text("h1"), "Order paper");
    assert_eq!(own.text("title"), "Order paper · Daybook");
}

fn in_place_the_answer_is_an_empty_form_and_the_new_row(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry").fill("title", "Ring the printer");
    let answer = form.submit_in_place(&book).expect(200);
    assert!(!answer.text().contains("<html"));
    let page = answer.page();
    assert_eq!(page.form("#new-entry").value("title"), "");
    assert_ne!(page.form("#new-entry").value("uid"), form.value("uid"));
    assert!(answer.text().contains("hx-target=\"#rows\""), "the row goes to the top");
    assert!(answer.text().contains("data-say=\"Added “Ring the printer”\""));
}

fn in_place_elsewhere_in_the_book_the_new_entry_is_told_not_shown(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries?status=done").page().form("#new-entry").fill("title", "Open, so not here");
    let answer = form.submit_in_place(&book).expect(200).text();
    assert!(!answer.contains("hx-target=\"#rows\""));
    assert!(answer.contains("It is at the top of <a href=\"/entries\">all entries</a>"));
}

fn text_is_kept_as_it_was_written(setup: Setup) {
    let book = setup.book();
    let title = "Ærø — 日本語 ไทย עברית 👩‍👩‍👧 ﷽ e\u{301} \u{1f1e6}";
    let description = "one\r\ntwo\rthree\n\n\tfour  \n  'quoted' \\ % _ ; -- \u{feff} end ";
    let entry = book.add(title, description);
    assert_eq!(entry.content.title.as_str(), title);
    assert_eq!(entry.content.description.as_str(), "one\ntwo\nthree\n\n\tfour  \n  'quoted' \\ % _ ; -- \u{feff} end ");
    let page = book.get(&format!("/entries/{}", entry.uid)).page();
    assert_eq!(page.raw_text(".entry > .fields > .description dd"), entry.content.description.as_str());
    let form = book.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    assert_eq!(form.value("description"), entry.content.description.as_str());
}

fn html_in_text_is_shown_as_text(setup: Setup) {
    let book = setup.book();
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} {% raw %}";
    let entry = book.add(evil, evil);
    for path in ["/entries".into(), format!("/entries/{}", entry.uid), format!("/entries/{}/edit", entry.uid)] {
        let page = book.get(&path).expect(200).page();
        assert_eq!(page.count("main script") + page.count("main img"), 0, "{path}");
    }
    let page = book.get("/entries").page();
    assert_eq!(page.text("#rows a.title"), evil);
}

fn lengths_count_characters_not_bytes(setup: Setup) {
    let book = setup.book();
    let entry = book.add(&"🐟".repeat(200), &"🐟".repeat(10_000));
    assert_eq!(entry.content.description.as_str().chars().count(), 10_000);
    let page = book.get("/entries").page();
    let form = page.form("#new-entry").fill("title", &"🐟".repeat(201)).fill("description", &"é".repeat(10_001));
    let page = form.submit(&book).expect(422).page();
    assert_eq!(page.text("#title-error-new"), "Title is 201 characters long; at most 200 are allowed.");
    assert_eq!(
        page.text("#description-error-new"),
        "Description is 10,001 characters long; at most 10,000 are allowed."
    );
}

fn a_refused_entry_comes_back_with_its_text_and_the_reason(setup: Setup) {
    let book = setup.book();
    for (title, reason) in [
        ("", "Title is empty."),
        (" \t\u{a0}\u{3000} ", "Title is empty."),
        ("two\nlines", "line break"),
        ("bell \u{7}", "U+0007"),
        ("null \0", "U+0000"),
        ("c1 \u{9b}", "U+009B"),
    ] {
        let form = book.get("/entries").page().form("#new-entry");
        let page = form.fill("title", title).fill("description", "typed\nlong").submit(&book).expect(422).page();
        let error = page.text("#title-error-new");
        assert!(error.contains(reason) && error.starts_with("Title"), "{title:?}: {error}");
        assert_eq!(page.form("#new-entry").value("description"), "typed\nlong");
        assert_eq!(page.attr("#title-new", "aria-describedby").as_deref(), Some("title-error-new"));
    }
    assert_eq!(book.state(), (vec![], vec![]));
}

fn a_refused_entry_comes_back_in_place_too(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries").page().form("#new-entry");
    let answer = form.fill("description", "typed").submit_in_place(&book).expect(422);
    assert!(!answer.text().contains("<html"));
    assert_eq!(answer.page().form("#new-entry").value("description"), "typed");
    assert_eq!(book.state(), (vec![], vec![]));
}

fn fields_that_a_form_leaves_out_have_their_defaults(setup: Setup) {
    let book = setup.book();
    let uid = daybook::Uid::new();
    book.post("/entries", &[("uid", &uid.to_string()), ("title", "Only a title")]).location();
    let content = book.entry(uid).content;
    assert_eq!((content.description.as_str(), content.done), ("", false));
}

fn the_page_for_a_new_entry_works_by_itself(setup: Setup) {
    let book = setup.book();
    let form = book.get("/entries/new").expect(200).page().form("#new-entry").fill("title", "From its own page");
    form.submit(&book).location();
    assert_eq!(book.state().0[0].content.title.as_str(), "From its own page");
}
