//! Cline's and Roo Code's tasks: `ui_messages.json`, what was shown, with times and costs; and
//! `api_conversation_history.json`, what the model got and gave. Both are written whole at each
//! change. Read from their repositories' types and from other tools' readers; not recorded.

use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use crate::tool::named;
use crate::vocabulary::{Meaning, operation};
use ringfence_event::{
    Action, Change, ChangeKind, Cost, Operation, Outcome, Timestamp, Tool, Usage,
};
use serde_json::{Value, json};

/// Messages by which the editor shows where it is.
const SHOWN: &[&str] = &[
    "api_req_finished",
    "api_req_retried",
    "auto_approval_max_req_reached",
    "browser_action",
    "checkpoint_created",
    "checkpoint_saved",
    "completion_result",
    "generate_explanation",
    "load_mcp_documentation",
    "mcp_server_request_started",
    "mistake_limit_reached",
    "resume_completed_task",
    "resume_task",
    "shell_integration_warning",
    "task_progress",
];

fn begin(page: &mut Page<'_>) {
    // The directory is named for the task.
    let task = page.state.folder.clone();
    page.in_session(Some(task));
    page.begin(None, None);
    page.quiet();
}

fn time(fields: &Fields) -> Option<Timestamp> {
    let milliseconds = fields.see("ts")?.as_i64()?;
    Some(Timestamp(milliseconds.checked_mul(1000)?))
}

/// Reads an element of `ui_messages.json`.
pub(crate) fn read_message(mut fields: Fields, page: &mut Page<'_>) {
    page.happened(time(&fields));
    begin(page);
    let stamp = fields.see("ts").map(Value::to_string).unwrap_or_default();
    let asks = fields.see_text("type") == Some("ask");
    let kind = fields.text(if asks { "ask" } else { "say" });
    let kind = kind.unwrap_or_default();
    page.moment = Some(kind.clone());
    // A message that is still being written comes again.
    if fields.see("partial") == Some(&Value::Bool(true)) {
        return;
    }
    if let Some(model) = fields.see("modelInfo").and_then(|info| info.get("modelId")) {
        page.state.model = model.as_str().map(str::to_owned);
    }
    let text = fields.whole_text("text").unwrap_or_default();
    if let Some(action) = said(&kind, &text, page.number() == 1) {
        page.tell_once(&["ui", &stamp, &kind], None, action);
        return;
    }
    match kind.as_str() {
        "api_req_started" | "deleted_api_reqs" => request(&stamp, &text, page),
        "command" => shell(&stamp, &text, page),
        "tool" | "use_mcp_server" | "browser_action_launch" => {
            let tool = shown_tool(&kind, &text);
            shown_call(&stamp, tool, page);
        }
        "command_output" | "mcp_server_response" | "browser_action_result" => {
            result(&stamp, text, page);
        }
        kind if SHOWN.contains(&kind) => {}
        _ => {
            fields.give_back("text", Value::String(text));
            page.unknown(fields);
        }
    }
}

/// What somebody said, if it is that.
fn said(kind: &str, text: &str, first: bool) -> Option<Action> {
    let text = || bound::text(text.to_owned());
    let action = match kind {
        // Roo Code has no word for the first one.
        "text" if first => Action::Prompt { text: text() },
        "task" | "user_feedback" | "user_feedback_diff" | "user_edit_todos" => {
            Action::Prompt { text: text() }
        }
        "text" | "plan_mode_respond" | "plan_mode_response" | "act_mode_respond" | "followup" => {
            Action::Message { text: text() }
        }
        "reasoning" => Action::Thinking { text: text() },
        "completion_result" => {
            let text = Some(text()).filter(|text| !text.is_empty())?;
            Action::TurnEnd { text: Some(text) }
        }
        "error" | "diff_error" | "api_req_failed" | "info" | "clineignore_error" => {
            Action::Notification { text: text() }
        }
        "condense" | "condense_context" | "summarize_task" => Action::Compaction { trigger: None },
        _ => return None,
    };
    Some(action)
}

