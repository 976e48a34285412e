//! Snapshots in the browser's forms: asked for, downloaded, kept, deleted, and made by a schedule.

use daybook::Uid;
use daybook::snapshots::{self, Format};
use daybook::users::Role;
use sha2::{Digest, Sha256};

use super::work::{everything, find, made, make_here};
use crate::cases;
use crate::support::{Book, Setup};

cases![
    BOTH: a_list_is_asked_for_and_downloaded_as_it_was_filtered, a_file_comes_whole_or_in_parts_with_the_right_headers,
        it_is_kept_let_go_and_deleted_after_a_question, what_fails_is_told_and_tried_again,
        a_schedule_is_set_with_its_next_times_and_its_conflicts;
    SQLITE: what_no_form_sends_is_refused
];

/// A book whose background work is left to the test: its Redis is never there.
fn alone(setup: Setup) -> Book {
    setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")])
}

fn uid_at(path: &str) -> Uid {
    path.trim_start_matches("/snapshots/").parse().expect("it leads to the snapshot's page")
}

fn a_list_is_asked_for_and_downloaded_as_it_was_filtered(setup: Setup) {
    let book = setup.book();
    let open = book.add("Open one", "=1+1");
    let done = book.add("Done one", "");
    book.post(&format!("/entries/{}/status", done.uid), &[("version", "1"), ("done", "true")]).location();
    let link = book.get("/entries?status=open").page().attr(".below a", "href").expect("a link");
    let page = book.get(&link).expect(200).page();
    assert_eq!(page.text("main p"), "Of the entries open. Take the whole book instead");
    let form = page.form("#new-snapshot");
    assert_eq!((form.value("format"), form.value("compression")), ("spreadsheet", "none"));
    let to = form.fill("format", "ndjson").submit(&book).location();
    assert_eq!(form_again(&page, &book), to, "a double click makes one");
    made(&book, uid_at(&to));
    let viewer = book.as_a(Role::Viewer);
    let page = viewer.get(&to).expect(200).page();
    assert_eq!(page.text("h1"), "NDJSON of entries: open");
    assert!(page.text("#snapshot .standing").starts_with("Ready · 1 entry, "));
    assert_eq!((page.attr("#snapshot", "hx-get"), page.count("#snapshot form")), (None, 0));
    let file = page.attrs("#files a", "href").remove(0);
    let text = viewer.get(&file).expect(200).text();
    assert!(text.contains(&open.uid.to_string()) && !text.contains(&done.uid.to_string()), "{text}");
    let list = viewer.get("/snapshots").expect(200).page();
    assert_eq!(list.texts("#snapshots .people .who > a"), ["NDJSON of entries: open"]);
    assert_eq!(list.count("a[href='/snapshots/new']"), 0, "a viewer asks for none");
    assert_eq!(viewer.get("/entries").page().count(".below"), 0);
}

fn form_again(page: &crate::support::Page, book: &Book) -> String {
    page.form("#new-snapshot").fill("format", "ndjson").submit(book).location()
}

fn a_file_comes_whole_or_in_parts_with_the_right_headers(setup: Setup) {
    let book = alone(setup);
    for n in 0..200 {
        book.add(&format!("Entry {n}"), "with some text");
    }
    let uid = make_here(&book, everything(Format::Csv));
    let snapshot = find(&book, uid).expect("it is there").snapshot;
    let file = snapshot.manifest().expect("JSON").expect("it is made").files.remove(0);
    let path = format!("/snapshots/{uid}/files/{}", file.name);
    let whole = book.get(&path).expect(200);
    assert_eq!(daybook::audit::hex(&Sha256::digest(&whole.bytes)), file.sha256);
    let header = |name: &str| whole.header(name).unwrap_or_default().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(header("content-disposition").starts_with("attachment; filename=\"daybook-"), "{whole:?}");
    assert_eq!((header("cache-control"), header("accept-ranges")), ("private, no-store".into(), "bytes".into()));
    assert_eq!(header("content-length"), file.bytes.to_string());
    assert_eq!(header("x-content-type-options"), "nosniff");
    let part = |range: &str| book.send("GET", &path, &[("Range", range), ("Accept-Encoding", "gzip, br")], b"");
    let middle = part("bytes=100-299").expect(206);
    assert_eq!(middle.bytes, whole.bytes[100..300]);
    assert_eq!(middle.header("content-range"), Some(&*format!("bytes 100-299/{}", file.bytes)));
    assert_eq!(part("bytes=-7").expect(206).bytes, whole.bytes[whole.bytes.len() - 7..]);
    part(&format!("bytes={}-", file.bytes)).expect(416);
    let squeezed = book.send("GET", &path, &[("Accept-Encoding", "gzip, br")], b"").expect(200);
    assert_eq!(squeezed.bytes, whole.bytes, "nobody squeezes it on the way");
    let head = book.send("HEAD", &path, &[], b"").expect(200);
    assert_eq!((head.header("content-length"), head.bytes.len()), (Some(&*file.bytes.to_string()), 0));
    let downloads = book.snapshot_events().iter().filter(|event| event.kind == "download").count();
    assert_eq!(downloads, 2, "one event for each beginning, and none for parts");
    book.get(&format!("/snapshots/{uid}/files/manifest.json")).expect(200);
    for name in ["other.csv", "..", "%2e%2e%2fbook.sqlite", "entries.csv%00"] {
        assert_eq!(book.get(&format!("/snapshots/{uid}/files/{name}")).status, 404, "{name}");
    }
    book.get(&format!("/snapshots/{}/files/{}", Uid::new(), file.name)).expect(404);
    let nobody = book.signed_out().get(&path);
    assert_eq!((nobody.status, nobody.bytes.is_empty()), (303, true), "a guessed link leads to the sign-in");
}

