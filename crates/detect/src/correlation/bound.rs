//! Correlations bound to their rules, and what a match means to them.
//!
//! **Invariant:** correlations come after what they speak of, and never lead back to themselves.

use super::{Definition, Kind};
use crate::error::{LoadError, Problem};
use crate::field::Field;
use crate::rule::{Counts, Logic, Rule};
use crate::view::View;
use std::collections::{BTreeSet, HashMap};

/// Most groups that one match belongs to.
const MOST_GROUPS_OF_A_MATCH: usize = 16;
/// Longest evidence that is kept of a step, in characters.
const LONGEST_EVIDENCE: usize = 80;

/// All correlations of a rule set.
#[derive(Debug, Default)]
pub(crate) struct Correlations {
    pub(super) list: Vec<Bound>,
    /// For each rule that is a step, the correlations it is a step of.
    by_rule: HashMap<usize, Vec<Use>>,
    /// Rules that only speak through a correlation.
    silent: BTreeSet<usize>,
}

/// One correlation.
#[derive(Debug)]
pub(super) struct Bound {
    /// Its place among all rules.
    pub(super) rule: usize,
    pub(super) kind: Shape,
    pub(super) print: String,
    pub(super) span: i64,
    pub(super) bounds: super::Bounds,
    pub(super) steps: usize,
    /// Whether its steps must come from one session.
    pub(super) in_session: bool,
    pub(super) silent: bool,
}

/// How the steps of a correlation are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    EventCount,
    ValueCount,
    Temporal,
    TemporalOrdered,
}

/// One way in which a rule is a step.
#[derive(Debug)]
struct Use {
    correlation: usize,
    position: usize,
    group: Vec<Option<Field>>,
    values: Vec<Option<Field>>,
}

/// What the matches of an event mean to correlations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps(pub(super) Vec<Step>);

impl Steps {
    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A rule that matched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matched {
    /// Its place among all rules.
    pub(crate) place: usize,
    pub(crate) counts: Counts,
}

/// What is kept of a match.
struct Match {
    evidence: String,
    counts: Counts,
}

/// A match that is a step of a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) correlation: usize,
    pub(super) position: usize,
    /// A hash of the values that the correlation groups by.
    pub(super) group: u128,
    /// A hash of the values that it counts.
    pub(super) value: u128,
    pub(super) counts: Counts,
    pub(super) evidence: String,
    /// What it means if this step completes the correlation.
    pub(super) then: Vec<Step>,
}

impl Correlations {
    /// Binds every correlation among the rules; each problem leaves one of them out.
    pub(crate) fn bind(rules: &[Rule], problems: &mut Vec<(usize, LoadError)>) -> Correlations {
        let mut binder = Binder {
            rules,
            found: Correlations::default(),
            states: HashMap::new(),
        };
        for (place, rule) in rules.iter().enumerate() {
            if rule.correlation().is_some()
                && let Err(error) = binder.bind(place)
            {
                problems.push((place, error));
            }
        }
        binder.found.hush(rules);
        binder.found
    }

    /// Says whether a rule only speaks through a correlation.
    pub(crate) fn is_silent(&self, rule: usize) -> bool {
        self.silent.contains(&rule)
    }

    /// What the match of a rule means to them.
    pub(crate) fn steps(&self, rule: Matched, view: &View<'_, '_>, steps: &mut Steps) {
        let mut matched = None;
        for used in self.by_rule.get(&rule.place).into_iter().flatten() {
            let matched = matched.get_or_insert_with(|| Match {
                evidence: view.evidence().chars().take(LONGEST_EVIDENCE).collect(),
                counts: rule.counts,
            });
            self.add(used, view, matched, &mut steps.0);
        }
    }

