//! `OpenAI` Responses and Realtime: items and their deltas, over server-sent events or WebSocket
//! (`OpenAI`'s API reference, "Responses", "Realtime"; Codex's source for the WebSocket).

use super::{Answer, Kind, Said, prompts, result};
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

pub(super) fn asked(place: &str, item: &Value, said: &mut Vec<Said>) {
    let kind = text(item, "/type");
    if kind.ends_with("_output") {
        let kind = Kind::Result {
            id: text(item, "/call_id").to_owned(),
            name: String::new(),
            failed: None,
        };
        let output = item.get("output").unwrap_or(&Value::Null);
        said.push(result(format!("{place}.output"), kind, output));
    } else if text(item, "/role") == "user" {
        let content = item.get("content").unwrap_or(&Value::Null);
        let place = format!("{place}.content");
        prompts(&place, content, said);
    }
}

pub(super) fn event(message: &Value, answer: &mut Answer) {
    let kind = text(message, "/type");
    let delta = text(message, "/delta");
    match kind {
        "response.created" | "response.in_progress" => {
            begin(message.get("response").unwrap_or(&Value::Null), answer);
        }
        "response.output_item.added" => added(message, answer),
        "response.output_item.done" => done(message, answer),
        "response.completed" | "response.done" | "response.incomplete" | "response.failed" => {
            answer.close_all();
            answer.over = true;
            ended(message.get("response").unwrap_or(&Value::Null), answer);
        }
        "error" => answer.fail(message.get("error").unwrap_or(message)),
        _ if kind.contains("arguments.delta") || kind.contains("input.delta") => {
            answer.add(&place(message), call(&Value::Null), delta);
        }
        _ if kind.contains("reasoning") && kind.ends_with("delta") => {
            answer.add(&place(message), Kind::Thinking, delta);
        }
        _ if kind.ends_with("text.delta")
            || kind.ends_with("transcript.delta")
            || kind.ends_with("refusal.delta") =>
        {
            answer.add(&place(message), Kind::Text, delta);
        }
        _ => {}
    }
}

fn place(message: &Value) -> String {
    format!("output[{}]", number(message, "/output_index"))
}

fn call(item: &Value) -> Kind {
    let id = ["/call_id", "/id"].map(|name| text(item, name));
    let id = id.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    let name = match text(item, "/name") {
        // Tools that the model has by itself have a kind and no name.
        "" => text(item, "/type").trim_end_matches("_call"),
        name => name,
    };
    Kind::Call {
        id: id.to_owned(),
        name: name.to_owned(),
        server: item
            .get("server_label")
            .and_then(Value::as_str)
            .map(str::to_owned),
    }
}

fn is_call(item: &Value) -> bool {
    text(item, "/type").ends_with("_call")
}

fn added(message: &Value, answer: &mut Answer) {
    let item = message.get("item").unwrap_or(&Value::Null);
    if is_call(item) {
        answer.open(place(message), call(item));
    }
}

/// An item that was told by deltas ends; of one that was not, all is here.
fn done(message: &Value, answer: &mut Answer) {
    let item = message.get("item").unwrap_or(&Value::Null);
    let place = place(message);
    if answer.has(&place) {
        if let Kind::Call { id, name, .. } = call(item) {
            answer.name_call(&place, &id, &name);
        }
    } else {
        whole(&place, item, answer);
    }
    answer.close(&place);
}

fn whole(place: &str, item: &Value, answer: &mut Answer) {
    let kind = text(item, "/type");
    if is_call(item) {
        let arguments = ["arguments", "input", "action", "operation"].map(|name| item.get(name));
        let arguments = arguments
            .into_iter()
            .flatten()
            .find(|value| !value.is_null());
        let arguments = match arguments {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        answer.open(place.to_owned(), call(item));
        answer.add(place, call(item), &arguments);
        answer.close(place);
        let output = item.get("output").filter(|output| !output.is_null());
        if let (Some(output), Kind::Call { id, name, .. }) = (output, call(item)) {
            let kind = Kind::Result {
                id,
                name,
                failed: item.get("error").map(|error| !error.is_null()),
            };
            answer
                .said
                .push(result(format!("{place}.output"), kind, output));
        }
    } else if kind == "reasoning" {
        for part in list(item, "/summary").iter().chain(list(item, "/content")) {
            answer.add(place, Kind::Thinking, text(part, "/text"));
        }
    } else {
        for part in list(item, "/content") {
            for pointer in ["/text", "/transcript", "/refusal"] {
                answer.add(place, Kind::Text, text(part, pointer));
            }
        }
    }
}

fn begin(response: &Value, answer: &mut Answer) {
    let word = |name: &str| {
        response
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    answer.model = word("model").or(answer.model.take());
    answer.message = word("id").or(answer.message.take());
}

fn ended(response: &Value, answer: &mut Answer) {
    begin(response, answer);
    for pointer in ["/error", "/status_details/error", "/incomplete_details"] {
        if let Some(error) = response.pointer(pointer).filter(|error| error.is_object()) {
            answer.fail(error);
        }
    }
    if let Some(usage) = response.get("usage").filter(|usage| usage.is_object()) {
        answer.count(&read_usage(usage));
    }
}

/// Cached tokens are told as a part of the input's; ours stand apart.
fn read_usage(usage: &Value) -> Usage {
    let cached = number(usage, "/input_tokens_details/cached_tokens")
        .max(number(usage, "/input_token_details/cached_tokens"));
    Usage {
        input: number(usage, "/input_tokens").saturating_sub(cached),
        output: number(usage, "/output_tokens"),
        cache_read: cached,
        reasoning: number(usage, "/output_tokens_details/reasoning_tokens"),
        ..Usage::default()
    }
}

pub(super) fn body(body: &Value, answer: &mut Answer) {
    for (index, item) in list(body, "/output").iter().enumerate() {
        let place = format!("output[{index}]");
        whole(&place, item, answer);
        answer.close(&place);
    }
    ended(body, answer);
}
