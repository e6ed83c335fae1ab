//! Cursor's transcripts: the lines of its CLI (`agent-transcripts`), and the rows of the editor's
//! `state.vscdb`. Read from published descriptions and from other tools' readers; not recorded.
//! Lines tell no time, no id and often no result; rows tell all of them.

use super::hook::means;
use crate::bound;
use crate::fields::Fields;
use crate::history::{Page, used};
use crate::tool::named;
use crate::vocabulary::{Meaning, operation, unpacked};
use ringfence_event::{Action, Operation, Outcome, Timestamp, Usage};
use serde_json::{Map, Value};

/// Reads a line of `agent-transcripts`.
pub(crate) fn read_line(mut fields: Fields, page: &mut Page<'_>) {
    if page.state.session.is_none() {
        let name = page.state.name.clone();
        let session = name.strip_suffix(".jsonl").unwrap_or(&name).to_owned();
        page.in_session(Some(session));
        if page.state.folder == "subagents" {
            page.state.subagent.clone_from(&page.state.session);
            page.subagent.clone_from(&page.state.session);
        }
        page.begin(None, None);
    }
    let entry = page.number().to_string();
    let session = page.state.session.clone().unwrap_or_default();
    // Lines have no id, and two of them may be equal.
    page.identify(Some(format!("{session} {entry}")));
    let at = fields.see_text("timestamp").and_then(Timestamp::parse);
    page.happened(at);
    if fields.see_text("type") == Some("turn_ended") {
        page.moment = Some("turn_ended".to_owned());
        page.tell(Action::TurnEnd { text: None });
        return;
    }
    let role = fields.text("role").unwrap_or_default();
    page.moment = Some(role.clone());
    let content = match fields.value("message") {
        Value::Object(mut message) => message.remove("content").unwrap_or(Value::Null),
        other => other,
    };
    let blocks = match content {
        Value::Array(blocks) => blocks,
        Value::String(text) => vec![serde_json::json!({ "type": "text", "text": text })],
        _ => {
            page.unknown(fields);
            return;
        }
    };
    for (number, block) in blocks.into_iter().enumerate() {
        if let Value::Object(block) = block {
            let own = format!("{session}:{entry}:{number}");
            line_block(&role, &own, Fields::new(block), page);
        }
    }
    page.quiet();
}

fn line_block(role: &str, own: &str, mut block: Fields, page: &mut Page<'_>) {
    match (block.see_text("type").unwrap_or_default(), role) {
        ("text", "user") => {
            let text = block.text("text").unwrap_or_default();
            let text = text.trim();
            let inner = text
                .strip_prefix("<user_query>")
                .and_then(|text| text.strip_suffix("</user_query>"));
            let text = inner.map_or(text, str::trim).to_owned();
            page.tell(Action::Prompt { text });
        }
        ("text", _) => page.tell(Action::Message {
            text: block.text("text").unwrap_or_default(),
        }),
        ("thinking" | "reasoning", _) => {
            let text = block.text("thinking").or_else(|| block.text("text"));
            page.tell(Action::Thinking {
                text: text.unwrap_or_default(),
            });
        }
        ("tool_use", _) => {
            let name = block.text("name").unwrap_or_default();
            let tool = named(name, block.value("input"), meaning);
            match block.text("id") {
                Some(id) => page.call(&id, tool),
                None => {
                    page.state.calls.open(own, &tool);
                    page.tell_inferred(own, Action::ToolCall { tool });
                }
            }
        }
        ("tool_result", _) => {
            let id = block.text("tool_use_id").unwrap_or_default();
            let tool = page.state.calls.close(&id);
            let output = bound::value(block.value("content"));
            let outcome = Outcome::Unknown;
            let action = Action::ToolResult {
                tool,
                outcome,
                output,
            };
            page.tell_call(&id, action);
        }
        _ => page.unknown(block),
    }
}

/// Reads a row of `cursorDiskKV`.
pub(crate) fn read_row(mut fields: Fields, page: &mut Page<'_>) {
    let key = fields.text("key").unwrap_or_default();
    let mut names = key.split(':');
    let kind = names.next().unwrap_or_default();
    let mut value = match unpacked(fields.value("value")) {
        Value::Object(value) => Fields::new(value),
        // A row that was emptied.
        Value::Null => {
            page.quiet();
            return;
        }
        other => Fields::new(Map::from_iter([("value".to_owned(), other)])),
    };
    page.moment = Some(kind.to_owned());
    match (kind, names.next(), names.next()) {
        ("composerData", Some(session), _) => {
            let session = session.to_owned();
            composer(session, &value, page);
        }
        ("bubbleId", Some(session), Some(bubble)) => {
            let (session, id) = (session.to_owned(), bubble.to_owned());
            page.in_session(Some(session));
            page.happened(time(&value, "createdAt"));
            page.begin(None, None);
            page.quiet();
            bubble_row(&id, value, page);
        }
        ("checkpointId" | "messageRequestContext" | "codeBlockDiff" | "inlineDiffs", ..) => {
            page.quiet();
        }
        _ => {
            value.give_back("key", key.clone().into());
            page.unknown(value);
        }
    }
}

