//! How fast the daemon is there, and how much memory it takes when nothing happens.

use crate::daemon::{Client, Daemon};
use crate::{milliseconds, row};
use ringfence_tests::home::Home;
use std::time::{Duration, Instant};

/// Starts that are measured; the median counts.
const STARTS: usize = 20;

/// A daemon that is not up by then never will be.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints start-up time and memory.
pub(crate) fn print() {
    let mut times: Vec<Duration> = (0..STARTS).map(|_| start_to_first_decision()).collect();
    times.sort_unstable();
    let median = times.get(STARTS / 2).copied().unwrap_or_default();
    row(&[
        "start to first decision (median of 20)",
        &milliseconds(median),
        "300 ms",
    ]);
    let home = Home::new();
    let daemon = Daemon::start(&home);
    first_decision(&home, Instant::now());
    let resident = daemon.memory("VmRSS");
    row(&[
        "resident memory at rest",
        &format!("{} MiB", resident / 1024),
        "40 MiB",
    ]);
    daemon.stop();
}

fn start_to_first_decision() -> Duration {
    let home = Home::new();
    let started = Instant::now();
    let daemon = Daemon::start(&home);
    let took = first_decision(&home, started);
    daemon.stop();
    took
}

/// Asks until the daemon answers.
pub(crate) fn first_decision(home: &Home, started: Instant) -> Duration {
    let client = Client::new(&home.socket());
    while client.ask().is_err() {
        assert!(started.elapsed() < PATIENCE, "the daemon does not answer");
        std::thread::yield_now();
    }
    started.elapsed()
}
