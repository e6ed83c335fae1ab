//! A detection as a formula over atoms, and what it cannot hold without.

use super::State;
use super::atoms::Builder;
use crate::condition::{Condition, Truth};
use crate::detection::{Detection, Selection, Test};
use crate::field::Field;
use crate::modifier::Need;
use crate::pattern::Pattern;
use crate::view::View;
use std::sync::Arc;

/// How many atoms are looked up in the time of a test that atoms do not decide.
const TEST: usize = 100;

/// What must be so of a record.
#[derive(Debug)]
pub(super) enum Formula {
    Always,
    Never,
    /// One of these atoms is set.
    AnyAtom(Vec<u32>),
    /// All of these atoms are set.
    AllAtoms(Vec<u32>),
    /// A test that atoms do not decide.
    Test(Guarded),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// A test that is only made when one of its atoms is set.
#[derive(Debug)]
pub(super) struct Guarded {
    /// `None`: it must always be made.
    atoms: Option<Vec<u32>>,
    test: Arc<Test>,
    /// Where the answer is kept, if it is the same for all records of the event.
    memo: Option<usize>,
}

/// Atoms of which one must be set, and what it costs to wait for them.
pub(super) struct Required {
    pub(super) atoms: Vec<u32>,
    cost: f64,
}

impl Formula {
    /// Compiles a detection.
    pub(super) fn new(detection: &Detection, builder: &mut Builder, memos: &mut usize) -> Formula {
        let mut compiler = Compiler { builder, memos };
        compiler.condition(&detection.condition, &detection.selections)
    }

    /// Says whether it holds for a record whose atoms are set.
    pub(super) fn holds(&self, view: &View<'_, '_>, state: &mut State) -> bool {
        match self {
            Formula::Always => true,
            Formula::Never => false,
            Formula::AnyAtom(atoms) => atoms.iter().any(|atom| state.is_set(*atom)),
            Formula::AllAtoms(atoms) => atoms.iter().all(|atom| state.is_set(*atom)),
            Formula::Not(inner) => !inner.holds(view, state),
            Formula::All(parts) => parts.iter().all(|part| part.holds(view, state)),
            Formula::Any(parts) => parts.iter().any(|part| part.holds(view, state)),
            Formula::Test(guarded) => guarded.holds(view, state),
        }
    }

    /// About how much work it is to find out whether it holds: what is quick is tried first.
    fn work(&self) -> usize {
        match self {
            Formula::Always | Formula::Never => 0,
            Formula::AnyAtom(atoms) | Formula::AllAtoms(atoms) => atoms.len(),
            Formula::Test(_) => TEST,
            Formula::Not(inner) => inner.work(),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().map(Formula::work).sum(),
        }
    }

    /// The atoms of which one must be set, the cheapest to wait for; `None` if none need be.
    pub(super) fn required(&self, cost: &impl Fn(u32) -> f64) -> Option<Required> {
        let all_of = |atoms: &[u32]| Required {
            atoms: atoms.to_vec(),
            cost: atoms.iter().map(|atom| cost(*atom)).sum(),
        };
        match self {
            Formula::Never => Some(all_of(&[])),
            Formula::Always | Formula::Not(_) => None,
            Formula::AnyAtom(atoms) => Some(all_of(atoms)),
            Formula::AllAtoms(atoms) => {
                let single = atoms.iter().map(|atom| all_of(&[*atom]));
                single.min_by(|one, other| one.cost.total_cmp(&other.cost))
            }
            Formula::Test(guarded) => guarded.atoms.as_deref().map(all_of),
            Formula::All(parts) => {
                let parts = parts.iter().filter_map(|part| part.required(cost));
                parts.min_by(|one, other| one.cost.total_cmp(&other.cost))
            }
            Formula::Any(parts) => {
                let mut together = all_of(&[]);
                for part in parts {
                    let part = part.required(cost)?;
                    together.atoms.extend(part.atoms);
                    together.cost += part.cost;
                }
                Some(together)
            }
        }
    }
}

impl Guarded {
    fn holds(&self, view: &View<'_, '_>, state: &mut State) -> bool {
        if let Some(atoms) = &self.atoms
            && !atoms.iter().any(|atom| state.is_set(*atom))
        {
            return false;
        }
        let Some(memo) = self.memo else {
            return self.test.holds(view);
        };
        if let Some(Some(known)) = state.memos.get(memo) {
            return *known;
        }
        let holds = self.test.holds(view);
        if let Some(memo) = state.memos.get_mut(memo) {
            *memo = Some(holds);
        }
        holds
    }
}

struct Compiler<'b> {
    builder: &'b mut Builder,
    memos: &'b mut usize,
}

