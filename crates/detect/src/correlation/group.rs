//! What is kept of one correlation for one group of events, and when it is complete.
//!
//! **Invariant:** bounded by the definition alone. What is kept is a few moments for each step,
//! so that no number of other events pushes a step out of its window; and of a step, what is
//! let go is what can complete the correlation last (see [`keep_few`]).

use super::bound::{Bound, Shape, Step};
use ringfence_event::EventKey;
use std::mem::size_of;

/// Most moments that are kept of one step of a sequence: the latest is enough while events come
/// in order, the others are for late ones.
const KEPT: usize = 16;
/// Most earlier events that a complete correlation names.
const MOST_NAMED: usize = 16;

/// What is kept of a correlation for one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// The latest moment, in microseconds.
    pub(super) latest: i64,
    steps: Vec<Vec<Moment>>,
}

/// One match of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Moment {
    at: i64,
    /// Of a sequence: the latest moment at which one that ends here began, if one does.
    began: Option<i64>,
    value: u128,
    own: Seen,
    /// What matched in the steps before it.
    before: Vec<Seen>,
}

/// One event that was a step.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    key: EventKey,
    evidence: String,
}

/// What a correlation was completed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Completion {
    /// What matched in each step.
    pub(super) evidence: String,
    /// The events of the steps, first one first.
    pub(super) events: Vec<EventKey>,
}

/// The event whose step is taken in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    /// When it happened, in microseconds.
    pub(super) at: i64,
    pub(super) key: EventKey,
}

impl Group {
    /// How many steps have been seen: groups that have come further are kept longer.
    pub(super) fn progress(&self) -> usize {
        self.steps
            .iter()
            .filter(|moments| !moments.is_empty())
            .count()
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let moments: usize = self.steps.iter().flatten().map(Moment::bytes).sum();
        size_of::<Group>() + self.steps.len() * size_of::<Vec<Moment>>() + moments
    }

    /// Takes in a match; returns what the correlation was completed with, if it is.
    pub(super) fn take(&mut self, bound: &Bound, step: &Step, now: Now) -> Option<Completion> {
        let latest = self.latest.max(now.at);
        let earliest = latest.saturating_sub(bound.span);
        if now.at < earliest {
            return None;
        }
        self.latest = latest;
        self.steps.resize_with(bound.steps, Vec::new);
        for moments in &mut self.steps {
            moments.retain(|moment| moment.at >= earliest);
        }
        match bound.kind {
            Shape::EventCount | Shape::ValueCount => self.count(bound, step, now),
            Shape::Temporal => self.together(bound, step, now),
            Shape::TemporalOrdered => self.in_order(bound, step, now),
        }
    }

    /// Forgets an event that did not happen after all.
    pub(super) fn forget(&mut self, key: EventKey) {
        for moments in &mut self.steps {
            moments.retain(|moment| moment.own.key != key);
            for moment in moments {
                if moment.before.iter().any(|seen| seen.key == key) {
                    moment.began = None;
                    moment.before.clear();
                }
            }
        }
    }

    /// Counts matches, or different values; the newest are kept, as many as the condition needs.
    fn count(&mut self, bound: &Bound, step: &Step, now: Now) -> Option<Completion> {
        let moments = self.steps.first_mut()?;
        let mut new = counted(step, now);
        if bound.kind == Shape::ValueCount {
            let known = moments.iter().position(|one| one.value == step.value);
            if let Some(known) = known {
                let before = moments.remove(known);
                new.at = before.at.max(now.at);
            }
        }
        insert(moments, new);
        let surplus = moments.len().saturating_sub(bound.bounds.kept());
        moments.drain(..surplus);
        let count = moments.len();
        (bound.bounds.hold(count)).then(|| Completion {
            evidence: format!("{} ({count} times)", step.evidence),
            events: (moments.iter().rev().take(MOST_NAMED).rev())
                .map(|moment| moment.own.key)
                .collect(),
        })
    }

