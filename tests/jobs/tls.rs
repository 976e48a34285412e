//! Redis by TLS: the bell rings and the worker works over it, and only with a server that is who it says.

use daybook::jobs::State;

use super::work::{SLOW, all_done, ask, fill, job};
use crate::cases;
use crate::support::program::Program;
use crate::support::redis::Redis;
use crate::support::tls::Certificate;
use crate::support::{Book, Setup, eventually, servers};

cases![
    BOTH: work_is_asked_for_and_done_over_tls;
    SQLITE: a_server_that_nobody_vouches_for_is_refused, a_certificate_of_another_name_is_refused
];

/// `REDIS_…` in parts, by TLS.
fn by_tls(redis: &Redis) -> Vec<(&'static str, String)> {
    vec![("REDIS_HOST", "localhost".into()), ("REDIS_PORT", redis.port()), ("REDIS_TLS", "true".into())]
}

fn pairs<'a>(settings: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

fn work_is_asked_for_and_done_over_tls(setup: Setup) {
    let folder = servers::memory_folder();
    let certificate = Certificate::new(folder.path(), "localhost");
    let authority = certificate.authority.to_str().expect("a path").to_owned();
    let redis = Redis::start_by_tls(certificate);
    let mut settings = by_tls(&redis);
    settings.push(("SSL_CERT_FILE", authority));
    let book = setup.book_with(&pairs(&settings));
    fill(&book, 120);
    let uid = ask(&book, "trash");
    let health = folder.path().join("alive");
    settings.push(("WORKER_HEALTH_FILE", health.to_str().expect("a path").into()));
    settings.push(("DATABASE_URL", book.database.url.clone()));
    let worker = Program::worker(&[pairs(&settings), SLOW.to_vec()].concat());
    all_done(&book, uid);
    // Its bell gets through: not only the sweeper's round, which needs none.
    let again = ask_again(&book);
    eventually("the bell is heard", || (job(&book, again).state == State::Done).then_some(()));
    assert_eq!(book.get("/account").page().count("#delayed"), 0);
    for log in [book.program.log(), worker.log()] {
        assert!(!log.contains("the queue is away"), "{log}");
    }
    assert!(worker.log().contains(&format!("rediss://localhost:{}", redis.port())), "{}", worker.log());
}

fn ask_again(book: &Book) -> daybook::Uid {
    let form = book.get("/trash").page().form("#all");
    let fields: Vec<_> = form.pairs().into_iter().filter(|(name, _)| *name != "action").collect();
    let to = book.post("/jobs", &[fields, vec![("action", "restore")]].concat()).location();
    to.trim_start_matches("/jobs/").parse().expect("it leads to the job's page")
}

fn a_server_that_nobody_vouches_for_is_refused(setup: Setup) {
    let folder = servers::memory_folder();
    let redis = Redis::start_by_tls(Certificate::new(folder.path(), "localhost"));
    refused(setup, &by_tls(&redis), "UnknownIssuer");
}

fn a_certificate_of_another_name_is_refused(setup: Setup) {
    let folder = servers::memory_folder();
    let certificate = Certificate::new(folder.path(), "cache.example");
    let mut trusting = vec![("SSL_CERT_FILE", certificate.authority.to_str().expect("a path").to_owned())];
    let redis = Redis::start_by_tls(certificate);
    trusting.extend(by_tls(&redis));
    refused(setup, &trusting, "not valid for name");
}

/// The book works and says that its work is delayed, the log says why, and a worker gives up.
fn refused(setup: Setup, settings: &[(&'static str, String)], why: &str) {
    let settings = pairs(settings);
    let book = setup.book_with(&settings);
    book.add("Entry", "");
    eventually("pages say so", || (book.get("/account").page().count("#delayed") == 1).then_some(()));
    assert!(book.program.log().contains(why), "{}", book.program.log());
    let health = book.database.folder().join("alive");
    let own = [
        ("DATABASE_URL", book.database.url.as_str()),
        ("WORKER_HEALTH_FILE", health.to_str().expect("a path")),
        ("REDIS_GIVE_UP_S", "1"),
    ];
    let mut worker = Program::worker(&[&settings, &own[..]].concat());
    worker.may_fail = true;
    let (status, _) = worker.ended();
    assert_eq!(status.code(), Some(1), "{}", worker.log());
    assert!(worker.log().contains("daybook-worker: Redis was away for"), "{}", worker.log());
}
