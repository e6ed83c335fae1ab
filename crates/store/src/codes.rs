//! The small numbers that stand for kinds, sources, agents, operations, verdicts
//! and severities in the tables; 0 is none.
//!
//! **Invariant:** a number that was released is never given to anything else. A new
//! word in an event breaks the build here and gets the next free number.

use ringfence_event::{
    Action, AgentKind, CallRef, Join, Operation, Severity, Source, ToolCallId, Verdict,
};

/// The number of an action's kind.
pub(crate) fn kind(action: &Action) -> i64 {
    match action {
        Action::SessionStart { .. } => 1,
        Action::SessionEnd { .. } => 2,
        Action::Prompt { .. } => PROMPT,
        Action::TurnEnd { .. } => 4,
        Action::ToolCall { .. } => TOOL_CALL,
        Action::PermissionRequest { .. } => 6,
        Action::ToolResult { .. } => 7,
        Action::SubagentStart { .. } => 8,
        Action::SubagentEnd { .. } => 9,
        Action::Compaction { .. } => 10,
        Action::Notification { .. } => 11,
        Action::ConfigChange { .. } => 12,
        Action::Other => OTHER_KIND,
        Action::Exec { .. } => 14,
        Action::Exit { .. } => 15,
        Action::File { .. } => 16,
        Action::Connect { .. } => 17,
        Action::DnsQuery { .. } => 18,
        Action::Listen { .. } => 19,
        Action::Accept { .. } => 20,
        Action::System { .. } => 21,
        Action::Lost { .. } => LOST,
        Action::Message { .. } => 23,
        Action::Thinking { .. } => 24,
        Action::Usage { .. } => 25,
        Action::PermissionMode { .. } => 26,
        Action::Decision { .. } => 27,
        Action::HookRegistered { .. } => 28,
        Action::HookRun { .. } => 29,
        Action::HttpExchange { .. } => LAST_KIND,
    }
}

/// The number of [`Action::ToolCall`].
pub(crate) const TOOL_CALL: i64 = 5;

/// The number of [`Action::Prompt`].
pub(crate) const PROMPT: i64 = 3;

/// The number of [`Action::Other`].
const OTHER_KIND: i64 = 13;

/// The number of [`Action::Lost`].
pub(crate) const LOST: i64 = 22;

/// The highest number of a kind.
const LAST_KIND: i64 = 30;

/// The word for a kind; a number that is none of ours is `other`.
pub(crate) fn kind_name(code: i64) -> &'static str {
    match code {
        1 => "session_start",
        2 => "session_end",
        PROMPT => "prompt",
        4 => "turn_end",
        TOOL_CALL => "tool_call",
        6 => "permission_request",
        7 => "tool_result",
        8 => "subagent_start",
        9 => "subagent_end",
        10 => "compaction",
        11 => "notification",
        12 => "config_change",
        14 => "exec",
        15 => "exit",
        16 => "file",
        17 => "connect",
        18 => "dns_query",
        19 => "listen",
        20 => "accept",
        21 => "system",
        LOST => "lost",
        23 => "message",
        24 => "thinking",
        25 => "usage",
        26 => "permission_mode",
        27 => "decision",
        28 => "hook_registered",
        29 => "hook_run",
        LAST_KIND => "http_exchange",
        _ => "other",
    }
}

/// Reads [`kind_name`].
pub(crate) fn kind_of_name(name: &str) -> Option<i64> {
    (1..=LAST_KIND).find(|code| kind_name(*code) == name)
}

/// The number of what a tool does.
pub(crate) fn does(operation: &Operation) -> i64 {
    match operation {
        Operation::Shell { .. } => 1,
        Operation::Read { .. } => 2,
        Operation::Write { .. } => 3,
        Operation::Search { .. } => 4,
        Operation::Fetch { .. } => 5,
        Operation::WebSearch { .. } => 6,
        Operation::Mcp { .. } => 7,
        Operation::Subagent { .. } => 8,
        Operation::Other => OTHER_OPERATION,
    }
}

/// The number of [`Operation::Other`].
const OTHER_OPERATION: i64 = 9;

/// The word for what a tool does; `None` where there is no tool.
pub(crate) fn does_name(code: i64) -> Option<&'static str> {
    Some(match code {
        0 => return None,
        1 => "shell",
        2 => "read",
        3 => "write",
        4 => "search",
        5 => "fetch",
        6 => "web_search",
        7 => "mcp",
        8 => "subagent",
        _ => "other",
    })
}

/// Reads [`does_name`].
pub(crate) fn does_of_name(name: &str) -> Option<i64> {
    (1..=OTHER_OPERATION).find(|code| does_name(*code) == Some(name))
}

/// The number of a source.
pub(crate) fn source(source: Source) -> i64 {
    match source {
        Source::Hook => 1,
        Source::Host => 2,
        Source::Kernel => 3,
        Source::Watcher => 4,
        Source::Transcript => 5,
        Source::Telemetry => 6,
        Source::Proxy => 7,
    }
}

