//! Two hooks for one call: Cursor asks before any tool, and again before a shell
//! command. The second is answered as the first was, and is no event of its own.

use ringfence_agents::{Twin, TwinSide};
use ringfence_event::{Decision, Timestamp};
use std::collections::{HashMap, VecDeque};

/// How long the second may come after the first, in microseconds: both come before the tool runs.
const WINDOW: u64 = 60_000_000;

/// Most calls that wait for their second hook; the oldest is forgotten first.
const MOST: usize = 1024;

struct Waiting {
    side: TwinSide,
    at: Timestamp,
    decision: Decision,
}

/// The calls of which one hook has come.
#[derive(Default)]
pub(crate) struct Twins {
    waiting: HashMap<String, VecDeque<Waiting>>,
    count: usize,
}

impl Twins {
    /// Returns the decision on the same call, if its other hook came before.
    pub(crate) fn take(&mut self, twin: &Twin, at: Timestamp) -> Option<Decision> {
        let group = self.waiting.get_mut(&twin.group)?;
        let place = group
            .iter()
            .position(|other| other.side != twin.side && at.0.abs_diff(other.at.0) < WINDOW)?;
        let found = group.remove(place)?;
        self.count -= 1;
        if group.is_empty() {
            self.waiting.remove(&twin.group);
        }
        Some(found.decision)
    }

    /// Remembers what was decided on the first of two hooks.
    pub(crate) fn put(&mut self, twin: Twin, at: Timestamp, decision: Decision) {
        if self.count >= MOST {
            self.waiting.retain(|_group, waiting| {
                waiting.iter().any(|one| at.0.abs_diff(one.at.0) < WINDOW)
            });
            self.count = self.waiting.values().map(VecDeque::len).sum();
            if self.count >= MOST {
                self.waiting.clear();
                self.count = 0;
            }
        }
        self.count += 1;
        self.waiting
            .entry(twin.group)
            .or_default()
            .push_back(Waiting {
                side: twin.side,
                at,
                decision,
            });
    }
}

/// The same without a daemon: a small file for each waiting call.
pub(crate) mod on_disk {
    use super::{MOST, WINDOW};
    use crate::places::{Places, private_dir, write_private};
    use ringfence_agents::{Twin, TwinSide};
    use ringfence_event::Decision;
    use std::fs;
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::path::PathBuf;
    use std::time::Duration;

    /// Returns the decision on the same call, if its other hook came before.
    pub(crate) fn take(places: &Places, twin: &Twin) -> Option<Decision> {
        let path = file(places, &twin.group, other(twin.side));
        let age = fs::metadata(&path).ok()?.modified().ok()?.elapsed().ok()?;
        let text = fs::read(&path).ok()?;
        fs::remove_file(&path).ok()?;
        if age > Duration::from_micros(WINDOW) {
            return None;
        }
        serde_json::from_slice(&text).ok()
    }

    /// Forgets all: a daemon that starts has the calls in memory from now on.
    pub(crate) fn clear(places: &Places) {
        if places.twins().exists() {
            // What stays is forgotten by its age.
            fs::remove_dir_all(places.twins()).unwrap_or_default();
        }
    }

    /// Remembers what was decided. If the disk refuses, the call is recorded twice: better than not.
    pub(crate) fn put(places: &Places, twin: &Twin, decision: &Decision) {
        let folder = places.twins();
        if private_dir(&places.state).is_ok()
            && private_dir(&folder).is_ok()
            && fs::read_dir(&folder).is_ok_and(|entries| entries.count() < MOST)
            && let Ok(text) = serde_json::to_vec(decision)
        {
            write_private(&file(places, &twin.group, twin.side), &text, 0o600).unwrap_or_default();
        }
    }

    fn other(side: TwinSide) -> TwinSide {
        match side {
            TwinSide::First => TwinSide::Second,
            TwinSide::Second => TwinSide::First,
        }
    }

    fn file(places: &Places, group: &str, side: TwinSide) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        group.hash(&mut hasher);
        let side = match side {
            TwinSide::First => "first",
            TwinSide::Second => "second",
        };
        places
            .twins()
            .join(format!("{:016x}-{side}", hasher.finish()))
    }
}
