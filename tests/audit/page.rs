//! The page of the log: everything that happened, newest first, as far as whoever asks may see it.

use daybook::users::Role;
use daybook::{Uid, audit};

use crate::cases;
use crate::support::page::Page;
use crate::support::{Book, Setup, client::Client};

cases![BOTH:
    every_event_is_told_in_words_with_a_link,
    each_filter_shows_what_it_says,
    pages_lead_to_each_other_and_lose_nothing,
    viewers_and_editors_see_events_of_entries_only,
    what_is_not_sealed_yet_is_shown_and_marked,
    the_state_of_the_log_is_at_the_top,
    an_erased_image_leaves_the_event,
    the_log_is_swapped_in_place
];

/// Seals what there is.
fn seal(book: &Book) {
    let db = book.database.db();
    while db.write_blocking(|conn| audit::seal(conn, 1000)).expect("it is sealed").events > 0 {}
}

fn told(client: &Client, path: &str) -> Vec<String> {
    client.get(path).expect(200).page().texts("#events .did")
}

/// An entry with one event of each kind; on the way its title becomes “Second”.
fn eventful(book: &Book) -> Uid {
    let entry = book.add("First", "");
    let own = format!("/entries/{}", entry.uid);
    let form = book.get(&format!("{own}/edit")).page().form("form.entry-form");
    form.fill("title", "Second").fill("description", "words").submit(book).location();
    book.post(&format!("{own}/status"), &[("version", "2"), ("done", "true")]).location();
    book.post(&format!("{own}/status"), &[("version", "3"), ("done", "false")]).location();
    for verb in ["trash", "restore", "trash", "purge"] {
        book.act(&book.entry(entry.uid), verb).location();
    }
    entry.uid
}

fn every_event_is_told_in_words_with_a_link(setup: Setup) {
    let book = setup.book();
    let uid = eventful(&book);
    let expected = [
        "Anna deleted ‘Second’ for good",
        "Anna deleted ‘Second’",
        "Anna took ‘Second’ out of the trash",
        "Anna deleted ‘Second’",
        "Anna opened ‘Second’ again",
        "Anna marked ‘Second’ done",
        "Anna changed title and description of ‘Second’",
        "Anna created ‘First’",
    ];
    assert_eq!(told(&book, "/audit?what=entry"), expected);
    let page = book.get("/audit?what=entry").page();
    assert_eq!(page.count("#events .did a"), 0, "there is no page of what was deleted for good");
    let entry = book.add("There", "");
    let page = book.get("/audit?what=entry").page();
    assert_eq!(page.attrs("#events .did a", "href"), [format!("/entries/{}", entry.uid)]);
    assert_eq!(page.count("#events time[datetime]"), 9);
    assert!(page.texts("#events .how").iter().all(|how| how.contains("in the browser")));
    let about = page.attrs("#events dl a", "href");
    assert_eq!(about[1], format!("/audit?subject={uid}"));
    let page = book.get(&about[1]).page();
    assert_eq!(page.texts("#events .did"), expected);
    let requests = book.events().iter().rev().skip(1).map(|event| event.request_id.to_string()).collect::<Vec<_>>();
    let shown: Vec<String> = page.texts("#events code").into_iter().filter(|code| code.len() == 36).collect();
    assert_eq!(shown, requests);
    for page in ["/entries", "/audit", "/trash"] {
        assert!(book.get(page).page().attrs("nav[aria-label=Main] a", "href").contains(&"/audit".to_owned()));
    }
}