impl Compiler<'_> {
    fn condition(&mut self, condition: &Condition, selections: &[Selection]) -> Formula {
        match condition {
            Condition::Selection(place) => match selections.get(*place) {
                Some(selection) => self.selection(selection),
                None => Formula::Never,
            },
            Condition::Not(inner) => match self.condition(inner, selections) {
                Formula::Always => Formula::Never,
                Formula::Never => Formula::Always,
                inner => Formula::Not(Box::new(inner)),
            },
            Condition::All(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, selections));
                all(parts.collect())
            }
            Condition::Any(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, selections));
                any(parts.collect())
            }
        }
    }

    fn selection(&mut self, selection: &Selection) -> Formula {
        let alternatives = selection.alternatives.iter();
        let formulas = alternatives.map(|tests| {
            let tests = tests.iter().map(|test| self.test(test));
            all(tests.collect())
        });
        any(formulas.collect())
    }

    fn test(&mut self, test: &Arc<Test>) -> Formula {
        match test.truth() {
            Truth::Always => return Formula::Always,
            Truth::Never => return Formula::Never,
            Truth::Depends => {}
        }
        match test.as_ref() {
            Test::Field {
                field,
                patterns,
                need: need @ (Need::Any | Need::All),
                or_absent,
            } => {
                let found = self.patterns(&[*field], patterns, *need);
                if !or_absent {
                    return found;
                }
                let absent = Arc::new(Test::Exists {
                    field: *field,
                    wanted: false,
                });
                any(vec![found, self.guarded(None, &absent)])
            }
            Test::Keyword {
                fields,
                patterns,
                need: need @ (Need::Any | Need::All),
            } => self.patterns(fields, patterns, *need),
            _ => self.guarded(None, test),
        }
    }

    /// Patterns of which one or all must be found in one of the fields.
    fn patterns(&mut self, fields: &[Field], patterns: &[Pattern], need: Need) -> Formula {
        if patterns.is_empty() {
            return Formula::Never;
        }
        let formulas = patterns.iter().map(|pattern| {
            let in_fields = fields.iter().map(|field| self.pattern(*field, pattern));
            any(in_fields.collect())
        });
        let formulas: Vec<Formula> = formulas.collect();
        match need {
            Need::All => all(formulas),
            Need::Any | Need::Other => any(formulas),
        }
    }

    fn pattern(&mut self, field: Field, pattern: &Pattern) -> Formula {
        if let Some(atom) = self.builder.of_pattern(field, pattern) {
            return Formula::AnyAtom(vec![atom]);
        }
        let atoms = self.builder.required_by(field, pattern);
        let test = Arc::new(Test::Field {
            field,
            patterns: vec![pattern.clone()],
            need: Need::Any,
            or_absent: false,
        });
        self.guarded(atoms, &test)
    }

    fn guarded(&mut self, atoms: Option<Vec<u32>>, test: &Arc<Test>) -> Formula {
        let memo = test.is_common().then(|| {
            *self.memos += 1;
            *self.memos - 1
        });
        Formula::Test(Guarded {
            atoms,
            test: Arc::clone(test),
            memo,
        })
    }
}

/// All of them; atoms are drawn together.
fn all(parts: Vec<Formula>) -> Formula {
    let mut atoms = Vec::new();
    let mut others = Vec::new();
    for part in parts {
        match part {
            Formula::Never => return Formula::Never,
            Formula::Always => {}
            Formula::AllAtoms(more) => atoms.extend(more),
            Formula::AnyAtom(one) if one.len() == 1 => atoms.extend(one),
            Formula::All(more) => others.extend(more),
            other => others.push(other),
        }
    }
    if !atoms.is_empty() {
        others.push(Formula::AllAtoms(atoms));
    }
    others.sort_by_key(Formula::work);
    match others.pop() {
        None => Formula::Always,
        Some(only) if others.is_empty() => only,
        Some(last) => {
            others.push(last);
            Formula::All(others)
        }
    }
}

/// One of them; atoms are drawn together.
fn any(parts: Vec<Formula>) -> Formula {
    let mut atoms = Vec::new();
    let mut others = Vec::new();
    for part in parts {
        match part {
            Formula::Always => return Formula::Always,
            Formula::Never => {}
            Formula::AnyAtom(more) => atoms.extend(more),
            Formula::AllAtoms(one) if one.len() == 1 => atoms.extend(one),
            Formula::Any(more) => others.extend(more),
            other => others.push(other),
        }
    }
    if !atoms.is_empty() {
        others.push(Formula::AnyAtom(atoms));
    }
    others.sort_by_key(Formula::work);
    match others.pop() {
        None => Formula::Never,
        Some(only) if others.is_empty() => only,
        Some(last) => {
            others.push(last);
            Formula::Any(others)
        }
    }
}
