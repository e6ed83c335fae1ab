//! One test of a selection: a field, and what it must be.

use crate::condition::Truth;
use crate::field::Field;
use crate::modifier::Need;
use crate::pattern::{Case, Pattern, Place, in_case};
use crate::view::View;

/// One test of a selection; all of an alternative must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// The field has a value that matches.
    Field {
        field: Field,
        patterns: Vec<Pattern>,
        need: Need,
        /// `null` was among the values: an absent field holds too.
        or_absent: bool,
    },
    /// The field is there, or is not.
    Exists { field: Field, wanted: bool },
    /// These stand anywhere in one of the fields.
    Keyword {
        fields: Vec<Field>,
        patterns: Vec<Pattern>,
        need: Need,
    },
    /// The field has a value that another field has too.
    Same {
        field: Field,
        other: Field,
        place: Place,
        case: Case,
        need: Need,
    },
    /// A field that is never there, and whether its absence is what is wanted.
    Absent { holds: bool },
}

impl Test {
    /// Says whether the value of a field decides something in it.
    pub(crate) fn reads(&self, wanted: Field) -> bool {
        match self {
            Test::Field { field, .. } | Test::Exists { field, .. } => *field == wanted,
            Test::Keyword { fields, .. } => fields.contains(&wanted),
            Test::Same { field, other, .. } => *field == wanted || *other == wanted,
            Test::Absent { .. } => false,
        }
    }

    /// Says whether it holds for a record.
    pub(crate) fn holds(&self, view: &View<'_, '_>) -> bool {
        match self {
            Test::Absent { holds } => *holds,
            Test::Exists { field, wanted } => view.values(*field).is_empty() != *wanted,
            Test::Keyword {
                fields,
                patterns,
                need,
            } => {
                let found = |pattern: &Pattern| {
                    let mut fields = fields.iter();
                    fields.any(|field| view.values(*field).iter().any(|text| pattern.matches(text)))
                };
                match need {
                    Need::Any => patterns.iter().any(found),
                    Need::All => patterns.iter().all(found),
                    Need::Other => !patterns.iter().any(found),
                }
            }
            Test::Same {
                field,
                other,
                place,
                case,
                need,
            } => {
                let others = view.values(*other);
                let mut values = view.values(*field).iter();
                values.any(|text| {
                    let same = others
                        .iter()
                        .any(|other| place.holds(in_case(text, *case), in_case(other, *case)));
                    same == (*need != Need::Other)
                })
            }
            Test::Field {
                field,
                patterns,
                need,
                or_absent,
            } => {
                let values = view.values(*field);
                if values.is_empty() {
                    return *or_absent;
                }
                let matched = |pattern: &Pattern| values.iter().any(|text| pattern.matches(text));
                match need {
                    Need::Any => patterns.iter().any(matched),
                    Need::All => !patterns.is_empty() && patterns.iter().all(matched),
                    Need::Other => values
                        .iter()
                        .any(|text| !patterns.iter().any(|pattern| pattern.matches(text))),
                }
            }
        }
    }

    /// What can be said of it before there is an event.
    pub(crate) fn truth(&self) -> Truth {
        match self {
            Test::Absent { holds: true } => Truth::Always,
            Test::Absent { holds: false } => Truth::Never,
            _ => Truth::Depends,
        }
    }

    /// How much it costs to judge, roughly.
    pub(crate) fn cost(&self) -> u32 {
        match self {
            Test::Absent { .. } | Test::Exists { .. } => 0,
            Test::Keyword { .. } => 4,
            Test::Same { .. } => 2,
            Test::Field { patterns, .. } => patterns.iter().map(Pattern::cost).max().unwrap_or(0),
        }
    }

    /// Says whether all records of an event give the same answer.
    pub(crate) fn is_common(&self) -> bool {
        match self {
            Test::Field { field, .. } | Test::Exists { field, .. } => field.is_common(),
            Test::Same { field, other, .. } => field.is_common() && other.is_common(),
            Test::Keyword { fields, .. } => fields.iter().all(|field| field.is_common()),
            Test::Absent { .. } => true,
        }
    }
}
