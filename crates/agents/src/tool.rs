//! The moments that agents have in common: fields in, an action out.

use crate::bound;
use crate::fields::Fields;
use crate::vocabulary::unpacked;
use ringfence_event::{Action, Operation, Outcome, Tool};
use serde_json::Value;

/// Reads a tool's name and arguments; `means` is the agent's own vocabulary.
pub(crate) fn tool(
    fields: &mut Fields,
    means: impl FnOnce(&str, &Value, &Fields) -> Operation,
) -> Tool {
    let name = fields.text("tool_name").unwrap_or_default();
    let input = unpacked(fields.value("tool_input"));
    let operation = means(&name, &input, fields);
    Tool {
        name,
        operation,
        input: bound::value(input),
    }
}

/// A tool by its name and arguments, as transcripts tell it.
pub(crate) fn named(
    name: String,
    input: Value,
    means: impl FnOnce(&str, &Value) -> Operation,
) -> Tool {
    let input = unpacked(input);
    let operation = means(&name, &input);
    Tool {
        name,
        operation,
        input: bound::value(input),
    }
}

/// A tool has run: its output stands in one of the named fields.
pub(crate) fn result(
    fields: &mut Fields,
    tool: Tool,
    outcome: Outcome,
    outputs: &[&str],
) -> Action {
    let output = outputs
        .iter()
        .map(|name| fields.value(name))
        .find(|value| !value.is_null())
        .unwrap_or(Value::Null);
    Action::ToolResult {
        tool,
        outcome,
        output: bound::value(output),
    }
}

/// `source` tells why; `model` is kept in the action.
pub(crate) fn session_start(fields: &mut Fields) -> Action {
    Action::SessionStart {
        reason: fields.text("source"),
        model: fields.text("model"),
    }
}

/// `reason` tells why.
pub(crate) fn session_end(fields: &mut Fields) -> Action {
    Action::SessionEnd {
        reason: fields.text("reason"),
    }
}

/// `prompt` is the text.
pub(crate) fn prompt(fields: &mut Fields) -> Action {
    Action::Prompt {
        text: fields.text("prompt").unwrap_or_default(),
    }
}

/// The last message stands in the named field.
pub(crate) fn turn_end(fields: &mut Fields, message: &str) -> Action {
    Action::TurnEnd {
        text: fields.text(message),
    }
}

/// `trigger` tells whether a person asked for it.
pub(crate) fn compaction(fields: &mut Fields) -> Action {
    Action::Compaction {
        trigger: fields.text("trigger"),
    }
}

/// `message` is the text.
pub(crate) fn notification(fields: &mut Fields) -> Action {
    Action::Notification {
        text: fields.text("message").unwrap_or_default(),
    }
}

/// Reads `mcp__<server>__<tool>`, as Claude Code and Codex name the tools of MCP servers.
pub(crate) fn mcp(name: &str) -> Option<Operation> {
    let (server, tool) = name.strip_prefix("mcp__")?.split_once("__")?;
    Some(Operation::Mcp {
        server: server.to_owned(),
        tool: tool.to_owned(),
    })
}
