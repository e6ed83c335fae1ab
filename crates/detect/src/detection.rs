//! The `detection` of a rule: selections of fields and values, compiled once.
//!
//! **Invariant:** after compiling, no field is looked up by its name.

use crate::condition::Condition;
use crate::error::Problem;
use crate::field::{Category, Field};
use crate::pattern::{Case, Flags, LONGEST, Order, Pattern, Place, Regexes};
use crate::view::View;
use crate::yaml::{Entry, Node, Value};
use std::collections::BTreeSet;

/// The modifiers that are understood, for messages.
const MODIFIERS: &[&str] = &[
    "contains",
    "startswith",
    "endswith",
    "all",
    "cased",
    "re",
    "i",
    "m",
    "s",
    "exists",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
];

/// Selections, and the condition over them.
#[derive(Debug)]
pub(crate) struct Detection {
    pub(crate) selections: Vec<Selection>,
    pub(crate) condition: Condition,
}

/// A selection: one of its alternatives must hold.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) alternatives: Vec<Vec<Test>>,
}

/// One test of a selection; all of an alternative must hold.
#[derive(Debug)]
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
    /// A text stands anywhere in one of these fields.
    Keyword {
        fields: Vec<Field>,
        pattern: Pattern,
    },
}

/// How patterns and the values of a field go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Some value matches some pattern.
    Any,
    /// Each pattern is matched by some value.
    All,
    /// Some value matches none of the patterns.
    Other,
}

/// A problem, and the line it stands on.
pub(crate) type Located = (usize, Problem);

impl Detection {
    /// Compiles the `detection` of a rule.
    pub(crate) fn compile(
        node: &Node<'_>,
        category: Category,
        regexes: Regexes,
    ) -> Result<Detection, Located> {
        let wrong = |key: &str, wanted| {
            let key = key.to_owned();
            (node.line, Problem::Wrong { key, wanted })
        };
        let Value::Map(entries) = &node.value else {
            return Err(wrong("detection", "a map of selections and a `condition`"));
        };
        let mut condition = None;
        let mut names = Vec::new();
        let mut selections = Vec::new();
        let compiler = Compiler { category, regexes };
        for Entry { key, node } in entries {
            if key == "condition" {
                condition = Some(node);
            } else {
                names.push(key.as_ref());
                selections.push(compiler.selection(key, node)?);
            }
        }
        let Some(condition) = condition else {
            return Err((node.line, Problem::Missing("detection.condition")));
        };
        let Value::Text(text) = &condition.value else {
            return Err(wrong("detection.condition", "one line of text"));
        };
        let condition_line = condition.line;
        let condition =
            Condition::read(text, &names).map_err(|problem| (condition_line, problem))?;
        let mut used = BTreeSet::new();
        condition.collect(&mut used);
        for (place, name) in names.iter().enumerate() {
            if !used.contains(&place) {
                let problem = Problem::UnusedSelection((*name).to_owned());
                return Err((condition_line, problem));
            }
        }
        Ok(Detection {
            selections,
            condition,
        })
    }

    /// Says whether a record of an event matches.
    pub(crate) fn matches(&self, view: &View<'_>) -> bool {
        self.condition.holds(&|place| {
            self.selections
                .get(place)
                .is_some_and(|selection| selection.matches(view))
        })
    }
}

impl Selection {
    fn matches(&self, view: &View<'_>) -> bool {
        self.alternatives
            .iter()
            .any(|tests| tests.iter().all(|test| test.holds(view)))
    }
}

