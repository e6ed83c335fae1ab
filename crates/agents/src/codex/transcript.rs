//! Codex's rollouts: lines of `{timestamp, type, payload}`, read from versions 0.20 to 0.169.0.
//! What the model gets and gives stands in `response_item`; `event_msg` says most of it again for
//! the terminal, so only what stands nowhere else is taken from there.

use super::hook::means;
use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use crate::own_words::is_own_words;
use crate::tool::named;
use ringfence_event::{Action, AgentKind, Outcome, Timestamp, Usage};
use serde_json::{Map, Value, json};

/// Events that repeat a `response_item`, or only move the terminal.
const REPEATED: &[&str] = &[
    "agent_message",
    "agent_message_delta",
    "agent_reasoning",
    "agent_reasoning_raw_content",
    "agent_reasoning_section_break",
    "exec_command_begin",
    "exec_command_end",
    "item_completed",
    "item_started",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "patch_apply_begin",
    "patch_apply_end",
    "plan_update",
    "task_started",
    "thread_name_updated",
    "thread_settings_applied",
    "turn_diff",
    "turn_started",
    "user_message",
    "web_search_begin",
    "web_search_end",
];

/// Reads a line.
pub(crate) fn read_line(mut fields: Fields, page: &mut Page<'_>) {
    page.happened(fields.see_text("timestamp").and_then(Timestamp::parse));
    let kind = fields.see_text("type").unwrap_or_default().to_owned();
    let payload = match fields.see("payload") {
        Some(Value::Object(_)) => match fields.value("payload") {
            Value::Object(payload) => Fields::new(payload),
            _ => Fields::new(Map::new()),
        },
        // The first versions wrote the items themselves.
        _ if fields.see("payload").is_none() && !kind.is_empty() => {
            page.moment = Some(kind);
            item(fields, page);
            return;
        }
        // And before the first item a line about the session.
        _ if fields.see("id").is_some() && fields.see("instructions").is_some() => {
            session(fields, page);
            return;
        }
        _ => {
            page.unknown(fields);
            return;
        }
    };
    page.moment = Some(kind.clone());
    if kind != "session_meta" {
        page.in_session_of_file();
    }
    match kind.as_str() {
        "session_meta" => session(payload, page),
        "turn_context" => context(payload, page),
        "response_item" => item(payload, page),
        "event_msg" => event(payload, page),
        "token_usage_record" => record(payload, page),
        "compacted" => {
            page.keep(only(payload, &["message"]));
            page.tell(Action::Compaction { trigger: None });
        }
        "world_state" => page.quiet(),
        _ => page.unknown(payload),
    }
}

/// The payload without all but some fields.
fn only(mut payload: Fields, names: &[&str]) -> Fields {
    let mut kept = Map::new();
    for name in names {
        let value = payload.value(name);
        if !value.is_null() {
            kept.insert((*name).to_owned(), value);
        }
    }
    Fields::new(kept)
}

fn session(mut payload: Fields, page: &mut Page<'_>) {
    let id = payload.text("id");
    let root = payload.text("session_id");
    let source = payload.value("source");
    let parent = source.pointer("/subagent/thread_spawn/parent_thread_id");
    let parent = parent.and_then(Value::as_str).map(str::to_owned);
    if source.get("subagent").is_some() || (root.is_some() && root != id) {
        page.state.subagent.clone_from(&id);
        page.subagent.clone_from(&id);
    }
    page.in_session(root.or(parent).or_else(|| id.clone()));
    page.state.cwd = payload.text("cwd").or_else(|| page.state.cwd.take());
    page.state.version = payload.text("cli_version");
    page.begin(source.as_str().map(str::to_owned), None);
    if page.subagent.is_some() {
        page.identify(id.map(|id| format!("subagent {id}")));
        let name = source.pointer("/subagent/thread_spawn/agent_nickname");
        let name = name.or_else(|| source.get("subagent"));
        page.tell(Action::SubagentStart {
            name: name.and_then(Value::as_str).map(str::to_owned),
        });
    }
    page.quiet();
}

