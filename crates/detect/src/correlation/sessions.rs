//! What correlations remember: a value that a caller keeps and passes in.
//!
//! **Invariant:** bounded in number and in bytes, and only changed by matches: an event that is no
//! step of any correlation leaves it as it was. What is let go when there is too much of it:
//! of the groups of a correlation, the one that has come least far, and of those the one that was
//! quiet for longest; of a session, such a group of the correlation that takes the most; of
//! sessions, the one that was quiet for longest.

use super::bound::{Bound, Correlations, Step, Steps};
use super::group::{Completion, Group, Now};
use crate::rule::Counts;
use ringfence_event::EventKey;
use std::collections::{BTreeMap, BTreeSet};

/// Most sessions that are remembered.
const MOST_SESSIONS: usize = 1024;
/// Most groups of one correlation in one session.
const MOST_GROUPS: usize = 256;
/// Most memory of one session, in bytes; a single group may have more if its rule counts far.
const MOST_BYTES_OF_SESSION: usize = 256 * 1024;
/// Most memory of all sessions, in bytes.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// What correlations remember of all sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sessions {
    sessions: BTreeMap<String, Session>,
    bytes: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Session {
    latest: i64,
    bytes: usize,
    /// By the correlation's name.
    correlations: BTreeMap<String, Track>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Track {
    /// Of which definition this is kept.
    print: String,
    groups: BTreeMap<u128, Group>,
}

/// What one event did to what is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The correlations that it completed, each once.
    pub(crate) complete: Vec<Complete>,
    /// Where it was taken in.
    places: Vec<Place>,
}

/// A correlation that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complete {
    /// Its place among all rules.
    pub(crate) rule: usize,
    /// Whether it only speaks as a step of another.
    pub(crate) silent: bool,
    pub(crate) evidence: String,
    /// The events of its steps, first one first.
    pub(crate) events: Vec<EventKey>,
}

/// Where a group is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    session: String,
    correlation: String,
    group: u128,
}

/// What a step is taken in for.
pub(crate) struct Taking<'t, Name> {
    pub(crate) correlations: &'t Correlations,
    /// The name of the rule at a place.
    pub(crate) name: Name,
    pub(crate) session: &'t str,
    pub(crate) key: EventKey,
    pub(crate) at: i64,
    /// Whether the event happens, or was denied.
    pub(crate) counts: Counts,
}

impl Sessions {
    /// Remembers nothing yet.
    pub fn new() -> Sessions {
        Sessions::default()
    }

    /// About how much memory it takes, and of how many sessions.
    pub fn size(&self) -> (usize, usize) {
        (self.bytes, self.sessions.len())
    }

    /// Takes in the steps of one event; returns the correlations that it completes, each once.
    pub(crate) fn take(
        &mut self,
        taking: &Taking<'_, impl Fn(usize) -> Option<String>>,
        steps: &Steps,
    ) -> Observed {
        let mut observed = Observed::default();
        let mut told = BTreeSet::new();
        let counted = steps.0.iter().filter(|step| step.counts == taking.counts);
        let mut open: Vec<&Step> = counted.rev().collect();
        while let Some(step) = open.pop() {
            let Some(bound) = taking.correlations.list.get(step.correlation) else {
                continue;
            };
            let Some(name) = (taking.name)(bound.rule) else {
                continue;
            };
            let place = Place {
                session: (if bound.in_session { taking.session } else { "" }).to_owned(),
                correlation: name,
                group: step.group,
            };
            let completion = self.step(&place, bound, step, taking);
            observed.places.push(place);
            let Some(Completion { evidence, events }) = completion else {
                continue;
            };
            open.extend(step.then.iter().rev());
            if told.insert(bound.rule) {
                observed.complete.push(Complete {
                    rule: bound.rule,
                    silent: bound.silent,
                    evidence,
                    events,
                });
            }
        }
        self.keep_bounds();
        observed
    }

