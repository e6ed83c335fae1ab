//! What can be wrong with a rule file, said so that a person can put it right.

mod nearest;
mod report;

pub use report::{Report, ReportKind};

use std::fmt;

/// Why a rule pack was not loaded, or not as it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is longer than is read.
    #[error("{file} has {size} bytes, more than the {limit} a rule file may have")]
    TooLong {
        /// The file.
        file: String,
        /// Its size.
        size: usize,
        /// The most it may have.
        limit: usize,
    },
    /// The file could not be read at all.
    #[error("{file}: {why}")]
    Unread {
        /// The file or directory.
        file: String,
        /// Why not.
        why: String,
    },
    /// The file is not YAML, or YAML of a kind that is refused.
    #[error("{file}:{line}:{column}: {what}")]
    Yaml {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A rule says something that this version does not understand.
    #[error("{file}:{line}:{column}: rule `{rule}`: {problem}")]
    Rule {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The rule's name or title, as far as it is known.
        rule: String,
        /// What is wrong.
        problem: Box<Problem>,
    },
    /// A rule does not match what it says it matches.
    #[error("{file}:{line}:{column}: rule `{rule}` does not match its own example {example}")]
    MissesExample {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The rule's name.
        rule: String,
        /// The example.
        example: String,
    },
    /// A rule matches what it says it leaves alone.
    #[error("{file}:{line}:{column}: rule `{rule}` matches its own negative example {example}")]
    MatchesNegativeExample {
        /// The file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The rule's name.
        rule: String,
        /// The example.
        example: String,
    },
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A key that has no meaning here.
    #[error("unknown key `{key}`")]
    UnknownKey {
        /// The key.
        key: String,
        /// The keys that would have one.
        known: &'static [&'static str],
    },
    /// A key that must be there is not.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// A key has a value of the wrong kind.
    #[error("`{key}` must be {wanted}")]
    Wrong {
        /// The key.
        key: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A key has a value that is not one of those it may have.
    #[error("`{key}` may not be `{value}`")]
    NotOneOf {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// What it may be.
        known: &'static [&'static str],
    },
    /// A field that events of this category do not have.
    #[error("events of this category have no field `{field}`")]
    UnknownField {
        /// The field.
        field: String,
        /// The fields they have.
        known: Vec<&'static str>,
    },
    /// A modifier that is not understood.
    #[error("unknown modifier `{modifier}` of field `{field}`")]
    UnknownModifier {
        /// The field.
        field: String,
        /// The modifier.
        modifier: String,
        /// The modifiers that are understood.
        known: &'static [&'static str],
    },
    /// Modifiers that make no sense together, or not with this value.
    #[error("modifiers of `{field}`: {why}")]
    Modifiers {
        /// The field and its modifiers.
        field: String,
        /// Why not.
        why: &'static str,
    },
    /// A regular expression that does not compile.
    #[error("regular expression `{pattern}`: {why}")]
    Regex {
        /// The expression.
        pattern: String,
        /// Why not.
        why: String,
    },
    /// The condition is not understood.
    #[error("condition: {0}")]
    Condition(String),
    /// A selection that the condition never asks for.
    #[error("selection `{0}` is not used in the condition")]
    UnusedSelection(String),
    /// What Sigma 1 had and Sigma 2 took away.
    #[error("{what} is not part of Sigma 2")]
    Old {
        /// What it is.
        what: &'static str,
        /// What stands in its place today.
        instead: &'static str,
    },
    /// A value that cannot be read as its modifiers ask.
    #[error("`{value}` of `{field}`: {why}")]
    Value {
        /// The field and its modifiers.
        field: String,
        /// The value.
        value: String,
        /// Why not.
        why: &'static str,
    },
    /// Placeholders of `expand` that nobody gave values for.
    #[error("no values are given for the placeholders {}", Quoted(.0))]
    Placeholders(Vec<String>),
    /// A rule for another operating system.
    #[error("not for this system: it is for `{0}`")]
    OtherSystem(String),
    /// A log source that nothing here tells about.
    #[error("cannot fire here: needs the log source {0}")]
    NoSource(String),
    /// Fields that are never there, without which the rule cannot match.
    #[error("cannot fire here: needs {}", Quoted(.0))]
    NeverThere(Vec<String>),
    /// A condition that holds for every event of the category.
    #[error("it would match everything: the condition holds whatever happens")]
    Everything,
    /// A rule that a correlation or a filter speaks of, and that is not there.
    #[error("there is no rule `{0}`")]
    NoSuchRule(String),
    /// Correlations that lead back to themselves.
    #[error("the correlation leads back to itself through `{0}`")]
    Circle(String),
    /// Another rule has the same name or id.
    #[error("`{name}` is already defined in {file}")]
    Duplicate {
        /// The name or id.
        name: String,
        /// Where it is defined.
        file: String,
    },
}

impl LoadError {
    /// What would be right, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            LoadError::Rule { problem, .. } => problem.hint(),
            LoadError::TooLong { .. } => Some("cut it into several files".to_owned()),
            LoadError::MissesExample { .. } => {
                Some("`ringfence check --json` shows what is understood of a command".to_owned())
            }
            LoadError::MatchesNegativeExample { .. } => {
                Some("ask for one more thing that the negative example does not have".to_owned())
            }
            LoadError::Unread { .. } | LoadError::Yaml { .. } => None,
        }
    }
}

impl Problem {
    /// What would be right, where that can be said.
    fn hint(&self) -> Option<String> {
        match self {
            Problem::UnknownKey { key, known } => Some(meant(key, known)),
            Problem::NotOneOf { value, known, .. } => Some(meant(value, known)),
            Problem::UnknownModifier {
                modifier, known, ..
            } => Some(meant(modifier, known)),
            Problem::UnknownField { field, known } => Some(meant(field, known)),
            Problem::Old { instead, .. } => Some((*instead).to_owned()),
            Problem::Placeholders(_) => Some(
                "give them values under `[placeholders]` in `config.toml`, or write the values into the rule"
                    .to_owned(),
            ),
            Problem::Missing(key) => Some(format!("add `{key}:`")),
            Problem::UnusedSelection(name) => {
                Some(format!("ask for `{name}` in the condition, or take it out"))
            }
            Problem::Everything => Some("ask for something that harmless events lack".to_owned()),
            Problem::Circle(_) => Some("let it speak of rules that match single events".to_owned()),
            Problem::Duplicate { .. } => Some("give it a name and an id of its own".to_owned()),
            Problem::NoSuchRule(_) => Some(
                "name a rule by its `name` or `id`, and load its file together with this one"
                    .to_owned(),
            ),
            Problem::Wrong { .. }
            | Problem::Modifiers { .. }
            | Problem::Regex { .. }
            | Problem::Condition(_)
            | Problem::Value { .. }
            | Problem::OtherSystem(_)
            | Problem::NoSource(_)
            | Problem::NeverThere(_) => None,
        }
    }
}

/// The name that was meant, or all that could be.
fn meant(typed: &str, known: &[&'static str]) -> String {
    match nearest::nearest(typed, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known: {}", Joined(known)),
    }
}

struct Quoted<'a>(&'a [String]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(formatter, "{comma}`{name}`")?;
        }
        Ok(())
    }
}

struct Joined<'a>(&'a [&'static str]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            if place > 0 {
                formatter.write_str(", ")?;
            }
            formatter.write_str(name)?;
        }
        Ok(())
    }
}
