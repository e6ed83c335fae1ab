//! Claude Code's transcripts: an internal format, read from versions 1.0 to 2.1.329. One answer of
//! the model is several lines, one for each block, each with the usage of all; a resumed session
//! begins with copies of the lines of the one before, under their old `uuid`.

mod attachment;
mod beside;

pub(crate) use beside::{read_meta, read_result};

use super::hook::means;
use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use crate::tool::named;
use ringfence_event::{Action, Cost, HookCounts, Outcome, Timestamp, Usage};
use serde_json::{Map, Value, json};

/// Kinds of lines by which the agent keeps its own books: nothing happened.
const BOOKS: &[&str] = &[
    "agent-color",
    "agent-name",
    "agent-setting",
    "ai-title",
    "api-request",
    "api-request-blob",
    "api-request-shape",
    "atis-latch",
    "attribution-snapshot",
    "content-replacement",
    "custom-title",
    "file-history-snapshot",
    "last-prompt",
    "mode",
    "pr-link",
    "queue-operation",
    "tag",
    "tools-used",
    "worktree-state",
];

/// Fields that say nothing which is not told otherwise.
const KNOWN: &[&str] = &[
    "apiBlockIndex",
    "attributionAgent",
    "effort",
    "entrypoint",
    "gitBranch",
    "isMeta",
    "isVisibleInTranscriptOnly",
    "logicalParentUuid",
    "madeBy",
    "parentUuid",
    "perTurnEffort",
    "promptCacheRequested",
    "promptId",
    "promptSource",
    "requestRef",
    "requestedModel",
    "sandboxed",
    "slug",
    "sourceToolAssistantUUID",
    "sourceToolUseID",
    "thinkingDisplay",
    "thinkingDurationMs",
    "thinkingMetadata",
    "toolInputStreamMs",
    "turnOrigin",
    "turnPosition",
    "type",
    "userType",
];

/// Reads a line.
pub(crate) fn read_line(mut fields: Fields, page: &mut Page<'_>) {
    page.identify(fields.text("uuid"));
    let at = fields.see_text("timestamp").and_then(Timestamp::parse);
    fields.value("timestamp");
    page.happened(at);
    page.in_session(fields.text("sessionId"));
    let aside = fields.value("isSidechain") == Value::Bool(true);
    let subagent = fields.text("agentId");
    page.subagent = subagent.or_else(|| aside.then(|| "sidechain".to_owned()));
    if let Some(cwd) = fields.text("cwd") {
        page.state.cwd = Some(cwd);
    }
    if let Some(version) = fields.text("version") {
        page.state.version = Some(version);
    }
    let kind = fields.see_text("type").map(str::to_owned);
    let kind = kind.or_else(|| role(&fields)).unwrap_or_default();
    if matches!(
        kind.as_str(),
        "user" | "assistant" | "system" | "attachment"
    ) {
        page.in_session_of_file();
        page.begin(None, None);
    }
    page.moment = Some(kind.clone());
    match kind.as_str() {
        "user" => user(fields, page),
        "assistant" => assistant(fields, page, aside),
        "system" => system(fields, page),
        "attachment" => attachment::read(fields, page),
        "progress" => progress(fields, page),
        "permission-mode" => {
            mode(fields.text("permissionMode"), page);
            page.quiet();
        }
        "summary" | "cost-state" => page.other(fields),
        kind if BOOKS.contains(&kind) => page.quiet(),
        _ => page.unknown(fields),
    }
}

fn role(fields: &Fields) -> Option<String> {
    let role = fields.see("message")?.get("role")?.as_str()?;
    Some(role.to_owned())
}

fn mode(mode: Option<String>, page: &mut Page<'_>) {
    page.mode(mode, |mode| mode == "bypassPermissions");
}

fn user(mut fields: Fields, page: &mut Page<'_>) {
    mode(fields.text("permissionMode"), page);
    let decision = fields.value("permissionDecision");
    let structured = fields.value("toolUseResult");
    let content = content(&mut fields);
    let summary = fields.value("isCompactSummary") == Value::Bool(true);
    rest(fields, page);
    match content {
        Value::String(text) if summary => page.tell(Action::Notification {
            text: bound::text(text),
        }),
        Value::String(text) => page.tell(Action::Prompt {
            text: bound::text(text),
        }),
        Value::Array(blocks) => {
            // A line with several results has one structure for all of them.
            let one = blocks.iter().filter(|block| is_result(block)).count() == 1;
            let mut structured = one.then_some(structured);
            for block in blocks {
                user_block(block, &mut structured, &decision, page);
            }
        }
        _ => {}
    }
    page.quiet();
}

