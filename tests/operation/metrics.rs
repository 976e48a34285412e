//! What a process tells of itself: metrics on a port of their own, and a line of statistics each minute.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::faults::behind_a_proxy;
use crate::cases;
use crate::jobs::work::{NUMBER, Shop, ask, done};
use crate::support::metrics::{Metrics, Scrape};
use crate::support::program::{self, Program};
use crate::support::{Setup, eventually, within};

cases![
    BOTH: what_is_done_is_counted_by_route_and_status,
        a_worker_tells_what_it_sealed_and_how_jobs_stand,
        a_line_of_statistics_is_one_json_object;
    MYSQL: without_its_database_a_process_still_tells_the_rest;
    SQLITE: nothing_listens_unless_it_is_asked_for,
        a_taken_port_stops_the_start,
        what_nobody_serves_is_not_found,
        those_who_connect_and_say_nothing_keep_nobody_out
];

/// As `docs/operations.md` lists them.
const STATISTICS: [&str; 18] = [
    "process",
    "seconds",
    "requests",
    "errors",
    "latency_p50_ms",
    "latency_p99_ms",
    "pool_in_use",
    "pool_size",
    "pool_waiting",
    "doorbell_failures",
    "sealed",
    "unsealed",
    "oldest_unsealed_s",
    "jobs_waiting",
    "jobs_running",
    "jobs_done",
    "jobs_failed",
    "jobs_cancelled",
];

fn requests(scrape: &Scrape, method: &str, route: &str, status: u16) -> f64 {
    let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
    scrape.count(&format!("daybook_http_requests_total{{{labels}}}"))
}

fn what_is_done_is_counted_by_route_and_status(setup: Setup) {
    let metrics = Metrics::new();
    let book = setup.book_with(&[("METRICS_BIND", &metrics.bind), ("DB_POOL_SIZE", "7")]);
    let before = metrics.scrape();
    let entry = book.add("Secret title", "");
    for _ in 0..3 {
        book.get(&format!("/entries/{}", entry.uid)).expect(200);
    }
    book.get("/entries/Secret-path").expect(404);
    book.get("/Secret-path?q=Secret").expect(404);
    book.send("PATCH", "/entries", &[], b"").expect(403);
    let after = metrics.scrape();
    for (method, route, status, times) in [
        ("GET", "/entries/{uid}", 200, 3.0),
        ("GET", "/entries/{uid}", 404, 1.0),
        ("POST", "/entries", 303, 1.0),
        ("GET", "none", 404, 1.0),
        ("other", "/entries", 403, 1.0),
    ] {
        let rise = requests(&after, method, route, status) - requests(&before, method, route, status);
        assert_eq!(rise, times, "{method} {route} {status}");
    }
    let shown = "method=\"GET\",route=\"/entries/{uid}\"";
    assert_eq!(after.count(&format!("daybook_http_request_duration_seconds_count{{{shown}}}")), 4.0);
    let longest = format!("daybook_http_request_duration_seconds_bucket{{{shown},le=\"10\"}}");
    assert_eq!(after.count(&longest), 4.0);
    let document = include_str!("../../docs/operations.md");
    for series in after.series() {
        let name = series.split('{').next().expect("a name");
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
        assert!(document.contains(&format!("| `{name}` |")), "docs/operations.md says nothing of {name}");
    }
    let personal = |series: &&str| series.contains("Secret") || series.contains(&entry.uid.to_string());
    assert_eq!(after.series().find(personal), None);
    assert_eq!(after.get("daybook_db_pool_size"), Some(7.0));
    assert!(after.get("daybook_db_pool_in_use") < Some(7.0) && after.get("daybook_db_pool_waiting") < Some(7.0));
    assert_eq!(after.get("daybook_database_up"), Some(1.0));
    let events = book.state().1.len() as f64;
    let sealed = eventually("all is sealed", || {
        let scrape = metrics.scrape();
        (scrape.get("daybook_audit_events_unsealed") == Some(0.0) && scrape.count("daybook_audit_head") >= events)
            .then_some(scrape)
    });
    // This process seals alone, since its book began.
    assert_eq!(sealed.get("daybook_audit_events_sealed_total"), sealed.get("daybook_audit_head"));
    assert_eq!(sealed.get("daybook_audit_oldest_unsealed_seconds"), Some(0.0));
    assert_eq!(sealed.get("daybook_doorbell_failures_total"), Some(0.0));
    book.get("/metrics").expect(404);
}