fn context(mut payload: Fields, page: &mut Page<'_>) {
    if let Some(cwd) = payload.text("cwd") {
        page.state.cwd = Some(cwd);
    }
    if let Some(model) = payload.text("model") {
        page.state.model = Some(model);
    }
    let sandbox = ["sandbox_policy", "permission_profile"]
        .iter()
        .find_map(|name| {
            let policy = payload.see(name)?;
            let word = policy.get("type").or_else(|| policy.get("mode"));
            word.unwrap_or(policy).as_str().map(str::to_owned)
        });
    let asks = payload.text("approval_policy");
    let words: Vec<String> = asks.into_iter().chain(sandbox).collect();
    page.mode(Some(words.join(", ")), |mode| {
        mode.starts_with("never")
            && (mode.ends_with("danger-full-access") || mode.ends_with("disabled"))
    });
    page.quiet();
}

fn item(mut payload: Fields, page: &mut Page<'_>) {
    let kind = payload.text("type").unwrap_or_default();
    page.moment = Some(kind.clone());
    match kind.as_str() {
        "message" => message(payload, page),
        "reasoning" => {
            let text = [payload.value("summary"), payload.value("content")]
                .iter()
                .map(joined)
                .find(|text| !text.is_empty());
            match text {
                Some(text) => page.tell(Action::Thinking {
                    text: bound::text(text),
                }),
                None => page.quiet(),
            }
        }
        "function_call" => {
            let input = payload.value("arguments");
            call(payload, input, page);
        }
        "custom_tool_call" => {
            let input = payload.value("input");
            call(payload, input, page);
        }
        "local_shell_call" => {
            let id = id_of(&mut payload);
            let action = payload.value("action");
            let tool = named("local_shell".to_owned(), action, means);
            page.call(&id, tool);
        }
        "web_search_call" => {
            let id = id_of(&mut payload);
            let action = payload.value("action");
            let tool = named("web_search".to_owned(), action, means);
            page.call(&id, tool);
        }
        "function_call_output" | "custom_tool_call_output" => output(payload, page),
        "ghost_snapshot" | "compaction" | "compaction_summary" | "context_compaction" => {
            page.quiet();
        }
        _ => page.unknown(payload),
    }
}

fn message(mut payload: Fields, page: &mut Page<'_>) {
    let text = joined(&payload.value("content"));
    match payload.see_text("role") {
        Some("assistant") => page.tell(Action::Message {
            text: bound::text(text),
        }),
        Some("user") if !is_own_words(AgentKind::Codex, &text) => page.tell(Action::Prompt {
            text: bound::text(text),
        }),
        _ => page.quiet(),
    }
}

fn id_of(payload: &mut Fields) -> String {
    let id = payload.text("call_id").or_else(|| payload.text("id"));
    id.unwrap_or_default()
}

fn call(mut payload: Fields, input: Value, page: &mut Page<'_>) {
    let id = id_of(&mut payload);
    let name = payload.text("name").unwrap_or_default();
    let name = match payload.text("namespace") {
        Some(namespace) if namespace.starts_with("mcp__") => {
            format!("{}__{name}", namespace.trim_end_matches('_'))
        }
        _ => name,
    };
    page.call(&id, named(name, input, means));
}

fn output(mut payload: Fields, page: &mut Page<'_>) {
    let id = payload.text("call_id").unwrap_or_default();
    let output = match payload.value("output") {
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            Ok(unpacked @ Value::Object(_)) => unpacked,
            _ => Value::String(text),
        },
        other => other,
    };
    let success = output.get("success").and_then(Value::as_bool);
    let code = output
        .pointer("/metadata/exit_code")
        .and_then(Value::as_i64);
    let code = code.or_else(|| exit_code(output.as_str()?));
    let outcome = match (success, code) {
        (Some(true), _) | (None, Some(0)) => Outcome::Success,
        (Some(false), _) | (None, Some(_)) => Outcome::Failure,
        (None, None) => Outcome::Unknown,
    };
    let output = match output {
        Value::Array(_) => Value::String(joined(&output)),
        Value::Object(mut object) => match object.remove("output").or(object.remove("content")) {
            Some(inner) => inner,
            None => Value::Object(object),
        },
        other => other,
    };
    let tool = page.state.calls.close(&id);
    page.tell_call(
        &id,
        Action::ToolResult {
            tool,
            outcome,
            output: bound::value(output),
        },
    );
}