fn is_result(block: &Value) -> bool {
    kind_of(block) == "tool_result"
}

fn user_block(block: Value, structured: &mut Option<Value>, decision: &Value, page: &mut Page<'_>) {
    let kind = kind_of(&block).to_owned();
    let Value::Object(block) = block else {
        return;
    };
    let mut block = Fields::new(block);
    match kind.as_str() {
        "text" => page.tell(Action::Prompt {
            text: block.text("text").unwrap_or_default(),
        }),
        "tool_result" => {
            let call = block.text("tool_use_id").unwrap_or_default();
            decided(&call, decision, page);
            let tool = page.state.calls.close(&call);
            let outcome = if block.value("is_error") == Value::Bool(true) {
                Outcome::Failure
            } else {
                Outcome::Success
            };
            let content = block.value("content");
            // What a hook is told of a result is the structure, if there is one.
            let output = match structured.take() {
                Some(value @ (Value::Object(_) | Value::Array(_))) => value,
                _ => texts(content),
            };
            let output = bound::value(output);
            page.tell_call(
                &call,
                Action::ToolResult {
                    tool,
                    outcome,
                    output,
                },
            );
        }
        "image" | "document" => page.tell(Action::Prompt {
            text: format!("[{kind}]"),
        }),
        _ => page.unknown(block),
    }
}

/// `permissionDecision` beside a result: who let the tool run, or did not.
fn decided(call: &str, decision: &Value, page: &mut Page<'_>) {
    let Some(word) = decision.get("decision").and_then(Value::as_str) else {
        return;
    };
    let by = decision.get("source").and_then(Value::as_str);
    let tool = page.state.calls.see(call).map(|tool| tool.name.clone());
    page.tell_call(
        call,
        Action::Decision {
            tool: tool.unwrap_or_default(),
            accepted: word == "accept",
            by: by.map(str::to_owned),
        },
    );
}

fn assistant(mut fields: Fields, page: &mut Page<'_>, aside: bool) {
    let request = fields.text("requestId");
    // Where a resumed session copied it from.
    let asked_in = fields.text("requestSessionId");
    let cost = fields
        .value("costUSD")
        .as_f64()
        .and_then(Cost::from_dollars);
    let mut message = match fields.value("message") {
        Value::Object(message) => Fields::new(message),
        _ => Fields::new(Map::new()),
    };
    let id = message.text("id");
    let model = message.text("model").filter(|model| model != "<synthetic>");
    if let Some(counted) = message.see("usage") {
        let mut usage = usage(counted);
        // Without the service's own id only the session tells two messages apart.
        let session = asked_in.or_else(|| page.state.session.clone());
        usage.request = match (&request, &id, &session) {
            (Some(request), Some(id), _) => Some(format!("{id}:{request}")),
            (None, Some(id), Some(session)) => Some(format!("{id}@{session}")),
            (None, Some(id), None) => Some(id.clone()),
            (_, None, _) => None,
        };
        usage.message = id;
        usage.model.clone_from(&model);
        usage.aside = aside;
        usage.cost = cost;
        if usage.tokens() > 0 {
            page.usage(usage);
        }
    }
    if model.is_some() {
        page.state.model = model;
    }
    let content = message.value("content");
    rest(fields, page);
    match content {
        Value::Array(blocks) => {
            for block in blocks {
                model_block(block, page);
            }
        }
        Value::String(text) => page.tell(Action::Message {
            text: bound::text(text),
        }),
        _ => {}
    }
    page.quiet();
}

fn model_block(block: Value, page: &mut Page<'_>) {
    let kind = kind_of(&block).to_owned();
    let Value::Object(block) = block else {
        return;
    };
    let mut block = Fields::new(block);
    match kind.as_str() {
        "text" => page.tell(Action::Message {
            text: block.text("text").unwrap_or_default(),
        }),
        "thinking" => {
            let text = block.text("thinking").unwrap_or_default();
            if text.is_empty() {
                page.quiet();
            } else {
                page.tell(Action::Thinking { text });
            }
        }
        "redacted_thinking" => page.quiet(),
        "tool_use" | "server_tool_use" | "mcp_tool_use" => {
            let id = block.text("id").unwrap_or_default();
            let name = block.text("name").unwrap_or_default();
            let input = block.value("input");
            page.call(&id, named(name, input, means));
        }
        kind if kind.ends_with("_tool_result") => {
            let call = block.text("tool_use_id").unwrap_or_default();
            let tool = page.state.calls.close(&call);
            let output = bound::value(texts(block.value("content")));
            let outcome = Outcome::Unknown;
            page.tell_call(
                &call,
                Action::ToolResult {
                    tool,
                    outcome,
                    output,
                },
            );
        }
        _ => page.unknown(block),
    }
}

