//! The pages about background work: for who asked, and for administrators.

use daybook::Uid;
use daybook::jobs::{self, State};
use daybook::users::Role;

use super::work::{ask, fill, job};
use super::{LONG, book_without_worker};
use crate::cases;
use crate::support::page::Form;
use crate::support::{Book, Setup};

cases![
    BOTH: the_button_names_how_many_there_are_and_is_there_when_there_are_more_than_shown,
        a_double_click_leads_to_the_same_job,
        the_page_of_a_job_asks_again_until_it_has_ended,
        whoever_asked_sees_and_cancels_it_and_nobody_else_does,
        an_administrator_sees_all_and_tries_again,
        the_list_shows_who_does_what_and_asks_again_until_all_have_ended;
    SQLITE: what_no_button_sends_is_refused
];

fn all_form(book: &Book, path: &str) -> Form {
    book.get(path).expect(200).page().form("#all")
}

fn press<'a>(form: &'a Form, action: &'a str) -> Vec<(&'a str, &'a str)> {
    form.pairs().into_iter().filter(|(name, _)| *name != "action").chain([("action", action)]).collect()
}

fn the_button_names_how_many_there_are_and_is_there_when_there_are_more_than_shown(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 50);
    assert_eq!(book.get("/entries").page().count("#all"), 0, "all are shown: they can be ticked");
    book.add("One more", "wombat");
    let page = book.get("/entries").page();
    let labels = page.texts("#all button");
    assert_eq!(labels, ["Mark all 51 matching as done", "Mark all 51 matching as open", "Delete all 51 matching"]);
    assert_eq!(book.get("/entries?q=wombat").page().count("#all"), 0);
    let viewer = book.as_a(Role::Viewer);
    assert_eq!(viewer.get("/entries").page().count("#all"), 0);
}

fn a_double_click_leads_to_the_same_job(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 300);
    let form = all_form(&book, "/entries?status=open");
    let first = book.post("/jobs", &press(&form, "done")).location();
    assert_eq!(book.post("/jobs", &press(&form, "done")).location(), first);
    assert_eq!(book.sql(|conn| jobs::list(conn, None, 9)).expect("it can be read").jobs.len(), 1);
    let again = all_form(&book, "/entries");
    assert_ne!(book.post("/jobs", &press(&again, "done")).location(), first);
}

fn the_page_of_a_job_asks_again_until_it_has_ended(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 60);
    let uid = ask(&book, "trash");
    let path = format!("/jobs/{uid}");
    let page = book.get(&path).expect(200).page();
    assert_eq!(
        (page.text("h1"), page.text("#job .standing")),
        ("Delete 60 entries".into(), "Waits for its turn · 0 of 60".into())
    );
    assert_eq!(page.attr("#job", "hx-get"), Some(path.clone()));
    assert_eq!((page.attr("progress", "value"), page.attr("progress", "max")), (Some("0".into()), Some("60".into())));
    let db = book.database.db();
    let claimed = db.write_blocking(|conn| jobs::claim(conn, uid, Uid::new(), LONG)).expect("it works");
    let lease = claimed.expect("it is due").1;
    db.write_blocking(|conn| jobs::Bulk::batch(conn, &lease, 20)).expect("it works");
    let fragment = book.get_in_place(&path).expect(200);
    assert!(fragment.text().trim_start().starts_with("<section id=\"job\""));
    let page = fragment.page();
    assert_eq!(page.text("#job .standing"), "Under way · 20 of 60");
    assert_eq!((page.text("#job .counts"), page.attr("progress", "value")), ("20 changed.".into(), Some("20".into())));
    db.write_blocking(|conn| jobs::Bulk::batch(conn, &lease, 60)).expect("it works");
    let page = book.get_in_place(&path).expect(200).page();
    assert_eq!((page.attr("#job", "hx-get"), page.count("progress"), page.count("#cancel")), (None, 0, 0));
    assert_eq!(page.attr("#job", "data-say").as_deref(), Some("Done: 60 changed"));
}

fn whoever_asked_sees_and_cancels_it_and_nobody_else_does(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 120);
    let (editor, other) = (book.as_a(Role::Editor), book.as_a(Role::Editor));
    let form = editor.get("/entries?status=open").page().form("#all");
    let path = editor.post("/jobs", &press(&form, "trash")).location();
    assert_eq!(editor.get(&path).page().texts("#job .fields dd")[0], "open");
    for path in [path.clone(), format!("/jobs/{}", Uid::new())] {
        other.get(&path).expect(404);
        other.post(&format!("{path}/cancel"), &[]).expect(404);
    }
    let page = editor.get(&path).expect(200).page();
    assert_eq!(page.count("a[href='/jobs']"), 0, "the list is for administrators");
    editor.get("/jobs").expect(403);
    editor.post(&format!("{path}/retry"), &[]).expect(403);
    let to = page.form("#cancel").send(&editor).location();
    assert_eq!(editor.get(&to).page().text("#job .standing strong"), "Cancelled");
    assert_eq!(book.sql(|conn| jobs::due(conn, None, 9)).expect("it can be read"), []);
}

