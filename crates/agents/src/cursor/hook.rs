//! Cursor's hook payloads. One call is told twice, once by the hook for all tools and
//! once by the hook for its kind: [`Twin`] says which belong together.

use crate::answer::{AnswerKind, Asking};
use crate::bound;
use crate::fields::Fields;
use crate::hook::{Reading, Twin, TwinSide};
use crate::tool;
use crate::vocabulary::{Meaning, operation, unpacked};
use ringfence_event::{Action, Operation, Outcome, Tool};
use serde_json::{Map, Value};

pub(super) fn read(fields: &mut Fields) -> Reading {
    let moment = fields.text("hook_event_name");
    let name = moment.as_deref().unwrap_or_default();
    let session = fields
        .text("conversation_id")
        .or_else(|| fields.text("session_id"));
    let call = fields.text("tool_use_id");
    let cwd = fields.text("cwd").or_else(|| workspace(fields));
    let (action, answer, side) = act(name, fields);
    let twin = side.and_then(|side| twin(session.as_deref(), fields, &action, side));
    Reading {
        moment,
        session,
        call,
        cwd,
        action,
        answer,
        twin,
    }
}

/// Where a moment has no directory, the first one that is open.
fn workspace(fields: &Fields) -> Option<String> {
    let first = fields.see("workspace_roots")?.get(0)?.as_str()?;
    Some(bound::text(first.to_owned()))
}

type Act = (Action, AnswerKind, Option<TwinSide>);

fn act(moment: &str, fields: &mut Fields) -> Act {
    match moment {
        "preToolUse" => {
            let tool = tool::tool(fields, |name, input, _| means(name, input));
            let asking = asking(&tool);
            let gate = AnswerKind::ToolGate { asking };
            (Action::ToolCall { tool }, gate, Some(TwinSide::First))
        }
        "beforeShellExecution" => gate(special(fields, "Shell", SHELL), Asking::Person),
        "beforeMCPExecution" => gate(mcp(fields), Asking::Person),
        "beforeReadFile" | "beforeTabFileRead" => {
            gate(special(fields, "Read", READ), Asking::Nobody)
        }
        "postToolUse" => {
            let tool = tool::tool(fields, |name, input, _| means(name, input));
            after(fields, tool, Outcome::Success, TwinSide::First)
        }
        "postToolUseFailure" => {
            let tool = tool::tool(fields, |name, input, _| means(name, input));
            after(fields, tool, Outcome::Failure, TwinSide::First)
        }
        "afterShellExecution" => {
            let tool = special(fields, "Shell", SHELL);
            after(fields, tool, Outcome::Unknown, TwinSide::Second)
        }
        "afterMCPExecution" => {
            let tool = mcp(fields);
            after(fields, tool, Outcome::Unknown, TwinSide::Second)
        }
        "afterFileEdit" | "afterTabFileEdit" => {
            let tool = special(fields, "Write", EDIT);
            after(fields, tool, Outcome::Success, TwinSide::Second)
        }
        _ => {
            let (action, answer) = lifecycle(moment, fields);
            (action, answer, None)
        }
    }
}

fn lifecycle(moment: &str, fields: &mut Fields) -> (Action, AnswerKind) {
    let observed = |action| (action, AnswerKind::Observe);
    match moment {
        "beforeSubmitPrompt" => (tool::prompt(fields), AnswerKind::PromptGate),
        "sessionStart" => observed(tool::session_start(fields)),
        "sessionEnd" => observed(tool::session_end(fields)),
        "subagentStart" => {
            let name = fields.text("subagent_type");
            let asking = Asking::Nobody;
            (
                Action::SubagentStart { name },
                AnswerKind::ToolGate { asking },
            )
        }
        "subagentStop" => {
            let name = fields.text("subagent_type");
            observed(Action::SubagentEnd { name })
        }
        "afterAgentResponse" => observed(tool::turn_end(fields, "text")),
        "preCompact" => observed(tool::compaction(fields)),
        // `stop` (its text came with `afterAgentResponse`), `afterAgentThought`,
        // `workspaceOpen` and what comes later.
        _ => observed(Action::Other),
    }
}

