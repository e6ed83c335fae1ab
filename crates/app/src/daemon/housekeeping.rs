//! What happens by the clock: spooled events are taken in, changed configuration is
//! loaded, what was learned is written. And signals.

use super::Shared;
use anyhow::{Context, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);

/// How often what was learned is written.
const SAVING: Duration = Duration::from_secs(5);

/// Takes over SIGTERM and SIGINT, before anybody can know that there is somebody to end.
pub(super) fn take_signals() -> Result<Signals> {
    Signals::new([SIGTERM, SIGINT]).context("failed to handle signals")
}

/// Starts the thread, and lets signals end the daemon.
pub(super) fn start(shared: &Arc<Shared>, mut signals: Signals) -> Result<JoinHandle<()>> {
    let told = Arc::clone(shared);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                told.stop();
            }
        })
        .context("failed to start a thread")?;
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("housekeeping".to_owned())
        .spawn(move || run(&shared))
        .context("failed to start a thread")
}

fn run(shared: &Shared) {
    let watched = [shared.places.config_file(), shared.places.rules()];
    let mut seen = fingerprint(&watched);
    let mut saved = Instant::now();
    while !shared.stopping.load(Ordering::SeqCst) {
        // What cannot be taken in now is tried again, and the store's health tells it.
        drop(shared.store.take_spool());
        let current = fingerprint(&watched);
        if current != seen {
            seen = current;
            shared.reload();
        }
        if saved.elapsed() >= SAVING {
            saved = Instant::now();
            // It explains and does not decide: what cannot be kept is learned again.
            shared.habits.save(&shared.places).unwrap_or_default();
        }
        thread::park_timeout(EVERY);
    }
}

/// Names, times and sizes of what the user can change.
fn fingerprint(paths: &[PathBuf]) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut found = Vec::new();
    for path in paths {
        found.push(look(path));
        let inside = fs::read_dir(path).into_iter().flatten().flatten();
        let mut files: Vec<_> = inside.map(|entry| look(&entry.path())).collect();
        files.sort();
        found.extend(files);
    }
    found
}

fn look(path: &Path) -> (PathBuf, Option<SystemTime>, u64) {
    let found = fs::metadata(path).ok();
    (
        path.to_owned(),
        found.as_ref().and_then(|found| found.modified().ok()),
        found.map_or(0, |found| found.len()),
    )
}