    fn add(&self, used: &Use, view: &View<'_, '_>, matched: &Match, steps: &mut Vec<Step>) {
        let mut then = Vec::new();
        let rule = self.list.get(used.correlation).map(|bound| bound.rule);
        for next in rule
            .and_then(|rule| self.by_rule.get(&rule))
            .into_iter()
            .flatten()
        {
            self.add(next, view, matched, &mut then);
        }
        let groups = combinations(&used.group, view);
        for value in combinations(&used.values, view) {
            for group in &groups {
                steps.push(Step {
                    correlation: used.correlation,
                    position: used.position,
                    group: *group,
                    value,
                    counts: matched.counts,
                    evidence: matched.evidence.clone(),
                    then: then.clone(),
                });
            }
        }
    }

    /// Finds out which rules only speak through a correlation: those with `alone: false`, and
    /// stock rules that are steps of correlations without `generate`.
    fn hush(&mut self, rules: &[Rule]) {
        for (place, rule) in rules.iter().enumerate() {
            let generates = |used: &Use| {
                let bound = self.list.get(used.correlation);
                let definition = bound.and_then(|bound| rules.get(bound.rule)?.correlation());
                definition.is_some_and(|definition| definition.generate)
            };
            let uses = self.by_rule.get(&place);
            let only_a_step = uses.is_some_and(|uses| !uses.iter().any(generates));
            if !rule.alone || (!rule.has_block && only_a_step) {
                self.silent.insert(place);
            }
        }
        for bound in &mut self.list {
            bound.silent = self.silent.contains(&bound.rule);
        }
    }
}

/// A hash of each combination of the values of the fields.
fn combinations(fields: &[Option<Field>], view: &View<'_, '_>) -> Vec<u128> {
    if fields.is_empty() {
        return vec![0];
    }
    let mut hashes = Vec::new();
    combine(fields, view, &mut Vec::new(), &mut hashes);
    hashes
}

/// Adds each value of the first field to what stands before it, and goes on with the others.
fn combine(
    fields: &[Option<Field>],
    view: &View<'_, '_>,
    before: &mut Vec<u8>,
    hashes: &mut Vec<u128>,
) {
    let Some((field, others)) = fields.split_first() else {
        hashes.push(shortened(&blake3::hash(before)));
        return;
    };
    let length = before.len();
    let mut with = |text: &str| {
        if hashes.len() < MOST_GROUPS_OF_A_MATCH {
            before.extend_from_slice(&text.len().to_le_bytes());
            before.extend_from_slice(text.as_bytes());
            combine(others, view, before, hashes);
            before.truncate(length);
        }
    };
    let texts = field.map_or(&[][..], |field| view.values(field));
    if texts.is_empty() {
        with("");
    }
    for text in texts {
        with(text.lower());
    }
}

/// Half of a hash: enough that nobody finds two values with the same one.
fn shortened(hash: &blake3::Hash) -> u128 {
    let half = hash.as_bytes().first_chunk().copied();
    half.map_or(0, u128::from_le_bytes)
}

/// How far the binding of a correlation has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Begun,
    Bound,
    Broken,
}

struct Binder<'r> {
    rules: &'r [Rule],
    found: Correlations,
    states: HashMap<usize, Progress>,
}