/// `usage` of Anthropic's Messages API.
pub(crate) fn usage(counted: &Value) -> Usage {
    let number = |name: &str| counted.get(name).and_then(Value::as_u64).unwrap_or(0);
    let created = |name: &str| {
        let created = counted.get("cache_creation")?;
        created.get(name)?.as_u64()
    };
    let hour = created("ephemeral_1h_input_tokens");
    let minutes = created("ephemeral_5m_input_tokens");
    let cache_write = match (minutes, hour) {
        (None, None) => number("cache_creation_input_tokens"),
        (minutes, _) => minutes.unwrap_or(0),
    };
    let thoughts = counted
        .pointer("/output_tokens_details/thinking_tokens")
        .and_then(Value::as_u64);
    Usage {
        input: number("input_tokens"),
        output: number("output_tokens"),
        cache_read: number("cache_read_input_tokens"),
        cache_write,
        cache_write_hour: hour.unwrap_or(0),
        reasoning: thoughts.unwrap_or(0),
        fast: counted.get("speed").and_then(Value::as_str) == Some("fast"),
        ..Usage::default()
    }
}

fn system(mut fields: Fields, page: &mut Page<'_>) {
    let kind = fields.text("subtype").unwrap_or_default();
    match kind.as_str() {
        "compact_boundary" | "microcompact_boundary" => {
            let about = fields.value("compactMetadata");
            let trigger = about.get("trigger").and_then(Value::as_str);
            let trigger = trigger.map(str::to_owned);
            page.tell(Action::Compaction { trigger });
        }
        "stop_hook_summary" => {
            let failed = fields.see("hookErrors").and_then(Value::as_array);
            let failed = failed.map_or(0, Vec::len) as u64;
            let hooks = fields.value("hookCount").as_u64().unwrap_or(0);
            let blocked = u64::from(fields.value("preventedContinuation") == Value::Bool(true));
            let counts = HookCounts {
                hooks,
                succeeded: hooks.saturating_sub(failed).saturating_sub(blocked),
                blocked,
                failed,
                ..HookCounts::default()
            };
            page.tell(Action::HookRun {
                moment: "Stop".to_owned(),
                name: None,
                counts,
            });
        }
        "turn_duration" | "away_summary" | "bridge_status" => page.quiet(),
        _ => match fields.text("content") {
            Some(text) if !text.is_empty() => page.tell(Action::Notification { text }),
            _ => page.unknown(fields),
        },
    }
}

/// Older versions tell what a subagent does in lines of its parent.
fn progress(mut fields: Fields, page: &mut Page<'_>) {
    let data = fields.value("data");
    let nested = data.get("message").and_then(Value::as_object).cloned();
    match (data.get("type").and_then(Value::as_str), nested) {
        (Some("agent_progress"), Some(mut line)) => {
            for name in ["agentId", "sessionId"] {
                if let Some(value) = data.get(name) {
                    line.insert(name.to_owned(), value.clone());
                }
            }
            line.insert("isSidechain".to_owned(), json!(true));
            match line.get("type").and_then(Value::as_str) {
                Some("user" | "assistant") => read_line(Fields::new(line), page),
                _ => page.quiet(),
            }
        }
        (Some("bash_progress" | "hook_progress" | "mcp_progress" | "waiting_for_task"), _) => {
            page.quiet();
        }
        _ => page.unknown(fields),
    }
}

fn content(fields: &mut Fields) -> Value {
    match fields.value("message") {
        Value::Object(mut message) => message.remove("content").unwrap_or(Value::Null),
        other => other,
    }
}

fn rest(mut fields: Fields, page: &mut Page<'_>) {
    for name in KNOWN {
        fields.value(name);
    }
    page.keep(fields);
}

fn kind_of(block: &Value) -> &str {
    block.get("type").and_then(Value::as_str).unwrap_or("")
}

/// A list of texts is one text; anything else stays as it is, without the bytes of images.
fn texts(content: Value) -> Value {
    let Value::Array(blocks) = content else {
        return content;
    };
    let mut text = String::new();
    for block in &blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        match block.get("text").and_then(Value::as_str) {
            Some(part) => text.push_str(part),
            None => text.push_str(&format!("[{}]", kind_of(block))),
        }
    }
    Value::String(text)
}
