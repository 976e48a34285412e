//! SIGTERM: a running job is handed back at once, and costs no attempt.

use std::time::Duration;

use daybook::jobs::State;

use super::work::{NUMBER, SLOW, Shop, all_done, ask, fill, job, under_way};
use crate::cases;
use crate::support::Setup;

cases![BOTH: a_worker_hands_its_job_back, a_server_hands_its_job_back_and_goes_on_when_started_again];

fn a_worker_hands_its_job_back(setup: Setup) {
    let shop = Shop::new(setup);
    let mut first = shop.worker();
    let uid = ask(&shop.book, "trash");
    under_way(&shop.book, uid);
    let (status, after) = first.terminate();
    assert!(status.success() && after < Duration::from_secs(5), "{status} after {after:?}\n{}", first.log());
    let handed_back = job(&shop.book, uid);
    assert_eq!((handed_back.state, handed_back.failures, handed_back.owner), (State::Waiting, 0, None));
    assert!((4..NUMBER as i64).contains(&handed_back.handled));
    let _second = shop.worker();
    let job = all_done(&shop.book, uid);
    assert_eq!((job.fence, job.failures), (2, 0));
}

fn a_server_hands_its_job_back_and_goes_on_when_started_again(setup: Setup) {
    let mut book = setup.book_with(&SLOW);
    fill(&book, NUMBER);
    let uid = ask(&book, "trash");
    under_way(&book, uid);
    let (status, after) = book.program.terminate();
    assert!(status.success() && after < Duration::from_secs(8), "{status} after {after:?}");
    let handed_back = job(&book, uid);
    assert_eq!((handed_back.state, handed_back.failures), (State::Waiting, 0));
    book.restart(&SLOW);
    let job = all_done(&book, uid);
    assert_eq!((job.fence, job.failures), (2, 0));
}
