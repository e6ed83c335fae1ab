//! Rules: the language, the first packs, and what they say about an event.
//!
//! **Invariant:** no I/O and no clock. The same rules, policy and event give
//! the same findings; what correlations remember is a value that is passed in.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod baseline;
mod builtin;
mod change;
mod condition;
mod correlation;
mod detection;
mod engine;
mod error;
mod example;
mod field;
mod lint;
mod modifier;
mod package;
mod pattern;
mod policy;
mod risk;
mod rule;
#[cfg(test)]
mod samples;
mod set;
mod view;
mod yaml;

pub use baseline::{Baseline, News, Novelty};
pub use builtin::{Pack, builtin, builtin_for_hooks};
pub use change::Placeholders;
pub use correlation::{Observed, Sessions, Steps};
pub use error::{LoadError, Problem, Report, ReportKind};
pub use example::{Example, ExampleAction, Sequence};
pub use field::{Category, Field};
pub use lint::{History, Lint, LintKind};
pub use policy::{AllowLimit, AllowScope, Allowance, Choice, Lifts, Policy, subject};
pub use risk::{HIGHEST_RISK, Risk, Score, ScorePart};
pub use rule::Rule;
pub use set::{Loaded, RuleSet};