/// What a hook for one kind of tool is about, and which of its fields are arguments.
type Kind = (Meaning, &'static [&'static str]);

const SHELL: Kind = (Meaning::Shell, &["command", "timeout", "sandbox"]);
const READ: Kind = (Meaning::Read, &["file_path", "content"]);
const EDIT: Kind = (Meaning::Edit, &["file_path", "edits"]);

fn special(fields: &mut Fields, name: &str, kind: Kind) -> Tool {
    let (meaning, arguments) = kind;
    let mut input = Map::new();
    for argument in arguments {
        let value = fields.value(argument);
        if !value.is_null() {
            input.insert((*argument).to_owned(), value);
        }
    }
    let input = Value::Object(input);
    Tool {
        name: name.to_owned(),
        operation: operation(meaning, &input),
        input: bound::value(input),
    }
}

/// `tool_name` is the tool's name at the server; the server itself is known by its
/// address or its command line.
fn mcp(fields: &mut Fields) -> Tool {
    let name = fields.text("tool_name").unwrap_or_default();
    let input = unpacked(fields.value("tool_input"));
    let server = fields
        .see_text("url")
        .or_else(|| fields.see_text("command"));
    let operation = Operation::Mcp {
        server: bound::text(server.unwrap_or_default().to_owned()),
        tool: bare(&name).to_owned(),
    };
    Tool {
        name,
        operation,
        input: bound::value(input),
    }
}

fn gate(tool: Tool, asking: Asking) -> Act {
    let gate = AnswerKind::ToolGate { asking };
    (Action::ToolCall { tool }, gate, Some(TwinSide::Second))
}

fn after(fields: &mut Fields, tool: Tool, outcome: Outcome, side: TwinSide) -> Act {
    let outputs = ["tool_output", "output", "result_json", "error_message"];
    let action = tool::result(fields, tool, outcome, &outputs);
    (action, AnswerKind::Observe, Some(side))
}

/// Cursor honours `ask` for commands and MCP calls; elsewhere it would let the call run.
fn asking(tool: &Tool) -> Asking {
    match tool.operation {
        Operation::Shell { .. } | Operation::Mcp { .. } => Asking::Person,
        _ => Asking::Nobody,
    }
}

pub(super) fn means(name: &str, input: &Value) -> Operation {
    if name.starts_with("MCP:") {
        return Operation::Mcp {
            server: String::new(),
            tool: bare(name).to_owned(),
        };
    }
    let meaning = match name {
        "Shell" => Meaning::Shell,
        "Read" => Meaning::Read,
        "Write" => Meaning::Create,
        "Edit" | "StrReplace" | "MultiEdit" | "NotebookEdit" => Meaning::Edit,
        "Delete" => Meaning::Delete,
        "Grep" | "Glob" | "LS" | "codebase_search" => Meaning::Search,
        "WebFetch" => Meaning::Fetch,
        "WebSearch" => Meaning::WebSearch,
        "Task" => Meaning::Subagent,
        _ => Meaning::Other,
    };
    operation(meaning, input)
}

fn bare(name: &str) -> &str {
    name.strip_prefix("MCP:").unwrap_or(name)
}

/// The same call has the same group, whichever hook tells of it. Tools that only one
/// hook tells of have no twin.
fn twin(session: Option<&str>, fields: &Fields, action: &Action, side: TwinSide) -> Option<Twin> {
    let tool = action.tool()?;
    let what = match &tool.operation {
        Operation::Shell { command, .. } => format!("shell {command}"),
        Operation::Mcp { tool: name, .. } => format!("mcp {name} {}", tool.input),
        Operation::Read { paths } => format!("read {}", paths.join("\n")),
        // Before a change, only the hook for all tools is called.
        Operation::Write { changes } if matches!(action, Action::ToolResult { .. }) => {
            let paths: Vec<_> = changes.iter().map(|change| change.path.as_str()).collect();
            format!("write {}", paths.join("\n"))
        }
        _ => return None,
    };
    let generation = fields.see_text("generation_id").unwrap_or_default();
    let session = session.unwrap_or_default();
    let phase = action.kind();
    Some(Twin {
        group: format!("{session}\n{generation}\n{phase}\n{what}"),
        side,
    })
}
