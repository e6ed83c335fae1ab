//! Gemini CLI's hook payloads. It gives no id to a tool call.

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
        "BeforeTool" => {
            let tool = the_tool(fields);
            let asking = Asking::Nobody;
            (Action::ToolCall { tool }, AnswerKind::ToolGate { asking })
        }
        "AfterTool" => {
            let tool = the_tool(fields);
            let failed = fields
                .see("tool_response")
                .and_then(|response| response.get("error"))
                .is_some_and(|error| !error.is_null());
            let outcome = if failed {
                Outcome::Failure
            } else {
                Outcome::Success
            };
            let action = tool::result(fields, tool, outcome, &["tool_response"]);
            (action, AnswerKind::ResultGate)
        }
        "BeforeAgent" => (tool::prompt(fields), AnswerKind::PromptGate),
        "AfterAgent" => (
            tool::turn_end(fields, "prompt_response"),
            AnswerKind::Notice,
        ),
        "SessionStart" => (tool::session_start(fields), AnswerKind::Notice),
        "SessionEnd" => (tool::session_end(fields), AnswerKind::Observe),
        "PreCompress" => (tool::compaction(fields), AnswerKind::Observe),
        "Notification" => (tool::notification(fields), AnswerKind::Notice),
        // `BeforeModel`, `BeforeToolSelection`, `AfterModel` and what comes later.
        _ => (Action::Other, AnswerKind::Observe),
    }
}

fn the_tool(fields: &mut Fields) -> Tool {
    tool::tool(fields, |name, input, fields| {
        mcp(name, fields).unwrap_or_else(|| means(name, input))
    })
}

pub(super) fn means(name: &str, input: &Value) -> Operation {
    let meaning = match name {
        "run_shell_command" => Meaning::Shell,
        "read_file" | "read_many_files" => Meaning::Read,
        "write_file" => Meaning::Create,
        "replace" | "edit" => Meaning::Edit,
        "glob" | "grep_search" | "search_file_content" | "list_directory" => Meaning::Search,
        "web_fetch" => Meaning::Fetch,
        "google_web_search" => Meaning::WebSearch,
        "invoke_agent" | "delegate_to_agent" => Meaning::Subagent,
        _ => Meaning::Other,
    };
    operation(meaning, input)
}

/// The name alone (`mcp_<server>_<tool>`) does not tell where the server's name ends:
/// `mcp_context` does, where it is given.
fn mcp(name: &str, fields: &Fields) -> Option<Operation> {
    let told = |key: &str| fields.see("mcp_context")?.get(key)?.as_str();
    if let (Some(server), Some(tool)) = (told("server_name"), told("tool_name")) {
        return Some(Operation::Mcp {
            server: server.to_owned(),
            tool: tool.to_owned(),
        });
    }
    mcp_by_name(name)
}

/// Reads `mcp_<server>_<tool>`.
pub(super) fn mcp_by_name(name: &str) -> Option<Operation> {
    let (server, tool) = name.strip_prefix("mcp_")?.split_once('_')?;
    Some(Operation::Mcp {
        server: server.to_owned(),
        tool: tool.to_owned(),
    })
}
