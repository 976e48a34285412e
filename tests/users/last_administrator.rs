//! The book always has somebody who can give roles; and who is shut out is out.

use std::sync::Barrier;

use daybook::schema::users::dsl as u;
use daybook::users::{self, Refused, Role, User};
use diesel::prelude::*;

use super::{account, is_in, sessions_of};
use crate::cases;
use crate::support::client::Client;
use crate::support::program::{self, Program};
use crate::support::{Book, Setup, eventually, person};

cases![BOTH:
    the_last_administrator_stays_one,
    two_administrators_who_demote_each_other_at_once_leave_one,
    who_is_disabled_is_out_at_once_also_on_other_servers,
    disabling_and_signing_in_at_once_leaves_nobody_in
];

fn change(client: &Client, user: &User, verb: &str, role: &str) -> u16 {
    client.post(&format!("/users/{}/{verb}", user.uid), &[("role", role)]).status
}

fn the_last_administrator_stays_one(setup: Setup) {
    let book = setup.book();
    let anna = person::first(&book.database.db());
    // Neither an editor nor an administrator who is shut out counts.
    book.person("Berta", Role::Editor);
    let cilli = book.person("Cilli", Role::Administrator);
    assert_eq!(change(&book, &cilli, "disable", ""), 303);
    let before = (account(&book, anna.uid), book.account_events());
    for (verb, role) in [("role", "editor"), ("role", "viewer"), ("disable", "")] {
        let answer = book.post(&format!("/users/{}/{verb}", anna.uid), &[("role", role)]).expect(409);
        let told = answer.page().text(".problem");
        assert_eq!(told, "The book needs an administrator, and this is the last one.");
    }
    let database = ("DATABASE_URL", book.database.url.as_str());
    for args in [["user", "role", person::EMAIL, "editor"].as_slice(), &["user", "disable", person::EMAIL]] {
        let output = program::run(args, &[database]);
        assert_eq!(output.status.code(), Some(1));
        assert!(program::printed(&output).contains("needs an administrator"), "{}", program::printed(&output));
    }
    assert_eq!((account(&book, anna.uid), book.account_events()), before);
    assert!(is_in(&book));
    // What leaves her one is no change, and the other one may come back and take over.
    assert_eq!(change(&book, &anna, "role", "administrator"), 303);
    assert_eq!(change(&book, &cilli, "enable", ""), 303);
    assert_eq!(change(&book, &anna, "role", "editor"), 303);
    assert_eq!((account(&book, anna.uid).role, book.get("/users").status), (Role::Editor, 403));
}

/// Makes these two the only administrators.
fn set_only_administrators(book: &Book, pair: [&User; 2]) {
    let uids = pair.map(|user| user.uid);
    book.sql(|conn| {
        let administrator = u::role.eq(Role::Administrator);
        let others = diesel::update(u::users.filter(u::uid.ne_all(uids)));
        others.set(u::role.eq(Role::Viewer)).execute(conn)?;
        diesel::update(u::users.filter(u::uid.eq_any(uids))).set((administrator, u::disabled.eq(false))).execute(conn)
    })
    .expect("they can be written");
}

fn administrators(book: &Book) -> usize {
    let all = book.sql(users::list).expect("they can be read");
    all.iter().filter(|user| user.role == Role::Administrator && !user.disabled).count()
}

