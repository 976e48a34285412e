//! Guessing passwords is slow: for one account from anywhere, and from one address for any account.

use std::time::Instant;

use daybook::users::Role;

use super::{sign_in, sign_in_from};
use crate::cases;
use crate::support::{Answer, Setup, person};

cases![SQLITE:
    the_eleventh_try_for_an_account_has_to_wait,
    an_account_that_does_not_exist_is_limited_the_same_way,
    an_address_has_thirty_tries_for_any_accounts,
    whoever_holds_a_session_guesses_no_faster,
    tries_of_others_keep_nobody_out
];

const PROXY: [(&str, &str); 1] = [("TRUSTED_PROXY_HOPS", "1")];
const WRONG: &str = "ein falsches Passwort";

#[track_caller]
fn assert_has_to_wait(answer: Answer, most: u64) {
    let answer = answer.expect(429);
    let seconds: u64 = answer.header("retry-after").expect("when to try again").parse().expect("seconds");
    assert!((1..=most).contains(&seconds), "{seconds}");
    assert!(answer.text().contains("Too many tries") && answer.session().is_none(), "{}", answer.text());
}

fn the_eleventh_try_for_an_account_has_to_wait(setup: Setup) {
    let book = setup.book_with(&PROXY);
    let nobody = book.signed_out();
    // From as many addresses, and however the account is written.
    for n in 0..10 {
        let email = if n % 2 == 0 { person::EMAIL.to_owned() } else { format!(" {} ", person::EMAIL.to_uppercase()) };
        sign_in_from(&nobody, &format!("198.51.100.{n}"), &email, WRONG).expect(422);
    }
    assert_has_to_wait(sign_in_from(&nobody, "198.51.100.10", person::EMAIL, WRONG), 31);
    // Also with the right password, so that the answer tells nothing about it.
    assert_has_to_wait(sign_in_from(&nobody, "198.51.100.11", person::EMAIL, person::PASSWORD), 31);
    let failures = book.sql(|conn| {
        use daybook::schema::failed_sign_ins::dsl as f;
        use diesel::prelude::*;
        f::failed_sign_ins.select(diesel::dsl::sum(f::number)).first::<Option<i64>>(conn)
    });
    assert!(failures.expect("they can be read") <= Some(10), "what was not tried is not counted as a failure");
}

fn an_account_that_does_not_exist_is_limited_the_same_way(setup: Setup) {
    let book = setup.book_with(&PROXY);
    let nobody = book.signed_out();
    for email in ["nobody@example.org", "not an address"] {
        for n in 0..10 {
            sign_in_from(&nobody, &format!("198.51.100.{n}"), email, WRONG).expect(422);
        }
        assert_has_to_wait(sign_in_from(&nobody, "198.51.100.10", email, WRONG), 31);
    }
}

fn an_address_has_thirty_tries_for_any_accounts(setup: Setup) {
    let book = setup.book_with(&PROXY);
    let nobody = book.signed_out();
    let begin = Instant::now();
    let statuses: Vec<u16> =
        (0..45).map(|n| sign_in_from(&nobody, "198.51.100.7", &format!("{n}@example.org"), WRONG).status).collect();
    let tried = statuses.iter().filter(|status| **status == 422).count();
    // One more each two seconds.
    let most = 31 + begin.elapsed().as_secs() as usize / 2;
    assert!((30..=most).contains(&tried), "{tried} of at most {most}: {statuses:?}");
    assert!(statuses[..30].iter().all(|status| *status == 422) && statuses.contains(&429), "{statuses:?}");
    assert_has_to_wait(burst(&nobody, "198.51.100.7"), 3);
    sign_in_from(&nobody, "198.51.100.8", person::EMAIL, person::PASSWORD).session().expect("from elsewhere it works");
}

/// Tries until the limit of the address is met again.
fn burst(client: &crate::support::client::Client, address: &str) -> Answer {
    let mut tries = (0..20).map(|n| sign_in_from(client, address, &format!("more-{n}@example.org"), WRONG));
    tries.find(|answer| answer.status == 429).expect("the limit is met")
}

fn whoever_holds_a_session_guesses_no_faster(setup: Setup) {
    let book = setup.book_with(&PROXY);
    let berta = book.person("Berta", Role::Editor);
    let client = book.as_person(&berta);
    let fields = [("current", WRONG), ("password", "neunzehn Hasen im Feld"), ("again", "neunzehn Hasen im Feld")];
    for n in 0..10 {
        let from = [("X-Forwarded-For", &*format!("198.51.100.{n}"))];
        client.post_with("/account/password", &fields, &from).expect(422);
    }
    let from = [("X-Forwarded-For", "198.51.100.77")];
    client.post_with("/account/password", &fields, &from).expect(429);
    // It is one limit for both ways.
    assert_has_to_wait(sign_in_from(&book.signed_out(), "198.51.100.78", berta.email.as_str(), WRONG), 31);
    client.get("/entries").expect(200);
}

fn tries_of_others_keep_nobody_out(setup: Setup) {
    let book = setup.book();
    let nobody = book.signed_out();
    // Without a proxy that is believed, forged addresses are all the same one.
    let tried: Vec<u16> = (0..40)
        .map(|n| sign_in_from(&nobody, &format!("203.0.113.{n}"), &format!("{n}@example.org"), WRONG).status)
        .collect();
    assert!(tried.contains(&429), "{tried:?}");
    assert_eq!(book.get("/entries").status, 200, "who is in does not notice");
    drop(book);
    let book = setup.book_with(&PROXY);
    let (nobody, berta) = (book.signed_out(), book.person("Berta", Role::Editor));
    for n in 0..12 {
        sign_in_from(&nobody, &format!("198.51.100.{n}"), person::EMAIL, WRONG);
    }
    sign_in(&nobody, berta.email.as_str(), person::PASSWORD).session().expect("another account from elsewhere is in");
}
