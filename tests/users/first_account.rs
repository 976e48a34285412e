//! What a start does about the first account besides printing a link: the settings, and when it has nothing to do.

use daybook::schema::{failed_sign_ins, setup_links};
use daybook::users::{self, Role};
use diesel::prelude::*;

use super::setup::{PASSWORD, find_link, printed, set_up};
use super::{accounts, email, sign_in};
use crate::cases;
use crate::support::client::Client;
use crate::support::database::{TestDatabase, execute};
use crate::support::program::Program;
use crate::support::{Book, Setup, eventually};

cases![
    BOTH: the_settings_make_the_first_administrator_once, a_start_with_accounts_prints_no_link;
    MYSQL: a_schema_that_comes_later_gets_its_link_then
];

/// Waits until a program has looked whether there are accounts: it tidies up after that.
fn wait_for_its_start(database: &TestDatabase, start: impl FnOnce() -> Program) -> Program {
    let db = database.db();
    db.write_blocking(|conn| users::count_failure(conn, None, "192.0.2.1")).expect("it is counted");
    execute(&db, "UPDATE failed_sign_ins SET minute = minute - 120000000");
    let program = start();
    let left = || db.write_blocking(|conn| Ok(failed_sign_ins::table.count().get_result::<i64>(conn)?));
    eventually("it has tidied up", || (left().expect("it can be read") == 0).then_some(()));
    program
}

fn the_settings_make_the_first_administrator_once(setup: Setup) {
    let database = setup.database();
    database.migrate();
    let url = database.url.clone();
    let database_url = ("DATABASE_URL", url.as_str());
    let settings =
        |email, password| [database_url, ("DAYBOOK_ADMIN_EMAIL", email), ("DAYBOOK_ADMIN_PASSWORD", password)];
    let start = || Program::start(&settings("Berta@example.org", PASSWORD));
    let program = wait_for_its_start(&database, start);
    assert_eq!(find_link(&program), None);
    assert!(!program.output().contains(PASSWORD) && !program.log().contains(PASSWORD));
    let client = Client::new(&program.base);
    sign_in(&client, "berta@example.org", PASSWORD).session().expect("she is signed in");
    drop(program);
    let start = || Program::start(&settings("cilli@example.org", "neun Hühner im Hof"));
    let program = wait_for_its_start(&database, start);
    let all = accounts(&database);
    assert_eq!((all.len(), &all[0].email, all[0].role), (1, &email("berta@example.org"), Role::Administrator));
    let client = Client::new(&program.base);
    sign_in(&client, "cilli@example.org", "neun Hühner im Hof").expect(422);
    sign_in(&client, "berta@example.org", PASSWORD).session().expect("her password is as it was");
}

fn a_start_with_accounts_prints_no_link(setup: Setup) {
    let mut book = setup.book();
    let url = book.database.url.clone();
    // The book's own program was there before its account, and may have made one.
    let links = |book: &Book| book.sql(|conn| setup_links::table.count().get_result::<i64>(conn));
    let before = links(&book);
    let program = wait_for_its_start(&book.database, || Program::start(&[("DATABASE_URL", &url)]));
    assert_eq!((find_link(&program), links(&book)), (None, before));
    // Also when the only account is disabled, which no function does to the last administrator.
    execute(&book.database.db(), "UPDATE users SET disabled = TRUE");
    let program = wait_for_its_start(&book.database, || Program::start(&[("DATABASE_URL", &url)]));
    assert_eq!(find_link(&program), None);
    assert_eq!(book.client.at(&program.base).signed_out().get("/setup").location(), "/sign-in");
    execute(&book.database.db(), "UPDATE users SET disabled = FALSE");
    book.sign_in();
}

fn a_schema_that_comes_later_gets_its_link_then(setup: Setup) {
    let database = setup.database();
    let program = Program::start(&[("DATABASE_URL", &database.url)]);
    let client = Client::new(&program.base);
    client.get("/setup").expect(503);
    assert_eq!(find_link(&program), None);
    database.migrate();
    set_up(&client, &printed(&program), "berta@example.org").session().expect("she is signed in");
    assert_eq!(accounts(&database).len(), 1);
    drop(program);
    Book::on(database, &[]).add("It works", "");
}
