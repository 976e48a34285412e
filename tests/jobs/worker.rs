//! `daybook-worker` does what is asked for in the browser, beside any number of others.

use std::time::Duration;

use daybook::jobs::{self, State};
use daybook::{Actor, Timestamp, Uid, audit};

use super::work::{NUMBER, Shop, all_done, ask, done, fill, job, under_way};
use crate::cases;
use crate::support::program::{self, worker_command};
use crate::support::{Setup, eventually};

cases![
    BOTH: what_is_asked_for_in_the_browser_is_done_by_a_worker,
        two_workers_share_the_jobs_and_change_everything_once,
        without_redis_the_server_does_it_itself,
        what_fails_waits_for_another_try_and_says_why,
        a_worker_seals_what_happens_while_it_runs_a_long_job_and_verifies_it,
        a_kind_of_job_does_not_wait_for_another;
    SQLITE: handled_messages_do_not_pile_up,
        health_tells_whether_there_was_a_round_lately,
        without_redis_a_worker_says_who_does_its_work
];

fn what_is_asked_for_in_the_browser_is_done_by_a_worker(setup: Setup) {
    let shop = Shop::new(setup);
    let _worker = shop.worker_with(&[("JOB_BATCH", "200")]);
    let uid = ask(&shop.book, "trash");
    let job = all_done(&shop.book, uid);
    assert_eq!((job.handled, job.total, job.failures, job.fence), (NUMBER as i64, Some(NUMBER as i64), 0, 1));
    let restored = shop.book.get("/trash").page().form("#all");
    assert!(restored.pairs().contains(&("back", "/trash")));
    let mut fields = restored.pairs();
    fields.retain(|(name, _)| *name != "action");
    fields.push(("action", "restore"));
    let to = shop.book.post("/jobs", &fields).location();
    done(&shop.book, to.trim_start_matches("/jobs/").parse().expect("a uid"));
    assert!(shop.book.state().0.iter().all(|entry| !entry.trashed && entry.version == 3));
}

fn two_workers_share_the_jobs_and_change_everything_once(setup: Setup) {
    let shop = Shop::new(setup);
    let _workers = [shop.worker(), shop.worker()];
    let uid = ask(&shop.book, "trash");
    let job = all_done(&shop.book, uid);
    assert_eq!((job.fence, job.failures), (1, 0));
}

fn without_redis_the_server_does_it_itself(setup: Setup) {
    let book = setup.book();
    fill(&book, 120);
    let uid = ask(&book, "trash");
    all_done(&book, uid);
    let workers = book.sql(jobs::list_workers).expect("they can be read").0;
    assert_eq!(workers.iter().map(|worker| worker.kind.as_str()).collect::<Vec<_>>(), ["web"]);
}

fn what_fails_waits_for_another_try_and_says_why(setup: Setup) {
    let shop = Shop::new(setup);
    let _worker = shop.worker();
    let new = jobs::NewJob { key: Uid::new(), kind: "nonsense", arguments: "{}".into(), total: None };
    let made = shop.book.database.db().write_blocking(|conn| jobs::enqueue(conn, new, &Actor::operator()));
    // Nobody rings for it: the sweeper finds it.
    let uid = made.expect("it works").uid;
    let failed = eventually("it fails", || Some(job(&shop.book, uid)).filter(|job| job.failures > 0));
    assert_eq!((failed.state, failed.failures), (State::Waiting, 1));
    assert_eq!(failed.error.as_deref(), Some("This release knows no job “nonsense”."));
    let page = shop.book.get(&format!("/jobs/{uid}")).expect(200).page();
    assert!(page.text("#job .problem").starts_with("This release knows no job “nonsense”. The next try is not before"));
}

fn a_worker_seals_what_happens_while_it_runs_a_long_job_and_verifies_it(setup: Setup) {
    let shop = Shop::new(setup);
    let _worker = shop.worker_with(&[("JOB_CONCURRENCY", "1")]);
    let uid = ask(&shop.book, "trash");
    under_way(&shop.book, uid);
    shop.book.add("Meanwhile", "");
    eventually("it is sealed", || {
        let waiting = shop.book.sql(audit::state).expect("it can be read").waiting_since;
        waiting.is_none_or(|since| since > Timestamp::now().before(Duration::from_secs(2))).then_some(())
    });
    done(&shop.book, uid);
    eventually("all is sealed", || {
        shop.book.sql(audit::state).expect("it can be read").waiting_since.is_none().then_some(())
    });
    let verified = worker_command(&["verify"], &[("DATABASE_URL", &shop.book.database.url)]).output();
    let verified = verified.expect("it runs");
    assert!(verified.status.success(), "{}", program::printed(&verified));
}

fn a_kind_of_job_does_not_wait_for_another(setup: Setup) {
    let shop = Shop::new(setup);
    let _worker = shop.worker_with(&[("JOB_CONCURRENCY", "1")]);
    let (first, second) = (ask(&shop.book, "trash"), ask(&shop.book, "done"));
    under_way(&shop.book, first);
    let fields = shop.book.get("/snapshots/new").expect(200).page().form("#new-snapshot");
    let page = shop.book.post("/snapshots", &fields.pairs()).location();
    eventually("the snapshot is made", || {
        (shop.book.get(&format!("{page}/files/manifest.json")).status == 200).then_some(())
    });
    assert_eq!(job(&shop.book, first).state, State::Running, "too late: it could have waited");
    assert_eq!(job(&shop.book, second).state, State::Waiting, "there is one place for these");
    done(&shop.book, first);
    done(&shop.book, second);
}

fn handled_messages_do_not_pile_up(setup: Setup) {
    let shop = Shop::new(setup);
    let _worker = shop.worker_with(&[("JOB_BATCH", "200")]);
    for action in ["done", "open", "done", "open"] {
        done(&shop.book, ask(&shop.book, action));
    }
    eventually("handled messages are taken away", || {
        let left = ["HLEN daybook:jobs:data", "SCARD daybook:jobs:done", "ZCARD daybook:jobs:scheduled"];
        left.iter().all(|question| shop.redis.ask(question) == ":0").then_some(())
    });
}

fn health_tells_whether_there_was_a_round_lately(setup: Setup) {
    let shop = Shop::new(setup);
    let file = shop.book.database.folder().join("alive");
    let path = file.to_str().expect("a path").to_owned();
    let health = || worker_command(&["health"], &[("WORKER_HEALTH_FILE", &path)]).output().expect("it runs");
    let before = health();
    assert_eq!(before.status.code(), Some(1));
    assert!(program::printed(&before).contains("no worker has done a round"), "{}", program::printed(&before));
    let mut worker = shop.worker_with(&[("WORKER_HEALTH_FILE", &path)]);
    eventually("it does its rounds", || health().status.success().then_some(()));
    worker.kill();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    let written = std::fs::File::options().write(true).open(&file).expect("it is there");
    written.set_modified(long_ago).expect("its time can be set");
    let after = health();
    assert_eq!(after.status.code(), Some(1));
    assert!(program::printed(&after).contains("the last round was 60 s ago"), "{}", program::printed(&after));
}

fn without_redis_a_worker_says_who_does_its_work(setup: Setup) {
    let database = setup.database();
    let output = worker_command(&[], &[("DATABASE_URL", &database.url)]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let told = program::printed(&output);
    assert!(told.contains("REDIS_URL is not set: then daybook-web does the background work itself"), "{told}");
    let help = program::printed(&worker_command(&["--help"], &[]).output().expect("it runs"));
    assert!(help.contains("health") && help.contains("  JOB_LEASE_MS "), "{help}");
}