/// `api_req_started` gets tokens and cost when the request is over.
fn request(stamp: &str, text: &str, page: &mut Page<'_>) {
    let Ok(counted) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let number = |name: &str| counted.get(name).and_then(Value::as_u64).unwrap_or(0);
    let session = page.state.session.clone().unwrap_or_default();
    let usage = Usage {
        model: page.state.model.clone(),
        request: Some(format!("{session}:{stamp}")),
        input: number("tokensIn"),
        output: number("tokensOut"),
        cache_read: number("cacheReads"),
        cache_write: number("cacheWrites"),
        cost: counted
            .get("cost")
            .and_then(Value::as_f64)
            .and_then(Cost::from_dollars),
        ..Usage::default()
    };
    if usage.tokens() > 0 && page.is_new(&["tokens", stamp]) {
        page.usage(usage);
    }
}

fn shell(stamp: &str, command: &str, page: &mut Page<'_>) {
    // The user's answer to the question whether it may run is put behind it.
    let command = command.strip_suffix("REQ_APP").unwrap_or(command);
    let input = json!({ "command": command });
    let tool = named("execute_command".to_owned(), input, means);
    shown_call(stamp, tool, page);
}

fn shown_call(stamp: &str, tool: Tool, page: &mut Page<'_>) {
    let session = page.state.session.clone().unwrap_or_default();
    let own = format!("{session}:{stamp}");
    if page.is_new(&["call", stamp]) {
        page.state.calls.open(&own, &tool);
        page.identify(Some(format!("call {own}")));
        page.tell_inferred(&own, Action::ToolCall { tool });
    }
}

/// Results name no call: they belong to the one before.
fn result(stamp: &str, text: String, page: &mut Page<'_>) {
    if !page.is_new(&["result", stamp]) {
        return;
    }
    let session = page.state.session.clone().unwrap_or_default();
    page.identify(Some(format!("result {session}:{stamp}")));
    let call = page.state.calls.last().unwrap_or_default().to_owned();
    let tool = page.state.calls.close(&call);
    let action = Action::ToolResult {
        tool,
        outcome: Outcome::Unknown,
        output: Value::String(bound::text(text)),
    };
    if call.is_empty() {
        page.tell(action);
    } else {
        page.tell_inferred(&call, action);
    }
}

/// What a message shows of a tool: `{"tool": "editedExistingFile", "path": …, "diff": …}`.
fn shown_tool(kind: &str, text: &str) -> Tool {
    if kind == "browser_action_launch" {
        let urls = vec![bound::text(text.to_owned())];
        return Tool {
            name: "browser_action".to_owned(),
            operation: Operation::Fetch { urls },
            input: Value::Null,
        };
    }
    let input = serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let part = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = part("tool").unwrap_or_else(|| kind.to_owned());
    let write = |change| Operation::Write {
        changes: vec![Change {
            path: bound::text(part("path").unwrap_or_default()),
            change,
            text: part("content").or_else(|| part("diff")).map(bound::text),
        }],
    };
    let operation = match name.as_str() {
        "readFile" => operation(Meaning::Read, &input),
        "newFileCreated" => write(ChangeKind::Create),
        "editedExistingFile" | "appliedDiff" | "insertContent" | "searchAndReplace" => {
            write(ChangeKind::Update)
        }
        "fileDeleted" => write(ChangeKind::Delete),
        "listFilesTopLevel"
        | "listFilesRecursive"
        | "listCodeDefinitionNames"
        | "searchFiles"
        | "codebaseSearch" => Operation::Search {
            path: part("path"),
            pattern: part("regex").or_else(|| part("query")),
        },
        "webFetch" | "fetch" => Operation::Fetch {
            urls: part("path").or_else(|| part("url")).into_iter().collect(),
        },
        "webSearch" => Operation::WebSearch {
            query: part("path").or_else(|| part("query")).unwrap_or_default(),
        },
        "newTask" => Operation::Subagent {
            prompt: bound::text(part("content").unwrap_or_default()),
        },
        _ if kind == "use_mcp_server" => Operation::Mcp {
            server: part("serverName").unwrap_or_default(),
            tool: part("toolName").or_else(|| part("uri")).unwrap_or_default(),
        },
        _ => Operation::Other,
    };
    Tool {
        name,
        operation,
        input: bound::value(input),
    }
}

