//! Whether an acknowledged event survives the death of the daemon in the middle of its work.

use crate::daemon::{Client, Daemon};
use crate::rest::first_decision;
use crate::row;
use ringfence_tests::home::Home;
use std::collections::BTreeSet;
use std::thread;
use std::time::Instant;

/// Times the daemon is killed.
const ROUNDS: usize = 100;

/// Agents that ask while it is killed.
const CLIENTS: usize = 2;

/// Prints how many acknowledged events were lost.
pub(crate) fn print() {
    let home = Home::new();
    let mut acknowledged = BTreeSet::new();
    for round in 0..ROUNDS {
        let daemon = Daemon::start(&home);
        first_decision(&home, Instant::now());
        acknowledged.extend(ask_until_killed(&home, daemon, round));
    }
    let daemon = Daemon::start(&home);
    first_decision(&home, Instant::now());
    daemon.stop();
    let stored = stored(&home);
    let lost = acknowledged.difference(&stored).count();
    row(&[
        "acknowledged events lost in 100 rounds of `kill -9`",
        &format!("{lost} of {}", acknowledged.len()),
        "0",
    ]);
    assert_eq!(lost, 0, "acknowledged events were lost");
}

/// Asks from several threads, kills the daemon under them, and returns what it had acknowledged.
fn ask_until_killed(home: &Home, daemon: Daemon<'_>, round: usize) -> Vec<String> {
    // Each round kills at another moment of the writer's work.
    let enough = 1 + round * 7 % 97;
    thread::scope(|scope| {
        let ask = |enough: usize| {
            let client = Client::new(&home.socket());
            let mut keys = Vec::new();
            while keys.len() < enough {
                match client.ask() {
                    Ok(key) => keys.push(key),
                    Err(_) => break,
                }
            }
            keys
        };
        let others: Vec<_> = (1..CLIENTS)
            .map(|_| scope.spawn(move || ask(usize::MAX)))
            .collect();
        let mut keys = ask(enough);
        daemon.kill();
        for other in others {
            keys.extend(other.join().expect("a client"));
        }
        keys
    })
}

fn stored(home: &Home) -> BTreeSet<String> {
    let events = home.json(&["events", "--limit", "1000000", "--json"]);
    events
        .pointer("/events")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|stored| stored.pointer("/event/key")?.as_str().map(str::to_owned))
        .collect()
}
