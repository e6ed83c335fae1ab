//! Gemini CLI's chats, after `chatRecordingTypes.ts` of its repository and version 0.61.0: a
//! header, then messages. A message is written again, whole, when there is more of it; `$set`
//! changes the header or all messages; `$rewindTo` takes messages back, which happened all the
//! same. So nothing is told twice, and a message is told in parts, each when it is there.
//!
//! Files of older versions, and Qwen Code's of then, are one object with all messages.

use super::hook::{mcp_by_name, means};
use crate::bound;
use crate::fields::Fields;
use crate::history::{Page, used};
use crate::own_words::is_own_words;
use crate::tool::named;
use ringfence_event::{Action, AgentKind, Operation, Outcome, Timestamp, Usage};
use serde_json::{Map, Value};

/// Takes a file of an older version apart: the header, then the messages.
pub(crate) fn elements(value: Value) -> Vec<Value> {
    let Value::Object(mut header) = value else {
        return vec![value];
    };
    let messages = match header.remove("messages") {
        Some(Value::Array(messages)) => messages,
        _ => Vec::new(),
    };
    std::iter::once(Value::Object(header))
        .chain(messages)
        .collect()
}

/// Reads a line, or an element of an older file.
pub(crate) fn read_record(mut fields: Fields, page: &mut Page<'_>) {
    if fields.see("$set").is_some() {
        set(fields.value("$set"), page);
    } else if fields.see("$rewindTo").is_some() {
        page.moment = Some("$rewindTo".to_owned());
        page.other(fields);
    } else if fields.see_text("id").is_some() && fields.see("type").is_some() {
        message(fields, page);
    } else if fields.see_text("sessionId").is_some() {
        header(&mut fields, page);
    } else {
        page.unknown(fields);
    }
}

fn header(fields: &mut Fields, page: &mut Page<'_>) {
    page.happened(fields.see_text("startTime").and_then(Timestamp::parse));
    let session = fields.text("sessionId");
    if fields.see_text("kind") == Some("subagent") {
        page.state.subagent.clone_from(&session);
        page.subagent.clone_from(&session);
        // The directory is named for the session that started it.
        let parent = page.state.folder.clone();
        page.in_session(if parent.is_empty() || parent == "chats" {
            session
        } else {
            Some(parent)
        });
        page.identify(page.subagent.clone().map(|id| format!("subagent {id}")));
        page.tell(Action::SubagentStart { name: None });
        return;
    }
    page.in_session(session);
    page.begin(None, None);
    page.quiet();
}

fn set(changes: Value, page: &mut Page<'_>) {
    page.quiet();
    let Value::Object(mut changes) = changes else {
        return;
    };
    if let Some(Value::String(session)) = changes.remove("sessionId")
        && page.subagent.is_none()
    {
        page.in_session(Some(session));
    }
    if let Some(Value::Array(messages)) = changes.remove("messages") {
        for one in messages {
            if let Value::Object(one) = one {
                message(Fields::new(one), page);
            }
        }
    }
}

fn message(mut fields: Fields, page: &mut Page<'_>) {
    let id = fields.text("id").unwrap_or_default();
    page.happened(fields.see_text("timestamp").and_then(Timestamp::parse));
    let kind = fields.text("type").unwrap_or_default();
    page.moment = Some(kind.clone());
    page.quiet();
    match kind.as_str() {
        "user" => {
            let text = said(&fields.value("content"));
            if !text.is_empty() && !is_own_words(AgentKind::Gemini, &text) {
                let text = bound::text(text);
                page.tell_once(&["said", &id], None, Action::Prompt { text });
            }
        }
        "gemini" | "qwen" => answer(&id, fields, page),
        "info" | "error" | "warning" => {
            let text = bound::text(said(&fields.value("content")));
            page.tell_once(&["said", &id], None, Action::Notification { text });
        }
        _ => page.unknown(fields),
    }
}