/// Reads an element of `api_conversation_history.json`.
pub(crate) fn read_turn(mut fields: Fields, page: &mut Page<'_>) {
    page.happened(time(&fields));
    begin(page);
    let turn = page.number().to_string();
    let session = page.state.session.clone().unwrap_or_default();
    page.identify(Some(format!("turn {session} {turn}")));
    let role = fields.text("role").unwrap_or_default();
    page.moment = Some(role.clone());
    if let Some(model) = fields.see("modelInfo").and_then(|info| info.get("modelId")) {
        page.state.model = model.as_str().map(str::to_owned);
    }
    let blocks = match fields.value("content") {
        Value::String(text) => vec![json!({ "type": "text", "text": text })],
        Value::Array(blocks) => blocks,
        _ => {
            page.unknown(fields);
            return;
        }
    };
    if let Some(metrics) = fields.see("metrics") {
        let metrics = metrics.get("tokens").cloned().unwrap_or_default();
        spent(&turn, &metrics, page);
    }
    for (number, block) in blocks.into_iter().enumerate() {
        if let Value::Object(block) = block {
            turn_block(&role, &turn, &number.to_string(), Fields::new(block), page);
        }
    }
}

fn spent(turn: &str, tokens: &Value, page: &mut Page<'_>) {
    let number = |name: &str| tokens.get(name).and_then(Value::as_u64).unwrap_or(0);
    let session = page.state.session.clone().unwrap_or_default();
    let usage = Usage {
        model: page.state.model.clone(),
        request: Some(format!("{session}:turn {turn}")),
        input: number("prompt"),
        output: number("completion"),
        cache_read: number("cached"),
        ..Usage::default()
    };
    if usage.tokens() > 0 && page.is_new(&["tokens", turn]) {
        page.usage(usage);
    }
}

fn turn_block(role: &str, turn: &str, number: &str, mut block: Fields, page: &mut Page<'_>) {
    let kind = block.text("type").unwrap_or_default();
    let once = ["turn", turn, number];
    match (kind.as_str(), role) {
        ("text", "assistant") => {
            let text = block.text("text").unwrap_or_default();
            page.tell_once(&once, None, Action::Message { text });
        }
        ("text", _) => {
            let text = block.text("text").unwrap_or_default();
            // What the editor adds to each turn.
            if !text.starts_with("<environment_details>") {
                page.tell_once(&once, None, Action::Prompt { text });
            }
        }
        ("thinking" | "reasoning", _) => {
            let text = block.text("thinking").or_else(|| block.text("text"));
            let text = text.unwrap_or_default();
            page.tell_once(&once, None, Action::Thinking { text });
        }
        ("tool_use", _) => {
            let id = block.text("id").unwrap_or_default();
            let name = block.text("name").unwrap_or_default();
            let tool = named(name, block.value("input"), means);
            if page.is_new(&["call", &id]) {
                page.call(&id, tool);
            }
        }
        ("tool_result", _) => {
            let id = block.text("tool_use_id").unwrap_or_default();
            let tool = page.state.calls.close(&id);
            let action = Action::ToolResult {
                tool,
                outcome: Outcome::Unknown,
                output: bound::value(block.value("content")),
            };
            page.tell_once(&["result", &id], Some(&id), action);
        }
        ("image" | "image_url" | "document" | "redacted_thinking", _) => {}
        _ => page.unknown(block),
    }
}

fn means(name: &str, input: &Value) -> Operation {
    let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
    let meaning = match name {
        "execute_command" => Meaning::Shell,
        "read_file" => Meaning::Read,
        "write_to_file" | "new_rule" => Meaning::Create,
        "replace_in_file" | "apply_diff" | "insert_content" | "search_and_replace" => Meaning::Edit,
        "apply_patch" => Meaning::Patch,
        "list_files" | "search_files" | "list_code_definition_names" | "codebase_search" => {
            Meaning::Search
        }
        "web_fetch" | "browser_action" => Meaning::Fetch,
        "web_search" => Meaning::WebSearch,
        "new_task" | "use_subagents" => Meaning::Subagent,
        "use_mcp_tool" | "access_mcp_resource" => {
            return Operation::Mcp {
                server: text("server_name").unwrap_or_default(),
                tool: text("tool_name")
                    .or_else(|| text("uri"))
                    .unwrap_or_default(),
            };
        }
        _ => Meaning::Other,
    };
    operation(meaning, input)
}