/// `exec_command` tells its end only in words, before the output.
fn exit_code(text: &str) -> Option<i64> {
    let head = text.split("\nOutput:").next()?;
    let (_, after) = head.split_once("Process exited with code ")?;
    after.split_whitespace().next()?.parse().ok()
}

fn event(mut payload: Fields, page: &mut Page<'_>) {
    let kind = payload.text("type").unwrap_or_default();
    page.moment = Some(kind.clone());
    match kind.as_str() {
        "token_count" => tokens(&payload, page),
        "task_complete" | "turn_complete" => page.tell(Action::TurnEnd {
            text: payload.text("last_agent_message"),
        }),
        "turn_aborted" => {
            let reason = payload.text("reason").unwrap_or_default();
            let text = format!("turn aborted: {reason}");
            page.tell(Action::Notification { text });
        }
        "context_compacted" => page.quiet(),
        "error" | "warning" | "stream_error" | "background_event" => {
            page.tell(Action::Notification {
                text: payload.text("message").unwrap_or_default(),
            });
        }
        "exec_approval_request" => {
            let id = payload.text("call_id").unwrap_or_default();
            let command = payload.value("command");
            let tool = named("shell".to_owned(), json!({ "command": command }), means);
            page.tell_call(&id, Action::PermissionRequest { tool });
        }
        kind if REPEATED.contains(&kind) => page.quiet(),
        _ => page.unknown(payload),
    }
}

/// `token_count` repeats the sum of the session, also when nothing was used.
fn tokens(payload: &Fields, page: &mut Page<'_>) {
    let info = payload.see("info");
    let of = |name: &str| info.and_then(|info| info.get(name));
    let total = of("total_token_usage");
    page.quiet();
    if page.state.has_records {
        return;
    }
    let Some(last) = of("last_token_usage").or(total) else {
        return;
    };
    let sum = total.map(Value::to_string).unwrap_or_default();
    if !sum.is_empty() && !page.is_new(&["total", &sum]) {
        return;
    }
    let mut usage = usage(last);
    usage.model = of("model")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .or_else(|| page.state.model.clone());
    let session = page.state.session.clone().unwrap_or_default();
    usage.request = (!sum.is_empty() && !session.is_empty()).then(|| {
        let thread = page.subagent.clone().unwrap_or(session);
        let total = total.and_then(|total| total.get("total_tokens"));
        let number = page.number();
        format!("{thread}:{}:{number}", total.unwrap_or(&Value::Null))
    });
    if usage.tokens() > 0 {
        page.usage(usage);
    }
}

/// Newer versions tell of each request, by its id.
fn record(mut payload: Fields, page: &mut Page<'_>) {
    page.state.has_records = true;
    let mut usage = payload.see("usage").map(usage).unwrap_or_default();
    usage.request = payload.text("response_id");
    usage.model = payload.text("model").or_else(|| page.state.model.clone());
    if usage.tokens() > 0 {
        page.usage(usage);
    }
    page.quiet();
}

/// OpenAI counts cached tokens as input too, and thoughts as output.
fn usage(counted: &Value) -> Usage {
    let number = |name: &str| counted.get(name).and_then(Value::as_u64).unwrap_or(0);
    let cached = number("cached_input_tokens");
    let written = number("cache_write_input_tokens");
    let input = number("input_tokens");
    let cached = cached.min(input);
    Usage {
        input: input.saturating_sub(cached).saturating_sub(written),
        output: number("output_tokens"),
        cache_read: cached,
        cache_write: written.min(input.saturating_sub(cached)),
        reasoning: number("reasoning_output_tokens"),
        ..Usage::default()
    }
}

/// The texts of a list of parts.
fn joined(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| {
                let kind = part.get("type").and_then(Value::as_str).unwrap_or("part");
                match part.get("text").and_then(Value::as_str) {
                    Some(text) => Some(text.to_owned()),
                    None if part.is_string() => part.as_str().map(str::to_owned),
                    None => Some(format!("[{kind}]")),
                }
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}
