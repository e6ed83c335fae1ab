//! What AgentsLeak's hook scripts send, and the answers that they wait for, so that its
//! users can point them at Ringfence and take the scripts out later.
//!
//! **Invariant:** the route says which moment it is, never the payload: a call cannot get
//! past the gate by naming itself a notice. Source: AgentsLeak's published HTTP interface.

use crate::answer::{Answer, AnswerKind, Asking, Decided, Message};
use crate::hook::{HookCall, Stamp, read_fields};
use crate::vocabulary::{self, Meaning};
use crate::{PayloadError, bound, fields::Fields, payload};
use ringfence_event::{Action, AgentKind, Operation, Tool};
use serde_json::{Map, Value, json};

/// One of the addresses below `/api/collect/` that take a hook's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectRoute {
    /// A tool is about to run.
    PreToolUse,
    /// A tool has run.
    PostToolUse,
    /// A tool has failed.
    PostToolUseError,
    /// The agent asks its user for permission.
    PermissionRequest,
    /// The user gave a prompt.
    UserPromptSubmit,
    /// A session begins.
    SessionStart,
    /// A session ends.
    SessionEnd,
    /// A subagent begins.
    SubagentStart,
    /// A subagent ends.
    SubagentStop,
}

impl CollectRoute {
    /// Every route.
    pub const ALL: [CollectRoute; 9] = [
        CollectRoute::PreToolUse,
        CollectRoute::PostToolUse,
        CollectRoute::PostToolUseError,
        CollectRoute::PermissionRequest,
        CollectRoute::UserPromptSubmit,
        CollectRoute::SessionStart,
        CollectRoute::SessionEnd,
        CollectRoute::SubagentStart,
        CollectRoute::SubagentStop,
    ];

    /// The last part of its address.
    pub fn name(self) -> &'static str {
        match self {
            CollectRoute::PreToolUse => "pre-tool-use",
            CollectRoute::PostToolUse => "post-tool-use",
            CollectRoute::PostToolUseError => "post-tool-use-error",
            CollectRoute::PermissionRequest => "permission-request",
            CollectRoute::UserPromptSubmit => "user-prompt-submit",
            CollectRoute::SessionStart => "session-start",
            CollectRoute::SessionEnd => "session-end",
            CollectRoute::SubagentStart => "subagent-start",
            CollectRoute::SubagentStop => "subagent-stop",
        }
    }

    /// Reads [`CollectRoute::name`].
    pub fn from_name(name: &str) -> Option<CollectRoute> {
        CollectRoute::ALL
            .into_iter()
            .find(|route| route.name() == name)
    }

    /// The agent's own name for the moment.
    fn moment(self, agent: AgentKind) -> &'static str {
        let (claude, cursor) = match self {
            CollectRoute::PreToolUse => ("PreToolUse", "preToolUse"),
            CollectRoute::PostToolUse => ("PostToolUse", "postToolUse"),
            CollectRoute::PostToolUseError => ("PostToolUseFailure", "postToolUseFailure"),
            // Cursor has no such moment; what asks there is a call that has not run.
            CollectRoute::PermissionRequest => ("PermissionRequest", "preToolUse"),
            CollectRoute::UserPromptSubmit => ("UserPromptSubmit", "beforeSubmitPrompt"),
            CollectRoute::SessionStart => ("SessionStart", "sessionStart"),
            CollectRoute::SessionEnd => ("SessionEnd", "sessionEnd"),
            CollectRoute::SubagentStart => ("SubagentStart", "subagentStart"),
            CollectRoute::SubagentStop => ("SubagentStop", "subagentStop"),
        };
        if agent == AgentKind::Cursor {
            cursor
        } else {
            claude
        }
    }
}

/// The agent that a script speaks for, by its header `X-AgentsLeak-Source`.
pub fn collected_agent(source: Option<&str>) -> AgentKind {
    match source.map(str::to_ascii_lowercase) {
        Some(source) if source.contains("cursor") => AgentKind::Cursor,
        Some(_) | None => AgentKind::ClaudeCode,
    }
}

/// Reads a payload. Fields that AgentsLeak named anew get the agent's own names back;
/// what it added is kept.
pub fn read_collected(
    route: CollectRoute,
    agent: AgentKind,
    payload: &[u8],
    stamp: Stamp,
) -> Result<HookCall, PayloadError> {
    let mut map = payload::object(payload)?;
    give_names_back(agent, &mut map);
    map.insert("hook_event_name".to_owned(), route.moment(agent).into());
    let mut call = read_fields(agent, Fields::new(map), stamp);
    // Its scripts hook only one of the two moments at which Cursor tells of a call.
    call.twin = None;
    call.answer = heard(route, agent);
    run_what_has_a_command(&mut call.event.action);
    Ok(call)
}

