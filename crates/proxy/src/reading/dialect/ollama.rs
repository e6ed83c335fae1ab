//! Ollama's own API: `/api/chat` and `/api/generate`, whole or as lines of JSON
//! (Ollama's documentation, "API").

use super::{Answer, Kind};
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

/// Reads a line, or a whole answer: they have the same shape.
pub(super) fn event(line: &Value, answer: &mut Answer) {
    if let Some(error) = line.get("error") {
        answer.fail(error);
    }
    let model = line.get("model").and_then(Value::as_str).map(str::to_owned);
    answer.model = answer.model.take().or(model);
    for pointer in ["/message/thinking", "/thinking"] {
        answer.add("message.thinking", Kind::Thinking, text(line, pointer));
    }
    for pointer in ["/message/content", "/response"] {
        answer.add("message.content", Kind::Text, text(line, pointer));
    }
    for (index, tool) in list(line, "/message/tool_calls").iter().enumerate() {
        let kind = Kind::Call {
            id: text(tool, "/id").to_owned(),
            name: text(tool, "/function/name").to_owned(),
            server: None,
        };
        let arguments = tool.pointer("/function/arguments").map(Value::to_string);
        let place = format!("message.tool_calls[{index}].arguments");
        answer.whole(place, kind, arguments.unwrap_or_default());
    }
    if line.get("done").and_then(Value::as_bool) == Some(true) {
        answer.count(&Usage {
            input: number(line, "/prompt_eval_count"),
            output: number(line, "/eval_count"),
            ..Usage::default()
        });
        answer.close_all();
    }
}
