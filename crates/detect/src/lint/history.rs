//! What the record says about rules: those that never fire, and those that always do.

use super::{Lint, LintKind, ONE_IN, lint};
use crate::set::RuleSet;
use ringfence_event::RuleId;
use std::collections::{BTreeMap, BTreeSet};

/// Events below which a rule's share of them says nothing.
const FEW: u64 = 1000;

/// What happened in the last days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// How many days.
    pub days: u32,
    /// How many events.
    pub events: u64,
    /// How many of them each rule matched.
    pub hits: BTreeMap<RuleId, u64>,
    /// Rules that were not judged all that time, so that their silence says nothing.
    pub young: BTreeSet<RuleId>,
}

impl RuleSet {
    /// Rules that matched nothing in these days, or more than one event in 200.
    pub fn lint_history(&self, history: &History) -> Vec<Lint> {
        let mut lints = Vec::new();
        let speaking = self
            .rules()
            .enumerate()
            .filter(|(place, _)| self.speaks(*place));
        for (_, rule) in speaking {
            let hits = history.hits.get(&rule.id).copied().unwrap_or(0);
            let days = history.days;
            if hits == 0 && !history.young.contains(&rule.id) {
                let message = format!("it matched nothing in {days} days");
                lints.push(lint(rule, rule.at, LintKind::NeverFires, message));
            }
            let share = hits.saturating_mul(ONE_IN as u64);
            if history.events >= FEW && share > history.events {
                let message = format!(
                    "it matched {hits} of {} events in {days} days",
                    history.events
                );
                lints.push(lint(rule, rule.at, LintKind::TooBroad, message));
            }
        }
        lints
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{rule, set};

    #[test]
    fn silence_and_noise_are_told_where_they_say_something() {
        let set = set(&[rule("t", "command", "s: {program: a}\ncondition: s")]);
        let id = RuleId::from("t");
        let kinds = |hits: u64, events: u64, young: bool| -> Vec<(LintKind, String)> {
            let history = History {
                days: 30,
                events,
                hits: BTreeMap::from([(id.clone(), hits)]),
                young: BTreeSet::from_iter(young.then(|| id.clone())),
            };
            let lints = set.lint_history(&history);
            lints
                .into_iter()
                .map(|one| (one.kind, one.message))
                .collect()
        };
        let never = (
            LintKind::NeverFires,
            "it matched nothing in 30 days".to_owned(),
        );
        let broad = "it matched 11 of 2000 events in 30 days".to_owned();
        assert_eq!(kinds(0, 2000, false), [never]);
        assert_eq!(kinds(0, 2000, true), []);
        assert_eq!(kinds(10, 2000, false), []);
        assert_eq!(kinds(11, 2000, false), [(LintKind::TooBroad, broad)]);
        assert_eq!(kinds(500, 999, false), []);
    }
}
