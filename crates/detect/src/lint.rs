//! What is odd about rules that load: pure functions for `ringfence rules lint`.

mod history;
mod reach;

pub use history::History;

use crate::field::ABSENT;
use crate::rule::{Logic, Rule};
use crate::set::RuleSet;
use crate::yaml::Position;
use ringfence_event::{Event, RuleId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A rule is too broad if it matches more than one in so many harmless events.
const ONE_IN: usize = 200;

/// Something odd about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// The rule.
    pub rule: RuleId,
    /// Its file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Column, counted from 1.
    pub column: usize,
    /// What is odd.
    pub kind: LintKind,
    /// The same in a sentence.
    pub message: String,
}

/// What may be odd about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintKind {
    /// It can never match.
    NeverMatches,
    /// A selection that its condition does not ask for.
    Unused,
    /// A field that no event of ours tells.
    Absent,
    /// It matches what is harmless.
    TooBroad,
    /// It is tried on every record.
    Slow,
    /// It has no `ringfence` block.
    NoBlock,
    /// It says no level.
    NoLevel,
    /// It has no tag of a technique.
    NoTags,
    /// It matched nothing for a long time.
    NeverFires,
}

impl LintKind {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            LintKind::NeverMatches => "never_matches",
            LintKind::Unused => "unused",
            LintKind::Absent => "absent",
            LintKind::TooBroad => "too_broad",
            LintKind::Slow => "slow",
            LintKind::NoBlock => "no_block",
            LintKind::NoLevel => "no_level",
            LintKind::NoTags => "no_tags",
            LintKind::NeverFires => "never_fires",
        }
    }

    /// What would be better.
    pub fn advice(self) -> &'static str {
        match self {
            LintKind::NeverMatches => "take out one of what contradicts each other",
            LintKind::Unused => "ask for it in the condition, or take it out",
            LintKind::Absent => "say it with a field that is told; `rules/README.md` lists them",
            LintKind::TooBroad => "ask for one more thing that the harmless events do not have",
            LintKind::Slow => "ask for a program, a class or a text of three letters as well",
            LintKind::NoBlock => "add `ringfence:` with action, reason, examples and twins",
            LintKind::NoLevel => "add `level:`",
            LintKind::NoTags => "add `tags:` with an ATT&CK technique such as attack.t1552.004",
            LintKind::NeverFires => {
                "try it with `ringfence rules test`, or take it out if nothing here can do it"
            }
        }
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}:{}:{}: rule `{}`: {}",
            self.file, self.line, self.column, self.rule, self.message
        )
    }
}

impl RuleSet {
    /// What is odd about the rules, as far as their text tells it.
    pub fn lint(&self) -> Vec<Lint> {
        let always: BTreeSet<usize> = self.engine().always_tried().collect();
        let mut lints = Vec::new();
        for (place, rule) in self.rules().enumerate() {
            let mut add = |at, kind, message| lints.push(lint(rule, at, kind, message));
            text_of(rule, &mut add);
            let Logic::Detection(detection) = &rule.logic else {
                continue;
            };
            if reach::contradicts(detection) {
                let message = "its condition can never hold".to_owned();
                add(rule.at, LintKind::NeverMatches, message);
            }
            for (name, at) in detection.unused() {
                let message = format!("selection `{name}` is not used in the condition");
                add(*at, LintKind::Unused, message);
            }
            for field in &detection.absent {
                let why = if ABSENT.contains(&field.as_str()) {
                    "is told by no sensor here"
                } else {
                    "is not known here"
                };
                add(
                    rule.at,
                    LintKind::Absent,
                    format!("the field `{field}` {why}"),
                );
            }
            if always.contains(&place) {
                let message = match reach::loose_expression(detection) {
                    Some(source) => format!("the expression `{source}` is tried on every record"),
                    None => {
                        "nothing that it asks for can be looked up: it is tried on every record"
                            .to_owned()
                    }
                };
                add(rule.at, LintKind::Slow, message);
            }
        }
        lints
    }

    /// Rules that match more of these harmless events than they should: more than one in 200,
    /// and more than one.
    ///
    /// A rule's own negative examples never match it; those of other rules are good events for this.
    pub fn lint_broad(&self, harmless: &[Event]) -> Vec<Lint> {
        let policy = crate::policy::Policy::default();
        let mut counts: BTreeMap<RuleId, usize> = BTreeMap::new();
        for event in harmless {
            for finding in self.evaluate(event, &policy) {
                *counts.entry(finding.rule).or_default() += 1;
            }
        }
        let mut lints = Vec::new();
        for rule in self.rules() {
            let count = counts.get(&rule.id).copied().unwrap_or(0);
            if count > 1 && count * ONE_IN > harmless.len() {
                let message = format!("it matches {count} of {} harmless events", harmless.len());
                lints.push(lint(rule, rule.at, LintKind::TooBroad, message));
            }
        }
        lints
    }
}

fn lint(rule: &Rule, at: Position, kind: LintKind, message: String) -> Lint {
    Lint {
        rule: rule.id.clone(),
        file: rule.file.clone(),
        line: at.line,
        column: at.column,
        kind,
        message,
    }
}

/// What is missing of what people and programs read of a rule.
fn text_of(rule: &Rule, add: &mut impl FnMut(Position, LintKind, String)) {
    if !rule.has_block {
        let message = "it has no `ringfence` block, so it only alerts".to_owned();
        add(rule.at, LintKind::NoBlock, message);
    }
    let has = |key: &str| rule.source.lines().any(|line| line.starts_with(key));
    if !has("level:") {
        let message = "it says no `level`, so it is medium".to_owned();
        add(rule.at, LintKind::NoLevel, message);
    }
    if rule.techniques.is_empty() {
        let message = "no tag names a technique".to_owned();
        add(rule.at, LintKind::NoTags, message);
    }
}

#[cfg(test)]
mod tests;