fn time(value: &Fields, name: &str) -> Option<Timestamp> {
    match value.see(name)? {
        Value::String(text) => Timestamp::parse(text),
        number => Some(Timestamp(number.as_i64()?.checked_mul(1000)?)),
    }
}

fn composer(session: String, value: &Fields, page: &mut Page<'_>) {
    page.in_session(Some(session));
    page.happened(time(value, "createdAt"));
    let model = value
        .see("modelConfig")
        .and_then(|config| config.get("modelName"));
    let model = model.and_then(Value::as_str).map(str::to_owned);
    page.state.model.clone_from(&model);
    page.begin(None, model);
    page.quiet();
}

fn bubble_row(id: &str, mut value: Fields, page: &mut Page<'_>) {
    let text = value.text("text").unwrap_or_default();
    if value.see("type") == Some(&Value::from(1)) {
        page.tell_once(&["said", id], None, Action::Prompt { text });
        return;
    }
    let thought = value
        .see("thinking")
        .and_then(|thought| thought.get("text"));
    if let Some(thought) = thought.and_then(Value::as_str)
        && !thought.is_empty()
    {
        let text = bound::text(thought.to_owned());
        page.tell_once(&["thought", id], None, Action::Thinking { text });
    }
    if !text.is_empty() {
        page.tell_once(&["said", id], None, Action::Message { text });
    }
    let number = |name: &str| {
        let count = value.see("tokenCount")?.get(name)?;
        count.as_u64()
    };
    let model = value
        .see("modelInfo")
        .and_then(|info| info.get("modelName"));
    let usage = Usage {
        model: model
            .and_then(Value::as_str)
            .map(str::to_owned)
            .or_else(|| page.state.model.clone()),
        request: Some(id.to_owned()),
        input: number("inputTokens").unwrap_or(0),
        output: number("outputTokens").unwrap_or(0),
        ..Usage::default()
    };
    if usage.tokens() > 0 && page.is_new(&["tokens", id]) {
        page.usage(usage);
    }
    if let Value::Object(call) = value.value("toolFormerData") {
        tool_call(id, call, page);
    }
}

fn tool_call(bubble: &str, call: Map<String, Value>, page: &mut Page<'_>) {
    let mut call = Fields::new(call);
    let id = call.text("toolCallId").unwrap_or_else(|| bubble.to_owned());
    let name = call.text("name").unwrap_or_default();
    let given = unpacked(call.value("rawArgs"));
    let input = if given.is_object() {
        given
    } else {
        unpacked(call.value("params"))
    };
    let tool = named(name, input, meaning);
    let result = used(&tool);
    page.tell_once(&["call", &id], Some(&id), Action::ToolCall { tool });
    if let Some(word) = call.text("userDecision") {
        let decision = Action::Decision {
            tool: result.name.clone(),
            accepted: word == "accepted",
            by: Some("user".to_owned()),
        };
        page.tell_once(&["decision", &id], Some(&id), decision);
    }
    let outcome = match call.see_text("status") {
        Some("completed") => Outcome::Success,
        Some("error" | "cancelled") => Outcome::Failure,
        _ => return,
    };
    let action = Action::ToolResult {
        tool: result,
        outcome,
        output: bound::value(unpacked(call.value("result"))),
    };
    page.tell_once(&["result", &id], Some(&id), action);
}

/// The editor's names for tools, then those that hooks get.
fn meaning(name: &str, input: &Value) -> Operation {
    if let Some((server, tool)) = name
        .strip_prefix("mcp_")
        .and_then(|name| name.split_once('_'))
    {
        return Operation::Mcp {
            server: server.to_owned(),
            tool: tool.to_owned(),
        };
    }
    let meaning = match name.trim_end_matches("_v2") {
        "run_terminal_cmd" | "run_terminal_command" => Meaning::Shell,
        "read_file" => Meaning::Read,
        "edit_file" | "search_replace" | "multi_edit" | "apply_patch" => Meaning::Edit,
        "write" | "create_file" => Meaning::Create,
        "delete_file" => Meaning::Delete,
        "list_dir" | "grep" | "grep_search" | "file_search" | "glob_file_search"
        | "codebase_search" | "ripgrep_raw_search" => Meaning::Search,
        "web_search" => Meaning::WebSearch,
        "web_fetch" => Meaning::Fetch,
        "task" => Meaning::Subagent,
        _ => return means(name, input),
    };
    operation(meaning, input)
}
