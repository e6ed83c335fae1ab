//! Whether the Live page keeps up with 1,000 events a second: how long its frames take, and
//! whether each event arrives once.

use crate::daemon::{Client, Daemon};
use crate::rest::first_decision;
use crate::row;
use ringfence_tests::browser::{Browser, Look};
use ringfence_tests::home::Home;
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

/// Agents that work at the same time.
const AGENTS: u32 = 4;

/// Events of each in a second.
const RATE: u32 = 250;

/// How long they work.
const SECONDS: u32 = 10;

/// Starts a daemon, and a browser that is signed in to it.
pub(crate) fn signed_in(home: &Home) -> (Daemon<'_>, Browser) {
    let daemon = Daemon::start(home);
    first_decision(home, Instant::now());
    let origin = home.door().origin();
    let mut browser = Browser::start(home, &origin);
    browser.look(Look::DARK);
    let link = home.link();
    browser.goto(link.strip_prefix(&origin).expect("a link of ours"));
    (daemon, browser)
}

/// Prints what the page's frames took.
pub(crate) fn print() {
    let home = Home::new();
    let (daemon, mut browser) = signed_in(&home);
    // Each event in a row of its own: runs of like ones would be one.
    browser.goto("/live?raw=1");
    browser.order("record", json!({}));
    thread::scope(|scope| {
        for _ in 0..AGENTS {
            scope.spawn(|| work(&home));
        }
    });
    // The one that showed that the daemon was up is there, too.
    let sent = u64::from(AGENTS * RATE * SECONDS) + 1;
    let lines = format!("{},{:03} lines", sent / 1000, sent % 1000);
    browser.read(&lines);
    let recorded = browser.order("recorded", json!({}));
    drop(browser);
    daemon.stop();
    let figure = |name: &str| {
        recorded
            .get(name)
            .and_then(Value::as_f64)
            .unwrap_or(f64::NAN)
    };
    row(&[
        "frame of the Live page at 1,000 events/s, median",
        &format!("{:.1} ms", figure("median")),
        "",
    ]);
    row(&[
        "the same, p95",
        &format!("{:.1} ms", figure("p95")),
        "20 ms",
    ]);
    row(&[
        "main thread of the page, meanwhile",
        &format!("{:.0} % busy", figure("busy")),
        "35 %",
    ]);
    row(&[
        "events that came over the stream, and how many of them differ",
        &format!(
            "{} and {} of {}",
            figure("events"),
            figure("distinct"),
            sent - 1
        ),
        "all, once",
    ]);
}

fn work(home: &Home) {
    let client = Client::new(&home.socket());
    let between = Duration::from_secs(1) / RATE;
    let mut due = Instant::now();
    for _ in 0..RATE * SECONDS {
        client
            .ask()
            .unwrap_or_else(|error| panic!("a decision failed: {error}"));
        due += between;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}
