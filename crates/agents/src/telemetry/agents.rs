//! What a record means, agent by agent. Records were taken from Claude Code 2.1.329, Codex 0.169.0,
//! Gemini CLI 0.61.0 and Copilot CLI 1.0.102.

mod claude_code;
mod codex;
mod copilot;
mod gemini;

use super::record::{Batch, Kind, Record};
use super::{Telemetry, metrics};
use crate::bound;
use crate::history::key;
use ringfence_event::{
    Action, AgentKind, CallRef, Event, Join, Labels, SessionId, Source, Timestamp, ToolCallId,
};
use serde_json::{Map, Value, json};

/// What a record says.
pub(super) enum Says {
    /// Something happened.
    This(Action),
    /// Something happened to a tool call, by the agent's id of it.
    OfCall(Option<String>, Action),
    /// The same as another record, or nothing.
    Nothing,
    /// Something that this version has no word for.
    Unknown,
}

/// Attributes that say who the user is and what the terminal is like, and those that are told
/// otherwise: they are not kept.
const DROPPED: &[&str] = &[
    "anthropic.custom_base_url",
    "anthropic.provider",
    "conversation.id",
    "event.name",
    "event.timestamp",
    "gen_ai.conversation.id",
    "installation.id",
    "organization.id",
    "safe_mode",
    "session.id",
    "terminal.type",
];

/// What is kept beside what is told: by this, records find each other, and gaps are seen.
const KEPT: &[&str] = &[
    "agent_name",
    "duration_ms",
    "effort",
    "error.type",
    "event.sequence",
    "hook_type",
    "mcp_server_name",
    "message.uuid",
    "permission_mode",
    "prompt.id",
    "prompt_id",
    "query_source",
    "tool_source",
    "turn_id",
];

/// Longest attribute that is kept of a record, in bytes.
const LONGEST_KEPT: usize = 1024;

pub(super) fn read(batch: &Batch, record: Record, received: Timestamp, found: &mut Telemetry) {
    let Some(agent) = agent_of(batch) else {
        found.foreign += 1;
        return;
    };
    if record.kind == Kind::Point {
        if metrics::is_known(&record) {
            found.quiet += 1;
        } else {
            found.unknown += 1;
        }
        return;
    }
    let name = name(&record);
    let says = match agent {
        AgentKind::ClaudeCode => claude_code::says(&name, &record),
        AgentKind::Codex => codex::says(&name, &record),
        AgentKind::Copilot => copilot::says(&name, &record),
        _ => gemini::says(&name, &record),
    };
    let (call, action) = match says {
        Says::This(action) => (None, action),
        Says::OfCall(call, action) => (call, action),
        Says::Nothing => {
            found.quiet += 1;
            return;
        }
        Says::Unknown if record.kind == Kind::Log => {
            found.unknown += 1;
            found
                .events
                .push(event(agent, &name, None, Action::Other, record, received));
            return;
        }
        Says::Unknown => {
            found.unknown += 1;
            return;
        }
    };
    found.told += 1;
    found
        .events
        .push(event(agent, &name, call, action, record, received));
}

fn agent_of(batch: &Batch) -> Option<AgentKind> {
    let service = batch.resource.get("service.name")?.as_str()?;
    match service {
        "claude-code" => Some(AgentKind::ClaudeCode),
        "gemini-cli" => Some(AgentKind::Gemini),
        "qwen-code" => Some(AgentKind::Qwen),
        "github-copilot" => Some(AgentKind::Copilot),
        _ if service.starts_with("codex") => Some(AgentKind::Codex),
        _ => None,
    }
}

/// The event's name, which some say in an attribute and some in the body.
fn name(record: &Record) -> String {
    if record.kind == Kind::Span {
        return record.name.clone();
    }
    let name = record.text("event.name").or_else(|| record.body.as_str());
    let name = name.unwrap_or(&record.name);
    name.strip_prefix("claude_code.").unwrap_or(name).to_owned()
}

fn event(
    agent: AgentKind,
    name: &str,
    call: Option<String>,
    action: Action,
    record: Record,
    received: Timestamp,
) -> Event {
    let at = record.at(received);
    let session = ["session.id", "conversation.id", "gen_ai.conversation.id"]
        .iter()
        .find_map(|name| record.text(name))
        .map(str::to_owned);
    let number = record
        .number("event.sequence")
        .map(|number| number.to_string());
    let begin = record.begin.to_string();
    let names = [
        "telemetry",
        session.as_deref().unwrap_or_default(),
        name,
        call.as_deref().unwrap_or_default(),
        number.as_deref().unwrap_or(&begin),
        &record.span,
    ];
    Event {
        key: key(agent.name(), at, &names),
        at,
        source: Source::Telemetry,
        agent: Some(agent),
        moment: Some(name.to_owned()),
        session: session.map(SessionId),
        call: call.map(|id| CallRef {
            id: ToolCallId(id),
            join: Join::Exact,
        }),
        process: None,
        cwd: None,
        rest: kept(record, &action),
        action,
        labels: Labels::default(),
    }
}

/// What is left of the attributes. Of a record without a word all short ones are kept; long ones
/// are texts that transcripts tell.
fn kept(record: Record, action: &Action) -> Map<String, Value> {
    let is_told = *action != Action::Other;
    let mut rest: Map<String, Value> = record
        .attributes
        .into_iter()
        .filter(|(name, value)| {
            let name = name.as_str();
            let known = DROPPED.contains(&name) || name.starts_with("user.");
            !known && is_short(value) && (!is_told || KEPT.contains(&name))
        })
        .collect();
    if record.kind == Kind::Span && record.end > record.begin {
        let milliseconds = (record.end - record.begin) / 1_000_000;
        rest.insert("span_milliseconds".to_owned(), json!(milliseconds));
    }
    bound::map(rest)
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= LONGEST_KEPT,
        Value::Array(items) => items.len() <= 16 && items.iter().all(is_short),
        // JavaScript's exporters write an absent value as an empty one.
        Value::Object(fields) => !fields.is_empty() && fields.values().all(is_short),
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A text that is not left out (`<REDACTED>`) at its user's wish.
fn told(record: &Record, name: &str) -> Option<String> {
    let text = record.text(name).filter(|text| *text != "<REDACTED>")?;
    Some(bound::text(text.to_owned()))
}
