//! `OpenAI` Chat Completions (`OpenAI`'s API reference, "Chat"), as many services speak it: some tell
//! thoughts (`reasoning_content` of `DeepSeek`, `reasoning` of `OpenRouter` and Groq).

use super::{Answer, Kind, Said, prompts, result};
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

pub(super) fn asked(place: &str, message: &Value, said: &mut Vec<Said>) {
    let content = message.get("content").unwrap_or(&Value::Null);
    let place = format!("{place}.content");
    match text(message, "/role") {
        "tool" | "function" => {
            let kind = Kind::Result {
                id: text(message, "/tool_call_id").to_owned(),
                name: ["/name", "/tool_name"]
                    .map(|name| text(message, name))
                    .concat(),
                failed: None,
            };
            said.push(result(place, kind, content));
        }
        "user" => prompts(&place, content, said),
        _ => {}
    }
}

pub(super) fn event(chunk: &Value, answer: &mut Answer) {
    begin(chunk, answer);
    for choice in list(chunk, "/choices") {
        let place = format!("choices[{}]", number(choice, "/index"));
        let delta = choice.get("delta").unwrap_or(&Value::Null);
        thoughts(&place, delta, answer);
        answer.add(
            &format!("{place}.content"),
            Kind::Text,
            text(delta, "/content"),
        );
        answer.add(
            &format!("{place}.refusal"),
            Kind::Text,
            text(delta, "/refusal"),
        );
        for (nth, tool) in list(delta, "/tool_calls").iter().enumerate() {
            let index = tool.get("index").and_then(Value::as_u64);
            let index = index.unwrap_or(u64::try_from(nth).unwrap_or(0));
            call(
                &format!("{place}.tool_calls[{index}].arguments"),
                tool,
                answer,
            );
        }
        if choice
            .get("finish_reason")
            .is_some_and(|reason| !reason.is_null())
        {
            answer.close_all();
        }
    }
}

fn thoughts(place: &str, message: &Value, answer: &mut Answer) {
    let thought = ["/reasoning_content", "/reasoning"].map(|name| text(message, name));
    let thought = thought.into_iter().find(|thought| !thought.is_empty());
    answer.add(
        &format!("{place}.reasoning"),
        Kind::Thinking,
        thought.unwrap_or_default(),
    );
}

/// The first piece of a call names it; later ones only add to its arguments.
fn call(place: &str, tool: &Value, answer: &mut Answer) {
    let (id, name) = (text(tool, "/id"), text(tool, "/function/name"));
    let arguments = text(tool, "/function/arguments");
    let kind = Kind::Call {
        id: id.to_owned(),
        name: name.to_owned(),
        server: None,
    };
    if !name.is_empty() && !answer.has(place) {
        answer.open(place.to_owned(), kind.clone());
    }
    answer.add(place, kind, arguments);
    answer.name_call(place, id, name);
}

fn begin(chunk: &Value, answer: &mut Answer) {
    let word = |name: &str| chunk.get(name).and_then(Value::as_str).map(str::to_owned);
    answer.model = answer.model.take().or(word("model"));
    answer.message = answer.message.take().or(word("id"));
    if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
        answer.fail(error);
    }
    if let Some(usage) = chunk.get("usage").filter(|usage| usage.is_object()) {
        answer.count(&read_usage(usage));
    }
}

/// Cached tokens are told as a part of the prompt's; ours stand apart.
fn read_usage(usage: &Value) -> Usage {
    let cached = number(usage, "/prompt_tokens_details/cached_tokens")
        .max(number(usage, "/prompt_cache_hit_tokens"));
    Usage {
        input: number(usage, "/prompt_tokens").saturating_sub(cached),
        output: number(usage, "/completion_tokens"),
        cache_read: cached,
        reasoning: number(usage, "/completion_tokens_details/reasoning_tokens"),
        ..Usage::default()
    }
}

pub(super) fn body(body: &Value, answer: &mut Answer) {
    begin(body, answer);
    for choice in list(body, "/choices") {
        let place = format!("choices[{}]", number(choice, "/index"));
        let message = choice.get("message").unwrap_or(&Value::Null);
        thoughts(&place, message, answer);
        answer.add(
            &format!("{place}.content"),
            Kind::Text,
            text(message, "/content"),
        );
        answer.add(
            &format!("{place}.content"),
            Kind::Text,
            text(choice, "/text"),
        );
        for (index, tool) in list(message, "/tool_calls").iter().enumerate() {
            call(
                &format!("{place}.tool_calls[{index}].arguments"),
                tool,
                answer,
            );
        }
    }
}
