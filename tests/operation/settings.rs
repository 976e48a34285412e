//! Settings come from the environment; what is wrong stops the start with one clear line, and secrets stay secret.

use daybook::config::SETTINGS;

use crate::cases;
use crate::support::{Setup, program};

cases![
    SQLITE: help_lists_every_setting, a_wrong_setting_stops_the_start_and_is_named, secrets_are_not_repeated_in_errors,
        without_settings_the_book_is_a_file_in_the_working_folder;
    MYSQL: a_password_is_in_no_output, the_address_can_be_given_in_parts
];

fn help_lists_every_setting(_: Setup) {
    let help = program::printed(&program::run(&["--help"], &[]));
    for setting in SETTINGS {
        assert!(help.contains(&format!("  {} ", setting.name)), "{}", setting.name);
    }
    for command in ["serve", "migrate", "demo", "user", "verify", "health", "backup"] {
        assert!(help.contains(command), "{command}");
    }
}

fn a_wrong_setting_stops_the_start_and_is_named(_: Setup) {
    let memory = ("DATABASE_URL", "sqlite:/nowhere/book.sqlite");
    for (name, value) in [
        ("BIND", "8000"),
        ("BIND", "localhost:8000"),
        ("WEB_WORKERS", "0"),
        ("WEB_WORKERS", "many"),
        ("DB_POOL_SIZE", "0"),
        ("DB_READ_TIMEOUT_MS", "2s"),
        ("PUBLIC_URL", "book.example"),
        ("PUBLIC_URL", "https://book.example/path"),
        ("PUBLIC_URL", "ftp://book.example"),
        ("ALLOWED_HOSTS", "https://book.example"),
        ("TRUSTED_PROXY_HOPS", "-1"),
        ("BOOK_TIME_ZONE", "Mars/Olympus"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("STATISTICS_S", "0"),
        ("METRICS_BIND", "9464"),
        ("MIGRATE_TRIES", "0"),
        ("SESSION_IDLE_MINUTES", "4"),
        ("SESSION_MAX_MINUTES", "60"),
        ("DAYBOOK_ADMIN_EMAIL", "anna@example.org"),
        ("DAYBOOK_ADMIN_PASSWORD", "vier rote"),
        ("DB_HOST", "db.example"),
        ("DB_PASSWORD_FILE", "/nowhere/secret"),
        ("REDIS_URL", "http://cache"),
        ("REDIS_GIVE_UP_S", "5m"),
        ("JOB_LEASE_MS", "50"),
        ("JOB_BATCH", "0"),
        ("JOB_CONCURRENCY", "0"),
        ("DATABASE_URL", "postgres://u:p@h/db"),
        ("DATABASE_URL", "mysql://u:p@h/my%20book"),
    ] {
        let output = program::run(&[], &[memory, (name, value)]);
        let text = program::printed(&output);
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {text}");
        assert_eq!(text.lines().count(), 1, "one line: {text}");
        assert!(text.starts_with(&format!("daybook-web: {name}: ")), "{text}");
    }
    let weak = [("DAYBOOK_ADMIN_EMAIL", "a@b.example"), ("DAYBOOK_ADMIN_PASSWORD", "passwordpassword"), memory];
    let told = program::printed(&program::run(&[], &weak));
    assert!(told.starts_with("daybook-web: DAYBOOK_ADMIN_PASSWORD: ") && !told.contains("passwordpassword"), "{told}");
    let same = program::run(&[], &[memory, ("BIND", "127.0.0.1:8000"), ("METRICS_BIND", "0.0.0.0:8000")]);
    assert!(program::printed(&same).starts_with("daybook-web: METRICS_BIND: has the port of BIND=127.0.0.1:8000"));
    let public = program::run(&[], &[memory, ("BIND", "0.0.0.0:0")]);
    assert!(program::printed(&public).starts_with("daybook-web: ALLOWED_HOSTS: "));
}

fn secrets_are_not_repeated_in_errors(_: Setup) {
    for url in [
        "mysql://root:hunter2@/book",
        "mysql://root:hunter2@127.0.0.1:99999/book",
        "mysql://root:hunter2@127.0.0.1",
        "mysqk://root:hunter2@127.0.0.1/book",
        "mysql://root:hunter2@127.0.0.1:1/book",
    ] {
        let settings = [("DATABASE_URL", url), ("MIGRATE_TRIES", "1"), ("DB_ACQUIRE_TIMEOUT_MS", "300")];
        let output = program::run(&["migrate"], &settings);
        let text = program::printed(&output);
        assert!(!output.status.success() && !text.contains("hunter2"), "{url}: {text}");
    }
}

fn without_settings_the_book_is_a_file_in_the_working_folder(setup: Setup) {
    let database = setup.database();
    let mut command = program::command(&[], &[]);
    command.current_dir(database.folder());
    let program = program::Program::spawn(command);
    assert_eq!(crate::support::client::Client::new(&program.base).get("/entries").location(), "/setup");
    assert!(database.folder().join("data/daybook.sqlite").is_file());
}

fn a_password_is_in_no_output(setup: Setup) {
    let mut book = setup.book_with(&[("LOG_LEVEL", "trace")]);
    let password = password(&book.database.url);
    book.add("Entry", "");
    let url = book.database.url.clone();
    let printed = program::printed(&program::run(&["migrate"], &[("DATABASE_URL", &url), ("LOG_LEVEL", "trace")]));
    assert!(printed.contains("Database: mysql://"), "the address is told: {printed}");
    book.program.terminate();
    for text in [printed, book.program.log()] {
        assert!(!text.contains(&format!(":{password}@")) && !text.contains(&password) || password == "root", "{text}");
    }
}

fn password(url: &str) -> String {
    let user = url.trim_start_matches("mysql://").split('@').next().expect("an account");
    user.split(':').nth(1).expect("a password").to_owned()
}

fn the_address_can_be_given_in_parts(setup: Setup) {
    let database = setup.database();
    let url = database.url.trim_start_matches("mysql://");
    let (account, rest) = url.split_once('@').expect("an account");
    let (user, password) = account.split_once(':').expect("a password");
    let (server, name) = rest.split_once('/').expect("a database");
    let (host, port) = server.split_once(':').expect("a port");
    let settings =
        [("DB_HOST", host), ("DB_PORT", port), ("DB_USER", user), ("DB_PASSWORD", password), ("DB_NAME", name)];
    let output = program::run(&["migrate"], &settings);
    assert!(output.status.success(), "{}", program::printed(&output));
}