/// Reads [`source`]; a number that is none of ours is taken for us.
pub(crate) fn source_of(code: i64) -> Source {
    match code {
        1 => Source::Hook,
        3 => Source::Kernel,
        4 => Source::Watcher,
        5 => Source::Transcript,
        6 => Source::Telemetry,
        7 => Source::Proxy,
        _ => Source::Host,
    }
}

/// 1 if the tool call of an event is only inferred.
pub(crate) fn inferred(call: &CallRef) -> i64 {
    match call.join {
        Join::Exact => 0,
        Join::Inferred => 1,
    }
}

/// Reads the tool call from its column and the text that it stands for.
pub(crate) fn call_of(column: i64, id: Option<String>) -> Option<CallRef> {
    let join = if column < 0 {
        Join::Inferred
    } else {
        Join::Exact
    };
    id.map(|id| CallRef {
        id: ToolCallId(id),
        join,
    })
}

/// The number of an agent.
pub(crate) fn agent(agent: Option<AgentKind>) -> i64 {
    match agent {
        None => 0,
        Some(AgentKind::ClaudeCode) => 1,
        Some(AgentKind::Codex) => 2,
        Some(AgentKind::Gemini) => 3,
        Some(AgentKind::Cursor) => 4,
        Some(AgentKind::Copilot) => 5,
        Some(AgentKind::Opencode) => 6,
        Some(AgentKind::Cline) => 7,
        Some(AgentKind::Roo) => 8,
        Some(AgentKind::Qwen) => 9,
        Some(AgentKind::SweAgent) => 10,
    }
}

/// Reads [`agent`]; a number that is none of ours is no agent.
pub(crate) fn agent_of(code: i64) -> Option<AgentKind> {
    AgentKind::ALL
        .into_iter()
        .find(|known| agent(Some(*known)) == code)
}

/// The number of a verdict: 0 is allow.
pub(crate) fn verdict(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Allow => 0,
        Verdict::Alert => 1,
        Verdict::Ask => 2,
        Verdict::Deny => 3,
    }
}

/// Reads [`verdict`]; a number that is none of ours is taken for the strictest.
pub(crate) fn verdict_of(code: i64) -> Verdict {
    let known = Verdict::ALL.into_iter();
    known
        .rev()
        .find(|known| verdict(*known) <= code)
        .unwrap_or(Verdict::Deny)
}

/// The number of a severity.
pub(crate) fn severity(severity: Option<Severity>) -> i64 {
    match severity {
        None => 0,
        Some(Severity::Informational) => 1,
        Some(Severity::Low) => 2,
        Some(Severity::Medium) => 3,
        Some(Severity::High) => 4,
        Some(Severity::Critical) => 5,
    }
}

/// Reads [`severity`]; a number that is none of ours is taken for the worst.
pub(crate) fn severity_of(code: i64) -> Option<Severity> {
    if code == 0 {
        return None;
    }
    let known = Severity::ALL.into_iter();
    let found = known.rev().find(|known| severity(Some(*known)) <= code);
    Some(found.unwrap_or(Severity::Critical))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_kinds_and_operations_are_those_of_events() {
        let read = |name: &'static str| kind_of_name(name).map(kind_name);
        assert_eq!(Action::KINDS.map(read), Action::KINDS.map(Some));
        let read = |name: &'static str| does_of_name(name).and_then(does_name);
        assert_eq!(Operation::NAMES.map(read), Operation::NAMES.map(Some));
        let prompt = Action::Prompt {
            text: String::new(),
        };
        for action in [prompt, Action::Other, Action::TurnEnd { text: None }] {
            assert_eq!(kind_name(kind(&action)), action.kind());
        }
        for operation in [
            Operation::Other,
            Operation::Read { paths: Vec::new() },
            Operation::Subagent {
                prompt: String::new(),
            },
        ] {
            assert_eq!(does_name(does(&operation)), Some(operation.name()));
        }
        assert_eq!((kind_of_name("nonsense"), does_of_name("")), (None, None));
        assert_eq!((kind_name(99), does_name(99)), ("other", Some("other")));
    }

    #[test]
    fn numbers_are_read_back() {
        for one in Verdict::ALL {
            assert_eq!(verdict_of(verdict(one)), one);
        }
        for one in Severity::ALL.map(Some).into_iter().chain([None]) {
            assert_eq!(severity_of(severity(one)), one);
        }
        for one in AgentKind::ALL.map(Some).into_iter().chain([None]) {
            assert_eq!(agent_of(agent(one)), one);
        }
        for one in Source::ALL {
            assert_eq!(source_of(source(one)), one);
        }
        assert_eq!(
            (verdict_of(-1), verdict_of(9)),
            (Verdict::Deny, Verdict::Deny)
        );
        assert_eq!(
            (severity_of(-1), severity_of(9)),
            (Some(Severity::Critical), Some(Severity::Critical))
        );
        assert_eq!(agent_of(99), None);
    }
}
