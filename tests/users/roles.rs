//! Every route against every kind of caller, held against the one table of who may do what.

use daybook::entries::Entry;
use daybook::jobs::{self, Job};
use daybook::users::{Role, TABLE};

use super::routes::{self, Caller, Needs, Request, Route, disable, prepare};
use crate::cases;
use crate::support::book::Event;
use crate::support::client::{Client, HTMX};
use crate::support::{Answer, Book, Setup};

cases![
    BOTH: every_route_is_open_to_whom_the_table_names_and_to_nobody_else, a_role_holds_for_writes_at_once;
    SQLITE: each_route_asks_for_what_it_does, every_action_of_the_table_is_asked_for_by_a_route, deleting_many_for_good_is_for_administrators,
        what_is_not_a_route_tells_nobody_anything
];

/// The table and the routes once more, in other words: so that a line of either cannot be loosened by mistake.
fn each_route_asks_for_what_it_does(_: Setup) {
    use daybook::users::Action::{
        ManageJobs, ManageOwnAccount, ManageSnapshots, ManageUsers, PurgeEntries, ReadAudit, ReadEntries,
        ReadSnapshots, WriteEntries,
    };
    let least = [
        (ReadEntries, Role::Viewer),
        (ReadAudit, Role::Viewer),
        (WriteEntries, Role::Editor),
        (PurgeEntries, Role::Administrator),
        (ManageOwnAccount, Role::Viewer),
        (ManageUsers, Role::Administrator),
        (ManageJobs, Role::Administrator),
        (ReadSnapshots, Role::Viewer),
        (ManageSnapshots, Role::Editor),
    ];
    for (action, least) in least {
        let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| allowed(action, *role)).collect();
        let expected: Vec<Role> = Role::ALL.into_iter().filter(|role| *role >= least).collect();
        assert_eq!(roles, expected, "{action:?}");
    }
    assert_eq!(TABLE.len(), least.len());
    for route in routes::all() {
        let post = route.method == "POST";
        let needs = match route.path.split('/').collect::<Vec<_>>()[1..] {
            ["healthz" | "readyz" | "robots.txt" | "setup" | "sign-in" | "join"] | ["static", ..] => Needs::Nothing,
            ["api", ..] => Needs::Token,
            ["sign-out"] | ["account", ..] => Needs::May(ManageOwnAccount),
            ["audit"] => Needs::May(ReadAudit),
            ["users" | "invitations", ..] => Needs::May(ManageUsers),
            ["jobs"] if post => Needs::May(WriteEntries),
            ["jobs"] | ["jobs", .., "retry"] => Needs::May(ManageJobs),
            ["snapshots", "new" | "schedule"] | ["snapshots", _, "delete"] => Needs::May(ManageSnapshots),
            ["snapshots", ..] if post => Needs::May(ManageSnapshots),
            ["snapshots", ..] => Needs::May(ReadSnapshots),
            [.., "purge"] => Needs::May(PurgeEntries),
            ["entries", .., "new" | "edit"] => Needs::May(WriteEntries),
            ["entries", ..] if post => Needs::May(WriteEntries),
            _ => Needs::May(ReadEntries),
        };
        assert_eq!(route.needs, needs, "{route}");
    }
}

fn every_action_of_the_table_is_asked_for_by_a_route(_: Setup) {
    let all = routes::all();
    for (action, _) in TABLE {
        assert!(all.iter().any(|route| route.needs == Needs::May(action)), "{action:?}");
    }
}

/// One of each kind. Made anew for each request, for some requests end their session.
fn caller(book: &Book, kind: &'static str) -> Caller {
    let role = Role::ALL.into_iter().find(|role| role.name() == kind);
    match kind {
        "nobody" => Caller { name: kind, client: book.signed_out(), user: None },
        _ => {
            let user = book.person("Caller", role.unwrap_or(Role::Administrator));
            let client = book.as_person(&user);
            if kind == "disabled" {
                disable(book, &user);
            }
            Caller { name: kind, client, user: Some(user) }
        }
    }
}

const KINDS: [&str; 5] = ["viewer", "editor", "administrator", "nobody", "disabled"];

fn send(client: &Client, route: Route, request: &Request, in_place: bool) -> Answer {
    match route.method {
        "POST" => client.post_form(&request.path, &request.pairs(), in_place),
        method => {
            let origin = format!("http://{}", client.host());
            let mut headers = if in_place { HTMX.to_vec() } else { Vec::new() };
            headers.push(("Origin", &origin));
            client.send(method, &request.path, &headers, b"")
        }
    }
}

type State = ((Vec<Entry>, Vec<Event>), Vec<Event>, Vec<Job>);

fn state(book: &Book) -> State {
    let jobs = book.sql(|conn| jobs::list(conn, None, 1_000)).expect("they can be read").jobs;
    let mut others = book.account_events();
    // That somebody takes a file is written down, and changes nothing.
    others.extend(book.snapshot_events().into_iter().filter(|event| event.kind != "download"));
    (book.state(), others, jobs)
}

fn every_route_is_open_to_whom_the_table_names_and_to_nobody_else(setup: Setup) {
    // No worker takes a job that a request makes: its Redis is never there.
    let book = setup.book_with(&[("REDIS_URL", "redis://127.0.0.1:1")]);
    for route in routes::all() {
        for kind in KINDS {
            for in_place in [false, true] {
                let caller = caller(&book, kind);
                let request = prepare(&book, route, &caller);
                let before = state(&book);
                let answer = send(&caller.client, route, &request, in_place);
                let what = format!("{route} by {}, in place: {in_place}", caller.name);
                let changed = state(&book) != before;
                check(route, &caller, in_place, &answer, changed, &what);
            }
        }
    }
}

