//! How many decisions the daemon gives in a second, and whether it keeps all of them.

use crate::daemon::{Client, Daemon};
use crate::rest::first_decision;
use crate::row;
use ringfence_tests::home::Home;
use std::thread;
use std::time::{Duration, Instant};

/// Agents that ask at the same time.
const CLIENTS: usize = 4;

/// How long they ask.
const SPAN: Duration = Duration::from_secs(5);

/// Prints decisions per second and the memory they took.
pub(crate) fn print() {
    let home = Home::new();
    let daemon = Daemon::start(&home);
    first_decision(&home, Instant::now());
    let started = Instant::now();
    let counts: Vec<u64> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| ask_until(&home, started + SPAN)))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("a client"))
            .collect()
    });
    let span = started.elapsed();
    let kept: u64 = counts.iter().sum();
    let peak = daemon.memory("VmHWM");
    daemon.stop();
    let stats = home.json(&["stats", "--json"]);
    let stored = stats
        .pointer("/stats/events")
        .and_then(serde_json::Value::as_u64);
    // One more asked to see that the daemon was up.
    assert_eq!(stored, Some(kept + 1), "acknowledged events are missing");
    let rate = u128::from(kept) * 1000 / span.as_millis().max(1);
    row(&[
        "decisions per second through the socket (4 clients, one connection each; all were stored)",
        &rate.to_string(),
        "5000",
    ]);
    row(&[
        "peak resident memory under that load",
        &format!("{} MiB", peak / 1024),
        "",
    ]);
}

fn ask_until(home: &Home, end: Instant) -> u64 {
    let client = Client::new(&home.socket());
    let mut kept = 0;
    while Instant::now() < end {
        client
            .ask()
            .unwrap_or_else(|error| panic!("a decision failed: {error}"));
        kept += 1;
    }
    kept
}
