//! Anthropic Messages: <https://docs.anthropic.com/en/api/messages>, and its streaming form.

use super::script::last_words;
use super::{Answer, Call, Script, Turn, event, list};
use serde_json::{Value, json};

/// Answers one request of Claude Code.
pub(super) fn answer(script: &Script, path: &str, body: &Value) -> Answer {
    match path {
        "/v1/messages" => {
            let content = content(&due(script, body), results(body));
            if body.get("stream") == Some(&Value::Bool(true)) {
                Answer::events(stream(&content))
            } else {
                Answer::json(&message(&content))
            }
        }
        "/v1/messages/count_tokens" => Answer::json(&json!({ "input_tokens": 1 })),
        _ => Answer::unknown(),
    }
}

/// A request that offers no tools is about something else: a title, a summary.
fn due(script: &Script, body: &Value) -> Turn {
    if list(body, "/tools").is_empty() {
        last_words()
    } else {
        script.after(results(body))
    }
}

fn results(body: &Value) -> usize {
    list(body, "/messages")
        .iter()
        .flat_map(|message| list(message, "/content"))
        .filter(|block| block.get("type") == Some(&json!("tool_result")))
        .count()
}

fn content(turn: &Turn, done: usize) -> Vec<Value> {
    match turn {
        Turn::Text(text) => vec![json!({ "type": "text", "text": text })],
        Turn::Calls(calls) => calls
            .iter()
            .enumerate()
            .map(|(place, call)| {
                let (name, input) = match call {
                    Call::Shell(command) => (
                        "Bash",
                        json!({ "command": command, "description": "Follow the script" }),
                    ),
                    Call::ReadFile(path) => ("Read", json!({ "file_path": path })),
                };
                let id = format!("toolu_script{:04}", done + place);
                json!({ "type": "tool_use", "id": id, "name": name, "input": input })
            })
            .collect(),
    }
}

fn stop_reason(content: &[Value]) -> &'static str {
    if content
        .iter()
        .any(|block| block.get("type") == Some(&json!("tool_use")))
    {
        "tool_use"
    } else {
        "end_turn"
    }
}

fn message(content: &[Value]) -> Value {
    json!({
        "id": "msg_script", "type": "message", "role": "assistant", "model": "scripted",
        "content": content, "stop_reason": stop_reason(content), "stop_sequence": null,
        "usage": { "input_tokens": 1, "output_tokens": 1 },
    })
}

fn stream(content: &[Value]) -> String {
    let mut opening = message(&[]);
    opening["stop_reason"] = Value::Null;
    let mut events = event(
        Some("message_start"),
        &json!({ "type": "message_start", "message": opening }),
    );
    for (index, block) in content.iter().enumerate() {
        let mut start = block.clone();
        let delta = if block.get("type") == Some(&json!("text")) {
            start["text"] = json!("");
            json!({ "type": "text_delta", "text": block["text"] })
        } else {
            start["input"] = json!({});
            json!({ "type": "input_json_delta", "partial_json": block["input"].to_string() })
        };
        let steps = [
            json!({ "type": "content_block_start", "index": index, "content_block": start }),
            json!({ "type": "content_block_delta", "index": index, "delta": delta }),
            json!({ "type": "content_block_stop", "index": index }),
        ];
        for step in steps {
            events += &event(step["type"].as_str(), &step);
        }
    }
    let delta = json!({ "stop_reason": stop_reason(content), "stop_sequence": null });
    events += &event(
        Some("message_delta"),
        &json!({ "type": "message_delta", "delta": delta, "usage": { "output_tokens": 1 } }),
    );
    events += &event(Some("message_stop"), &json!({ "type": "message_stop" }));
    events
}
