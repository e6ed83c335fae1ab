//! A session as a person reads it: events of all sources go in, turns come out, with one call for
//! what hook, transcript, telemetry and kernel told of it.
//!
//! **Invariant:** no I/O, no clock, no judgement. What goes in is taken in any order of arrival;
//! what comes out depends on nothing else, and is bounded.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod builder;
mod call;
mod cost;
mod deed;
mod disagreement;
mod health;
mod likeness;
mod outline;
mod provenance;
mod session;
mod step;
mod taint;
mod turn;
mod why;
mod words;

pub use builder::{Builder, Frame};
pub use call::{Call, Decided, FileTouch, HostTouch, Process, Seen};
pub use cost::{By, CostReport, CostRow, Costs};
pub use disagreement::{Circumstances, Disagreement, Hooks, Named, Running, Watch};
pub use health::{Health, Heard, HookHealth, SessionHealth};
pub use outline::{Counts, Cursor, Mark, Outline, Page, prompt_mark};
pub use provenance::{CameFrom, Origin, Provenance};
pub use ringfence_agents::Spent;
pub use session::{Facts, Records, Session, SessionPage};
pub use step::{Note, Step, What};
pub use taint::{Taint, TaintKind, Taints};
pub use turn::{Subagent, Timeline, Turn};
pub use why::{Link, Memory, Why, why};
pub use words::wanted;

use ringfence_event::{Event, Finding, Verdict};

/// An event with its place in the record and what was said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its number in the record: of two at one moment the lower one came first.
    pub seq: i64,
    /// What happened.
    pub event: Event,
    /// What was answered.
    pub verdict: Verdict,
    /// What was found, in rule order.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests;