fn it_is_kept_let_go_and_deleted_after_a_question(setup: Setup) {
    let book = alone(setup);
    book.add("Entry", "");
    let uid = make_here(&book, everything(Format::Csv));
    let path = format!("/snapshots/{uid}");
    for (shown, then) in [("Ready", "Kept"), ("Kept", "Ready")] {
        let page = book.get(&path).expect(200).page();
        assert_eq!(page.text("#snapshot .standing strong"), shown);
        assert_eq!(page.form("#keep").submit(&book).location(), path);
        assert_eq!(book.get(&path).page().text("#snapshot .standing strong"), then);
    }
    let question = book.get(&path).page().attr("#delete", "href").expect("a link");
    let page = book.get(&question).expect(200).page();
    assert!(find(&book, uid).is_some(), "a question deletes nothing");
    let to = page.form("main form").submit(&book).location();
    assert_eq!(book.get(&to).page().text("main > .notice[role=status]"), "The snapshot was deleted.");
    book.get(&path).expect(404);
    assert_eq!(super::work::stored(&book), Vec::<std::path::PathBuf>::new());
}

fn what_fails_is_told_and_tried_again(setup: Setup) {
    let book = alone(setup);
    let form = book.get("/snapshots/new").page().form("#new-snapshot");
    let path = form.submit(&book).location();
    let page = book.get(&path).expect(200).page();
    assert_eq!(page.text("#snapshot .standing strong"), "Waits for its turn");
    assert_eq!((page.attr("#snapshot", "hx-get"), page.count("progress")), (Some(path.clone()), 1));
    assert_eq!(book.get("/snapshots").page().attr("#snapshots", "hx-get").as_deref(), Some("/snapshots"));
    let jobs = book.get("/jobs").expect(200).page();
    assert_eq!(jobs.texts("#jobs a"), ["Make a snapshot"]);
    let job = book.get(&jobs.attr("#jobs a", "href").expect("a link")).expect(200).page();
    assert_eq!((job.attr("#job dd a", "href"), job.count("#job .counts")), (Some(path.clone()), 0));
    assert_eq!(page.form("#cancel").submit(&book).location(), path);
    let page = book.get(&path).page();
    assert_eq!((page.text("#snapshot .standing strong"), page.count("#delete")), ("Cancelled".into(), 1));
    page.form("#retry").submit(&book).location();
    let fragment = book.get_in_place(&path).expect(200);
    assert!(fragment.text().trim_start().starts_with("<section id=\"snapshot\""));
    assert_eq!(fragment.page().text("#snapshot .standing strong"), "Waits for its turn");
}

fn a_schedule_is_set_with_its_next_times_and_its_conflicts(setup: Setup) {
    let book = alone(setup);
    let form = |book: &Book| book.get("/snapshots/schedule").expect(200).page().form("#schedule");
    let first = form(&book);
    let bad = first.clone().fill("cron", "61 3 * * *").fill("keep_last", "0").submit(&book).expect(422).page();
    assert!(bad.text("#cron-error").starts_with("This is no schedule: "), "{}", bad.text("#cron-error"));
    assert_eq!(bad.text("#keep_last-error"), "A number from 1 to 1000.");
    assert_eq!(bad.form("#schedule").value("cron"), "61 3 * * *", "what was typed is still there");
    let to = first.clone().fill("cron", "30 3 * * *").fill("keep_last", "7").submit(&book).location();
    let page = book.get(&to).expect(200).page();
    assert_eq!(page.text("main > .notice[role=status]"), "The schedule was saved.");
    assert!(page.text("#snapshots .aside").contains(", 03:30:00 UTC"), "{}", page.text("#snapshots .aside"));
    let times = book.get("/snapshots/schedule").page().texts("#upcoming li");
    assert!(times.len() == 3 && times.iter().all(|time| time.ends_with(", 03:30:00 UTC")), "{times:?}");
    let late = first.fill("cron", "0 5 * * *").fill("keep_last", "2").submit(&book).expect(409).page();
    assert!(late.text("main .problem").contains("Anna has set it to “30 3 * * *” meanwhile"));
    late.form("#schedule").submit(&book).location();
    assert_eq!(book.sql(snapshots::schedule).expect("it can be read").cron.as_deref(), Some("0 5 * * *"));
    form(&book).fill("cron", "").submit(&book).location();
    assert_eq!(book.get("/snapshots").page().count("#snapshots .aside"), 0, "no schedule any more");
}

fn what_no_form_sends_is_refused(setup: Setup) {
    let book = alone(setup);
    let form = book.get("/snapshots/new").page().form("#new-snapshot");
    for (name, value) in [("format", "exe"), ("compression", "zip"), ("key", "x"), ("back", "//evil.example")] {
        form.clone().fill(name, value).submit(&book).expect(400);
    }
    for path in ["/snapshots/x", "/snapshots/new?back=x", "/snapshots?before=x"] {
        assert!(matches!(book.get(path).status, 400 | 404), "{path}");
    }
    for verb in ["cancel", "retry", "keep", "delete"] {
        book.post(&format!("/snapshots/{}/{verb}", Uid::new()), &[]).expect(404);
    }
    assert!(book.sql(|conn| snapshots::list(conn, None, 9)).expect("it can be read").rows.is_empty());
}
