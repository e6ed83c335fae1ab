//! All rules together: compiled once, then asked about each event.
//!
//! **Invariant:** findings come in rule order, at most one for each rule.

use crate::builtin::Pack;
use crate::error::{LoadError, Problem};
use crate::example::Example;
use crate::field::Category;
use crate::index::Index;
use crate::policy::Policy;
use crate::rule::Rule;
use crate::view::views;
use crate::yaml::{LONGEST, documents};
use ringfence_event::{Event, Finding, FindingId, Verdict};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rules, compiled.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    indices: BTreeMap<Category, Index>,
}

impl RuleSet {
    /// Compiles rule files. All of them, or the first error.
    pub fn compile(packs: &[Pack<'_>]) -> Result<RuleSet, LoadError> {
        let mut rules = Vec::new();
        for pack in packs {
            if pack.text.len() > LONGEST {
                return Err(LoadError::TooLong {
                    file: pack.name.to_owned(),
                    size: pack.text.len(),
                    limit: LONGEST,
                });
            }
            for document in documents(pack.text) {
                rules.push(Rule::read(pack, &document)?);
            }
        }
        unique(&rules)?;
        let mut indices: BTreeMap<Category, Index> = BTreeMap::new();
        for (place, rule) in rules.iter().enumerate() {
            let index = indices.entry(rule.category).or_default();
            index.add(place, &rule.detection);
        }
        Ok(RuleSet { rules, indices })
    }

    /// All rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Finds a rule by its name or its UUID.
    pub fn find(&self, name_or_uuid: &str) -> Option<&Rule> {
        self.rules
            .iter()
            .find(|rule| rule.id.0 == name_or_uuid || rule.uuid.eq_ignore_ascii_case(name_or_uuid))
    }

    /// Returns one finding for each rule that matches, in rule order.
    pub fn evaluate(&self, event: &Event, policy: &Policy) -> Vec<Finding> {
        let matches = self.matches(event);
        let mut findings = Vec::new();
        for (place, evidence) in matches {
            let Some(rule) = self.rules.get(place) else {
                continue;
            };
            if policy.judges(&rule.id) {
                findings.push(finding(rule, event, policy, evidence));
            }
        }
        findings
    }

    /// Checks that each rule matches its examples and leaves its negative ones alone.
    ///
    /// `enrich` makes an event with labels of an example; [`Example::event`] gives it without.
    pub fn check_examples(&self, enrich: impl Fn(&Example) -> Event) -> Result<(), LoadError> {
        for (place, rule) in self.rules.iter().enumerate() {
            let matched = |example: &Example| self.matches(&enrich(example)).contains_key(&place);
            if let Some(example) = rule.examples().iter().find(|example| !matched(example)) {
                return Err(LoadError::MissesExample {
                    file: rule.file.clone(),
                    rule: rule.id.0.clone(),
                    example: example.to_string(),
                });
            }
            let mut negative = rule.negative_examples().iter();
            if let Some(example) = negative.find(|example| matched(example)) {
                return Err(LoadError::MatchesNegativeExample {
                    file: rule.file.clone(),
                    rule: rule.id.0.clone(),
                    example: example.to_string(),
                });
            }
        }
        Ok(())
    }

    /// The places of the rules that match, each with the first evidence.
    fn matches(&self, event: &Event) -> BTreeMap<usize, String> {
        let mut matches = BTreeMap::new();
        let mut candidates = BTreeSet::new();
        for (category, index) in &self.indices {
            for view in views(event, *category) {
                candidates.clear();
                index.candidates(&view, &mut candidates);
                for place in &candidates {
                    let untried = !matches.contains_key(place);
                    let rule = self.rules.get(*place);
                    if untried && rule.is_some_and(|rule| rule.matches(&view)) {
                        matches.insert(*place, view.evidence());
                    }
                }
            }
        }
        matches
    }
}

fn finding(rule: &Rule, event: &Event, policy: &Policy, evidence: String) -> Finding {
    let allowance = policy.allowance(rule, event);
    let verdict = match allowance {
        Some(_) => Verdict::Allow,
        None => policy.verdict(rule),
    };
    Finding {
        id: FindingId::of(event.key, &rule.id),
        event: event.key,
        at: event.at,
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        verdict,
        reason: rule.reason.replace("{evidence}", &evidence),
        evidence,
        techniques: rule.techniques.clone(),
        allowed_by: allowance.map(|allowance| allowance.finding.clone()),
    }
}

/// Names and ids are how people and other rules speak of a rule.
fn unique(rules: &[Rule]) -> Result<(), LoadError> {
    let mut seen: HashMap<&str, &Rule> = HashMap::new();
    for rule in rules {
        for name in [rule.id.as_str(), rule.uuid.as_str()] {
            if let Some(first) = seen.insert(name, rule) {
                return Err(LoadError::Rule {
                    file: rule.file.clone(),
                    line: rule.line,
                    rule: rule.id.0.clone(),
                    problem: Box::new(Problem::Duplicate {
                        name: name.to_owned(),
                        file: first.file.clone(),
                    }),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