fn check(route: Route, caller: &Caller, in_place: bool, answer: &Answer, changed: bool, what: &str) {
    let role = caller.user.as_ref().filter(|_| caller.name != "disabled").map(|user| user.role);
    match (route.needs, role) {
        (Needs::Nothing, _) => {
            assert!(answer.status < 400, "{what}: {}", answer.status);
            // The setup is over, so it leads to the sign-in.
            let asks = answer.header("location").is_some_and(|to| to.starts_with("/sign-in"));
            assert_eq!(asks, route.path == "/setup", "{what}");
        }
        (Needs::Token, _) => {
            assert_eq!(
                (answer.status, answer.header("www-authenticate"), changed),
                (401, Some("Bearer"), false),
                "{what}"
            );
        }
        (Needs::May(action), Some(role)) if allowed(action, role) => {
            assert!(answer.status < 400, "{what}: {} {}", answer.status, answer.text());
            let asks = answer.header("location").is_some_and(|to| to.starts_with("/sign-in"));
            assert_eq!(asks, route.path == "/sign-out", "{what}");
            assert_eq!(changed, route.method == "POST", "{what}: the request does what it is for");
        }
        (Needs::May(_), Some(_)) => {
            assert_eq!((answer.status, changed), (403, false), "{what}");
            let forbidden = answer.text().contains("Your account may not do that");
            assert!(forbidden || route.method == "HEAD", "{what}: {}", answer.text());
        }
        (Needs::May(_), None) => {
            assert!(!changed, "{what}");
            let to = answer.header(if in_place { "hx-redirect" } else { "location" });
            assert_eq!(answer.status, if in_place { 401 } else { 303 }, "{what}");
            assert!(to.is_some_and(|to| to.starts_with("/sign-in")), "{what}: {to:?}");
            assert!(answer.text().is_empty(), "{what}: a page was made before it was asked who it is for");
        }
    }
}

/// Read from the table itself, and not by the function that the program asks.
fn allowed(action: daybook::users::Action, role: Role) -> bool {
    TABLE.iter().filter(|row| row.0 == action).any(|row| row.1.contains(&role))
}

fn deleting_many_for_good_is_for_administrators(setup: Setup) {
    let book = setup.book();
    let waste = book.add_trashed("Waste");
    let target = format!("{}.{}", waste.uid, waste.version);
    let fields = [("action", "purge"), ("back", "/trash"), ("entry", &target)];
    let confirmed: Vec<_> = fields.iter().copied().chain([("confirmed", "yes")]).collect();
    let before = state(&book);
    let editor = book.as_a(Role::Editor);
    for in_place in [false, true] {
        for fields in [&fields[..], &confirmed, &fields[..2]] {
            editor.post_form("/entries/bulk", fields, in_place).expect(403);
        }
    }
    assert_eq!(book.state(), before.0);
    // An editor may do with the trash what can be undone.
    let restore = [("action", "restore"), ("back", "/trash"), ("entry", &target)];
    editor.post("/entries/bulk", &restore).location();
    assert!(!book.entry(waste.uid).trashed);
    let waste = book.add_trashed("Waste");
    let target = format!("{}.{}", waste.uid, waste.version);
    let fields = [("action", "purge"), ("back", "/trash"), ("entry", &*target), ("confirmed", "yes")];
    book.post("/entries/bulk", &fields).location();
    assert!(book.find(waste.uid).is_none());
}

fn a_role_holds_for_writes_at_once(setup: Setup) {
    let book = setup.book();
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    client.get("/entries/new").expect(200);
    for (role, status) in [("viewer", 403), ("editor", 303), ("viewer", 403), ("administrator", 303)] {
        let to = book.post(&format!("/users/{}/role", berta.uid), &[("role", role)]).location();
        assert_eq!(to, format!("/users?changed=role&user={}", berta.uid));
        let fields = [("uid", &*daybook::Uid::new().to_string()), ("title", "By Berta")];
        assert_eq!(client.post("/entries", &fields).status, status, "{role}");
        assert!(client.get("/account").page().texts("main > p")[0].contains(role), "the session goes on");
    }
    client.get("/users").expect(200);
}

fn what_is_not_a_route_tells_nobody_anything(setup: Setup) {
    let book = setup.book();
    let entry = book.add("Entry", "");
    let path = format!("/entries/{}", entry.uid);
    for client in [&book.client, &book.as_a(Role::Viewer), &book.signed_out()] {
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            let origin = format!("http://{}", client.host());
            client.send(method, &path, &[("Origin", &origin)], b"").expect(405);
        }
        client.post("/users", &[]).expect(405);
        client.get("/users/").expect(404);
        client.get("/Entries").expect(404);
        client.get(&format!("{path}/")).expect(404);
        client.get("//entries").expect(404);
    }
    let nobody = book.signed_out().get("/nowhere").expect(404).page();
    assert_eq!(nobody.count("nav ul"), 0, "no controls for nobody");
    // An address that is written in another way is asked for the same.
    for path in ["/%65ntries", "/entries?x=1", "/entries#x"] {
        let answer = book.signed_out().get(path);
        assert!(matches!(answer.status, 303 | 404), "{path}: {}", answer.status);
    }
    assert_eq!(book.entry(entry.uid), entry);
}