    /// Looks for enough different steps in one window with this match.
    fn together(&mut self, bound: &Bound, step: &Step, now: Now) -> Option<Completion> {
        let moments = self.steps.get_mut(step.position)?;
        insert(moments, moment(step, now, None));
        keep_newest(moments);
        let begins: Vec<i64> = (self.steps.iter().flatten())
            .map(|moment| moment.at)
            .filter(|begin| (now.at.saturating_sub(bound.span)..=now.at).contains(begin))
            .collect();
        let inside = |begin: i64| {
            let end = begin.saturating_add(bound.span);
            let found = self.steps.iter().filter_map(move |moments| {
                moments.iter().rfind(|one| (begin..=end).contains(&one.at))
            });
            found.collect::<Vec<&Moment>>()
        };
        let best = begins.into_iter().map(inside).max_by_key(Vec::len)?;
        (bound.bounds.hold(best.len()))
            .then(|| completion(best.iter().map(|moment| &moment.own), " + "))
    }

    /// Follows sequences: each moment of a step knows how late a sequence up to it can have begun.
    fn in_order(&mut self, bound: &Bound, step: &Step, now: Now) -> Option<Completion> {
        let at = now.at;
        let mut new = moment(step, now, (step.position == 0).then_some(at));
        if let Some(before) = step.position.checked_sub(1) {
            let before = self.steps.get(before)?.iter();
            let started = before.filter(|one| one.at <= at && one.began.is_some());
            if let Some(best) = started.max_by_key(|one| one.began) {
                new.follow(best);
            }
        }
        let mut changed = vec![new.clone()];
        insert(self.steps.get_mut(step.position)?, new);
        // A late match may be what moments of later steps waited for.
        for moments in self.steps.get_mut(step.position + 1..)? {
            let mut next = Vec::new();
            for later in moments.iter_mut() {
                let mut better = changed
                    .iter()
                    .filter(|one| one.at <= later.at && one.began > later.began);
                if let Some(best) = better.next() {
                    later.follow(best);
                    next.push(later.clone());
                }
            }
            changed = next;
        }
        let complete = if step.position + 1 == bound.steps {
            self.steps.last()?.iter().find(|one| one.at == at)
        } else {
            changed.last()
        };
        let complete = complete.filter(|one| {
            one.began
                .is_some_and(|began| one.at.saturating_sub(began) <= bound.span)
        });
        let complete = complete
            .map(|one| completion(one.before.iter().chain(std::iter::once(&one.own)), " → "));
        for moments in &mut self.steps {
            keep_few(moments);
        }
        complete
    }
}

impl Moment {
    /// Takes this moment as what follows another.
    fn follow(&mut self, before: &Moment) {
        self.began = before.began;
        self.before.clone_from(&before.before);
        self.before.push(before.own.clone());
    }

    fn bytes(&self) -> usize {
        let seen = |seen: &Seen| size_of::<Seen>() + seen.evidence.capacity();
        let before: usize = self.before.iter().map(seen).sum();
        size_of::<Moment>() + self.own.evidence.capacity() + before
    }
}

fn completion<'s>(seen: impl Iterator<Item = &'s Seen> + Clone, between: &str) -> Completion {
    let evidence: Vec<&str> = seen.clone().map(|seen| seen.evidence.as_str()).collect();
    Completion {
        evidence: evidence.join(between),
        events: seen.map(|seen| seen.key).collect(),
    }
}

fn moment(step: &Step, now: Now, began: Option<i64>) -> Moment {
    Moment {
        at: now.at,
        began,
        value: 0,
        own: Seen {
            key: now.key,
            evidence: step.evidence.clone(),
        },
        before: Vec::new(),
    }
}

fn counted(step: &Step, now: Now) -> Moment {
    Moment {
        at: now.at,
        began: None,
        value: step.value,
        own: Seen {
            key: now.key,
            evidence: String::new(),
        },
        before: Vec::new(),
    }
}

/// Keeps moments in order of time.
fn insert(moments: &mut Vec<Moment>, new: Moment) {
    let place = moments.partition_point(|one| one.at <= new.at);
    moments.insert(place, new);
}

fn keep_newest(moments: &mut Vec<Moment>) {
    let surplus = moments.len().saturating_sub(KEPT);
    moments.drain(..surplus);
}

/// Lets the oldest go, but never the one whose sequence began last: it is the one that can
/// still be completed for the longest time.
fn keep_few(moments: &mut Vec<Moment>) {
    while moments.len() > KEPT {
        let best = moments.iter().map(|one| one.began).max().flatten();
        let kept = moments
            .iter()
            .position(|one| one.began.is_some() && one.began == best);
        let oldest = usize::from(kept == Some(0));
        moments.remove(oldest);
    }
}