fn each_filter_shows_what_it_says(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let hers = book.as_person(&berta);
    let entry = book.add("Paper", "");
    let form = hers.get(&format!("/entries/{}/edit", entry.uid)).page().form("form.entry-form");
    form.fill("title", "Pens").send(&hers).location();
    book.add("Ink", "");
    let made = "Operator made an account for ‘Berta’ as editor";
    let (created, changed, ink) = ("Anna created ‘Paper’", "Berta changed title of ‘Pens’", "Anna created ‘Ink’");
    assert_eq!(told(&book, "/audit?what=entry"), [ink, changed, created]);
    assert_eq!(told(&book, "/audit?what=entry.update"), [changed]);
    assert_eq!(told(&book, &format!("/audit?by={}&what=entry", berta.uid)), [changed]);
    assert_eq!(told(&book, &format!("/audit?by={}", berta.uid)), [changed, "Berta signed in"]);
    assert_eq!(told(&book, &format!("/audit?by={}&what=entry.purge", berta.uid)), Vec::<String>::new());
    assert_eq!(told(&book, &format!("/audit?subject={}", entry.uid)), [changed, created]);
    assert_eq!(told(&book, &format!("/audit?subject={}&what=entry.create", entry.uid)), [created]);
    assert_eq!(told(&book, &format!("/audit?subject={}&by={}", entry.uid, berta.uid)), [changed]);
    assert_eq!(told(&book, &format!("/audit?subject={}&what=user", entry.uid)), Vec::<String>::new());
    assert_eq!(told(&book, &format!("/audit?subject={}", berta.uid)), [made]);
    assert_eq!(told(&book, "/audit?what=session.sign_in"), ["Berta signed in", "Anna signed in"]);
    assert_eq!(told(&book, "/audit").len(), 7);
    // Days: the entries are from today, and everything moved to another one.
    assert_eq!(told(&book, "/audit?what=entry&from=2020-01-01&until=9000-01-01").len(), 3);
    super::log::execute_on(&book.database, "UPDATE audit_events SET at = 1700000000000000 WHERE kind = 'update'");
    assert_eq!(told(&book, "/audit?what=entry&until=2023-11-14"), [changed]);
    assert_eq!(told(&book, "/audit?from=2023-11-14&until=2023-11-14"), [changed]);
    assert_eq!(told(&book, "/audit?what=entry&from=2023-11-15"), [ink, created]);
    assert_eq!(told(&book, "/audit?until=2023-11-13"), Vec::<String>::new());
    let page = book.get(&format!("/audit?by={}&what=entry.update&from=2023-11-14", berta.uid)).page();
    let form = page.form("#find");
    assert_eq!((form.value("what"), form.value("by")), ("entry.update", &*berta.uid.to_string()));
    assert_eq!((form.value("from"), form.value("until")), ("2023-11-14", ""));
    for path in ["/audit?what=x", "/audit?what=entry.sign_in", "/audit?from=2024-01-02&until=2024-01-01"] {
        book.get(path).expect(400);
    }
}

fn links(page: &Page, rel: &str) -> Option<String> {
    page.attrs(&format!(".pager a[rel={rel}]"), "href").pop()
}