impl Test {
    fn holds(&self, view: &View<'_>) -> bool {
        match self {
            Test::Exists { field, wanted } => view.values(*field).is_empty() != *wanted,
            Test::Keyword { fields, pattern } => fields
                .iter()
                .any(|field| view.values(*field).iter().any(|text| pattern.matches(text))),
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
}

struct Compiler {
    category: Category,
    regexes: Regexes,
}

impl Compiler {
    fn selection(&self, name: &str, node: &Node<'_>) -> Result<Selection, Located> {
        let alternatives = match &node.value {
            Value::Map(entries) => vec![self.tests(entries)?],
            Value::List(nodes) if !nodes.is_empty() => {
                let mut alternatives = Vec::new();
                for node in nodes {
                    alternatives.push(self.alternative(name, node)?);
                }
                alternatives
            }
            Value::Text(_) => vec![self.alternative(name, node)?],
            Value::List(_) | Value::Null => return Err(not_a_selection(name, node)),
        };
        Ok(Selection { alternatives })
    }

    fn alternative(&self, name: &str, node: &Node<'_>) -> Result<Vec<Test>, Located> {
        match &node.value {
            Value::Map(entries) => self.tests(entries),
            Value::Text(text) => {
                let pattern = text_pattern(text, Place::Anywhere, Case::Ignored);
                let pattern = pattern.map_err(|problem| (node.line, problem))?;
                let names = self.category.field_names();
                let fields: BTreeSet<Field> = names
                    .iter()
                    .filter_map(|name| self.category.field(name))
                    .collect();
                let fields = fields.into_iter().collect();
                Ok(vec![Test::Keyword { fields, pattern }])
            }
            Value::List(_) | Value::Null => Err(not_a_selection(name, node)),
        }
    }

    fn tests(&self, entries: &[Entry<'_>]) -> Result<Vec<Test>, Located> {
        if entries.is_empty() {
            let problem = Problem::Condition("an empty selection matches everything".to_owned());
            return Err((0, problem));
        }
        let mut tests = Vec::new();
        for Entry { key, node } in entries {
            let test = self.test(key, &node.value);
            tests.push(test.map_err(|problem| (node.line, problem))?);
        }
        Ok(tests)
    }

    fn test(&self, key: &str, value: &Value<'_>) -> Result<Test, Problem> {
        let mut parts = key.split('|');
        let name = parts.next().unwrap_or_default();
        let Some(field) = self.category.field(name) else {
            return Err(Problem::UnknownField {
                field: name.to_owned(),
                known: self.category.field_names(),
            });
        };
        let modifiers = Modifiers::read(key, name, parts)?;
        let values = scalars(key, value)?;
        if modifiers.exists {
            return match values.as_slice() {
                [Some("true" | "True" | "yes")] => Ok(Test::Exists {
                    field,
                    wanted: true,
                }),
                [Some("false" | "False" | "no")] => Ok(Test::Exists {
                    field,
                    wanted: false,
                }),
                _ => Err(Problem::Wrong {
                    key: key.to_owned(),
                    wanted: "true or false",
                }),
            };
        }
        let mut patterns = Vec::new();
        for text in values.iter().flatten() {
            patterns.push(self.pattern(key, text, &modifiers)?);
        }
        Ok(Test::Field {
            field,
            patterns,
            need: modifiers.need,
            or_absent: values.contains(&None),
        })
    }

    fn pattern(&self, key: &str, text: &str, modifiers: &Modifiers) -> Result<Pattern, Problem> {
        match modifiers.compare {
            Compare::Text(place, case) => text_pattern(text, place, case),
            Compare::Regex(flags) => {
                within_limit(text)?;
                Pattern::regex(text, flags, self.regexes)
            }
            Compare::Number(order) => match text.parse::<f64>() {
                Ok(than) => Ok(Pattern::Number { order, than }),
                Err(_) => Err(Problem::Wrong {
                    key: key.to_owned(),
                    wanted: "a number",
                }),
            },
        }
    }
}

fn not_a_selection(name: &str, node: &Node<'_>) -> Located {
    let problem = Problem::Wrong {
        key: format!("detection.{name}"),
        wanted: "a map of fields, a list of such maps, or a list of keywords",
    };
    (node.line, problem)
}

fn text_pattern(text: &str, place: Place, case: Case) -> Result<Pattern, Problem> {
    within_limit(text)?;
    Ok(Pattern::text(text, place, case))
}

fn within_limit(text: &str) -> Result<(), Problem> {
    if text.len() > LONGEST {
        return Err(Problem::Condition(format!(
            "a value is longer than {LONGEST} bytes"
        )));
    }
    Ok(())
}

/// The values of a key: one, or a list; `None` is null.
fn scalars<'n>(key: &str, value: &'n Value<'_>) -> Result<Vec<Option<&'n str>>, Problem> {
    let wrong = || Problem::Wrong {
        key: key.to_owned(),
        wanted: "a value or a list of values",
    };
    let nodes: Vec<&'n Value<'_>> = match value {
        Value::List(nodes) if nodes.is_empty() => return Err(wrong()),
        Value::List(nodes) => nodes.iter().map(|node| &node.value).collect(),
        single => vec![single],
    };
    let mut values = Vec::new();
    for node in nodes {
        match node {
            Value::Null => values.push(None),
            Value::Text(text) => values.push(Some(text.as_ref())),
            Value::List(_) | Value::Map(_) => return Err(wrong()),
        }
    }
    Ok(values)
}

/// What the modifiers of one key ask for together.
struct Modifiers {
    compare: Compare,
    need: Need,
    exists: bool,
}

enum Compare {
    Text(Place, Case),
    Regex(Flags),
    Number(Order),
}

impl Modifiers {
    fn read<'m>(
        key: &str,
        field: &str,
        names: impl Iterator<Item = &'m str>,
    ) -> Result<Modifiers, Problem> {
        let conflict = |why| Problem::Modifiers {
            field: key.to_owned(),
            why,
        };
        let mut place = None;
        let mut case = Case::Ignored;
        let mut regex = None;
        let mut order = None;
        let mut need = Need::Any;
        let mut exists = false;
        for name in names {
            match (name, &mut regex) {
                ("contains", _) if place.is_none() => place = Some(Place::Anywhere),
                ("startswith", _) if place.is_none() => place = Some(Place::Start),
                ("endswith", _) if place.is_none() => place = Some(Place::End),
                ("contains" | "startswith" | "endswith", _) => {
                    return Err(conflict("only one of contains, startswith, endswith"));
                }
                ("cased", _) => case = Case::Heeded,
                ("all", _) => need = Need::All,
                ("neq", _) => need = Need::Other,
                ("exists", _) => exists = true,
                ("re", none) => *none = Some(Flags::default()),
                ("i", Some(flags)) => flags.ignore_case = true,
                ("m", Some(flags)) => flags.multi_line = true,
                ("s", Some(flags)) => flags.dot_all = true,
                ("i" | "m" | "s", None) => return Err(conflict("`i`, `m`, `s` only after `re`")),
                ("lt", _) => order = Some(Order::Less),
                ("lte", _) => order = Some(Order::LessOrEqual),
                ("gt", _) => order = Some(Order::Greater),
                ("gte", _) => order = Some(Order::GreaterOrEqual),
                (unknown, _) => {
                    return Err(Problem::UnknownModifier {
                        field: field.to_owned(),
                        modifier: unknown.to_owned(),
                        known: MODIFIERS,
                    });
                }
            }
        }
        let compare = match (regex, order) {
            (None, None) => Compare::Text(place.unwrap_or(Place::Whole), case),
            (Some(flags), None) if place.is_none() && case == Case::Ignored => {
                Compare::Regex(flags)
            }
            (None, Some(order)) if place.is_none() => Compare::Number(order),
            _ => return Err(conflict("`re`, numbers and texts do not go together")),
        };
        Ok(Modifiers {
            compare,
            need,
            exists,
        })
    }
}

#[cfg(test)]
mod tests;
