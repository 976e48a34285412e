//! Health for load balancers, orchestrators and containers.

use crate::cases;
use crate::support::{Setup, program, servers};

cases![BOTH: alive_and_ready; SQLITE: the_health_command_asks_the_server];

fn alive_and_ready(setup: Setup) {
    let book = setup.book();
    assert_eq!(book.get("/healthz").expect(200).text(), "ok\n");
    assert_eq!(book.get("/readyz").expect(200).text(), "ready\n");
}

fn the_health_command_asks_the_server(setup: Setup) {
    let bind = format!("127.0.0.1:{}", servers::free_port());
    let settings = [("BIND", bind.as_str())];
    assert_eq!(program::run(&["health"], &settings).status.code(), Some(1));
    let _book = setup.book_with(&settings);
    assert_eq!(program::run(&["health"], &settings).status.code(), Some(0));
}
