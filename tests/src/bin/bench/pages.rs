//! How soon something is drawn: the first page in a browser that has nothing of it yet, and what
//! is opened beside a list where a million events are stored.

use crate::daemon::Client;
use crate::live::signed_in;
use crate::row;
use ringfence_tests::home::Home;
use serde_json::{Value, json};
use std::thread;

/// Events that are stored, unless `RINGFENCE_BENCH_EVENTS` says otherwise.
const EVENTS: u64 = 1_000_000;

/// Who tells of them at the same time.
const CLIENTS: u64 = 4;

/// First pages that are measured; the median counts.
const PAINTS: usize = 9;

/// Rows that are opened: as many as a screen has.
const ROWS: usize = 15;

/// Prints what a person waits for.
pub(crate) fn print() {
    let home = Home::new();
    let (daemon, mut browser) = signed_in(&home);
    let paints = (0..PAINTS).map(|_| number(&browser.order("painted", json!({ "path": "/" }))));
    print_row(
        "first contentful paint of the overview, without a cache, median and slowest",
        paints.collect(),
        "800 ms",
    );
    let events = std::env::var("RINGFENCE_BENCH_EVENTS");
    let events = events.map_or(EVENTS, |events| events.parse().expect("a number of events"));
    store(&home, events);
    browser.goto("/live");
    browser.order("see", json!({ "css": "[data-row]" }));
    let opened = (0..ROWS).map(|place| {
        let asked = json!({ "css": "[data-row]", "place": place, "shows": ".drawer .event-view" });
        let took = number(&browser.order("opened", asked));
        browser.press("Escape");
        browser.order("gone", json!({ "css": ".drawer" }));
        took
    });
    let named = format!(
        "drawer of an event with {events} stored, median and slowest (the first loads its part of the page)"
    );
    print_row(&named, opened.collect(), "100 ms");
    drop(browser);
    daemon.stop();
}

fn number(answer: &Value) -> f64 {
    answer.as_f64().unwrap_or(f64::NAN)
}

fn print_row(what: &str, mut took: Vec<f64>, aim: &str) {
    took.sort_unstable_by(f64::total_cmp);
    let median = took.get(took.len() / 2).copied().unwrap_or(f64::NAN);
    let slowest = took.last().copied().unwrap_or(f64::NAN);
    row(&[what, &format!("{median:.0} ms and {slowest:.0} ms"), aim]);
}

/// Has so many events stored, as hooks tell them.
fn store(home: &Home, events: u64) {
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let client = Client::new(&home.socket());
                for _ in 0..events / CLIENTS {
                    client
                        .ask()
                        .unwrap_or_else(|error| panic!("a decision failed: {error}"));
                }
            });
        }
    });
}
