//! How much a session should worry its user: a number from 0 to 100, explained by its parts.
//!
//! **Invariant:** bounded, whatever happens; the number is the sum of what the parts say; all of it
//! fades with time. What is only new adds little, and never enough to matter by itself.

use crate::baseline::{News, Novelty};
use ringfence_event::{Finding, Severity, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The highest number.
pub const HIGHEST_RISK: u32 = 100;
/// After so long half of it is gone, in microseconds.
const HALF_LIFE: f64 = 30.0 * 60.0 * 1e6;
/// Most parts that are kept; the smallest goes.
const MOST_PARTS: usize = 24;
/// How often a rule counts before more of the same adds nothing.
const MOST_TIMES: f64 = 2.0;

/// What was found in a session, as it fades.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Risk {
    parts: BTreeMap<String, Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Part {
    points: f64,
    at: Timestamp,
}

/// How much a session should worry its user.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 100.
    pub score: u32,
    /// What it is made of, the largest first.
    pub parts: Vec<ScorePart>,
}

/// One reason for a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScorePart {
    /// The rule that matched, or what was new.
    pub why: String,
    /// What it adds.
    pub points: u32,
}

impl Risk {
    /// Adds what was found and what was new in one event.
    pub fn add(&mut self, findings: &[Finding], news: &[News], at: Timestamp) {
        for finding in findings {
            if finding.allowed_by.is_none() {
                let points = weight(finding.severity);
                self.add_part(finding.rule.as_str(), points, points * MOST_TIMES, at);
            }
        }
        for new in news {
            let (why, points, most) = novelty(new.novelty);
            self.add_part(why, points, most, at);
        }
    }

    /// How much it is at a moment.
    pub fn score(&self, now: Timestamp) -> Score {
        let parts = self.parts.iter();
        let mut parts: Vec<ScorePart> = parts
            .map(|(why, part)| ScorePart {
                why: why.clone(),
                points: whole(part.faded(now)),
            })
            .filter(|part| part.points > 0)
            .collect();
        parts.sort_by(|one, other| (other.points, &one.why).cmp(&(one.points, &other.why)));
        let sum: u32 = parts.iter().map(|part| part.points).sum();
        Score {
            score: sum.min(HIGHEST_RISK),
            parts,
        }
    }

    /// When something was added last.
    pub fn latest(&self) -> Option<Timestamp> {
        self.parts.values().map(|part| part.at).max()
    }

    fn add_part(&mut self, why: &str, points: f64, most: f64, at: Timestamp) {
        let before = self.parts.get(why).copied();
        let now = before.map_or(at, |part| part.at.max(at));
        let left = before.map_or(0.0, |part| part.faded(now));
        let part = Part {
            points: (left + points).min(most),
            at: now,
        };
        self.parts.insert(why.to_owned(), part);
        if self.parts.len() > MOST_PARTS {
            let faded = |part: &Part| part.faded(now);
            let least = (self.parts.iter())
                .min_by(|(_, one), (_, other)| faded(one).total_cmp(&faded(other)));
            if let Some(least) = least.map(|(why, _)| why.clone()) {
                self.parts.remove(&least);
            }
        }
    }
}

impl Part {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of a day need 37 bits of 52"
    )]
    fn faded(&self, now: Timestamp) -> f64 {
        let age = now.0.saturating_sub(self.at.0).max(0) as f64;
        self.points.max(0.0) * (-age / HALF_LIFE).exp2()
    }
}

fn weight(severity: Severity) -> f64 {
    match severity {
        Severity::Informational => 1.0,
        Severity::Low => 3.0,
        Severity::Medium => 10.0,
        Severity::High => 25.0,
        Severity::Critical => 50.0,
    }
}

/// What something new is called, what it adds, and the most that all of its kind add.
fn novelty(novelty: Novelty) -> (&'static str, f64, f64) {
    match novelty {
        Novelty::Program => ("new programs", 1.0, 4.0),
        Novelty::Host => ("new hosts", 2.0, 8.0),
        Novelty::Directory => ("new directories", 1.0, 4.0),
        Novelty::Tool => ("new tools", 1.0, 4.0),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points are between 0 and 100"
)]
fn whole(points: f64) -> u32 {
    points.clamp(0.0, f64::from(HIGHEST_RISK)).round() as u32
}

#[cfg(test)]
mod tests;
