//! Who made and who changed an entry: in lists, on its page, and as a filter.

use std::collections::BTreeSet;

use daybook::Uid;
use daybook::entries;
use daybook::users::{Role, User};

use crate::cases;
use crate::support::client::Client;
use crate::support::{Setup, person};

cases![BOTH:
    lists_and_pages_tell_who_created_and_who_changed,
    a_list_can_be_of_what_one_person_changed_last,
    what_one_person_changed_last_has_pages_and_a_number,
    somebody_unknown_has_changed_nothing
];

fn add(client: &Client, title: &str) -> Uid {
    let uid = Uid::new();
    client.post("/entries", &[("uid", &uid.to_string()), ("title", title)]).location();
    uid
}

fn switch(client: &Client, uid: Uid, version: &str) {
    client.post(&format!("/entries/{uid}/status"), &[("version", version), ("done", "true")]).location();
}

fn lists_and_pages_tell_who_created_and_who_changed(setup: Setup) {
    let book = setup.book();
    let berta = book.as_person(&book.person("Berta", Role::Editor));
    let cilli = book.as_person(&book.person("Cilli", Role::Editor));
    let uid = add(&berta, "Title");
    switch(&cilli, uid, "1");
    let page = book.get("/entries").page();
    assert_eq!((page.text("#rows .made .who"), page.text("#rows .when .who")), ("Berta".into(), "Cilli".into()));
    let page = book.get(&format!("/entries/{uid}")).page();
    // A label and its value stand side by side, without white space between them.
    let lines = page.texts("article > .fields div");
    assert!(lines.iter().any(|line| line == "Createdjust now by Berta"), "{lines:?}");
    assert!(lines.iter().any(|line| line == "Changedjust now by Cilli"), "{lines:?}");
    assert_eq!(page.texts(".history summary strong"), ["Cilli", "Berta"]);
    book.post(&format!("/entries/{uid}/trash"), &[("version", "2")]).location();
    let page = book.get("/trash").page();
    assert_eq!((page.text("#rows .made .who"), page.text("#rows .when .who")), ("Berta".into(), person::NAME.into()));
}

fn titles(client: &Client, path: &str) -> Vec<String> {
    client.get(path).expect(200).page().texts("#rows .title")
}

fn a_list_can_be_of_what_one_person_changed_last(setup: Setup) {
    let book = setup.book();
    let people = [book.person("Berta", Role::Editor), book.person("Cilli", Role::Editor)];
    let [berta, cilli] = [book.as_person(&people[0]), book.as_person(&people[1])];
    add(&berta, "One lamp");
    let two = add(&berta, "Two lamps");
    let three = add(&cilli, "Three lamps");
    let four = add(&berta, "Four chairs");
    switch(&cilli, two, "1");
    switch(&berta, three, "1");
    let of = |user: &User| format!("/entries?by={}", user.uid);
    let viewer = book.as_a(Role::Viewer);
    assert_eq!(titles(&viewer, &of(&people[0])), ["Three lamps", "Four chairs", "One lamp"]);
    assert_eq!(titles(&viewer, &of(&people[1])), ["Two lamps"]);
    for (more, expected) in [
        ("&status=open", vec!["Four chairs", "One lamp"]),
        ("&status=done", vec!["Three lamps"]),
        ("&q=lamp", vec!["Three lamps", "One lamp"]),
        ("&q=lamp&status=open", vec!["One lamp"]),
        ("&sort=title", vec!["Four chairs", "One lamp", "Three lamps"]),
        ("&sort=-created", vec!["Four chairs", "Three lamps", "One lamp"]),
        ("&from=2000-01-01", vec!["Three lamps", "Four chairs", "One lamp"]),
        ("&until=2000-01-01", vec![]),
    ] {
        let mut found = titles(&viewer, &format!("{}{more}", of(&people[0])));
        if more.starts_with("&q") {
            found.sort();
            let mut sorted = expected.clone();
            sorted.sort_unstable();
            assert_eq!(found, sorted, "{more}");
        } else {
            assert_eq!(found, expected, "{more}");
        }
    }
    let page = viewer.get(&of(&people[0])).page();
    let choices = ["anybody", person::NAME, "Berta", "Cilli", "viewer", "somebody without an account"];
    assert_eq!(page.texts("#by option"), choices);
    assert_eq!(page.attrs("#by option[selected]", "value"), [people[0].uid.to_string()]);
    let filters = page.attrs(".filter a, thead a", "href");
    assert!(filters.iter().all(|to| to.contains(&format!("by={}", people[0].uid))), "{filters:?}");
    // The trash has the same filter.
    berta.post(&format!("/entries/{four}/trash"), &[("version", "1")]).location();
    assert_eq!(titles(&viewer, &format!("/trash?by={}", people[0].uid)), ["Four chairs"]);
    assert!(titles(&viewer, &format!("/trash?by={}", people[1].uid)).is_empty());
}

fn what_one_person_changed_last_has_pages_and_a_number(setup: Setup) {
    let book = setup.book();
    let users = [book.person("Berta", Role::Editor), book.person("Cilli", Role::Editor)];
    let mut made: [BTreeSet<String>; 2] = Default::default();
    for turn in 0..4 {
        for (n, user) in users.iter().enumerate() {
            let new = entries::demo_entries(turn * 2 + n as u64, 30 + n as u64).expect("they keep the rules");
            made[n].extend(new.iter().map(|entry| format!("entry-{}", entry.uid)));
            let actor = user.actor(Uid::new(), std::net::IpAddr::from([127, 0, 0, 1]));
            let db = book.database.db();
            db.write_blocking(|conn| entries::create(conn, &new, &actor).map(drop)).expect("they are added");
        }
    }
    for (user, made) in users.iter().zip(&made) {
        let (mut met, mut sizes) = (Vec::new(), Vec::new());
        let mut next = Some(format!("/entries?by={}", user.uid));
        while let Some(url) = next {
            let page = book.get(&url).expect(200).page();
            let rows = page.attrs("#rows tr[id]", "id");
            assert!(page.text(".count").starts_with(&format!("{} entries", made.len())), "{}", page.text(".count"));
            sizes.push(rows.len());
            met.extend(rows);
            next = page.attrs("a[rel=next]", "href").pop();
        }
        assert_eq!(sizes, [50, 50, made.len() - 100]);
        assert_eq!(met.iter().cloned().collect::<BTreeSet<_>>(), *made, "all of hers, and nobody else's");
        assert_eq!(met.len(), made.len(), "none twice");
    }
}

fn somebody_unknown_has_changed_nothing(setup: Setup) {
    let book = setup.book();
    add(&book, "Title");
    for more in ["", "&status=open", "&q=title"] {
        let page = book.get(&format!("/entries?by={}{more}", Uid::new())).expect(200).page();
        assert_eq!((page.count("#rows tr[id]"), page.texts("#rows .empty").len()), (0, 1));
    }
    book.get("/entries?by=anna").expect(400);
    book.get("/entries?by=%27%20OR%201=1").expect(400);
    assert_eq!(titles(&book, "/entries?by="), ["Title"]);
}
