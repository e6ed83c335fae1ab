//! One step of a turn: something said or done, told by one or more sources.

use crate::call::Call;
use ringfence_event::{Finding, Source, Timestamp, Verdict};
use serde::Serialize;

/// Most events that a step names.
const MOST_EVENTS: usize = 64;

/// Something said or done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// When it was first told of.
    pub at: Timestamp,
    /// The subagent that did it; absent of the main conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Who told of it, in the order in which they are shown.
    pub sources: Vec<Source>,
    /// The events that told of it, by their numbers in the record; at most 64.
    pub events: Vec<i64>,
    /// The strictest answer.
    pub verdict: Verdict,
    /// What was found, each rule once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum What {
    /// A person or a program asked for something.
    Prompt {
        /// The words.
        text: String,
    },
    /// The model said something.
    Message {
        /// The words.
        text: String,
    },
    /// The model thought something.
    Thinking {
        /// The words.
        text: String,
    },
    /// A tool was called.
    Call(Box<Call>),
    /// Something changed, or is worth a line.
    Note {
        /// What kind of line.
        note: Note,
        /// For people.
        text: String,
    },
}

/// What kind of line a note is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The session began or was resumed.
    SessionStart,
    /// The session ended.
    SessionEnd,
    /// From here on another model answers.
    Model,
    /// From here on the user is asked about more, or less.
    PermissionMode,
    /// From here on the user is asked about nothing.
    Unguarded,
    /// The context was shortened.
    Compaction,
    /// A subagent began.
    SubagentStart,
    /// A subagent ended.
    SubagentEnd,
    /// The agent told its user something.
    Notification,
    /// A file that an agent obeys changed.
    ConfigChange,
    /// The kernel saw something that belongs to no call.
    Deed,
    /// Something was lost: from here on the session is incomplete.
    Lost,
    /// Hooks did not run as they should.
    Hooks,
    /// Something this version has no word for, or that happened to Ringfence itself.
    Other,
}

impl Step {
    /// Begins with nothing told.
    pub(crate) fn new(at: Timestamp, agent: Option<String>, what: What) -> Step {
        Step {
            at,
            agent,
            sources: Vec::new(),
            events: Vec::new(),
            verdict: Verdict::Allow,
            findings: Vec::new(),
            what,
        }
    }

    /// Adds what one more event says of it, but for its content.
    pub(crate) fn told(&mut self, seq: i64, source: Source, verdict: Verdict, found: Vec<Finding>) {
        if !self.sources.contains(&source) {
            self.sources.push(source);
            self.sources.sort_by_key(|source| rank(*source));
        }
        if self.events.len() < MOST_EVENTS {
            self.events.push(seq);
        }
        self.verdict = self.verdict.max(verdict);
        for finding in found {
            let known = self.findings.iter().any(|known| {
                known.id == finding.id
                    || (known.rule == finding.rule && known.evidence == finding.evidence)
            });
            if !known {
                self.findings.push(finding);
            }
        }
    }

    /// Returns the call that it is.
    pub fn call(&self) -> Option<&Call> {
        match &self.what {
            What::Call(call) => Some(call),
            What::Prompt { .. }
            | What::Message { .. }
            | What::Thinking { .. }
            | What::Note { .. } => None,
        }
    }
}

/// The order in which sources are shown: who announced it, who wrote it down, who saw it.
fn rank(source: Source) -> u8 {
    match source {
        Source::Hook => 0,
        Source::Transcript => 1,
        Source::Telemetry => 2,
        Source::Proxy => 3,
        Source::Kernel => 4,
        Source::Watcher => 5,
        Source::Host => 6,
    }
}