    /// Forgets an event that did not happen after all.
    pub(crate) fn take_back(&mut self, observed: &Observed, key: EventKey) {
        for place in &observed.places {
            let session = self.sessions.get_mut(&place.session);
            let track =
                session.and_then(|session| session.correlations.get_mut(&place.correlation));
            if let Some(group) = track.and_then(|track| track.groups.get_mut(&place.group)) {
                let before = group.bytes();
                group.forget(key);
                let less = before.saturating_sub(group.bytes());
                self.bytes = self.bytes.saturating_sub(less);
                if let Some(session) = self.sessions.get_mut(&place.session) {
                    session.bytes = session.bytes.saturating_sub(less);
                }
            }
        }
    }

    fn step(
        &mut self,
        place: &Place,
        bound: &Bound,
        step: &Step,
        taking: &Taking<'_, impl Fn(usize) -> Option<String>>,
    ) -> Option<Completion> {
        if !self.sessions.contains_key(&place.session) && self.sessions.len() >= MOST_SESSIONS {
            self.forget_quietest();
        }
        let session = self.sessions.entry(place.session.clone()).or_default();
        let before = session.bytes;
        session.latest = session.latest.max(taking.at);
        let now = Now {
            at: taking.at,
            key: taking.key,
        };
        let completion = session.step(place, bound, step, now);
        session.keep_bounds(place);
        self.bytes = (self.bytes + session.bytes).saturating_sub(before);
        completion
    }

    fn keep_bounds(&mut self) {
        while self.bytes > MOST_BYTES && self.sessions.len() > 1 {
            self.forget_quietest();
        }
    }

    fn forget_quietest(&mut self) {
        let quiet = (self.sessions.iter()).min_by_key(|(_, session)| session.latest);
        if let Some(name) = quiet.map(|(name, _)| name.clone())
            && let Some(gone) = self.sessions.remove(&name)
        {
            self.bytes = self.bytes.saturating_sub(gone.bytes);
        }
    }
}

impl Session {
    fn step(&mut self, place: &Place, bound: &Bound, step: &Step, now: Now) -> Option<Completion> {
        let track = (self.correlations.entry(place.correlation.clone())).or_default();
        if track.print != bound.print {
            track.print.clone_from(&bound.print);
            let gone: usize = track.groups.values().map(Group::bytes).sum();
            self.bytes = self.bytes.saturating_sub(gone);
            track.groups.clear();
        }
        if !track.groups.contains_key(&place.group) && track.groups.len() >= MOST_GROUPS {
            let least = track.groups.iter();
            let least = least.min_by_key(|(_, group)| (group.progress(), group.latest));
            if let Some(gone) = least.map(|(name, _)| *name)
                && let Some(gone) = track.groups.remove(&gone)
            {
                self.bytes = self.bytes.saturating_sub(gone.bytes());
            }
        }
        let known = track.groups.get(&place.group).map_or(0, Group::bytes);
        let group = track.groups.entry(place.group).or_default();
        let completion = group.take(bound, step, now);
        self.bytes = (self.bytes + group.bytes()).saturating_sub(known);
        completion
    }

    /// Lets groups go of whichever correlation takes the most, so that no number of matches of one
    /// costs another its steps; but never the group that was just added to.
    fn keep_bounds(&mut self, used: &Place) {
        while self.bytes > MOST_BYTES_OF_SESSION {
            let largest = (self.correlations.iter_mut())
                .max_by_key(|(_, track)| track.groups.values().map(Group::bytes).sum::<usize>());
            let Some((name, track)) = largest else {
                return;
            };
            let others = (track.groups.iter())
                .filter(|(key, _)| *name != used.correlation || **key != used.group);
            let least = others.min_by_key(|(_, group)| (group.progress(), group.latest));
            let gone = least.map(|(key, _)| *key);
            let Some(gone) = gone.and_then(|key| track.groups.remove(&key)) else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(gone.bytes());
        }
    }
}

#[cfg(test)]
mod tests;
