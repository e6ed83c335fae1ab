//! Gemini `generateContent` and `streamGenerateContent`: <https://ai.google.dev/api/generate-content>.

use super::script::last_words;
use super::{Answer, Call, Script, Turn, event, list};
use serde_json::{Value, json};

/// Answers one request of Gemini CLI.
pub(super) fn answer(script: &Script, path: &str, body: &Value) -> Answer {
    let Some((_, method)) = path.rsplit_once(':') else {
        return Answer::unknown();
    };
    match method {
        "streamGenerateContent" => Answer::events(event(None, &response(script, body))),
        "generateContent" => Answer::json(&response(script, body)),
        "countTokens" => Answer::json(&json!({ "totalTokens": 1 })),
        _ => Answer::unknown(),
    }
}

fn response(script: &Script, body: &Value) -> Value {
    let done = results(body);
    let turn = if list(body, "/tools").is_empty() {
        last_words()
    } else {
        script.after(done)
    };
    let parts: Vec<Value> = match turn {
        Turn::Text(text) => vec![json!({ "text": text })],
        Turn::Calls(calls) => calls
            .iter()
            .map(|call| json!({ "functionCall": tool(call) }))
            .collect(),
    };
    json!({
        "candidates": [{
            "content": { "role": "model", "parts": parts },
            "finishReason": "STOP", "index": 0,
        }],
        "usageMetadata": {
            "promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2,
        },
        "modelVersion": "scripted",
    })
}

fn results(body: &Value) -> usize {
    list(body, "/contents")
        .iter()
        .flat_map(|content| list(content, "/parts"))
        .filter(|part| part.get("functionResponse").is_some())
        .count()
}

fn tool(call: &Call) -> Value {
    match call {
        Call::Shell(command) => json!({
            "name": "run_shell_command",
            "args": { "command": command, "description": "Follow the script" },
        }),
        Call::ReadFile(path) => json!({ "name": "read_file", "args": { "file_path": path } }),
    }
}
