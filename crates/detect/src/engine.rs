//! All rules at once: each text of a record is read once, and only rules that could match are tried.
//!
//! Every literal of every rule is an *atom*: whole values stand in a table of their field, all
//! others in one automaton of their field. A record's texts set the atoms that stand in them; each
//! rule is a formula over atoms, and is tried only when an atom is set without which it cannot
//! hold. Rules with the same detection share one formula.
//!
//! **Invariant:** the answer is the one of [`Detection::matches`], for every rule and record.

mod atoms;
mod formula;

use crate::condition::Condition;
use crate::detection::{Detection, Selection};
use crate::field::{Category, Field, Kind};
use crate::view::{Records, View};
use atoms::{AtomTable, Builder, Scratch};
use formula::Formula;
use std::collections::{BTreeSet, HashMap};

/// Rules, ready for many events.
#[derive(Debug)]
pub(crate) struct Engine {
    atoms: AtomTable,
    units: Vec<Unit>,
    /// For each atom, the units that may hold when it is set.
    by_atom: Vec<Vec<u32>>,
    /// Units that must be tried on every record of a kind.
    always: [Vec<u32>; Kind::ALL.len()],
    /// Fields of a record, besides those that all records share, that hold atoms.
    fields: [Vec<Field>; Kind::ALL.len()],
    common: Vec<Field>,
    kinds: Vec<Kind>,
    /// How many answers are the same for all records of an event.
    memos: usize,
}

/// Rules of one category with the same detection.
#[derive(Debug)]
struct Unit {
    category: Category,
    formula: Formula,
    rules: Vec<usize>,
}

/// What has been found out about an event and its record.
pub(crate) struct State {
    set: Vec<u64>,
    /// Atoms of the record, to be taken back before the next one.
    of_record: Vec<u32>,
    candidates: Vec<u32>,
    memos: Vec<Option<bool>>,
}

impl State {
    fn is_set(&self, atom: u32) -> bool {
        let word = self.set.get(atom as usize / 64).copied().unwrap_or(0);
        word >> (atom % 64) & 1 == 1
    }

    /// Sets an atom; false if it was set already.
    fn insert(&mut self, atom: u32) -> bool {
        let Some(word) = self.set.get_mut(atom as usize / 64) else {
            return false;
        };
        let bit = 1u64 << (atom % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    fn forget_record(&mut self) {
        for atom in self.of_record.drain(..) {
            if let Some(word) = self.set.get_mut(atom as usize / 64) {
                *word &= !(1u64 << (atom % 64));
            }
        }
    }
}

/// What makes two rules the same to the engine.
type Likeness<'d> = (Category, &'d Condition, &'d [Selection]);

impl Engine {
    /// Compiles detections, each with its rule's place.
    #[expect(
        clippy::mutable_key_type,
        reason = "an expression is told apart by its text, not by whether it was compiled"
    )]
    pub(crate) fn build<'d>(
        rules: impl Iterator<Item = (usize, Category, &'d Detection)>,
    ) -> Engine {
        let mut builder = Builder::default();
        let mut known: HashMap<Likeness<'d>, usize> = HashMap::new();
        let mut units: Vec<Unit> = Vec::new();
        let mut memos = 0;
        for (place, category, detection) in rules {
            let likeness = (
                category,
                &detection.condition,
                detection.selections.as_slice(),
            );
            let unit = *known.entry(likeness).or_insert_with(|| {
                units.push(Unit {
                    category,
                    formula: Formula::new(detection, &mut builder, &mut memos),
                    rules: Vec::new(),
                });
                units.len() - 1
            });
            if let Some(unit) = units.get_mut(unit) {
                unit.rules.push(place);
            }
        }
        let mut by_atom: Vec<Vec<u32>> = vec![Vec::new(); builder.count()];
        let mut always: [Vec<u32>; Kind::ALL.len()] = Default::default();
        for (number, unit) in (0u32..).zip(&units) {
            let load = |atom: u32| by_atom.get(atom as usize).map_or(0, Vec::len);
            match unit
                .formula
                .required(&|atom| builder.rarity(atom, load(atom)))
            {
                Some(required) => {
                    for atom in required.atoms {
                        if let Some(units) = by_atom.get_mut(atom as usize) {
                            units.push(number);
                        }
                    }
                }
                None => {
                    for kind in unit.category.kinds() {
                        if let Some(units) = always.get_mut(*kind as usize) {
                            units.push(number);
                        }
                    }
                }
            }
        }
        Engine::with_fields(builder, units, by_atom, always, memos)
    }

