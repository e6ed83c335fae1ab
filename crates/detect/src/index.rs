//! Which rules are worth trying on a record, so that the number of rules hardly matters.
//!
//! **Invariant:** a rule that would match is always among the candidates.

use crate::condition::Condition;
use crate::detection::{Detection, Need, Selection, Test};
use crate::field::Field;
use crate::view::View;
use std::collections::{BTreeSet, HashMap};

/// Fields whose values tell rules apart, the most telling first.
const TELLING: [Field; 8] = [
    Field::Program,
    Field::Changes,
    Field::Carries,
    Field::Class,
    Field::HostClasses,
    Field::SourceClasses,
    Field::RunsWrittenBy,
    Field::Tool,
];

/// A value that a telling field must have.
type Key = (Field, String);

/// The rules of one category by what a record must have for them to match.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_key: Vec<(Field, HashMap<String, Vec<usize>>)>,
    /// Rules that ask for nothing that could be looked up.
    always: Vec<usize>,
}

impl Index {
    /// Adds a rule by its place among all rules.
    pub(crate) fn add(&mut self, place: usize, detection: &Detection) {
        let Some(keys) = needed(&detection.condition, &detection.selections) else {
            self.always.push(place);
            return;
        };
        for (field, value) in keys {
            let found = self.by_key.iter().position(|(known, _)| *known == field);
            let found = found.unwrap_or_else(|| {
                self.by_key.push((field, HashMap::new()));
                self.by_key.len() - 1
            });
            if let Some((_, values)) = self.by_key.get_mut(found) {
                values.entry(value).or_default().push(place);
            }
        }
    }

    /// Collects the rules that may match.
    pub(crate) fn candidates(&self, view: &View<'_>, candidates: &mut BTreeSet<usize>) {
        candidates.extend(&self.always);
        for (field, values) in &self.by_key {
            for text in view.values(*field) {
                if let Some(places) = values.get(text.lower()) {
                    candidates.extend(places);
                }
            }
        }
    }
}

/// Keys of which a record must have at least one for the condition to hold; `None` if unknown.
fn needed(condition: &Condition, selections: &[Selection]) -> Option<Vec<Key>> {
    match condition {
        Condition::Selection(place) => selection_keys(selections.get(*place)?),
        Condition::Not(_) => None,
        Condition::All(parts) => {
            most_telling(parts.iter().filter_map(|part| needed(part, selections)))
        }
        Condition::Any(parts) => {
            let keys: Option<Vec<Vec<Key>>> =
                parts.iter().map(|part| needed(part, selections)).collect();
            keys.map(|keys| keys.into_iter().flatten().collect())
        }
    }
}

fn selection_keys(selection: &Selection) -> Option<Vec<Key>> {
    let alternatives = selection.alternatives.iter();
    let keys: Option<Vec<Vec<Key>>> = alternatives
        .map(|tests| most_telling(tests.iter().filter_map(test_keys)))
        .collect();
    keys.map(|keys| keys.into_iter().flatten().collect())
}

fn most_telling(choices: impl Iterator<Item = Vec<Key>>) -> Option<Vec<Key>> {
    let rank = |keys: &Vec<Key>| {
        let worst = keys.iter().map(|(field, _)| {
            let place = TELLING.iter().position(|telling| telling == field);
            place.unwrap_or(TELLING.len())
        });
        (worst.max(), keys.len())
    };
    choices.min_by_key(rank)
}

fn test_keys(test: &Test) -> Option<Vec<Key>> {
    let Test::Field {
        field,
        patterns,
        need: Need::Any | Need::All,
        or_absent: false,
    } = test
    else {
        return None;
    };
    if !TELLING.contains(field) {
        return None;
    }
    let whole = patterns
        .iter()
        .map(|pattern| Some((*field, pattern.whole_text()?)));
    whole.collect()
}

#[cfg(test)]
mod tests;
