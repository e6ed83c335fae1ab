//! What is kept of one correlation for one group of events, and when it is complete.
//!
//! **Invariant:** bounded by the definition alone. What is kept is a few moments for each step,
//! so that no number of other events pushes a step out of its window; and of a step, what is
//! let go is what can complete the correlation last (see [`keep_few`]).

use super::bound::{Bound, Shape, Step};
use serde::{Deserialize, Serialize};

/// Most moments that are kept of one step of a sequence: the latest is enough while events come
/// in order, the others are for late ones.
const KEPT: usize = 16;

/// What is kept of a correlation for one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Group {
    /// The latest moment, in microseconds.
    pub(super) latest: i64,
    steps: Vec<Vec<Moment>>,
}

/// One match of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Moment {
    at: i64,
    /// Of a sequence: the latest moment at which one that ends here began, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<i64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    value: String,
    /// What matched in the steps up to here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<String>,
}

impl Group {
    /// How many steps have been seen: groups that have come further are kept longer.
    pub(super) fn progress(&self) -> usize {
        self.steps
            .iter()
            .filter(|moments| !moments.is_empty())
            .count()
    }

    /// Takes in a match; returns the evidence if it completes the correlation.
    pub(super) fn take(&mut self, bound: &Bound, step: &Step, at: i64) -> Option<String> {
        let latest = self.latest.max(at);
        let earliest = latest.saturating_sub(bound.span);
        if at < earliest {
            return None;
        }
        self.latest = latest;
        self.steps.resize_with(bound.steps, Vec::new);
        for moments in &mut self.steps {
            moments.retain(|moment| moment.at >= earliest);
        }
        match bound.kind {
            Shape::EventCount | Shape::ValueCount => self.count(bound, step, at),
            Shape::Temporal => self.together(bound, step, at),
            Shape::TemporalOrdered => self.in_order(bound, step, at),
        }
    }

    /// Counts matches, or different values; the newest are kept, as many as the condition needs.
    fn count(&mut self, bound: &Bound, step: &Step, at: i64) -> Option<String> {
        let moments = self.steps.first_mut()?;
        if bound.kind == Shape::ValueCount {
            let known = moments.iter().position(|one| one.value == step.value);
            if let Some(known) = known {
                let before = moments.remove(known);
                insert(moments, counted(step, before.at.max(at)));
            } else {
                insert(moments, counted(step, at));
            }
        } else {
            insert(moments, counted(step, at));
        }
        let surplus = moments.len().saturating_sub(bound.bounds.kept());
        moments.drain(..surplus);
        let count = moments.len();
        (bound.bounds.hold(count)).then(|| format!("{} ({count} times)", step.evidence))
    }

    /// Looks for enough different steps in one window with this match.
    fn together(&mut self, bound: &Bound, step: &Step, at: i64) -> Option<String> {
        let moments = self.steps.get_mut(step.position)?;
        insert(moments, moment(step, at, None));
        keep_newest(moments);
        let begins: Vec<i64> = (self.steps.iter().flatten())
            .map(|moment| moment.at)
            .filter(|begin| (at.saturating_sub(bound.span)..=at).contains(begin))
            .collect();
        let inside = |begin: i64| {
            let end = begin.saturating_add(bound.span);
            let found = self.steps.iter().filter_map(move |moments| {
                moments.iter().rfind(|one| (begin..=end).contains(&one.at))
            });
            found.collect::<Vec<&Moment>>()
        };
        let best = begins.into_iter().map(inside).max_by_key(Vec::len)?;
        let evidence = best.iter().flat_map(|moment| moment.evidence.iter());
        let evidence: Vec<&str> = evidence.map(String::as_str).collect();
        (bound.bounds.hold(best.len())).then(|| evidence.join(" + "))
    }

    /// Follows sequences: each moment of a step knows how late a sequence up to it can have begun.
    fn in_order(&mut self, bound: &Bound, step: &Step, at: i64) -> Option<String> {
        let mut new = moment(step, at, (step.position == 0).then_some(at));
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
        let evidence = complete.map(|one| one.evidence.join(" → "));
        for moments in &mut self.steps {
            keep_few(moments);
        }
        evidence
    }
}

impl Moment {
    /// Takes this moment as what follows another.
    fn follow(&mut self, before: &Moment) {
        self.began = before.began;
        let own = self.evidence.pop();
        self.evidence.clone_from(&before.evidence);
        self.evidence.extend(own);
    }
}

fn moment(step: &Step, at: i64, began: Option<i64>) -> Moment {
    Moment {
        at,
        began,
        value: String::new(),
        evidence: vec![step.evidence.clone()],
    }
}

fn counted(step: &Step, at: i64) -> Moment {
    Moment {
        at,
        began: None,
        value: step.value.clone(),
        evidence: Vec::new(),
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
