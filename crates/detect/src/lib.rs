//! Rules: the language, the first pack, and what they say about an event.
//!
//! **Invariant:** no I/O and no clock. The same rules, policy and event give
//! the same findings.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builtin;
mod condition;
mod detection;
mod error;
mod example;
mod field;
mod index;
mod pattern;
mod policy;
mod rule;
#[cfg(test)]
mod samples;
mod set;
mod view;
mod yaml;

pub use builtin::{Pack, builtin};
pub use error::{LoadError, Problem};
pub use example::{Example, ExampleAction};
pub use field::{Category, Field};
pub use policy::{AllowLimit, AllowScope, Allowance, Choice, Policy, subject};
pub use rule::Rule;
pub use set::RuleSet;
