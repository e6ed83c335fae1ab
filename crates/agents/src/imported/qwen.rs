//! Qwen Code's chats: lines with Claude Code's frame and Gemini's messages, read from version
//! 0.24.4. What its terminal was told (`ui_telemetry`) stands between them: of that only the
//! decisions about tools are told nowhere else.

use crate::bound;
use crate::fields::Fields;
use crate::gemini::operation;
use crate::history::Page;
use crate::tool::named;
use ringfence_event::{Action, Outcome, Timestamp, Usage};
use serde_json::{Map, Value};

/// System lines by which the agent keeps its own books.
const BOOKS: &[&str] = &[
    "attribution_snapshot",
    "at_command",
    "custom_title",
    "file_history_snapshot",
    "session_title",
    "slash_command",
];

/// Reads a line.
pub(crate) fn read_line(mut fields: Fields, page: &mut Page<'_>) {
    let id = fields.text("uuid");
    page.identify(id.clone());
    page.happened(fields.see_text("timestamp").and_then(Timestamp::parse));
    page.in_session(fields.text("sessionId"));
    page.subagent = fields.text("agentId").or_else(|| page.subagent.take());
    if let Some(cwd) = fields.text("cwd") {
        page.state.cwd = Some(cwd);
    }
    if let Some(version) = fields.text("version") {
        page.state.version = Some(version);
    }
    page.begin(None, None);
    let kind = fields.see_text("type").unwrap_or_default().to_owned();
    page.moment = Some(kind.clone());
    page.quiet();
    match kind.as_str() {
        "user" => parts(&mut fields, page, |text, _| Action::Prompt { text }),
        "assistant" => {
            used(id, &mut fields, page);
            parts(&mut fields, page, |text, thought| {
                if thought {
                    Action::Thinking { text }
                } else {
                    Action::Message { text }
                }
            });
        }
        "tool_result" => result(fields, page),
        "system" => system(fields, page),
        _ => page.unknown(fields),
    }
}

fn parts(fields: &mut Fields, page: &mut Page<'_>, said: impl Fn(String, bool) -> Action) {
    let parts = match fields.value("message") {
        Value::Object(mut message) => message.remove("parts").unwrap_or(Value::Null),
        _ => Value::Null,
    };
    let Value::Array(parts) = parts else {
        return;
    };
    for part in parts {
        let Value::Object(part) = part else {
            continue;
        };
        let mut part = Fields::new(part);
        let thought = part.value("thought") == Value::Bool(true);
        if let Some(text) = part.text("text") {
            page.tell(said(text, thought));
        } else if let Value::Object(call) = part.value("functionCall") {
            let mut call = Fields::new(call);
            let id = call.text("id").unwrap_or_default();
            let name = call.text("name").unwrap_or_default();
            page.call(&id, named(name, call.value("args"), operation));
        } else if part.see("inlineData").is_some() || part.see("fileData").is_some() {
            page.tell(said("[data]".to_owned(), false));
        } else {
            page.unknown(part);
        }
    }
}

fn result(mut fields: Fields, page: &mut Page<'_>) {
    let about = fields.value("toolCallResult");
    let message = fields.value("message");
    let response = message.pointer("/parts/0/functionResponse");
    let part = |name: &str| response.and_then(|response| response.get(name));
    let id = about.get("callId").or_else(|| part("id"));
    let id = id.and_then(Value::as_str).unwrap_or_default().to_owned();
    let outcome = match about.get("status").and_then(Value::as_str) {
        Some("success") => Outcome::Success,
        Some("error" | "cancelled") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    let returned = part("response").cloned().unwrap_or(Value::Null);
    let output = match returned {
        Value::Object(mut object) => match object.remove("output").or(object.remove("error")) {
            Some(inner) => inner,
            None => Value::Object(object),
        },
        other => other,
    };
    let tool = page.state.calls.close(&id);
    let action = Action::ToolResult {
        tool,
        outcome,
        output: bound::value(output),
    };
    page.tell_call(&id, action);
}

fn system(mut fields: Fields, page: &mut Page<'_>) {
    let kind = fields.text("subtype").unwrap_or_default();
    page.moment = Some(format!("system:{kind}"));
    match kind.as_str() {
        "chat_compression" => page.tell(Action::Compaction { trigger: None }),
        "ui_telemetry" => {
            let Value::Object(payload) = fields.value("systemPayload") else {
                return;
            };
            if let Some(Value::Object(event)) = payload.get("uiEvent") {
                shown(event, page);
            }
        }
        "notification" => page.tell(Action::Notification {
            text: fields.text("content").unwrap_or_default(),
        }),
        kind if BOOKS.contains(&kind) => {}
        _ => page.unknown(fields),
    }
}

fn shown(event: &Map<String, Value>, page: &mut Page<'_>) {
    let text = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_owned);
    match text("event.name").as_deref() {
        Some("qwen-code.tool_call") => {
            let (Some(call), Some(decision)) = (text("call_id"), text("decision")) else {
                return;
            };
            let accepted = matches!(decision.as_str(), "accept" | "auto_accept" | "modify");
            let tool = text("function_name").unwrap_or_default();
            let by = Some(decision);
            page.tell_call(&call, Action::Decision { tool, accepted, by });
        }
        Some("qwen-code.api_error") => page.tell(Action::Notification {
            text: bound::text(
                text("error_message")
                    .or_else(|| text("error"))
                    .unwrap_or_default(),
            ),
        }),
        _ => {}
    }
}

/// `usageMetadata` of the Gemini API: cached tokens are input too.
fn used(id: Option<String>, fields: &mut Fields, page: &mut Page<'_>) {
    let counted = fields.value("usageMetadata");
    let number = |name: &str| counted.get(name).and_then(Value::as_u64).unwrap_or(0);
    let (input, output) = (number("promptTokenCount"), number("candidatesTokenCount"));
    let (cached, thoughts) = (
        number("cachedContentTokenCount"),
        number("thoughtsTokenCount"),
    );
    let total = number("totalTokenCount");
    // Behind an API of OpenAI's kind the thoughts are in the output already.
    let apart = total == input.saturating_add(output).saturating_add(thoughts);
    let usage = Usage {
        model: fields.text("model").or_else(|| page.state.model.clone()),
        request: id,
        input: input.saturating_sub(cached),
        output: if apart {
            output.saturating_add(thoughts)
        } else {
            output
        },
        cache_read: cached,
        reasoning: thoughts,
        ..Usage::default()
    };
    page.state.model.clone_from(&usage.model);
    if usage.tokens() > 0 {
        page.usage(usage);
    }
}