fn two_administrators_who_demote_each_other_at_once_leave_one(setup: Setup) {
    let book = setup.book();
    let pair = [book.person("Berta", Role::Administrator), book.person("Cilli", Role::Administrator)];
    for turn in 0..20 {
        set_only_administrators(&book, [&pair[0], &pair[1]]);
        let clients = [book.as_person(&pair[0]), book.as_person(&pair[1])];
        let together = Barrier::new(2);
        let verbs = [["role", "role"], ["disable", "disable"], ["role", "disable"]][turn % 3];
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads = [0, 1].map(|n| {
                let (client, victim, verb, together) = (&clients[n], &pair[1 - n], verbs[n], &together);
                scope.spawn(move || {
                    together.wait();
                    change(client, victim, verb, "editor")
                })
            });
            threads.map(|thread| thread.join().expect("it is answered")).to_vec()
        });
        assert_eq!(administrators(&book), 1, "turn {turn}: {statuses:?}");
        // Who came second is told either that they may not any more, or that the other is the last one.
        assert!(statuses.iter().all(|status| matches!(status, 303 | 403 | 409)), "turn {turn}: {statuses:?}");
    }
    // The same on the library itself, where no request's check comes between.
    let db = book.database.db();
    for turn in 0..20 {
        set_only_administrators(&book, [&pair[0], &pair[1]]);
        let together = Barrier::new(2);
        let refused: Vec<Option<Refused>> = std::thread::scope(|scope| {
            let threads = [0, 1].map(|n| {
                let (db, victim, together) = (&db, &pair[n], &together);
                scope.spawn(move || {
                    together.wait();
                    let actor = daybook::Actor::operator();
                    let role = |conn: &mut _| users::set_role(conn, victim.uid, Role::Editor, &actor);
                    db.write_blocking(role).expect("nobody waits too long").err()
                })
            });
            threads.map(|thread| thread.join().expect("it ends")).to_vec()
        });
        assert_eq!(administrators(&book), 1, "turn {turn}");
        let last: Vec<Refused> = refused.into_iter().flatten().collect();
        assert_eq!(last, [Refused::LastAdministrator], "turn {turn}");
    }
}

fn who_is_disabled_is_out_at_once_also_on_other_servers(setup: Setup) {
    let book = setup.book();
    let second = Program::start(&[("DATABASE_URL", &book.database.url)]);
    let berta = book.person("Berta", Role::Editor);
    let [here, other] = [book.as_person(&berta), book.as_person(&berta)];
    let there = other.at(&second.base);
    for client in [&here, &there] {
        client.get("/entries").expect(200);
    }
    assert_eq!(change(&book, &berta, "disable", ""), 303);
    let uid = daybook::Uid::new().to_string();
    for client in [&there, &here] {
        assert_eq!(client.post("/entries", &[("uid", &uid), ("title", "x")]).location(), "/sign-in");
    }
    assert_eq!(here.get("/entries").status, 303, "where it was done, also for reading");
    assert!(book.state().0.is_empty() && sessions_of(&book, berta.uid).is_empty());
    // The other server has noticed by the write above; by reading alone it notices within seconds.
    let cilli = book.person("Cilli", Role::Editor);
    let reader = book.as_person(&cilli).at(&second.base);
    reader.get("/entries").expect(200);
    assert_eq!(change(&book, &cilli, "disable", ""), 303);
    eventually("the other server has noticed", || (reader.get("/entries").status == 303).then_some(()));
    // Nobody is let in again by enabling: the sessions are gone.
    assert_eq!(change(&book, &cilli, "enable", ""), 303);
    assert!(!is_in(&reader) && !is_in(&here));
    assert!(is_in(&book.as_person(&account(&book, cilli.uid))));
}

/// Signing in takes the session that the browser had before with it, while disabling ends the same one.
fn disabling_and_signing_in_at_once_leaves_nobody_in(setup: Setup) {
    let book = setup.book_with(&[("TRUSTED_PROXY_HOPS", "1")]);
    for turn in 0..12 {
        let berta = book.person("Berta", Role::Editor);
        let client = book.as_person(&berta);
        let fields = [("email", berta.email.as_str()), ("password", person::PASSWORD)];
        let together = Barrier::new(2);
        let (status, answer) = std::thread::scope(|scope| {
            let signing_in = scope.spawn(|| {
                together.wait();
                client.post_with("/sign-in", &fields, &[("X-Forwarded-For", &format!("192.0.2.{turn}"))])
            });
            together.wait();
            // About as long as the sign-in looks at the password.
            std::thread::sleep(std::time::Duration::from_millis(8 * turn));
            (change(&book, &berta, "disable", ""), signing_in.join().expect("it is answered"))
        });
        assert_eq!(status, 303, "turn {turn}");
        assert!(matches!(answer.status, 303 | 422), "turn {turn}: {}", answer.text());
        let token = answer.session();
        assert!(token.is_none_or(|token| !is_in(&book.signed_out().signed_in(&token))), "turn {turn}");
        assert!(sessions_of(&book, berta.uid).is_empty(), "turn {turn}");
    }
}
