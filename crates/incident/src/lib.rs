//! One story instead of twelve alerts: which findings belong together, and what a person must know
//! of them.
//!
//! **Invariant:** no clock, no model: every sentence follows from what was recorded, and what was not
//! seen is not claimed. Only `read.rs` reads the record. It knows no rules by name, but their techniques
//! (MITRE ATT&CK).
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod facts;
mod fate;
mod narrative;
mod next;
mod read;
pub mod report;
mod status;
mod steps;
mod story;
mod ties;

#[cfg(test)]
mod tests;

pub use facts::{Exposed, Facts, Left};
pub use next::Todo;
pub use read::{find, read};
pub use status::{Handling, Status};
pub use steps::{Lane, Step};
pub use story::{Incident, group};

use ringfence_event::{Event, Finding, Verdict};

/// An event that findings are about, or that is a step of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Its place in the record, `1-42`.
    pub place: String,
    /// What happened.
    pub event: Event,
    /// What was answered.
    pub verdict: Verdict,
    /// What was found; nothing, of a step that is harmless alone.
    pub findings: Vec<Finding>,
    /// The event in one line.
    pub summary: String,
}

impl Evidence {
    /// Those findings that a person is told of and has not allowed.
    fn alarms(&self) -> impl Iterator<Item = &Finding> {
        let told =
            |finding: &&Finding| finding.verdict >= Verdict::Alert && finding.allowed_by.is_none();
        self.findings.iter().filter(told)
    }
}