fn answer(id: &str, mut fields: Fields, page: &mut Page<'_>) {
    if let Value::Array(thoughts) = fields.value("thoughts") {
        for (number, thought) in thoughts.iter().enumerate() {
            let part = |name: &str| thought.get(name).and_then(Value::as_str).unwrap_or("");
            let text = format!("{}\n{}", part("subject"), part("description"));
            let text = bound::text(text.trim().to_owned());
            let number = number.to_string();
            page.tell_once(&["thought", id, &number], None, Action::Thinking { text });
        }
    }
    let text = bound::text(said(&fields.value("content")));
    if !text.is_empty() {
        page.tell_once(&["said", id], None, Action::Message { text });
    }
    let model = fields.text("model").or_else(|| page.state.model.clone());
    page.state.model.clone_from(&model);
    if let Some(tokens @ Value::Object(_)) = fields.see("tokens")
        && page.is_new(&["tokens", id])
    {
        let mut usage = usage(tokens);
        usage.request = Some(id.to_owned());
        usage.model = model;
        if usage.tokens() > 0 {
            page.usage(usage);
        }
    }
    if let Value::Array(calls) = fields.value("toolCalls") {
        for call in calls {
            if let Value::Object(call) = call {
                tool_call(call, page);
            }
        }
    }
}

fn tool_call(call: Map<String, Value>, page: &mut Page<'_>) {
    let mut call = Fields::new(call);
    let id = call.text("id").unwrap_or_default();
    let name = call.text("name").unwrap_or_default();
    let tool = named(name, call.value("args"), operation);
    let status = call.text("status").unwrap_or_default();
    page.happened(call.see_text("timestamp").and_then(Timestamp::parse));
    let result = used(&tool);
    page.tell_once(&["call", &id], Some(&id), Action::ToolCall { tool });
    let outcome = match status.as_str() {
        "success" => Outcome::Success,
        "error" | "cancelled" => Outcome::Failure,
        _ if call.see("result").is_some_and(|result| !result.is_null()) => Outcome::Unknown,
        _ => return,
    };
    let output = bound::value(returned(call.value("result")));
    let action = Action::ToolResult {
        tool: result,
        outcome,
        output,
    };
    page.tell_once(&["result", &id], Some(&id), action);
}

/// What a tool means, MCP's known by their names alone.
pub(crate) fn operation(name: &str, input: &Value) -> Operation {
    mcp_by_name(name).unwrap_or_else(|| means(name, input))
}

/// The response in `[{functionResponse: {response}}]`.
fn returned(result: Value) -> Value {
    let Value::Array(parts) = &result else {
        return result;
    };
    let mut found = parts.iter().filter_map(|part| {
        let response = part.pointer("/functionResponse/response")?;
        Some(response.get("output").unwrap_or(response))
    });
    match (found.next(), found.next()) {
        (Some(one), None) => one.clone(),
        _ => result,
    }
}

/// The texts of a message; what tools returned stands with their calls.
fn said(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| match part {
                Value::String(text) => Some(text.as_str()),
                part => part.get("text")?.as_str(),
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        Value::Object(part) => part
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}

/// The service counts cached tokens as input too, and thoughts beside the output.
fn usage(tokens: &Value) -> Usage {
    let number = |name: &str| tokens.get(name).and_then(Value::as_u64).unwrap_or(0);
    let (input, cached) = (number("input"), number("cached"));
    let (output, thoughts, tool) = (number("output"), number("thoughts"), number("tool"));
    let all = [input, output, thoughts, tool]
        .into_iter()
        .fold(0, u64::saturating_add);
    let total = tokens.get("total").and_then(Value::as_u64);
    // Some versions wrote the input without what was cached: then the sum tells.
    let apart = total.is_some_and(|total| total == all.saturating_add(cached)) && cached > 0;
    let fresh = if apart {
        input
    } else {
        input.saturating_sub(cached)
    };
    Usage {
        input: fresh.saturating_add(tool),
        output: output.saturating_add(thoughts),
        cache_read: cached,
        reasoning: thoughts,
        ..Usage::default()
    }
}