fn a_worker_tells_what_it_sealed_and_how_jobs_stand(setup: Setup) {
    let metrics = Metrics::new();
    let mut shop = Shop::new(setup);
    let _worker = shop.worker_with(&[("METRICS_BIND", &metrics.bind), ("JOB_BATCH", "200")]);
    done(&shop.book, ask(&shop.book, "trash"));
    let job = |scrape: &Scrape, state: &str| {
        scrape.get(&format!("daybook_jobs{{kind=\"change_entries\",state=\"{state}\"}}"))
    };
    let scrape = eventually("it is sealed and told", || {
        let scrape = metrics.scrape();
        let all = scrape.get("daybook_audit_events_unsealed") == Some(0.0);
        (all && job(&scrape, "done") == Some(1.0)).then_some(scrape)
    });
    assert_eq!([job(&scrape, "waiting"), job(&scrape, "running"), job(&scrape, "failed")], [Some(0.0); 3]);
    let sealed = scrape.count("daybook_audit_events_sealed_total");
    assert!(sealed >= 2.0 * NUMBER as f64 && Some(sealed) == scrape.get("daybook_audit_head"), "{sealed}");
    assert_eq!(scrape.get("daybook_doorbell_delayed"), Some(0.0));
    shop.redis.stop();
    eventually("what went wrong is told", || {
        let scrape = metrics.scrape();
        let failed = scrape.count("daybook_doorbell_failures_total") > 0.0;
        (failed && scrape.get("daybook_doorbell_delayed") == Some(1.0)).then_some(())
    });
}

fn a_line_of_statistics_is_one_json_object(setup: Setup) {
    let book = setup.book_with(&[("STATISTICS_S", "1")]);
    for _ in 0..20 {
        book.get("/entries").expect(200);
    }
    book.get("/healthz").expect(200);
    let told = |program: &Program| -> Vec<Value> {
        let objects = |line: &str| line.split_once("statistics ").map(|(_, json)| json.to_owned());
        let log = program.log();
        log.lines().filter_map(objects).map(|json| serde_json::from_str(&json).expect("JSON")).collect()
    };
    let sum = |lines: &[Value], name: &str| lines.iter().filter_map(|line| line[name].as_u64()).sum::<u64>();
    let lines =
        eventually("the requests are told", || Some(told(&book.program)).filter(|all| sum(all, "requests") > 0));
    let busy = lines.iter().find(|line| line["latency_p50_ms"].is_number()).expect("one with requests");
    let mut names: Vec<&str> = busy.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut wanted = STATISTICS.to_vec();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    assert_eq!((busy["process"].as_str(), busy["seconds"].as_u64()), (Some("web"), Some(1)));
    assert!(busy["latency_p50_ms"].as_f64() <= busy["latency_p99_ms"].as_f64() && busy["latency_p50_ms"] != 0);
    let all = eventually("all of them once, without the check", || {
        Some(told(&book.program)).filter(|all| sum(all, "requests") == 20)
    });
    let quiet = within(Duration::from_secs(10), "a second without requests", || {
        told(&book.program)[all.len()..].first().cloned()
    });
    assert_eq!((quiet["requests"].as_u64(), quiet.get("latency_p50_ms")), (Some(0), None));
    let document = include_str!("../../docs/operations.md");
    for name in STATISTICS {
        assert!(document.contains(&format!("| `{name}` |")), "docs/operations.md says nothing of {name}");
    }
    a_log_as_json_has_the_same_members(setup);
}

fn a_log_as_json_has_the_same_members(setup: Setup) {
    let book = setup.book_with(&[("STATISTICS_S", "1"), ("LOG_FORMAT", "json")]);
    book.get("/entries").expect(200);
    let line = eventually("a line", || {
        let log = book.program.log();
        let mut lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.find(|line| line["message"] == "statistics" && line["requests"] == 1)
    });
    for name in STATISTICS {
        assert!(line.get(name).is_some(), "{name}: {line}");
    }
    assert!(line["requests"].is_u64() && line["latency_p99_ms"].is_f64() && line["timestamp"].is_string(), "{line}");
}