impl Binder<'_> {
    fn bind(&mut self, place: usize) -> Result<(), LoadError> {
        let Some(rule) = self.rules.get(place) else {
            return Ok(());
        };
        let Logic::Correlation(definition) = &rule.logic else {
            return Ok(());
        };
        match self.states.get(&place) {
            Some(Progress::Bound) => return Ok(()),
            Some(Progress::Begun) => return Err(rule.error(Problem::Circle(rule.id.0.clone()))),
            Some(Progress::Broken) => {
                return Err(rule.error(Problem::NoSuchRule(rule.id.0.clone())));
            }
            None => {}
        }
        self.states.insert(place, Progress::Begun);
        let bound = self.bind_steps(place, rule, definition);
        let progress = match bound {
            Ok(()) => Progress::Bound,
            Err(_) => Progress::Broken,
        };
        self.states.insert(place, progress);
        bound
    }

    fn bind_steps(
        &mut self,
        place: usize,
        rule: &Rule,
        definition: &Definition,
    ) -> Result<(), LoadError> {
        let mut uses: Vec<(usize, Use)> = Vec::new();
        for (position, (name, at)) in definition.rules.iter().enumerate() {
            let found = self.rules.iter().position(|rule| rule.is_called(name));
            let Some(step) = found else {
                return Err(rule.error_at(*at, Problem::NoSuchRule(name.clone())));
            };
            if step == place || self.states.get(&step) == Some(&Progress::Begun) {
                return Err(rule.error_at(*at, Problem::Circle(name.clone())));
            }
            if uses.iter().any(|(known, _)| *known == step) {
                return Err(rule.error_at(*at, twice()));
            }
            self.bind(step)?;
            uses.push((step, self.used(definition, position, name, step, rule)?));
        }
        let correlation = self.found.list.len();
        for (step, used) in uses {
            let used = Use {
                correlation,
                ..used
            };
            self.found.by_rule.entry(step).or_default().push(used);
        }
        self.found.list.push(Bound {
            rule: place,
            kind: match definition.kind {
                Kind::EventCount => Shape::EventCount,
                Kind::ValueCount(_) => Shape::ValueCount,
                Kind::Temporal => Shape::Temporal,
                Kind::TemporalOrdered => Shape::TemporalOrdered,
            },
            print: definition.print(),
            span: definition.span,
            bounds: definition.bounds,
            steps: definition.rules.len(),
            in_session: definition.group_by.is_empty()
                || definition.group_by.iter().any(|field| field == "session"),
            silent: false,
        });
        Ok(())
    }

    /// Looks up the fields that a step is grouped and counted by.
    fn used(
        &self,
        definition: &Definition,
        position: usize,
        name: &str,
        step: usize,
        rule: &Rule,
    ) -> Result<Use, LoadError> {
        let fields = |names: &[String]| -> Result<Vec<Option<Field>>, LoadError> {
            let mut fields = Vec::new();
            for wanted in names {
                let wanted = match definition.aliases.get(wanted) {
                    Some(by_rule) => match self.alias(by_rule, name, step) {
                        Some(field) => field,
                        None => continue,
                    },
                    None => wanted,
                };
                fields.push(
                    self.field(step, wanted)
                        .map_err(|problem| rule.error(problem))?,
                );
            }
            Ok(fields)
        };
        Ok(Use {
            correlation: 0,
            position,
            group: fields(&definition.group_by)?,
            values: match &definition.kind {
                Kind::ValueCount(names) => fields(names)?,
                Kind::EventCount | Kind::Temporal | Kind::TemporalOrdered => Vec::new(),
            },
        })
    }

    /// The field that an alias stands for in a rule, by whichever of its names.
    fn alias<'d>(
        &self,
        by_rule: &'d std::collections::BTreeMap<String, String>,
        name: &str,
        step: usize,
    ) -> Option<&'d String> {
        let rule = self.rules.get(step)?;
        by_rule
            .iter()
            .find(|(called, _)| called.as_str() == name || rule.is_called(called))
            .map(|(_, field)| field)
    }

    /// A field of a rule's records. What a correlation completes with is a record of one of its
    /// rules, so its fields are those of any of them.
    fn field(&self, step: usize, name: &str) -> Result<Option<Field>, Problem> {
        let Some(rule) = self.rules.get(step) else {
            return Ok(None);
        };
        match &rule.logic {
            Logic::Detection(_) => match rule.category.field(name) {
                Some(field) => Ok(Some(field)),
                None if rule.has_block => Err(Problem::UnknownField {
                    field: name.to_owned(),
                    known: rule.category.field_names(),
                }),
                None => Ok(None),
            },
            Logic::Correlation(inner) => {
                for (called, _) in &inner.rules {
                    let found = self.rules.iter().position(|rule| rule.is_called(called));
                    if let Some(Some(field)) = found.and_then(|place| self.field(place, name).ok())
                    {
                        return Ok(Some(field));
                    }
                }
                Ok(None)
            }
        }
    }
}

fn twice() -> Problem {
    Problem::Wrong {
        key: "rules".to_owned(),
        wanted: "different rules; `event_count` counts one that matches again",
    }
}
