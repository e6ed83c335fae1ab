//! The steps of a story, in order of time, each on its lane.

use crate::Evidence;
use ringfence_event::{
    Access, Action, FileActivity, FindingId, Operation, Severity, Timestamp, Verdict,
};
use serde::Serialize;

/// Where something happens: the rows of the picture that shows a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// What was said to the agent, or what it read.
    Prompt,
    /// Files.
    File,
    /// Programs.
    Process,
    /// Hosts.
    Network,
}

/// One event of a story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its place in the record, `1-42`.
    pub place: String,
    /// When it happened.
    pub at: Timestamp,
    /// Where.
    pub lane: Lane,
    /// What it was, in a few words (`read a credential file`).
    pub what: String,
    /// To what, in one line.
    pub to: String,
    /// The worst that was found, if anything.
    pub severity: Option<Severity>,
    /// What was answered.
    pub verdict: Verdict,
    /// Set when a secret was in it.
    pub carries_secret: bool,
    /// What was found.
    pub findings: Vec<FindingId>,
}

/// Returns the step that an event is.
pub(crate) fn step(evidence: &Evidence) -> Step {
    let event = &evidence.event;
    let labels = &event.labels;
    Step {
        place: evidence.place.clone(),
        at: event.at,
        lane: lane(evidence),
        what: what(evidence).to_owned(),
        to: evidence.summary.clone(),
        severity: (evidence.findings.iter())
            .map(|finding| finding.severity)
            .max(),
        verdict: evidence.verdict,
        carries_secret: !labels.leaks.is_empty()
            || labels.secrets.iter().any(|secret| !secret.generic),
        findings: (evidence.findings.iter())
            .map(|finding| finding.id.clone())
            .collect(),
    }
}

fn lane(evidence: &Evidence) -> Lane {
    let labels = &evidence.event.labels;
    if !labels.injections.is_empty() {
        return Lane::Prompt;
    }
    match &evidence.event.action {
        Action::File { .. } | Action::ConfigChange { .. } => Lane::File,
        Action::Connect { .. }
        | Action::DnsQuery { .. }
        | Action::Listen { .. }
        | Action::Accept { .. } => Lane::Network,
        Action::Exec { .. } | Action::Exit { .. } | Action::System { .. } => Lane::Process,
        action => match action.tool().map(|tool| &tool.operation) {
            Some(Operation::Read { .. } | Operation::Write { .. } | Operation::Search { .. }) => {
                Lane::File
            }
            Some(Operation::Fetch { .. } | Operation::WebSearch { .. }) => Lane::Network,
            Some(Operation::Shell { .. }) if !labels.hosts.is_empty() => Lane::Network,
            Some(Operation::Shell { .. }) if !labels.files.is_empty() => Lane::File,
            Some(
                Operation::Shell { .. }
                | Operation::Mcp { .. }
                | Operation::Subagent { .. }
                | Operation::Other,
            ) => Lane::Process,
            None => Lane::Prompt,
        },
    }
}

fn what(evidence: &Evidence) -> &'static str {
    let labels = &evidence.event.labels;
    if !labels.injections.is_empty() {
        return "took in a text that gives orders";
    }
    match &evidence.event.action {
        Action::File { activity, .. } => match activity {
            FileActivity::Read => "read a file",
            _ => "changed a file",
        },
        Action::ConfigChange { .. } => "a trusted file changed",
        Action::Connect { .. } => "connected",
        Action::DnsQuery { .. } => "asked for a name",
        Action::Listen { .. } => "listens",
        Action::Accept { .. } => "let somebody in",
        Action::Exec { .. } => "started a program",
        Action::System { .. } => "reached for the system",
        Action::PermissionMode { .. } => "changed how much it asks",
        action => match action.tool().map(|tool| &tool.operation) {
            Some(Operation::Read { .. }) => "reads files",
            Some(Operation::Write { .. }) => "changes files",
            Some(Operation::Search { .. }) => "searches files",
            Some(Operation::Fetch { .. }) => "gets a page",
            Some(Operation::WebSearch { .. }) => "searches the web",
            Some(Operation::Mcp { .. }) => "calls an MCP tool",
            Some(Operation::Subagent { .. }) => "starts a subagent",
            Some(Operation::Shell { .. }) => command(evidence),
            Some(Operation::Other) => "uses a tool",
            None => "happened",
        },
    }
}

fn command(evidence: &Evidence) -> &'static str {
    let labels = &evidence.event.labels;
    if !labels.hosts.is_empty() {
        return "runs a command that goes out";
    }
    let touches = |access: Access| labels.files.iter().any(|file| file.access == access);
    match (
        touches(Access::Write) || touches(Access::Delete),
        touches(Access::Read),
    ) {
        (true, _) => "runs a command that changes files",
        (false, true) => "runs a command that reads files",
        (false, false) => "runs a command",
    }
}
