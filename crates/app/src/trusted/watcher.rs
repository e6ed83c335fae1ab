//! Watches directories, each on its own and no deeper, through the system's own means.
//!
//! **Invariant:** at most [`MOST`] at once, whatever is asked for; what is not watched is counted.

use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Most directories that are watched. Linux gives a user 8192 or more (inotify(7)), and editors
/// want theirs.
pub(crate) const MOST: usize = 2048;

/// Watches directories.
pub(crate) struct Watcher {
    system: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    /// Why the system refused.
    pub(crate) refused: Option<String>,
}

impl Watcher {
    /// Calls `tell` with each path that something happened to; with none, if some may be missed.
    pub(crate) fn new(tell: impl Fn(Option<PathBuf>) + Send + 'static) -> Watcher {
        let handler = move |event: notify::Result<notify::Event>| match event {
            Ok(event) if event.need_rescan() => tell(None),
            Ok(event) => {
                // Who only looks changes nothing; and we look a lot.
                if !matches!(event.kind, EventKind::Access(_)) {
                    event.paths.into_iter().for_each(|path| tell(Some(path)));
                }
            }
            Err(_) => tell(None),
        };
        let config = Config::default().with_follow_symlinks(false);
        let (system, refused) = match RecommendedWatcher::new(handler, config) {
            Ok(system) => (Some(system), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Watcher {
            system,
            watched: BTreeSet::new(),
            refused,
        }
    }

    /// Watches these directories and no others; returns how many are not watched.
    pub(crate) fn watch_only(&mut self, wanted: &[PathBuf]) -> usize {
        let Some(system) = &mut self.system else {
            return wanted.len();
        };
        let chosen: BTreeSet<&PathBuf> = wanted.iter().take(MOST).collect();
        let gone: Vec<PathBuf> = (self.watched.iter())
            .filter(|path| !chosen.contains(path))
            .cloned()
            .collect();
        for path in gone {
            // The system may have dropped it with the directory.
            system.unwatch(&path).unwrap_or_default();
            self.watched.remove(&path);
        }
        self.refused = None;
        for path in chosen {
            if self.watched.contains(path) {
                continue;
            }
            match system.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path.clone());
                }
                Err(error) => self.refused = Some(error.to_string()),
            }
        }
        let all: BTreeSet<&PathBuf> = wanted.iter().collect();
        all.len() - self.watched.len()
    }

    /// How many directories are watched.
    pub(crate) fn count(&self) -> usize {
        self.watched.len()
    }

    /// A directory that went away takes its watch with it: one that comes back needs a new one.
    pub(crate) fn forget(&mut self, path: &Path) {
        if self.watched.remove(path)
            && let Some(system) = &mut self.system
        {
            system.unwatch(path).unwrap_or_default();
        }
    }
}
