//! Passwords and what cookies and links hold are kept nowhere: not in the database, not in the log.

use std::path::PathBuf;

use daybook::Uid;
use daybook::users::Role;

use super::lifetime::hex;
use super::{sign_in, sign_in_from};
use crate::cases;
use crate::support::client::Client;
use crate::support::program::Program;
use crate::support::{Answer, Book, Setup, eventually, person};

cases![SQLITE: no_secret_is_in_the_database_or_in_the_log];

const NEW: &str = "neunzehn Hasen im Feld";
const WRONG: &str = "zwanzig Hasen am Feld";
const TYPED: &str = "passwort-in-der-falschen-zeile@example.org";

/// All bytes that the database keeps, also those of rows that are gone.
fn files(book: &Book) -> Vec<u8> {
    let file = PathBuf::from(book.database.url.trim_start_matches("sqlite:"));
    let log = PathBuf::from(format!("{}-wal", file.display()));
    [file, log].iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).collect()
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

fn link(answer: Answer) -> String {
    let link = answer.expect(200).page().text("#link");
    link.split_once("token=").expect("a link has a token").1.to_owned()
}

fn no_secret_is_in_the_database_or_in_the_log(setup: Setup) {
    let database = setup.database();
    let settings = [("LOG_LEVEL", "trace"), ("TRUSTED_PROXY_HOPS", "1")];
    let url = database.url.clone();
    let first = Program::start(&[("DATABASE_URL", &url), ("LOG_LEVEL", "trace")]);
    let (client, begin) = (Client::new(&first.base), "/setup?token=");
    let setup_token = eventually("the link is printed", || {
        first.output().lines().find_map(|line| line.split_once(begin)).map(|(_, token)| token.to_owned())
    });
    let fields = [("token", setup_token.as_str()), ("email", "c@example.org"), ("name", "Cilli"), ("password", NEW)];
    let fields: Vec<_> = fields.into_iter().chain([("again", NEW)]).collect();
    let begun = client.post("/setup", &fields).session().expect("she is signed in");
    let mut log = first.log();
    drop(first);
    let mut book = Book::on(database, &settings);
    let nobody = book.signed_out();
    let in_by_form = sign_in(&nobody, person::EMAIL, person::PASSWORD).session().expect("she is signed in");
    sign_in(&nobody, person::EMAIL, WRONG).expect(422);
    sign_in_from(&nobody, "192.0.2.7", TYPED, WRONG).expect(422);
    let berta = book.person("Berta", Role::Editor);
    let change = [("current", person::PASSWORD), ("password", NEW), ("again", NEW)];
    let changed = book.as_person(&berta).post("/account/password", &change).session().expect("a new one");
    let uid = Uid::new().to_string();
    let invite = [("uid", uid.as_str()), ("email", "dora@example.org"), ("role", "viewer")];
    let (old_link, invitation) = (link(book.post("/invitations", &invite)), link(book.post("/invitations", &invite)));
    let joined = nobody
        .post("/join", &[("token", &invitation), ("name", "Dora"), ("password", NEW), ("again", NEW)])
        .session()
        .expect("she is signed in");
    nobody.get(&format!("/join?token={old_link}")).expect(410);
    let bytes = files(&book);
    log.push_str(&book.program.log());
    log.push_str(&book.program.output());
    book.program.terminate();
    log.push_str(&book.program.log());
    assert!(log.contains("TRACE") && log.contains("/sign-in"), "the log tells everything that it can");
    // What must be found is found, so that the search is known to find things.
    for known in ["c@example.org", "dora@example.org", "$argon2id$v=19$", "sign_in"] {
        assert!(holds(&bytes, known.as_bytes()), "{known}");
    }
    for secret in [person::PASSWORD, NEW, WRONG, TYPED] {
        assert!(!holds(&bytes, secret.as_bytes()), "{secret} is in the database");
        let sent = crate::support::client::encode(&[("", secret)]);
        assert!(!log.contains(secret) && !log.contains(sent.trim_start_matches('=')), "{secret} is in the log");
    }
    let links = [setup_token, old_link, invitation].map(|text| text.parse().expect("a token"));
    let tokens = [begun, in_by_form, changed, joined, book.token.clone()].into_iter().chain(links);
    for (n, token) in tokens.enumerate() {
        assert!(!holds(&bytes, token.to_string().as_bytes()) && !holds(&bytes, &hex(&token)), "{n}: in the database");
        assert!(!log.contains(&token.to_string()), "{n}: in the log");
    }
}