    fn with_fields(
        builder: Builder,
        units: Vec<Unit>,
        by_atom: Vec<Vec<u32>>,
        always: [Vec<u32>; Kind::ALL.len()],
        memos: usize,
    ) -> Engine {
        let used: BTreeSet<Field> = builder.fields().collect();
        let kinds: BTreeSet<Kind> = (units.iter())
            .flat_map(|unit| unit.category.kinds())
            .copied()
            .collect();
        let mut fields: [BTreeSet<Field>; Kind::ALL.len()] = Default::default();
        for unit in &units {
            for kind in unit.category.kinds() {
                let names = unit.category.field_names().into_iter();
                let own = names.filter_map(|name| unit.category.field(name));
                if let Some(fields) = fields.get_mut(*kind as usize) {
                    fields.extend(own.filter(|field| !field.is_common() && used.contains(field)));
                }
            }
        }
        Engine {
            atoms: builder.finish(),
            units,
            by_atom,
            always,
            fields: fields.map(|fields| fields.into_iter().collect()),
            common: (used.into_iter())
                .filter(|field| field.is_common())
                .collect(),
            kinds: kinds.into_iter().collect(),
            memos,
        }
    }

    /// Tells each rule that matches a record, and the record.
    pub(crate) fn each_match<'a, 'r>(
        &self,
        records: &'r Records<'a>,
        mut tell: impl FnMut(usize, &View<'a, 'r>),
    ) {
        let mut state = State {
            set: vec![0; self.by_atom.len().div_ceil(64)],
            of_record: Vec::new(),
            candidates: Vec::new(),
            memos: vec![None; self.memos],
        };
        let mut scratch = Scratch::default();
        for field in &self.common {
            records.each(*field, &mut |value| {
                self.atoms.scan(*field, &value, &mut scratch, &mut |atom| {
                    self.set(atom, &mut state, Whose::Event);
                });
            });
        }
        let of_event = std::mem::take(&mut state.candidates);
        for kind in &self.kinds {
            for view in records.of(*kind) {
                state.candidates.clone_from(&of_event);
                self.scan_record(*kind, &view, &mut state, &mut scratch);
                self.try_candidates(*kind, &view, &mut state, &mut tell);
                state.forget_record();
            }
        }
    }

    fn scan_record(
        &self,
        kind: Kind,
        view: &View<'_, '_>,
        state: &mut State,
        scratch: &mut Scratch,
    ) {
        for field in self.fields.get(kind as usize).into_iter().flatten() {
            view.each(*field, &mut |value| {
                self.atoms.scan(*field, &value, scratch, &mut |atom| {
                    self.set(atom, state, Whose::Record);
                });
            });
        }
    }

    fn set(&self, atom: u32, state: &mut State, whose: Whose) {
        if !state.insert(atom) {
            return;
        }
        if whose == Whose::Record {
            state.of_record.push(atom);
        }
        if let Some(units) = self.by_atom.get(atom as usize) {
            state.candidates.extend(units);
        }
    }

    fn try_candidates<'a, 'r>(
        &self,
        kind: Kind,
        view: &View<'a, 'r>,
        state: &mut State,
        tell: &mut impl FnMut(usize, &View<'a, 'r>),
    ) {
        let mut candidates = std::mem::take(&mut state.candidates);
        candidates.extend(self.always.get(kind as usize).into_iter().flatten());
        candidates.sort_unstable();
        candidates.dedup();
        for number in &candidates {
            let Some(unit) = self.units.get(*number as usize) else {
                continue;
            };
            if view.is_in(unit.category) && unit.formula.holds(view, state) {
                for rule in &unit.rules {
                    tell(*rule, view);
                }
            }
        }
        candidates.clear();
        state.candidates = candidates;
    }

    /// How many rules are tried on every record of some kind.
    pub(crate) fn always_tried(&self) -> impl Iterator<Item = usize> + '_ {
        let units = self.always.iter().flatten();
        let units = units.filter_map(|number| self.units.get(*number as usize));
        units.flat_map(|unit| unit.rules.iter().copied())
    }
}

/// Whose atom is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Event,
    Record,
}

#[cfg(test)]
mod tests;
