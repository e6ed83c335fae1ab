//! Claude Code's hook payloads. Its event names: `HOOK_EVENTS` in the SDK's typings.

use crate::answer::{AnswerKind, Asking};
use crate::fields::Fields;
use crate::hook::Reading;
use crate::tool;
use crate::vocabulary::{Meaning, operation};
use ringfence_event::{Action, Operation, Outcome};
use serde_json::Value;

pub(super) fn read(fields: &mut Fields) -> Reading {
    Reading::of(fields, act)
}

fn act(moment: &str, fields: &mut Fields) -> (Action, AnswerKind) {
    let gate = AnswerKind::ToolGate {
        asking: Asking::Person,
    };
    match moment {
        "PreToolUse" => (
            Action::ToolCall {
                tool: the_tool(fields),
            },
            gate,
        ),
        "PermissionRequest" => {
            let tool = the_tool(fields);
            (
                Action::PermissionRequest { tool },
                AnswerKind::PermissionGate,
            )
        }
        "PostToolUse" => {
            let tool = the_tool(fields);
            let action = tool::result(fields, tool, Outcome::Success, &["tool_response"]);
            (action, AnswerKind::ResultGate)
        }
        "PostToolUseFailure" => (failed(fields, "error"), AnswerKind::Notice),
        "PermissionDenied" => (failed(fields, "reason"), AnswerKind::Notice),
        "UserPromptSubmit" | "UserPromptExpansion" => {
            (tool::prompt(fields), AnswerKind::PromptGate)
        }
        "SessionStart" => (tool::session_start(fields), AnswerKind::Notice),
        "SessionEnd" => (tool::session_end(fields), AnswerKind::Observe),
        "Stop" => (turn_end(fields), AnswerKind::Notice),
        "StopFailure" => (turn_end(fields), AnswerKind::Observe),
        "SubagentStart" => (
            Action::SubagentStart {
                name: fields.text("agent_type"),
            },
            AnswerKind::Notice,
        ),
        "SubagentStop" => (
            Action::SubagentEnd {
                name: fields.text("agent_type"),
            },
            AnswerKind::Notice,
        ),
        // `PostCompact` tells of the same compaction again, with its summary.
        "PreCompact" => (tool::compaction(fields), AnswerKind::Notice),
        "Notification" => (tool::notification(fields), AnswerKind::Notice),
        "ConfigChange" => (
            Action::ConfigChange {
                path: fields.text("file_path"),
                layer: fields.text("source"),
                changes: Vec::new(),
            },
            AnswerKind::ChangeGate,
        ),
        _ => (Action::Other, AnswerKind::Observe),
    }
}

fn turn_end(fields: &mut Fields) -> Action {
    tool::turn_end(fields, "last_assistant_message")
}

/// The call did not run, or failed; the named field says why.
fn failed(fields: &mut Fields, why: &str) -> Action {
    let tool = the_tool(fields);
    tool::result(fields, tool, Outcome::Failure, &[why])
}

fn the_tool(fields: &mut Fields) -> ringfence_event::Tool {
    tool::tool(fields, |name, input, _| means(name, input))
}

pub(crate) fn means(name: &str, input: &Value) -> Operation {
    if let Some(call) = tool::mcp(name) {
        return call;
    }
    let meaning = match name {
        "Bash" | "PowerShell" => Meaning::Shell,
        // It watches a command's output, or a socket's.
        "Monitor" if input.get("command").is_some() => Meaning::Shell,
        "Monitor" => return operation(Meaning::Fetch, input.get("ws").unwrap_or(&Value::Null)),
        "Read" | "NotebookRead" => Meaning::Read,
        "Write" => Meaning::Create,
        "Edit" | "MultiEdit" | "NotebookEdit" => Meaning::Edit,
        "Glob" | "Grep" | "LS" => Meaning::Search,
        "WebFetch" => Meaning::Fetch,
        "WebSearch" => Meaning::WebSearch,
        "Agent" | "Task" => Meaning::Subagent,
        _ => Meaning::Other,
    };
    operation(meaning, input)
}
