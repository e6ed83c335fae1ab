//! Codex's hook payloads. It shows every shell call as `Bash` with the command line,
//! and a patch as `apply_patch` with the patch in `tool_input.command`. What a model
//! types into a shell that runs already (`write_stdin`) is shown to no hook.

use crate::answer::{AnswerKind, Asking};
use crate::fields::Fields;
use crate::hook::Reading;
use crate::tool;
use crate::vocabulary::{Meaning, operation};
use ringfence_event::{Action, Operation, Outcome, Tool};
use serde_json::Value;

pub(super) fn read(fields: &mut Fields) -> Reading {
    Reading::of(fields, act)
}

fn act(moment: &str, fields: &mut Fields) -> (Action, AnswerKind) {
    match moment {
        "PreToolUse" => {
            let tool = the_tool(fields);
            let asking = Asking::Nobody;
            (Action::ToolCall { tool }, AnswerKind::ToolGate { asking })
        }
        "PermissionRequest" => {
            let tool = the_tool(fields);
            (
                Action::PermissionRequest { tool },
                AnswerKind::PermissionGate,
            )
        }
        "PostToolUse" => {
            let tool = the_tool(fields);
            // A failed command comes here too, and nothing in it says so.
            let action = tool::result(fields, tool, Outcome::Unknown, &["tool_response"]);
            (action, AnswerKind::ResultGate)
        }
        "UserPromptSubmit" => (tool::prompt(fields), AnswerKind::PromptGate),
        "SessionStart" => (tool::session_start(fields), AnswerKind::Notice),
        "SessionEnd" => (tool::session_end(fields), AnswerKind::Observe),
        "Stop" => (
            tool::turn_end(fields, "last_assistant_message"),
            AnswerKind::Notice,
        ),
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
        "PreCompact" => (tool::compaction(fields), AnswerKind::Notice),
        _ => (Action::Other, AnswerKind::Observe),
    }
}

fn the_tool(fields: &mut Fields) -> Tool {
    tool::tool(fields, |name, input, _| means(name, input))
}

pub(crate) fn means(name: &str, input: &Value) -> Operation {
    if let Some(call) = tool::mcp(name) {
        return call;
    }
    let meaning = match name {
        "Bash" | "shell" | "local_shell" | "shell_command" | "exec_command" | "container.exec" => {
            Meaning::Shell
        }
        "apply_patch" => Meaning::Patch,
        "view_image" | "read_file" => Meaning::Read,
        "list_dir" | "grep_files" => Meaning::Search,
        "web_search" => Meaning::WebSearch,
        "spawn_agent" => Meaning::Subagent,
        _ => Meaning::Other,
    };
    operation(meaning, input)
}
