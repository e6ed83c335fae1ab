//! Amazon Bedrock: Converse and its stream, and Invoke, whose body is the model's own format
//! (Amazon Bedrock's API reference, "Converse", `ConverseStream`, `InvokeModelWithResponseStream`).

use super::{Answer, Kind, Said, anthropic, block, result};
use crate::reading::base64;
use crate::reading::framing::eventstream::Message;
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

pub(super) fn asked(place: &str, message: &Value, said: &mut Vec<Said>) {
    let content = message.get("content").unwrap_or(&Value::Null);
    if list(content, "")
        .iter()
        .any(|part| part.get("type").is_some())
        || content.is_string()
    {
        return anthropic::asked(place, message, said);
    }
    let place = format!("{place}.content");
    for (index, part) in list(content, "").iter().enumerate() {
        if part.get("text").is_some() {
            let place = format!("{place}[{index}].text");
            said.push(block(place, Kind::Prompt, text(part, "/text")));
        }
        if let Some(given) = part.get("toolResult") {
            let kind = Kind::Result {
                id: text(given, "/toolUseId").to_owned(),
                name: String::new(),
                failed: Some(text(given, "/status") == "error"),
            };
            let inside = given.get("content").unwrap_or(&Value::Null);
            let place = format!("{place}[{index}].toolResult.content");
            said.push(result(place, kind, inside));
        }
    }
}

/// Reads a message of the event stream. One of Invoke holds the model's own event in base 64.
pub(crate) fn event(message: &Message, answer: &mut Answer) {
    let Ok(payload) = serde_json::from_slice::<Value>(&message.payload) else {
        return;
    };
    if message.failed {
        answer.fail(&payload);
        if let Some(error) = &mut answer.error {
            error.kind.clone_from(&message.kind);
        }
        return;
    }
    if let Some(Value::String(packed)) = payload.get("bytes") {
        let inside = base64::decode(packed.as_bytes());
        let inside = inside.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if let Some(inside) = inside {
            anthropic::event(&inside, answer);
        }
        return;
    }
    converse(&message.kind, &payload, answer);
}

fn converse(kind: &str, payload: &Value, answer: &mut Answer) {
    let place = format!("content[{}]", number(payload, "/contentBlockIndex"));
    match kind {
        "contentBlockStart" => {
            if let Some(tool) = payload.pointer("/start/toolUse") {
                answer.open(place, call(tool));
            }
        }
        "contentBlockDelta" => {
            answer.add(&place, Kind::Text, text(payload, "/delta/text"));
            let thought = text(payload, "/delta/reasoningContent/text");
            answer.add(&place, Kind::Thinking, thought);
            let input = text(payload, "/delta/toolUse/input");
            answer.add(&place, call(&Value::Null), input);
        }
        "contentBlockStop" => answer.close(&place),
        "messageStop" => answer.close_all(),
        "metadata" => count(payload, answer),
        _ => {}
    }
}

fn call(tool: &Value) -> Kind {
    Kind::Call {
        id: text(tool, "/toolUseId").to_owned(),
        name: text(tool, "/name").to_owned(),
        server: None,
    }
}

fn count(payload: &Value, answer: &mut Answer) {
    if let Some(usage) = payload.get("usage") {
        answer.count(&Usage {
            input: number(usage, "/inputTokens"),
            output: number(usage, "/outputTokens"),
            cache_read: number(usage, "/cacheReadInputTokens"),
            cache_write: number(usage, "/cacheWriteInputTokens"),
            ..Usage::default()
        });
    }
}

pub(super) fn body(body: &Value, answer: &mut Answer) {
    if body.get("output").is_none() {
        return anthropic::body(body, answer);
    }
    for (index, part) in list(body, "/output/message/content").iter().enumerate() {
        let place = format!("content[{index}]");
        if let Some(tool) = part.get("toolUse") {
            let input = tool.get("input").map(Value::to_string);
            answer.whole(place, call(tool), input.unwrap_or_default());
        } else if part.get("reasoningContent").is_some() {
            let thought = text(part, "/reasoningContent/reasoningText/text");
            answer.add(&place, Kind::Thinking, thought);
        } else {
            answer.add(&place, Kind::Text, text(part, "/text"));
        }
    }
    count(body, answer);
}
