//! The literals of all rules, by field: a table of whole values, one automaton for the others.

use crate::field::Field;
use crate::pattern::{Case, Pattern, Place};
use crate::view::{Value, lower_case, lower_into};
use aho_corasick::AhoCorasick;
use foldhash::fast::FixedState;
use std::collections::HashMap;

/// A literal of a field, and where it must stand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Literal {
    field: Field,
    place: Place,
    case: Case,
    text: String,
}

/// Gathers literals, each once.
#[derive(Debug, Default)]
pub(super) struct Builder {
    numbers: HashMap<Literal, u32>,
    rarities: Vec<f64>,
}

/// Finds the atoms in a text.
#[derive(Debug)]
pub(super) struct AtomTable {
    fields: Vec<Option<FieldTable>>,
}

#[derive(Debug, Default)]
struct FieldTable {
    whole: HashMap<String, Vec<Atom>, FixedState>,
    /// The length of the longest of them.
    longest: usize,
    automaton: Option<AhoCorasick>,
    /// What each pattern of the automaton stands for.
    parts: Vec<Vec<Atom>>,
}

#[derive(Debug)]
struct Atom {
    number: u32,
    place: Place,
    /// As it is written, if upper and lower case differ.
    cased: Option<String>,
}

/// How much rarer an atom is taken to be for each rule that waits for it already.
const CROWDED: f64 = 0.25;

impl Builder {
    /// The atom of a pattern that is a plain text.
    pub(super) fn of_pattern(&mut self, field: Field, pattern: &Pattern) -> Option<u32> {
        let Pattern::Text { text, place, case } = pattern else {
            return None;
        };
        // The empty text stands everywhere: no automaton finds it.
        let everywhere = text.is_empty() && *place != Place::Whole;
        (!everywhere).then(|| self.number(field, text, *place, *case))
    }

    /// The atoms of which one is set whenever the pattern matches; `None` if none need be.
    pub(super) fn required_by(&mut self, field: Field, pattern: &Pattern) -> Option<Vec<u32>> {
        let texts = pattern.required_texts()?;
        if texts.iter().any(String::is_empty) {
            return None;
        }
        let anywhere = texts
            .iter()
            .map(|text| self.number(field, text, Place::Anywhere, Case::Ignored));
        Some(anywhere.collect())
    }

    fn number(&mut self, field: Field, text: &str, place: Place, case: Case) -> u32 {
        let literal = Literal {
            field,
            place,
            case,
            text: text.to_owned(),
        };
        let next = u32::try_from(self.rarities.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(literal).or_insert_with(|| {
            self.rarities.push(how_often(field, text, place));
            next
        })
    }

    /// How many atoms there are.
    pub(super) fn count(&self) -> usize {
        self.rarities.len()
    }

    /// What it costs to wait for an atom: how often it is set, and how many wait for it.
    pub(super) fn rarity(&self, atom: u32, waiting: usize) -> f64 {
        let often = self.rarities.get(atom as usize).copied().unwrap_or(1.0);
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        often * (1.0 + CROWDED * f64::from(waiting))
    }

    /// The fields that have atoms.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.numbers.keys().map(|literal| literal.field)
    }

    /// Compiles tables and automata.
    pub(super) fn finish(self) -> AtomTable {
        let mut fields: Vec<Option<FieldTable>> = (0..Field::COUNT).map(|_| None).collect();
        let mut parts: HashMap<(usize, String), Vec<Atom>> = HashMap::new();
        let mut literals: Vec<(Literal, u32)> = self.numbers.into_iter().collect();
        literals.sort_unstable_by_key(|(_, number)| *number);
        for (literal, number) in literals {
            let lower = lower_case(&literal.text).unwrap_or_else(|| literal.text.clone());
            let atom = Atom {
                number,
                place: literal.place,
                cased: (literal.case == Case::Heeded).then_some(literal.text),
            };
            let place = literal.field.place();
            let Some(table) = fields.get_mut(place) else {
                continue;
            };
            let table = table.get_or_insert_default();
            if atom.place == Place::Whole {
                table.longest = table.longest.max(lower.len());
                table.whole.entry(lower).or_default().push(atom);
            } else {
                parts.entry((place, lower)).or_default().push(atom);
            }
        }
        let mut by_field: HashMap<usize, Vec<(String, Vec<Atom>)>> = HashMap::new();
        for ((place, text), atoms) in parts {
            by_field.entry(place).or_default().push((text, atoms));
        }
        for (place, mut parts) in by_field {
            parts.sort_unstable_by(|one, other| one.0.cmp(&other.0));
            let (texts, atoms): (Vec<String>, Vec<Vec<Atom>>) = parts.into_iter().unzip();
            if let Some(Some(table)) = fields.get_mut(place) {
                table.automaton = AhoCorasick::new(&texts).ok();
                table.parts = atoms;
            }
        }
        AtomTable { fields }
    }
}

/// How often a literal is set, by a rough guess: it only decides what is tried, never what matches.
fn how_often(field: Field, text: &str, place: Place) -> f64 {
    let by_length = match text.len() {
        0 | 1 => 0.5,
        2 => 0.2,
        3 => 0.05,
        4 | 5 => 0.02,
        _ => 0.005,
    };
    match (place, field) {
        (
            Place::Whole,
            Field::Does
            | Field::Kind
            | Field::Access
            | Field::Agent
            | Field::Tool
            | Field::Moment
            | Field::Initiated
            | Field::Outcome,
        ) => 0.5,
        (_, Field::Kind | Field::Does | Field::Agent) => by_length,
        (Place::Whole, Field::Class | Field::HostClasses | Field::SourceClasses) => 0.05,
        (Place::Whole, Field::Carries | Field::Changes) => 0.05,
        (Place::Whole, _) => 0.01,
        (Place::Start | Place::End, _) => by_length / 2.0,
        (Place::Anywhere, _) => by_length,
    }
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    joined: String,
    lower: String,
}

impl AtomTable {
    /// Tells every atom that stands in a value of a field, some of them more than once.
    pub(super) fn scan(
        &self,
        field: Field,
        value: &Value<'_>,
        scratch: &mut Scratch,
        tell: &mut impl FnMut(u32),
    ) {
        let Some(Some(table)) = self.fields.get(field.place()) else {
            return;
        };
        let raw = value.as_text(&mut scratch.joined);
        let lower = if lower_into(raw, &mut scratch.lower) {
            &scratch.lower
        } else {
            raw
        };
        for atom in table.whole(lower) {
            if atom.cased.as_ref().is_none_or(|cased| *cased == raw) {
                tell(atom.number);
            }
        }
        let Some(automaton) = &table.automaton else {
            return;
        };
        for found in automaton.find_overlapping_iter(lower) {
            let atoms = table.parts.get(found.pattern().as_usize());
            for atom in atoms.into_iter().flatten() {
                let stands = match atom.place {
                    Place::Whole | Place::Anywhere => true,
                    Place::Start => found.start() == 0,
                    Place::End => found.end() == lower.len(),
                };
                if stands && atom.is_in(raw) {
                    tell(atom.number);
                }
            }
        }
    }
}

impl FieldTable {
    /// The atoms of a text that is a whole value.
    fn whole(&self, lower: &str) -> &[Atom] {
        // Most texts are longer than any of the values.
        if lower.len() > self.longest {
            return &[];
        }
        self.whole.get(lower).map_or(&[], Vec::as_slice)
    }
}

impl Atom {
    fn is_in(&self, raw: &str) -> bool {
        let cased = self.cased.as_ref();
        cased.is_none_or(|cased| self.place.holds(raw, cased))
    }
}
