//! Anthropic Messages: `POST /v1/messages`, its answer whole or as server-sent events
//! (Anthropic's API reference, "Messages" and "Streaming").

use super::{Answer, Kind, Said, block, prompts, result};
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

pub(super) fn asked(place: &str, message: &Value, said: &mut Vec<Said>) {
    let content = message.get("content").unwrap_or(&Value::Null);
    let place = format!("{place}.content");
    if content.is_string() {
        prompts(&place, content, said);
    }
    for (index, part) in list(content, "").iter().enumerate() {
        if text(part, "/type") == "text" {
            let place = format!("{place}[{index}].text");
            said.push(block(place, Kind::Prompt, text(part, "/text")));
        }
        if text(part, "/type").ends_with("tool_result") {
            let kind = Kind::Result {
                id: text(part, "/tool_use_id").to_owned(),
                name: String::new(),
                failed: part
                    .get("is_error")
                    .and_then(Value::as_bool)
                    .or(Some(false)),
            };
            let inside = part.get("content").unwrap_or(&Value::Null);
            said.push(result(format!("{place}[{index}].content"), kind, inside));
        }
    }
}

pub(super) fn event(message: &Value, answer: &mut Answer) {
    let place = format!("content[{}]", number(message, "/index"));
    match text(message, "/type") {
        "message_start" => begin(message.get("message").unwrap_or(&Value::Null), answer),
        "content_block_start" => {
            let part = message.get("content_block").unwrap_or(&Value::Null);
            start(&place, part, answer);
        }
        "content_block_delta" => delta(&place, message, answer),
        "content_block_stop" => answer.close(&place),
        "message_delta" => count(message, answer),
        "message_stop" => answer.close_all(),
        "error" => answer.fail(message.get("error").unwrap_or(&Value::Null)),
        _ => {}
    }
}

fn delta(place: &str, message: &Value, answer: &mut Answer) {
    match text(message, "/delta/type") {
        "text_delta" => answer.add(place, Kind::Text, text(message, "/delta/text")),
        "thinking_delta" => answer.add(place, Kind::Thinking, text(message, "/delta/thinking")),
        "input_json_delta" => {
            answer.add(
                place,
                call("", "", None),
                text(message, "/delta/partial_json"),
            );
        }
        _ => {}
    }
}

fn call(id: &str, name: &str, server: Option<&str>) -> Kind {
    Kind::Call {
        id: id.to_owned(),
        name: name.to_owned(),
        server: server.map(str::to_owned),
    }
}

fn call_of(part: &Value) -> Kind {
    let server = part.get("server_name").and_then(Value::as_str);
    call(text(part, "/id"), text(part, "/name"), server)
}

fn start(place: &str, part: &Value, answer: &mut Answer) {
    match text(part, "/type") {
        "text" => answer.add(place, Kind::Text, text(part, "/text")),
        "thinking" => answer.add(place, Kind::Thinking, text(part, "/thinking")),
        "tool_use" | "server_tool_use" | "mcp_tool_use" => {
            answer.open(place.to_owned(), call_of(part));
        }
        kind if kind.ends_with("tool_result") => given_back(place, part, answer),
        _ => {}
    }
}

fn given_back(place: &str, part: &Value, answer: &mut Answer) {
    let kind = Kind::Result {
        id: text(part, "/tool_use_id").to_owned(),
        name: String::new(),
        failed: part.get("is_error").and_then(Value::as_bool),
    };
    let inside = part.get("content").unwrap_or(&Value::Null);
    answer
        .said
        .push(result(format!("{place}.content"), kind, inside));
}

fn begin(message: &Value, answer: &mut Answer) {
    answer.model = message
        .get("model")
        .and_then(Value::as_str)
        .map(str::to_owned);
    answer.message = message.get("id").and_then(Value::as_str).map(str::to_owned);
    count(message, answer);
}

fn count(message: &Value, answer: &mut Answer) {
    if let Some(usage) = message.get("usage") {
        answer.count(&read_usage(usage));
    }
}

/// The counts of a message. They are sums so far, so a later one stands for an earlier.
fn read_usage(usage: &Value) -> Usage {
    let minutes = usage.pointer("/cache_creation/ephemeral_5m_input_tokens");
    let all = number(usage, "/cache_creation_input_tokens");
    Usage {
        input: number(usage, "/input_tokens"),
        output: number(usage, "/output_tokens"),
        cache_read: number(usage, "/cache_read_input_tokens"),
        cache_write: minutes.and_then(Value::as_u64).unwrap_or(all),
        cache_write_hour: number(usage, "/cache_creation/ephemeral_1h_input_tokens"),
        reasoning: number(usage, "/output_tokens_details/thinking_tokens"),
        fast: text(usage, "/speed") == "fast",
        ..Usage::default()
    }
}

pub(super) fn body(body: &Value, answer: &mut Answer) {
    begin(body, answer);
    for (index, part) in list(body, "/content").iter().enumerate() {
        let place = format!("content[{index}]");
        match text(part, "/type") {
            "text" => answer
                .said
                .push(block(place, Kind::Text, text(part, "/text"))),
            "thinking" => answer
                .said
                .push(block(place, Kind::Thinking, text(part, "/thinking"))),
            "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                let input = part.get("input").map(Value::to_string);
                answer.whole(place, call_of(part), input.unwrap_or_default());
            }
            kind if kind.ends_with("tool_result") => given_back(&place, part, answer),
            _ => {}
        }
    }
}