/// The scripts pass on an answer before a call only, and to Cursor no question.
fn heard(route: CollectRoute, agent: AgentKind) -> AnswerKind {
    if route != CollectRoute::PreToolUse {
        return AnswerKind::Observe;
    }
    let asking = if agent == AgentKind::Cursor {
        Asking::Nobody
    } else {
        Asking::Person
    };
    AnswerKind::ToolGate { asking }
}

/// AgentsLeak's name for a field, and the agents' own.
const CLAUDE_NAMES: &[(&str, &str)] = &[
    ("session_cwd", "cwd"),
    ("tool_result", "tool_response"),
    ("query", "prompt"),
];
const CURSOR_NAMES: &[(&str, &str)] = &[
    ("session_cwd", "cwd"),
    ("session_id", "conversation_id"),
    ("query", "prompt"),
];

fn give_names_back(agent: AgentKind, map: &mut Map<String, Value>) {
    let names = if agent == AgentKind::Cursor {
        if let Some(Value::Object(own)) = map.remove("_cursor") {
            for (name, value) in own {
                map.entry(name).or_insert(value);
            }
        }
        if let Some(Value::Object(result)) = map.remove("tool_result") {
            for (theirs, own) in [("output", "tool_output"), ("error", "error_message")] {
                if let Some(value) = result.get(theirs) {
                    map.insert(own.to_owned(), value.clone());
                }
            }
        }
        CURSOR_NAMES
    } else {
        CLAUDE_NAMES
    };
    for (theirs, own) in names {
        if map.get(*own).is_none_or(Value::is_null)
            && let Some(value) = map.remove(*theirs)
        {
            map.insert((*own).to_owned(), value);
        }
    }
}

/// The scripts serve agents whose tools have other names (`run_terminal_cmd`, `shell`):
/// a tool that nobody knows and that has a command runs it.
fn run_what_has_a_command(action: &mut Action) {
    let (Action::ToolCall { tool }
    | Action::PermissionRequest { tool }
    | Action::ToolResult { tool, .. }) = action
    else {
        return;
    };
    if tool.operation == Operation::Other && has_command(tool) {
        tool.operation = vocabulary::operation(Meaning::Shell, &tool.input);
    }
}

fn has_command(tool: &Tool) -> bool {
    ["command", "cmd"]
        .iter()
        .any(|name| tool.input.get(name).is_some_and(|value| !value.is_null()))
}

/// Says a verdict in the shape that the route documents. `session` is the payload's.
pub fn collected_reply(
    route: CollectRoute,
    agent: AgentKind,
    session: Option<&str>,
    answer: &Answer<'_>,
) -> Value {
    let session = bound::text(session.unwrap_or("unknown").to_owned());
    match route {
        CollectRoute::PreToolUse => gate(agent, Message::of(&heard(route, agent), answer).as_ref()),
        CollectRoute::PostToolUse
        | CollectRoute::PostToolUseError
        | CollectRoute::PermissionRequest
        | CollectRoute::UserPromptSubmit => json!({ "status": "received" }),
        CollectRoute::SessionStart => {
            json!({ "status": "session_started", "session_id": session })
        }
        CollectRoute::SessionEnd => json!({ "status": "session_ended", "session_id": session }),
        CollectRoute::SubagentStart => {
            json!({ "status": "subagent_started", "session_id": session })
        }
        CollectRoute::SubagentStop => {
            json!({ "status": "subagent_stopped", "session_id": session })
        }
    }
}

fn gate(agent: AgentKind, message: Option<&Message>) -> Value {
    let cursor = agent == AgentKind::Cursor;
    let Some(message) = message.filter(|message| message.verdict != Decided::Tell) else {
        return if cursor {
            json!({ "decision": "allow" })
        } else {
            json!({})
        };
    };
    if cursor {
        return json!({ "decision": "deny", "reason": message.text });
    }
    let decision = match message.verdict {
        Decided::Ask => "ask",
        Decided::Stop | Decided::Tell => "deny",
    };
    json!({
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": decision,
            "permissionDecisionReason": message.text,
        }
    })
}

#[cfg(test)]
mod tests;
