//! What correlations remember: a value that a caller keeps, passes in, and may store.
//!
//! **Invariant:** bounded, and only changed by matches: an event that is no step of any
//! correlation leaves it as it was. What is let go when there is too much of it:
//! of groups of one correlation, the one that has come least far, and of those the one that was
//! quiet for longest; of sessions, the one that was quiet for longest.

use super::bound::{Bound, Correlations, Step, Steps};
use super::group::Group;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most sessions that are remembered.
const MOST_SESSIONS: usize = 1024;
/// Most groups of one correlation in one session.
const MOST_GROUPS: usize = 256;

/// What correlations remember of all sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    sessions: BTreeMap<String, Session>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Session {
    latest: i64,
    /// By the correlation's name.
    correlations: BTreeMap<String, Track>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Track {
    /// Of which definition this is kept.
    print: String,
    groups: BTreeMap<String, Group>,
}

/// A correlation that is complete.
pub(crate) struct Complete {
    /// Its place among all rules.
    pub(crate) rule: usize,
    pub(crate) evidence: String,
}

impl Sessions {
    /// Remembers nothing yet.
    pub fn new() -> Sessions {
        Sessions::default()
    }

    /// Forgets a session that has ended.
    pub fn forget(&mut self, session: &str) {
        self.sessions.remove(session);
    }

    /// Takes in the steps of one event; returns the correlations that it completes, each once.
    pub(crate) fn take(
        &mut self,
        correlations: &Correlations,
        name: &impl Fn(usize) -> Option<String>,
        session: &str,
        steps: &Steps,
        at: i64,
    ) -> Vec<Complete> {
        let mut complete = Vec::new();
        let mut told = BTreeSet::new();
        let mut open: Vec<&Step> = steps.0.iter().rev().collect();
        while let Some(step) = open.pop() {
            let Some(bound) = correlations.list.get(step.correlation) else {
                continue;
            };
            let Some(name) = name(bound.rule) else {
                continue;
            };
            let session = if bound.in_session { session } else { "" };
            let group = self.group(session, name, bound, &step.group, at);
            let Some(evidence) = group.take(bound, step, at) else {
                continue;
            };
            open.extend(step.then.iter().rev());
            if !bound.silent && told.insert(bound.rule) {
                complete.push(Complete {
                    rule: bound.rule,
                    evidence,
                });
            }
        }
        complete
    }

    fn group(
        &mut self,
        session: &str,
        name: String,
        bound: &Bound,
        group: &str,
        at: i64,
    ) -> &mut Group {
        if !self.sessions.contains_key(session) && self.sessions.len() >= MOST_SESSIONS {
            let quiet = self
                .sessions
                .iter()
                .min_by_key(|(_, session)| session.latest);
            if let Some(quiet) = quiet.map(|(name, _)| name.clone()) {
                self.sessions.remove(&quiet);
            }
        }
        let session = self.sessions.entry(session.to_owned()).or_default();
        session.latest = session.latest.max(at);
        let track = session.correlations.entry(name).or_default();
        if track.print != bound.print {
            track.print.clone_from(&bound.print);
            track.groups.clear();
        }
        if !track.groups.contains_key(group) && track.groups.len() >= MOST_GROUPS {
            let least = track.groups.iter();
            let least = least.min_by_key(|(_, group)| (group.progress(), group.latest));
            if let Some(least) = least.map(|(name, _)| name.clone()) {
                track.groups.remove(&least);
            }
        }
        track.groups.entry(group.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests;
