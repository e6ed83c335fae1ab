//! From the YAML of a selection to its tests.

use super::{Located, Selection, Test};
use crate::change::{Changed, Placeholders, changed};
use crate::error::Problem;
use crate::field::{Category, Field};
use crate::modifier::{Compare, Modifiers, Need};
use crate::pattern::{Amount, Case, LONGEST, Network, Pattern, Place, Regexes};
use crate::yaml::{Entry, Node, Position, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What compiling a selection needs to know of its rule.
pub(crate) struct Compiler<'c> {
    pub(crate) category: Category,
    pub(crate) dialect: Dialect,
    pub(crate) regexes: Regexes,
    pub(crate) placeholders: &'c Placeholders,
    /// Fields that the rule asks for and that are never there.
    pub(crate) absent: BTreeSet<String>,
}

/// Whose fields a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Ours: an unknown field is a mistake.
    Own,
    /// Sigma's: an unknown field is one that our events do not tell.
    Sigma,
}

impl Compiler<'_> {
    /// Compiles one selection.
    pub(super) fn selection(
        &mut self,
        name: &str,
        at: Position,
        node: &Node<'_>,
    ) -> Result<Selection, Located> {
        let alternatives = match &node.value {
            Value::Map(entries) => vec![self.tests(at, entries)?],
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

    fn alternative(&mut self, name: &str, node: &Node<'_>) -> Result<Vec<Arc<Test>>, Located> {
        match &node.value {
            Value::Map(entries) => self.tests(node.at, entries),
            Value::Text(text) => {
                let pattern = text_pattern(text, Place::Anywhere, Case::Ignored);
                let pattern = pattern.map_err(|problem| (node.at, problem))?;
                Ok(vec![Arc::new(Test::Keyword {
                    fields: self.all_fields(),
                    patterns: vec![pattern],
                    need: Need::Any,
                })])
            }
            Value::List(_) | Value::Null => Err(not_a_selection(name, node)),
        }
    }

    fn all_fields(&self) -> Vec<Field> {
        let names = self.category.field_names().into_iter();
        let fields: BTreeSet<Field> = names.filter_map(|name| self.category.field(name)).collect();
        fields.into_iter().collect()
    }

    fn tests(&mut self, at: Position, entries: &[Entry<'_>]) -> Result<Vec<Arc<Test>>, Located> {
        if entries.is_empty() {
            let problem = Problem::Condition("an empty selection matches everything".to_owned());
            return Err((at, problem));
        }
        let mut tests = Vec::new();
        for Entry { key, at, node } in entries {
            let test = self.test(key, &node.value);
            tests.push(Arc::new(test.map_err(|problem| (*at, problem))?));
        }
        Ok(tests)
    }

    fn test(&mut self, key: &str, value: &Value<'_>) -> Result<Test, Problem> {
        let mut parts = key.split('|');
        let name = parts.next().unwrap_or_default();
        let mut modifiers = Modifiers::read(key, name, parts)?;
        let values = scalars(key, value)?;
        if name.is_empty() {
            return self.keyword(key, &mut modifiers, &values);
        }
        let Some(field) = self.known(name)? else {
            return absent(key, &modifiers, &values);
        };
        match modifiers.compare {
            Compare::Exists => Ok(Test::Exists {
                field,
                wanted: wants_it(key, &values)?,
            }),
            Compare::Field(place, case) => {
                let [Some(other)] = values.as_slice() else {
                    let wanted = "the name of one field";
                    return Err(wrong(key, wanted));
                };
                let Some(other) = self.known(other)? else {
                    return Ok(Test::Absent { holds: false });
                };
                Ok(Test::Same {
                    field,
                    other,
                    place,
                    case,
                    need: modifiers.need,
                })
            }
            _ => Ok(Test::Field {
                field,
                patterns: self.patterns(key, &modifiers, &values)?,
                need: modifiers.need,
                or_absent: modifiers.need != Need::Other && values.contains(&None),
            }),
        }
    }

    /// The field of this name; `None` if our events never have it.
    fn known(&mut self, name: &str) -> Result<Option<Field>, Problem> {
        match (self.category.field(name), self.dialect) {
            (Some(field), _) => Ok(Some(field)),
            (None, Dialect::Sigma) => {
                self.absent.insert(name.to_owned());
                Ok(None)
            }
            (None, Dialect::Own) => Err(Problem::UnknownField {
                field: name.to_owned(),
                known: self.category.field_names(),
            }),
        }
    }

    /// `'|all': [a, b]`: values that stand anywhere.
    fn keyword(
        &self,
        key: &str,
        modifiers: &mut Modifiers,
        values: &[Option<&str>],
    ) -> Result<Test, Problem> {
        if let Compare::Text(place, case) = modifiers.compare {
            if place == Place::Whole {
                modifiers.compare = Compare::Text(Place::Anywhere, case);
            }
        } else if !matches!(modifiers.compare, Compare::Regex(_)) {
            return Err(Problem::Modifiers {
                field: key.to_owned(),
                why: "keywords are texts or regular expressions",
            });
        }
        Ok(Test::Keyword {
            fields: self.all_fields(),
            patterns: self.patterns(key, modifiers, values)?,
            need: modifiers.need,
        })
    }

    fn patterns(
        &self,
        key: &str,
        modifiers: &Modifiers,
        values: &[Option<&str>],
    ) -> Result<Vec<Pattern>, Problem> {
        let mut patterns = Vec::new();
        for text in values.iter().copied().flatten() {
            within_limit(text)?;
            if modifiers.changes.is_empty() {
                patterns.push(self.pattern(key, text, modifiers)?);
                continue;
            }
            for value in changed(key, text, &modifiers.changes, self.placeholders)? {
                patterns.push(match value {
                    Changed::Text(text) => self.pattern(key, &text, modifiers)?,
                    Changed::Bytes(bytes) => literal(key, bytes, modifiers)?,
                });
            }
        }
        Ok(patterns)
    }

    fn pattern(&self, key: &str, text: &str, modifiers: &Modifiers) -> Result<Pattern, Problem> {
        let number = || text.parse::<f64>().map(Amount);
        match modifiers.compare {
            Compare::Text(place, case) => text_pattern(text, place, case),
            Compare::Regex(flags) => Pattern::regex(text, flags, self.regexes),
            Compare::Number(order) => match number() {
                Ok(than) => Ok(Pattern::Number { order, than }),
                Err(_) => Err(wrong(key, "a number")),
            },
            Compare::Moment(part, order) => match number() {
                Ok(than) => Ok(Pattern::Moment { part, order, than }),
                Err(_) => Err(wrong(key, "a number")),
            },
            Compare::Network => match Network::read(text) {
                Some(network) => Ok(Pattern::Network(network)),
                None => Err(wrong(key, "a network such as 10.0.0.0/8 or fe80::/10")),
            },
            Compare::Exists | Compare::Field(..) => Err(wrong(key, "one value")),
        }
    }
}

fn literal(key: &str, bytes: Vec<u8>, modifiers: &Modifiers) -> Result<Pattern, Problem> {
    let (Compare::Text(place, case), Ok(text)) = (modifiers.compare, String::from_utf8(bytes))
    else {
        return Err(Problem::Modifiers {
            field: key.to_owned(),
            why: "these bytes stand in no text; put `base64` or `base64offset` after `utf16`",
        });
    };
    Ok(Pattern::literal(&text, place, case))
}

/// A test of a field that is never there.
fn absent(key: &str, modifiers: &Modifiers, values: &[Option<&str>]) -> Result<Test, Problem> {
    let holds = match modifiers.compare {
        Compare::Exists => !wants_it(key, values)?,
        _ => modifiers.need != Need::Other && values.contains(&None),
    };
    Ok(Test::Absent { holds })
}

fn wants_it(key: &str, values: &[Option<&str>]) -> Result<bool, Problem> {
    match values {
        [Some("true" | "True" | "yes")] => Ok(true),
        [Some("false" | "False" | "no")] => Ok(false),
        _ => Err(wrong(key, "true or false")),
    }
}

fn wrong(key: &str, wanted: &'static str) -> Problem {
    let key = key.to_owned();
    Problem::Wrong { key, wanted }
}

fn not_a_selection(name: &str, node: &Node<'_>) -> Located {
    let key = format!("detection.{name}");
    let wanted = "a map of fields, a list of such maps, or a list of keywords";
    (node.at, Problem::Wrong { key, wanted })
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
    let wanted = "a value or a list of values";
    let nodes: Vec<&'n Value<'_>> = match value {
        Value::List(nodes) if nodes.is_empty() => return Err(wrong(key, wanted)),
        Value::List(nodes) => nodes.iter().map(|node| &node.value).collect(),
        single => vec![single],
    };
    let mut values = Vec::new();
    for node in nodes {
        match node {
            Value::Null => values.push(None),
            Value::Text(text) => values.push(Some(text.as_ref())),
            Value::List(_) | Value::Map(_) => return Err(wrong(key, wanted)),
        }
    }
    Ok(values)
}
