//! OpenAI Responses: <https://platform.openai.com/docs/api-reference/responses-streaming>.

use super::script::last_words;
use super::{Answer, Call, Script, Turn, event, list};
use serde_json::{Value, json};

/// Answers one request of Codex.
pub(super) fn answer(script: &Script, path: &str, body: &Value) -> Answer {
    if !path.ends_with("/responses") {
        return Answer::unknown();
    }
    let done = results(body);
    let turn = if list(body, "/tools").is_empty() {
        last_words()
    } else {
        script.after(done)
    };
    let items = items(&turn, done, body);
    let mut events = event(
        Some("response.created"),
        &json!({ "type": "response.created", "response": { "id": "resp_script" } }),
    );
    for (index, item) in items.iter().enumerate() {
        events += &event(
            Some("response.output_item.done"),
            &json!({ "type": "response.output_item.done", "output_index": index, "item": item }),
        );
    }
    let usage = json!({
        "input_tokens": 1, "input_tokens_details": null,
        "output_tokens": 1, "output_tokens_details": null, "total_tokens": 2,
    });
    events += &event(
        Some("response.completed"),
        &json!({
            "type": "response.completed",
            "response": { "id": "resp_script", "output": items, "usage": usage },
        }),
    );
    Answer::events(events)
}

fn results(body: &Value) -> usize {
    list(body, "/input")
        .iter()
        .filter(|item| item.get("type") == Some(&json!("function_call_output")))
        .count()
}

fn items(turn: &Turn, done: usize, body: &Value) -> Vec<Value> {
    match turn {
        Turn::Text(text) => vec![json!({
            "type": "message", "role": "assistant", "id": "msg_script",
            "content": [{ "type": "output_text", "text": text }],
        })],
        Turn::Calls(calls) => calls
            .iter()
            .enumerate()
            .map(|(place, call)| {
                let (name, arguments) = tool(call, body);
                json!({
                    "type": "function_call", "id": format!("fc_script{}", done + place),
                    "call_id": format!("call_script{}", done + place),
                    "name": name, "arguments": arguments.to_string(),
                })
            })
            .collect(),
    }
}

/// Codex offers a different shell tool for each model; it has none to read a file.
fn tool(call: &Call, body: &Value) -> (&'static str, Value) {
    let command = match call {
        Call::Shell(command) => command.clone(),
        Call::ReadFile(path) => format!("cat {path}"),
    };
    let offered = |name: &str| {
        list(body, "/tools")
            .iter()
            .any(|tool| tool.get("name") == Some(&json!(name)))
    };
    if offered("exec_command") {
        ("exec_command", json!({ "cmd": command }))
    } else if offered("shell_command") {
        ("shell_command", json!({ "command": command }))
    } else {
        ("shell", json!({ "command": ["bash", "-lc", command] }))
    }
}