fn an_administrator_sees_all_and_tries_again(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 60);
    let page = book.get("/jobs").expect(200).page();
    assert!(page.texts("main").concat().contains("Nobody has asked for any yet."));
    assert!(page.texts("main").concat().contains("No worker has said anything yet"));
    let uid = ask(&book, "trash");
    let db = book.database.db();
    let worker = jobs::Worker::new("worker", "host/1");
    db.write_blocking(|conn| jobs::saw_worker(conn, &worker)).expect("it works");
    db.write_blocking(|conn| jobs::cancel(conn, uid)).expect("it works");
    let page = book.get("/jobs").expect(200).page();
    assert_eq!(page.texts("#jobs a"), ["Delete 60 entries"]);
    assert_eq!(
        (page.texts("#jobs .tag"), page.texts("#workers .tag")),
        (vec!["Cancelled".to_owned()], vec!["at work".to_owned()])
    );
    let to = book.get(&format!("/jobs/{uid}")).page().form("#retry").submit(&book).location();
    assert_eq!(book.get(&to).page().text("#job .standing strong"), "Waits for its turn");
    assert_eq!(job(&book, uid).state, State::Waiting);
}

fn the_list_shows_who_does_what_and_asks_again_until_all_have_ended(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 60);
    let uid = ask(&book, "trash");
    let (db, worker) = (book.database.db(), jobs::Worker::new("worker", "host/1"));
    let owner = worker.uid;
    db.write_blocking(|conn| jobs::saw_worker(conn, &worker)).expect("it works");
    let lease = db.write_blocking(|conn| jobs::claim(conn, uid, owner, LONG)).expect("it works").expect("due").1;
    db.write_blocking(|conn| jobs::Bulk::batch(conn, &lease, 20)).expect("it works");
    let page = book.get("/jobs").expect(200).page();
    assert_eq!(page.attr("#background", "hx-get").as_deref(), Some("/jobs"));
    assert_eq!((page.attr("progress", "value"), page.attr("progress", "max")), (Some("20".into()), Some("60".into())));
    let row = page.text("#jobs li");
    assert!(row.contains("20 of 60: 20 changed") && row.contains("with host/1, claim 1, until "), "{row}");
    let older = format!("/jobs?before={}", Uid::new());
    assert_eq!(book.get(&older).page().attr("#background", "hx-get"), Some(older));
    let to = page.form("#jobs form[action$='/cancel']").submit(&book).location();
    assert_eq!(to, "/jobs", "back to where the button stood");
    db.write_blocking(|conn| jobs::Bulk::batch(conn, &lease, 20)).expect("it works");
    let fragment = book.get_in_place("/jobs").expect(200);
    assert!(fragment.text().trim_start().starts_with("<section id=\"background\">"), "it asks no more");
    let page = fragment.page();
    assert_eq!((page.texts("#jobs .tag"), page.count("progress")), (vec!["Cancelled".to_owned()], 0));
    assert_eq!(page.form("#jobs form[action$='/retry']").submit(&book).location(), "/jobs");
    db.write_blocking(|conn| jobs::claim(conn, uid, Uid::new(), LONG)).expect("it works").expect("due");
    assert!(book.get("/jobs").page().text("#jobs li").contains("with a worker that has gone, claim 2"));
}

fn what_no_button_sends_is_refused(setup: Setup) {
    let book = book_without_worker(setup);
    fill(&book, 60);
    let form = all_form(&book, "/entries");
    let with = |name: &'static str, value: &'static str| {
        let mut fields = press(&form, "trash");
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value));
        book.post("/jobs", &fields).status
    };
    for (name, value) in [
        ("action", "explode"),
        ("action", "restore"),
        ("action", "purge"),
        ("back", "/nowhere"),
        ("back", "/trash"),
        ("key", "x"),
        ("key", ""),
        ("seen", "x"),
        ("seen", ""),
    ] {
        assert_eq!(with(name, value), 400, "{name}={value}");
    }
    book.get("/jobs?before=x").expect(400);
    book.get("/jobs/x").expect(404);
    assert!(book.sql(|conn| jobs::list(conn, None, 9)).expect("it can be read").jobs.is_empty());
}
