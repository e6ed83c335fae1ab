//! What happens by the clock: spooled events are taken in, changed configuration is
//! loaded, what was learned is written. And signals.

use super::{Shared, kernel, proxy, unheard};
use crate::config::Config;
use crate::packs;
use crate::places::Places;
use anyhow::{Context, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::fs::{self, Metadata};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);

/// How often what was learned is written.
const SAVING: Duration = Duration::from_secs(5);

/// Looking at thousands of rule files takes a while: it rests so many times as long.
const REST: u32 = 100;

/// Takes over SIGTERM and SIGINT, before anybody can know that there is somebody to end.
pub(super) fn take_signals() -> Result<Signals> {
    Signals::new([SIGTERM, SIGINT]).context("failed to handle signals")
}

/// Starts the thread, and lets signals end the daemon.
pub(super) fn start(
    shared: &Arc<Shared>,
    mut signals: Signals,
    loaded: Fingerprint,
) -> Result<JoinHandle<()>> {
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
        .spawn(move || run(&shared, loaded))
        .context("failed to start a thread")
}

fn run(shared: &Arc<Shared>, mut seen: Fingerprint) {
    // Some ten milliseconds that else the seventeenth hook would wait for.
    shared.judge().rules.prepare();
    let mut next = Instant::now();
    let mut saved = Instant::now();
    while !shared.stopping.load(Ordering::SeqCst) {
        // What cannot be taken in now is tried again, and the store's health tells it.
        shared.take_spool().unwrap_or_default();
        unheard::take_in(shared);
        kernel::look_again(shared);
        if Instant::now() >= next {
            let begin = Instant::now();
            let current = fingerprint(&shared.places);
            next = begin + begin.elapsed() * REST;
            if current != seen {
                seen = current;
                shared.reload();
                proxy::look(shared);
            }
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
pub(super) type Fingerprint = Vec<(PathBuf, Option<SystemTime>, u64)>;

/// Looks at what the user can change. Whoever loads it looks first: what changes meanwhile is
/// loaded again.
pub(super) fn fingerprint(places: &Places) -> Fingerprint {
    let config = Config::load(&places.config_file()).ok();
    let gitleaks = config.and_then(|config| config.gitleaks);
    let mut all: Vec<_> = [places.config_file(), places.canaries()]
        .into_iter()
        .chain(gitleaks.map(|own| places.config.join(own)))
        .map(|path| {
            let found = fs::metadata(&path).ok();
            look(path, found)
        })
        .collect();
    let rules = packs::files::list(&places.rules()).files;
    all.extend(
        rules
            .into_iter()
            .map(|(path, found)| look(path, Some(found))),
    );
    all
}

fn look(path: PathBuf, found: Option<Metadata>) -> (PathBuf, Option<SystemTime>, u64) {
    let changed = found.as_ref().and_then(|found| found.modified().ok());
    (path, changed, found.map_or(0, |found| found.len()))
}
