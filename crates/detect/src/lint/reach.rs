//! Whether a detection can hold at all, as far as its text tells.

use crate::detection::{Detection, Selection, Test};
use crate::field::Field;
use crate::modifier::Need;
use crate::pattern::{Pattern, Place};
use std::collections::{BTreeSet, HashMap};

/// Most selections for which every combination is tried.
const MOST: usize = 12;

/// Says whether no combination of selections makes the condition hold.
pub(super) fn contradicts(detection: &Detection) -> bool {
    let mut used = BTreeSet::new();
    detection.condition.collect(&mut used);
    let used: Vec<usize> = used.into_iter().collect();
    if used.len() > MOST {
        return false;
    }
    !(0u32..1 << used.len()).any(|combination| {
        let holds = |place: usize| {
            let bit = used.iter().position(|one| *one == place);
            bit.is_some_and(|bit| combination >> bit & 1 == 1)
        };
        let chosen = used.iter().filter(|place| holds(**place));
        let chosen: Vec<&Selection> = chosen
            .filter_map(|place| detection.selections.get(*place))
            .collect();
        detection.condition.holds(&holds) && can_hold_together(&chosen)
    })
}

/// Fields that have one value at most: two different whole values contradict each other.
fn is_single(field: Field) -> bool {
    matches!(
        field,
        Field::Program
            | Field::Tool
            | Field::Does
            | Field::Kind
            | Field::Agent
            | Field::Access
            | Field::Class
            | Field::By
            | Field::Host
            | Field::Path
            | Field::FullPath
            | Field::FileName
            | Field::Manager
            | Field::Package
    )
}

/// Says whether the selections with one alternative each ask for values that go together.
fn can_hold_together(selections: &[&Selection]) -> bool {
    let mut allowed: HashMap<Field, BTreeSet<&str>> = HashMap::new();
    for selection in selections {
        let [tests] = selection.alternatives.as_slice() else {
            continue;
        };
        for test in tests {
            let Some((field, values)) = whole_values(test) else {
                continue;
            };
            match allowed.get_mut(&field) {
                Some(known) => known.retain(|value| values.contains(value)),
                None => {
                    allowed.insert(field, values);
                }
            }
        }
    }
    allowed.values().all(|values| !values.is_empty())
}

/// The whole values of which a field with one value must have one.
fn whole_values(test: &Test) -> Option<(Field, BTreeSet<&str>)> {
    let Test::Field {
        field,
        patterns,
        need: Need::Any,
        or_absent: false,
    } = test
    else {
        return None;
    };
    if !is_single(*field) {
        return None;
    }
    let values = patterns.iter().map(|pattern| match pattern {
        Pattern::Text {
            text,
            place: Place::Whole,
            case: crate::pattern::Case::Ignored,
        } => Some(text.as_str()),
        _ => None,
    });
    Some((*field, values.collect::<Option<BTreeSet<&str>>>()?))
}

/// An expression that may begin anywhere.
pub(super) fn loose_expression(detection: &Detection) -> Option<&str> {
    let selections = detection.selections.iter();
    let tests = selections.flat_map(|selection| selection.alternatives.iter().flatten());
    let patterns = tests.flat_map(|test| match test.as_ref() {
        Test::Field { patterns, .. } | Test::Keyword { patterns, .. } => patterns.as_slice(),
        Test::Exists { .. } | Test::Same { .. } | Test::Absent { .. } => &[],
    });
    let mut expressions = patterns.filter_map(|pattern| match pattern {
        Pattern::Regex(regex) if regex.is_unanchored() => Some(regex.source()),
        _ => None,
    });
    expressions.next()
}