fn without_its_database_a_process_still_tells_the_rest(setup: Setup) {
    let metrics = Metrics::new();
    let (book, proxy) = behind_a_proxy(setup, &[("METRICS_BIND", &metrics.bind), ("STATISTICS_S", "1")]);
    book.get("/entries").expect(200);
    assert_eq!(metrics.scrape().get("daybook_database_up"), Some(1.0));
    proxy.cut();
    let away = eventually("it is told", || {
        let scrape = metrics.scrape();
        (scrape.get("daybook_database_up") == Some(0.0)).then_some(scrape)
    });
    assert_eq!(away.get("daybook_audit_events_unsealed"), None, "nobody knows");
    assert_eq!(requests(&away, "GET", "/entries", 200), 1.0);
    let begin = Instant::now();
    (0..20).for_each(|_| drop(metrics.scrape()));
    assert!(begin.elapsed() < Duration::from_secs(10), "not each of them asks the database: {:?}", begin.elapsed());
    eventually("statistics go on", || {
        let log = book.program.log();
        let last = log.lines().rev().find_map(|line| line.split_once("statistics "))?.1.to_owned();
        (!last.contains("unsealed") && last.contains("\"pool_size\":10")).then_some(())
    });
    proxy.open();
    eventually("it is back", || (metrics.scrape().get("daybook_database_up") == Some(1.0)).then_some(()));
}

fn nothing_listens_unless_it_is_asked_for(setup: Setup) {
    let book = setup.book();
    let port = |address: &str| address.rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).expect("a port");
    assert_eq!(book.program.listens_on(), [port(&book.program.base)]);
    let metrics = Metrics::new();
    let other = setup.book_with(&[("METRICS_BIND", &metrics.bind)]);
    let mut both = [port(&other.program.base), port(&metrics.bind)];
    both.sort_unstable();
    assert_eq!(other.program.listens_on(), both);
}

fn a_taken_port_stops_the_start(setup: Setup) {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let bind = taken.local_addr().expect("it has one").to_string();
    let database = setup.database();
    let settings = [("DATABASE_URL", database.url.as_str()), ("METRICS_BIND", &bind)];
    let web = program::run(&[], &settings);
    let with_redis = [settings[0], settings[1], ("REDIS_URL", "redis://127.0.0.1:1")];
    let worker = program::worker_command(&[], &with_redis).output().expect("it runs");
    for output in [web, worker] {
        let told = program::printed(&output);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!(": cannot listen on METRICS_BIND={bind}: ")), "{told}");
    }
}

fn what_nobody_serves_is_not_found(setup: Setup) {
    let metrics = Metrics::new();
    let _book = setup.book_with(&[("METRICS_BIND", &metrics.bind)]);
    for path in ["/", "/entries", "/metrics/", "/healthz"] {
        assert!(metrics.ask("GET", path).expect(404).bytes.len() < 20, "{path}");
    }
    assert_eq!(metrics.ask("POST", "/metrics").expect(405).header("allow"), Some("GET"));
}

fn those_who_connect_and_say_nothing_keep_nobody_out(setup: Setup) {
    let metrics = Metrics::new();
    let book = setup.book_with(&[("METRICS_BIND", &metrics.bind)]);
    let connect = || TcpStream::connect(&metrics.bind).expect("it listens");
    let mut idle: Vec<TcpStream> = (0..32).map(|_| connect()).collect();
    for _ in 0..2 {
        idle[0].write_all(b"GET /metrics HTTP/1.1\r\n").expect("it is open");
    }
    eventually("as many as it takes at a time", || (book.program.connections_to(&metrics.bind) == 16).then_some(()));
    let begin = Instant::now();
    metrics.scrape();
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    for stream in &mut idle {
        stream.set_read_timeout(Some(Duration::from_secs(15))).expect("a time");
        let closed = stream.read_to_end(&mut Vec::new());
        assert!(!matches!(&closed, Err(error) if error.kind() == ErrorKind::WouldBlock), "{closed:?}");
    }
    let mut flood = connect();
    let endless = format!("GET /metrics HTTP/1.1\r\nX: {}", "x".repeat(64 * 1024));
    let _ = flood.write_all(endless.as_bytes());
    let mut answer = String::new();
    let _ = flood.read_to_string(&mut answer);
    assert!(!answer.contains("daybook_"), "{answer}");
    metrics.scrape();
}
