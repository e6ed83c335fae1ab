//! What became of one event.

use crate::Evidence;
use ringfence_event::{Action, Handling, Outcome, Verdict};

/// What became of what an event tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Ringfence stopped it.
    Stopped,
    /// A person was asked; what they said, the event does not tell.
    Asked,
    /// It was let happen and failed by itself.
    Failed,
    /// It was let happen.
    Ran,
}

/// Returns what became of an event.
pub(crate) fn fate(one: &Evidence) -> Fate {
    match one.verdict {
        Verdict::Deny => return Fate::Stopped,
        Verdict::Ask => return Fate::Asked,
        Verdict::Alert | Verdict::Allow => {}
    }
    match &one.event.action {
        // What goes on without its secrets is not what was tried.
        Action::HttpExchange { exchange }
            if matches!(exchange.handling, Handling::Blocked | Handling::Redacted) =>
        {
            Fate::Stopped
        }
        Action::ToolResult {
            outcome: Outcome::Failure,
            ..
        } => Fate::Failed,
        _ if never_happened(one) => Fate::Failed,
        _ => Fate::Ran,
    }
}

/// Whether the system refused it: what a tool calls a failure may have done half of its work.
pub(crate) fn never_happened(one: &Evidence) -> bool {
    match &one.event.action {
        Action::File { error, .. }
        | Action::Exec { error, .. }
        | Action::Connect { error, .. }
        | Action::DnsQuery { error, .. }
        | Action::System { error, .. } => error.is_some(),
        _ => false,
    }
}
