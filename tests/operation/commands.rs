//! The commands besides `serve` and `migrate`.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cases;
use crate::support::database::execute;
use crate::support::{Book, Setup, eventually, program};

cases![
    BOTH: the_demonstration_makes_ordinary_entries, the_log_is_verified_by_a_command;
    SQLITE: a_backup_of_a_book_in_use_is_whole, a_backup_never_overwrites;
    MYSQL: a_backup_of_mysql_is_left_to_its_own_tools
];

fn the_demonstration_makes_ordinary_entries(setup: Setup) {
    let book = setup.book();
    let output = program::run(&["demo", "--entries", "1234"], &[("DATABASE_URL", &book.database.url)]);
    assert!(output.status.success(), "{}", program::printed(&output));
    let (entries, events) = book.state();
    assert_eq!((entries.len(), events.len()), (1234, 1234));
    assert!(events.iter().all(|event| event.channel == "cli" && event.kind == "create"));
    assert!(entries.iter().any(|entry| entry.content.done) && entries.iter().any(|entry| !entry.content.done));
    assert_eq!(book.get("/entries").page().count("#rows tr[id]"), 50);
}

fn a_backup_of_a_book_in_use_is_whole(setup: Setup) {
    let book = setup.book();
    let database = ("DATABASE_URL", book.database.url.as_str());
    program::run(&["demo", "--entries", "3000"], &[database]);
    let file = book.database.folder().join("copy.sqlite");
    let stop = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                book.add("Meanwhile", "");
            }
        });
        let output = program::run(&["backup", file.to_str().expect("a path")], &[database]);
        stop.store(true, Ordering::SeqCst);
        output
    });
    assert!(output.status.success(), "{}", program::printed(&output));
    let copy = setup.database();
    std::fs::copy(&file, copy.url.trim_start_matches("sqlite:")).expect("it can be put in place");
    let restored = Book::on(copy, &[]);
    let (entries, events) = restored.state();
    assert!(entries.len() >= 3000 && entries.len() == events.len(), "{} {}", entries.len(), events.len());
    restored.add("The copy is a book", "");
}

fn a_backup_never_overwrites(setup: Setup) {
    let book = setup.book();
    let file = book.database.folder().join("copy.sqlite");
    std::fs::write(&file, "precious").expect("it can be written");
    let output = program::run(&["backup", file.to_str().expect("a path")], &[("DATABASE_URL", &book.database.url)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(program::printed(&output).contains("exists already"));
    assert_eq!(std::fs::read(&file).expect("it is there"), b"precious");
}

fn a_backup_of_mysql_is_left_to_its_own_tools(setup: Setup) {
    let book = setup.book();
    let file = book.database.folder().join("copy");
    let output = program::run(&["backup", file.to_str().expect("a path")], &[("DATABASE_URL", &book.database.url)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(program::printed(&output).contains("mysqldump") && !file.exists());
}

fn the_log_is_verified_by_a_command(setup: Setup) {
    let book = setup.book();
    book.add("Paper", "");
    let verify = || program::run(&["verify"], &[("DATABASE_URL", &book.database.url)]);
    eventually("everything is sealed", || {
        let output = verify();
        let text = program::printed(&output);
        assert!(output.status.success() && text.contains("The audit log is whole."), "{text}");
        (!text.contains("wait to be sealed")).then_some(())
    });
    let page = book.get("/audit").page();
    assert!(page.text("#chain").contains("Verified up to event"), "{}", page.text("#chain"));
    execute(&book.database.db(), "UPDATE audit_images SET actor_name = 'Somebody else' WHERE event_id = 1");
    let output = verify();
    let text = program::printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("The audit log is NOT whole.") && text.contains("Event 1 (create of user "), "{text}");
}
