//! The `detection` of a rule: selections of fields and values, compiled once.
//!
//! **Invariant:** after compiling, no field is looked up by its name.

mod compile;
mod test;

pub(crate) use compile::{Compiler, Dialect};
pub(crate) use test::Test;

use crate::condition::{Condition, Truth};
use crate::error::Problem;
use crate::view::View;
use crate::yaml::{Entry, Node, Position, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Selections, and the condition over them.
#[derive(Debug)]
pub(crate) struct Detection {
    pub(crate) selections: Vec<Selection>,
    pub(crate) condition: Condition,
    /// The selections' names, and where they stand.
    pub(crate) names: Vec<Name>,
    /// Names of fields that are never there.
    pub(crate) absent: Vec<String>,
}

/// A selection: one of its alternatives must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Selection {
    pub(crate) alternatives: Vec<Vec<Arc<Test>>>,
}

/// A selection's name, and where it stands.
type Name = (String, Position);

/// A problem, and where it stands.
pub(crate) type Located = (Position, Problem);

/// What is done about a selection that the condition never asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unused {
    Refused,
    Kept,
}

impl Detection {
    /// Compiles the `detection` of a rule.
    pub(crate) fn compile(
        node: &Node<'_>,
        mut compiler: Compiler<'_>,
        unused: Unused,
    ) -> Result<Detection, Located> {
        let (selections, names) = compiler.selections(node, &["condition"])?;
        let condition = conditions(node, &names)?;
        let mut detection = Detection {
            selections,
            condition,
            names,
            absent: compiler.absent.into_iter().collect(),
        };
        if unused == Unused::Refused
            && let Some((name, at)) = detection.unused().next()
        {
            return Err((*at, Problem::UnusedSelection(name.clone())));
        }
        detection.sort();
        Ok(detection)
    }

    /// Narrows the rule by a filter, which must hold too.
    pub(crate) fn filter(
        &mut self,
        node: &Node<'_>,
        mut compiler: Compiler<'_>,
    ) -> Result<(), Located> {
        let (selections, names) = compiler.selections(node, &["condition", "rules"])?;
        let mut condition = conditions(node, &names)?;
        condition.shift(self.selections.len());
        self.selections.extend(selections);
        self.names.extend(names);
        self.absent.extend(compiler.absent);
        let before = std::mem::replace(&mut self.condition, Condition::All(Vec::new()));
        self.condition = before.and(condition);
        self.sort();
        Ok(())
    }

    /// What is cheap to judge comes first.
    fn sort(&mut self) {
        for selection in &mut self.selections {
            for tests in &mut selection.alternatives {
                tests.sort_by_key(|test| test.cost());
            }
        }
        let costs: Vec<u32> = self.selections.iter().map(Selection::cost).collect();
        self.condition
            .cheap_first(&|place| costs.get(place).copied().unwrap_or(0));
    }

    /// The selections that the condition never asks for.
    pub(crate) fn unused(&self) -> impl Iterator<Item = &(String, Position)> {
        let mut used = BTreeSet::new();
        self.condition.collect(&mut used);
        let named = self.names.iter().enumerate();
        named
            .filter(move |(place, _)| !used.contains(place))
            .map(|(_, name)| name)
    }

    /// What can be said of it before there is an event.
    pub(crate) fn truth(&self) -> Truth {
        self.condition.fold(&|place| {
            let selection = self.selections.get(place);
            selection.map_or(Truth::Never, Selection::truth)
        })
    }

    /// Says whether a record of an event matches.
    pub(crate) fn matches(&self, view: &View<'_, '_>) -> bool {
        self.condition.holds(&|place| {
            self.selections
                .get(place)
                .is_some_and(|selection| selection.matches(view))
        })
    }
}

/// The condition, or several of which one must hold.
fn conditions(node: &Node<'_>, names: &[(String, Position)]) -> Result<Condition, Located> {
    let Some(found) = node.get("condition") else {
        return Err((node.at, Problem::Missing("detection.condition")));
    };
    let nodes = match &found.value {
        Value::List(nodes) if !nodes.is_empty() => nodes.as_slice(),
        _ => std::slice::from_ref(found),
    };
    let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    let mut conditions = Vec::new();
    for node in nodes {
        let Value::Text(text) = &node.value else {
            let key = "detection.condition".to_owned();
            let wanted = "one line of text, or a list of such lines";
            return Err((node.at, Problem::Wrong { key, wanted }));
        };
        conditions.push(Condition::read(text, &names).map_err(|problem| (node.at, problem))?);
    }
    Ok(Condition::one_of(conditions))
}

impl Selection {
    fn matches(&self, view: &View<'_, '_>) -> bool {
        self.alternatives
            .iter()
            .any(|tests| tests.iter().all(|test| test.holds(view)))
    }

    fn truth(&self) -> Truth {
        let alternatives = self.alternatives.iter();
        Truth::any(alternatives.map(|tests| Truth::all(tests.iter().map(|test| test.truth()))))
    }

    fn cost(&self) -> u32 {
        let tests = self.alternatives.iter().flatten();
        tests.map(|test| test.cost()).max().unwrap_or(0)
    }
}

impl Compiler<'_> {
    /// Compiles all selections of a map, but for the keys that are none.
    fn selections(
        &mut self,
        node: &Node<'_>,
        others: &[&str],
    ) -> Result<(Vec<Selection>, Vec<Name>), Located> {
        let Value::Map(entries) = &node.value else {
            let key = "detection".to_owned();
            let wanted = "a map of selections and a `condition`";
            return Err((node.at, Problem::Wrong { key, wanted }));
        };
        let mut names = Vec::new();
        let mut selections = Vec::new();
        for Entry { key, at, node } in entries {
            if key == "timeframe" {
                let what = "`timeframe`";
                let instead = "write a `correlation` with a `timespan`";
                return Err((*at, Problem::Old { what, instead }));
            }
            if !others.contains(&key.as_ref()) {
                selections.push(self.selection(key, *at, node)?);
                names.push((key.to_string(), *at));
            }
        }
        Ok((selections, names))
    }
}

#[cfg(test)]
mod tests;
