//! `cargo bench -p ringfence-store --bench record`: what the store takes and answers
//! on this machine, against one plain table in the same run. Prints Markdown.
//!
//! `-- --events 10000000` for the whole of it (2 GB of disk), fewer for a quick look.
//! `-- --hooks` without what a kernel sensor sees: fewer and longer events.
//! `-- --profile` only appends, for a profiler: `perf record -g <the program> --profile`.
//! Files lie below `$RINGFENCE_BENCH_DIR`, or below the target directory.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints its result, and ends where it cannot go on"
)]

mod clock;
mod events;
mod ingest;
mod naive;
mod queries;

use clock::{Times, milliseconds, per_second};
use events::Events;
use ringfence_store::{Folders, Options, Store, audit};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Rows of the plain table that the store is measured against.
const NAIVE_EVENTS: usize = 300_000;

/// What was asked for.
struct Arguments {
    events: usize,
    profile: bool,
    hooks: bool,
}

impl Arguments {
    fn read() -> Arguments {
        let mut read = Arguments {
            events: 1_000_000,
            profile: false,
            hooks: false,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--events" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    read.events = number.expect("--events takes a number");
                }
                "--profile" => read.profile = true,
                "--hooks" => read.hooks = true,
                // What cargo adds.
                "--bench" => {}
                other => {
                    panic!("unknown argument `{other}`: --events <number>, --hooks, --profile")
                }
            }
        }
        read
    }
}

/// Prints one table row.
fn row(cells: &[&str]) {
    println!("| {} |", cells.join(" | "));
}

/// Prints the head of a table.
fn head(cells: &[&str]) {
    println!();
    row(cells);
    row(&vec!["---"; cells.len()]);
}

fn main() {
    let arguments = Arguments::read();
    let place = std::env::var_os("RINGFENCE_BENCH_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let root = tempfile::tempdir_in(place).expect("a folder to work in");
    let folders = Folders {
        data: root.path().join("data"),
        spool: root.path().join("data/spool"),
        overflow: None,
    };
    let options = Options {
        retention_days: events::KEPT_DAYS,
        ..Options::default()
    };
    let store = Store::open(folders.clone(), options).expect("a store");
    let mut events = Events::new(arguments.hooks);
    let first = ingest::run(&store, &mut events, arguments.events);
    if arguments.profile {
        return;
    }
    ingest::commits(&store, &mut events);
    size(&folders, events.made());
    head(&["question", "p50", "p99", "p99 of CPU", "rows"]);
    queries::run(&store, &events, "at rest");
    std::thread::scope(|scope| {
        let feeder = ingest::Feeder::start(scope, &store, events.go_on());
        queries::run(&store, &events, "at 20,000/s");
        feeder.stop();
    });
    verify(&folders);
    drop_oldest(&store, &events);
    drop(store);
    naive::run(root.path(), Events::new(arguments.hooks), &first);
}

fn size(folders: &Folders, events: usize) {
    let mut sizes = [0_u64; 3];
    let mut add = |path: &Path, place: usize| {
        let length = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
        if let Some(size) = sizes.get_mut(place) {
            *size += length;
        }
    };
    for (folder, words) in [(folders.data.join("events"), 1), (folders.data.clone(), 2)] {
        for entry in std::fs::read_dir(folder)
            .expect("the store's folder")
            .flatten()
        {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_words = name.contains(".fts.");
            let place = if words == 2 { 2 } else { usize::from(is_words) };
            if name.contains(".db") {
                add(&entry.path(), place);
            }
        }
    }
    let bytes: u64 = sizes.iter().sum();
    head(&["bytes per event", "events", "words", "main"]);
    let per_event = |bytes: u64| format!("{:.1}", clock::ratio(bytes, events));
    let [events, words, main] = sizes.map(per_event);
    row(&[&per_event(bytes), &events, &words, &main]);
}

fn verify(folders: &Folders) {
    let times = Times::start();
    let report = audit::verify(folders, None, |_, _| {}).expect("what was stored");
    let (wall, processor) = times.passed();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    head(&["verify", "events/s", "events per CPU second"]);
    let events = usize::try_from(report.events).unwrap_or(usize::MAX);
    row(&[
        &format!("{events} events in {wall:.1?}"),
        &per_second(events, wall),
        &per_second(events, processor),
    ]);
}

fn drop_oldest(store: &Store, events: &Events) {
    let Some(moment) = events.when_the_oldest_segment_is_too_old() else {
        return;
    };
    let started = Instant::now();
    let dropped = store.expire(moment).expect("an expired segment");
    head(&["dropped for their age", "in"]);
    row(&[&dropped.to_string(), &milliseconds(started.elapsed())]);
}
