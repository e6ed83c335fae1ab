//! An error taken apart, for those who show many of them.
//!
//! **Invariant:** it says no more and no less than the error's own text and hint.

use super::{LoadError, Problem};
use serde::Serialize;

/// A [`LoadError`] in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Line, counted from 1, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The rule's name or title, as far as it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Who can do something about it.
    pub kind: ReportKind,
    /// What is wrong.
    pub problem: String,
    /// What would be right, where that can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Whether a rule is wrong, or only not for this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// It is to be put right.
    Mistake,
    /// It is right, and for another system, other sensors, or values that nobody gave.
    NotHere,
}

impl LoadError {
    /// Takes it apart.
    pub fn report(&self) -> Report {
        let (line, column) = self.place().unzip();
        let (rule, problem) = match self {
            LoadError::TooLong { size, limit, .. } => {
                let problem = format!("{size} bytes are more than the {limit} it may have");
                (None, problem)
            }
            LoadError::Unread { why, .. } => (None, why.clone()),
            LoadError::Yaml { what, .. } => (None, what.clone()),
            LoadError::Rule { rule, problem, .. } => (Some(rule), problem.to_string()),
            LoadError::MissesExample { rule, example, .. } => {
                let problem = format!("does not match its own example {example}");
                (Some(rule), problem)
            }
            LoadError::MatchesNegativeExample { rule, example, .. } => {
                let problem = format!("matches its own negative example {example}");
                (Some(rule), problem)
            }
        };
        Report {
            file: self.file().to_owned(),
            line,
            column,
            rule: rule.filter(|rule| !rule.is_empty()).cloned(),
            kind: self.kind(),
            problem,
            hint: self.hint(),
        }
    }

    /// Line and column, counted from 1, where they are known.
    fn place(&self) -> Option<(usize, usize)> {
        match self {
            LoadError::TooLong { .. } | LoadError::Unread { .. } => None,
            LoadError::Yaml { line, column, .. }
            | LoadError::Rule { line, column, .. }
            | LoadError::MissesExample { line, column, .. }
            | LoadError::MatchesNegativeExample { line, column, .. } => Some((*line, *column)),
        }
    }

    /// Whether the rule is wrong, or only not for this place.
    pub fn kind(&self) -> ReportKind {
        match self {
            LoadError::Rule { problem, .. } => match **problem {
                Problem::OtherSystem(_)
                | Problem::NoSource(_)
                | Problem::NeverThere(_)
                | Problem::Placeholders(_) => ReportKind::NotHere,
                _ => ReportKind::Mistake,
            },
            _ => ReportKind::Mistake,
        }
    }

    /// The file that it is about.
    pub fn file(&self) -> &str {
        match self {
            LoadError::TooLong { file, .. }
            | LoadError::Unread { file, .. }
            | LoadError::Yaml { file, .. }
            | LoadError::Rule { file, .. }
            | LoadError::MissesExample { file, .. }
            | LoadError::MatchesNegativeExample { file, .. } => file,
        }
    }
}
