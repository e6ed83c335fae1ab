//! What is usual in each project and how risky each session is, kept in one small file.
//!
//! **Invariant:** it explains and never decides: without the file, judging is the same. It is
//! bounded, as `ringfence_detect::{Baseline, Risk}` are, and replaced whole.

use crate::places::{Places, write_private};
use ringfence_detect::{Baseline, Risk, Score};
use ringfence_event::{Decision, Event, SessionId, Timestamp, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most sessions whose risk is kept; beyond, the one to which nothing was added for longest goes.
const MOST_SESSIONS: usize = 512;
/// Largest file that is read, in bytes: several times what is ever written.
const LARGEST: u64 = 32 * 1024 * 1024;

/// What is usual, and how risky each session is.
#[derive(Default)]
pub(crate) struct Habits {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    kept: Kept,
    changed: bool,
}

/// As it stands in the file.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    baseline: Baseline,
    risks: BTreeMap<SessionId, Risk>,
}

impl Habits {
    /// Reads what was kept; nothing is, if there is no such file.
    pub(crate) fn load(path: &Path) -> io::Result<Habits> {
        let text = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Habits::default()),
            Err(error) => return Err(error),
            Ok(found) if found.len() > LARGEST => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "it is too large",
                ));
            }
            Ok(_) => fs::read(path)?,
        };
        let kept = serde_json::from_slice(&text)?;
        let changed = false;
        Ok(Habits {
            state: Mutex::new(State { kept, changed }),
        })
    }

    /// Learns from an event as it was answered.
    pub(crate) fn note(&self, event: &Event, decision: &Decision) {
        let mut state = self.state();
        let news = match decision.verdict {
            // What was denied never became usual.
            Verdict::Deny => Vec::new(),
            Verdict::Allow | Verdict::Alert | Verdict::Ask => state.kept.baseline.learn(event),
        };
        state.changed = true;
        let Some(session) = &event.session else {
            return;
        };
        if news.is_empty() && decision.findings.is_empty() {
            return;
        }
        let risks = &mut state.kept.risks;
        let risk = risks.entry(session.clone()).or_default();
        risk.add(&decision.findings, &news, event.at);
        if risks.len() > MOST_SESSIONS {
            let quiet = risks.iter().min_by_key(|(_, risk)| risk.latest());
            if let Some(quiet) = quiet.map(|(session, _)| session.clone()) {
                risks.remove(&quiet);
            }
        }
    }

    /// How risky a session is at a moment; `None` if nothing was ever found in it.
    pub(crate) fn score(&self, session: &SessionId, now: Timestamp) -> Option<Score> {
        Some(self.state().kept.risks.get(session)?.score(now))
    }

    /// Writes what changed since it was last written.
    pub(crate) fn save(&self, places: &Places) -> io::Result<()> {
        let text = {
            let mut state = self.state();
            if !std::mem::take(&mut state.changed) {
                return Ok(());
            }
            serde_json::to_vec(&state.kept)?
        };
        write_private(&places.habits(), &text, 0o600)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_broken_is_an_error_and_none_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("habits.json");
        assert!(Habits::load(&path).is_ok());
        for garbage in ["", "{", "[]", "{\"baseline\":1}", "\u{0}"] {
            fs::write(&path, garbage).unwrap();
            assert!(Habits::load(&path).is_err(), "{garbage:?}");
        }
    }
}