fn pages_lead_to_each_other_and_lose_nothing(setup: Setup) {
    let book = setup.book();
    let actor = daybook::Actor::operator();
    let db = book.database.db();
    // Seventy of one instant, and as many one by one.
    let entries = daybook::entries::demo_entries(0, 140).expect("they keep the rules");
    db.write_blocking(|conn| daybook::entries::create(conn, &entries[..70], &actor)).expect("they are added");
    for entry in &entries[70..] {
        let one = std::slice::from_ref(entry);
        db.write_blocking(|conn| daybook::entries::create(conn, one, &actor)).expect("it is added");
    }
    for filter in ["", "what=entry", "what=entry.create", "by=00000000-0000-0000-0000-000000000000"] {
        let first = format!("/audit?{filter}");
        let (mut next, mut pages, mut last) = (Some(first.clone()), Vec::new(), None);
        while let Some(url) = next {
            let page = book.get(&url).expect(200).page();
            pages.push(page.attrs("#events > li", "id"));
            next = links(&page, "next");
            last = Some(page);
        }
        let mut all = pages.concat();
        let expected = match filter {
            "" => 142,
            "by=00000000-0000-0000-0000-000000000000" => 141,
            _ => 140,
        };
        assert_eq!(all.len(), expected, "{filter}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), expected, "{filter}: nothing is there twice");
        // And back again.
        let (mut previous, mut back) = (links(&last.expect("a page"), "prev"), vec![pages.pop().expect("a page")]);
        while let Some(url) = previous {
            let page = book.get(&url).expect(200).page();
            back.insert(0, page.attrs("#events > li", "id"));
            previous = links(&page, "prev");
        }
        assert_eq!(back[back.len() - 2], pages[pages.len() - 1], "{filter}");
        assert_eq!(back[0].len(), 50, "{filter}: the first page is full");
    }
    let subject = book.get("/audit").page().attrs("#events dl a", "href").remove(0);
    assert_eq!(told(&book, &subject).len(), 1);
}

fn viewers_and_editors_see_events_of_entries_only(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    let uid = Uid::new().to_string();
    let from = [("X-Forwarded-For", "203.0.113.7")];
    book.post_with("/entries", &[("uid", &uid), ("title", "Paper")], &from).location();
    book.signed_out().post("/sign-in", &[("email", "anna@example.org"), ("password", "wrong")]);
    let all = book.get("/audit").page();
    assert!(all.texts("#events .did").contains(&"Anna signed in".to_owned()));
    assert!(all.texts("#events .address dd").contains(&"203.0.113.7".to_owned()));
    let anna = crate::support::person::first(&book.database.db()).uid;
    for role in [Role::Viewer, Role::Editor] {
        let client = book.as_a(role);
        let texts = |path: &str| told(&client, path);
        assert_eq!(texts("/audit"), ["Anna created ‘Paper’"], "{role}");
        assert_eq!(texts("/audit?what=entry"), ["Anna created ‘Paper’"], "{role}");
        assert_eq!(texts(&format!("/audit?by={anna}")), ["Anna created ‘Paper’"], "{role}");
        assert_eq!(texts(&format!("/audit?subject={anna}")), Vec::<String>::new(), "{role}");
        assert_eq!(texts(&format!("/audit?subject={uid}")), ["Anna created ‘Paper’"], "{role}");
        for what in ["user", "session", "session.sign_in", "invitation", "failed_sign_ins", "failed_sign_ins.fail"] {
            client.get(&format!("/audit?what={what}")).expect(400);
            book.get(&format!("/audit?what={what}")).expect(200);
        }
        for path in ["/audit".to_owned(), format!("/audit?subject={uid}")] {
            let page = client.get(&path);
            let text = page.text();
            for secret in ["203.0.113.7", "127.0.0.1", "session", "example.org"] {
                assert!(!text.contains(secret), "{role}: {secret}");
            }
        }
    }
    book.signed_out().get("/audit").expect(303);
}

fn what_is_not_sealed_yet_is_shown_and_marked(setup: Setup) {
    // Its worker is never there.
    let book = setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")]);
    book.add("Paper", "");
    let page = book.get("/audit?what=entry").page();
    assert_eq!(page.texts("#events .did"), ["Anna created ‘Paper’"]);
    assert_eq!(page.texts("#events .unsealed .tag"), ["not sealed yet"]);
    assert!(page.text("#chain").contains("are not sealed yet"));
    assert_eq!(page.count("#events .seal"), 0);
}

fn the_state_of_the_log_is_at_the_top(setup: Setup) {
    let book = setup.book();
    book.add("Paper", "");
    seal(&book);
    let head = book.sql(audit::state).expect("it can be read").head.expect("there is a head");
    let page = book.get("/audit").page();
    let text = page.text("#chain");
    let (sealed, link) = (head.seq, head.link_hex());
    assert!(text.contains(&format!("{sealed} sealed, up to link {}…", &link[..12])), "{text}");
    assert!(text.contains("Every event is sealed. Never verified."), "{text}");
    assert_eq!(page.text("#chain code.secret"), link);
    assert_eq!(page.texts("#events .link dd")[0], link, "the newest event has it");
    assert_eq!(page.count("#events .tag"), 0);
    book.sql(|conn| audit::verify(conn, |_| ())).expect("it is verified");
    let text = book.get("/audit").page().text("#chain");
    assert!(text.contains(&format!("Verified up to event {sealed} just now: whole.")), "{text}");
    super::log::execute_on(&book.database, "UPDATE audit_events SET channel = 'cli' WHERE seq = 1");
    super::log::execute_on(&book.database, "UPDATE audit_events SET channel = 'x' WHERE seq = 2");
    book.sql(|conn| audit::verify(conn, |_| ())).expect("it is verified");
    let page = book.get("/audit").page();
    let found = page.texts("#chain .problem strong");
    assert!(found == ["1 fault found"] || found == ["2 faults found"], "{found:?}");
}

fn an_erased_image_leaves_the_event(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Secret", "");
    super::log::execute_on(&book.database, "DELETE FROM audit_images");
    let answer = book.get("/audit?what=entry").expect(200);
    assert!(!answer.text().contains("Secret"));
    let page = answer.page();
    assert_eq!(page.texts("#events .did"), ["Anna created an entry (this one)"]);
    assert_eq!(page.attrs("#events .did a", "href"), [format!("/entries/{}", entry.uid)]);
    assert!(page.text("#events dl").contains("was erased"));
    book.get("/audit").expect(200);
}

fn the_log_is_swapped_in_place(setup: Setup) {
    let book = setup.book();
    book.add("Paper", "");
    let answer = book.get_in_place("/audit?what=entry&by=&from=&until=").expect(200);
    assert_eq!(answer.header("hx-replace-url"), Some("/audit?what=entry"));
    assert!(answer.headers("vary").to_lowercase().contains("hx-request"));
    let page = answer.page();
    assert_eq!(page.attr("#list", "data-say").as_deref(), Some("1 event"));
    assert_eq!((page.count("#events > li"), page.count("nav[aria-label=Main]")), (1, 0));
    assert!(book.get_in_place("/audit").expect(200).header("hx-replace-url").is_none());
}
