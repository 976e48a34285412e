//! The application's account on MySQL: `migrate` makes it by another one, and it cannot do more than the application does.
//! That it can do as much is what all other tests show, whose programs have such an account.

use crate::cases;
use crate::support::database::TestDatabase;
use crate::support::{Book, Setup, program};

cases![
    MYSQL: migrate_makes_an_account_for_the_application, a_changed_password_is_set_and_a_new_name_made_beside_the_old,
        the_account_can_neither_change_the_schema_nor_what_the_log_holds, a_privileged_account_is_not_taken_for_it
];

/// What stands around an account in a URL.
fn parts(database: &TestDatabase) -> (String, String, String) {
    let url: url::Url = database.url.parse().expect("a URL");
    let port = url.port().expect("a port").to_string();
    (url.host_str().expect("a host").to_owned(), port, url.path().trim_start_matches('/').to_owned())
}

fn migrate(database: &TestDatabase, user: &str, password: &str) -> std::process::Output {
    let url: url::Url = database.url.parse().expect("a URL");
    let (host, port, name) = parts(database);
    let settings = [
        ("DB_HOST", host.as_str()),
        ("DB_PORT", &port),
        ("DB_NAME", &name),
        ("DB_USER", user),
        ("DB_PASSWORD", password),
        ("MIGRATE_DB_USER", url.username()),
        ("MIGRATE_DB_PASSWORD", url.password().expect("a password")),
        ("LOG_LEVEL", "trace"),
    ];
    program::run(&["migrate"], &settings)
}

fn succeed(database: &TestDatabase, user: &str, password: &str) -> String {
    let output = migrate(database, user, password);
    let text = program::printed(&output);
    assert!(output.status.success() && text.contains("The application's account is ready."), "{text}");
    assert!(!text.contains(password), "{text}");
    text
}

/// Statements by the account, straight to the server; with its answer where it refuses.
fn tell(database: &TestDatabase, user: &str, password: &str, statement: &str) -> Result<(), String> {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let (host, port, name) = parts(database);
    let mut url: url::Url = format!("mysql://{user}@{host}:{port}/{name}").parse().expect("a URL");
    url.set_password(Some(password)).expect("it can have one");
    let mut conn = diesel::MysqlConnection::establish(url.as_str()).map_err(|error| error.to_string())?;
    conn.batch_execute(statement).map_err(|error| error.to_string())
}

/// A second run with an account that is there, and by many at once, is harmless.
fn migrate_makes_an_account_for_the_application(setup: Setup) {
    let database = setup.database();
    let user = database.app_account().to_owned();
    assert!(succeed(&database, &user, "geheim-eins").contains("Ran "));
    assert!(!succeed(&database, &user, "geheim-eins").contains("Ran "));
    std::thread::scope(|scope| {
        (0..3).for_each(|_| drop(scope.spawn(|| succeed(&database, &user, "geheim-eins"))));
    });
    tell(&database, &user, "geheim-eins", "SELECT 1 FROM entries").expect("it may read");
    database.migrate();
    let book = Book::on(database, &[]);
    book.add("By an account with few rights", "");
}

fn a_changed_password_is_set_and_a_new_name_made_beside_the_old(setup: Setup) {
    let database = setup.database();
    let (first, second) = (database.app_account().to_owned(), format!("b{}", &database.app_account()[1..]));
    succeed(&database, &first, "geheim-eins");
    succeed(&database, &first, "geheim-zwei");
    tell(&database, &first, "geheim-zwei", "SELECT 1").expect("the new password is right");
    tell(&database, &first, "geheim-eins", "SELECT 1").expect_err("the old one is not");
    // So a release without a gap: whoever still has the old name goes on until it is dropped.
    succeed(&database, &second, "geheim-drei");
    tell(&database, &second, "geheim-drei", "SELECT 1 FROM entries").expect("the new account may read");
    tell(&database, &first, "geheim-zwei", "SELECT 1 FROM entries").expect("and so may the old one");
    crate::support::database::execute(&database.db(), &format!("DROP USER '{second}'@'%'"));
}

fn the_account_can_neither_change_the_schema_nor_what_the_log_holds(setup: Setup) {
    let database = setup.database();
    let user = database.app_account().to_owned();
    succeed(&database, &user, "geheim-eins");
    let name = parts(&database).2;
    for statement in [
        "CREATE TABLE mine (id INT)",
        "ALTER TABLE entries ADD COLUMN more INT",
        "DROP TABLE entries",
        "TRUNCATE TABLE entries",
        "CREATE INDEX more ON entries (title)",
        "CREATE VIEW mine AS SELECT * FROM entries",
        "CREATE TRIGGER mine BEFORE INSERT ON entries FOR EACH ROW SET NEW.title = 'x'",
        "CREATE USER someone IDENTIFIED BY 'x'",
        "GRANT SELECT ON entries TO CURRENT_USER",
        "DELETE FROM audit_events",
        "UPDATE audit_events SET kind = 'x'",
        "UPDATE audit_events SET actor_uid = ''",
        "DELETE FROM audit_images",
        "UPDATE audit_images SET after = ''",
        "REPLACE INTO audit_images SELECT * FROM audit_images",
        "DELETE FROM __diesel_schema_migrations",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('9')",
        "SELECT * FROM mysql.user",
        "SELECT * FROM entries INTO OUTFILE 'stolen'",
        &format!("DROP DATABASE {name}"),
        "CREATE DATABASE daybook_someones",
    ] {
        let refused = tell(&database, &user, "geheim-eins", statement).expect_err(statement);
        assert!(
            ["denied", "not allowed to create a user", "privilege"].iter().any(|why| refused.contains(why)),
            "{statement}: {refused}"
        );
    }
    // What it may do to the log is what sealing does.
    tell(&database, &user, "geheim-eins", "UPDATE audit_events SET seq = NULL, link = NULL, sealed_at = NULL")
        .expect("it may");
}

fn a_privileged_account_is_not_taken_for_it(setup: Setup) {
    let database = setup.database();
    let url: url::Url = database.url.parse().expect("a URL");
    let output = migrate(&database, url.username(), url.password().expect("a password"));
    assert_eq!(output.status.code(), Some(2));
    assert!(program::printed(&output).starts_with("daybook-web: MIGRATE_DB_USER: "), "{}", program::printed(&output));
    // A wrong password of the application's account cannot be: it is made. One of the other account is told.
    let output = program::run(&["migrate"], &[("DATABASE_URL", &database.url), ("MIGRATE_DB_USER", "someone")]);
    assert!(program::printed(&output).starts_with("daybook-web: MIGRATE_DB_PASSWORD: is missing"));
}
