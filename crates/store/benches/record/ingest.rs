//! How fast events go in.

use crate::clock::{Times, milliseconds, per_second, percentile};
use crate::events::Events;
use crate::{head, row};
use ringfence_store::{Record, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// Records in one call.
const BATCH: usize = 1000;

/// Records that are made ahead, so that making them is not measured.
const AHEAD: usize = 100_000;

const MILLION: usize = 1_000_000;

/// What a stretch of events took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rate {
    pub(crate) events: usize,
    pub(crate) wall: Duration,
    pub(crate) processor: Duration,
}

/// Appends events; returns what the first million took.
pub(crate) fn run(store: &Store, events: &mut Events, all: usize) -> Rate {
    head(&[
        "append, batches of 1,000",
        "events/s",
        "events per CPU second",
    ]);
    let mut first = None;
    let mut million = Rate::default();
    while events.made() < all {
        let count = AHEAD.min(all - events.made());
        let batches = batches(events, count);
        let times = Times::start();
        for batch in batches {
            store.append_all(batch).expect("room for events");
        }
        store.flush().expect("committed events");
        let (wall, processor) = times.passed();
        million.events += count;
        million.wall += wall;
        million.processor += processor;
        if million.events >= MILLION || events.made() >= all {
            row(&[
                &format!("up to {}", events.made()),
                &per_second(million.events, million.wall),
                &per_second(million.events, million.processor),
            ]);
            first.get_or_insert(million);
            million = Rate::default();
        }
    }
    first.unwrap_or_default()
}

fn batches(events: &mut Events, mut count: usize) -> Vec<Vec<Record>> {
    let mut batches = Vec::new();
    while count > 0 {
        let batch: Vec<Record> = events.by_ref().take(BATCH.min(count)).collect();
        count -= batch.len();
        batches.push(batch);
    }
    batches
}

/// How long it takes until events are acknowledged, and until they are committed.
pub(crate) fn commits(store: &Store, events: &mut Events) {
    const TIMES: usize = 200;
    head(&["one call", "p50", "p99"]);
    for size in [1, 100, BATCH] {
        let mut taken = Vec::with_capacity(TIMES);
        let mut committed = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let records: Vec<Record> = events.by_ref().take(size).collect();
            let started = Instant::now();
            store.append_all(records).expect("room for events");
            taken.push(started.elapsed());
            store.flush().expect("committed events");
            committed.push(started.elapsed());
        }
        for (what, times) in [("acknowledged", &mut taken), ("committed", &mut committed)] {
            let [half, most] = [50, 99].map(|percent| milliseconds(percentile(times, percent)));
            row(&[&format!("{size} events {what}"), &half, &most]);
        }
    }
}

/// Appends 20,000 events a second meanwhile.
pub(crate) struct Feeder<'scope> {
    enough: Arc<AtomicBool>,
    thread: ScopedJoinHandle<'scope, ()>,
}

impl<'scope> Feeder<'scope> {
    pub(crate) fn start<'all>(
        scope: &'scope Scope<'scope, 'all>,
        store: &'scope Store,
        mut events: Events,
    ) -> Feeder<'scope> {
        const AT_ONCE: usize = 200;
        const EVERY: Duration = Duration::from_millis(10);
        let enough = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&enough);
        let thread = scope.spawn(move || {
            let mut due = Instant::now();
            while !told.load(Ordering::Relaxed) {
                let batch: Vec<Record> = events.by_ref().take(AT_ONCE).collect();
                store.append_all(batch).expect("room for events");
                due += EVERY;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        });
        // Words and rollups of the first moment.
        std::thread::sleep(Duration::from_secs(1));
        Feeder { enough, thread }
    }

    pub(crate) fn stop(self) {
        self.enough.store(true, Ordering::Relaxed);
        self.thread.join().expect("a feeder that went on");
    }
}
