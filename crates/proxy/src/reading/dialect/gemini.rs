//! Google Gemini: `generateContent` and its stream, as events or as one array; Code Assist wraps
//! requests in `request` and answers in `response` (Gemini API reference; Gemini CLI's source).

use super::{Answer, Kind, Said, block};
use crate::reading::said::{list, number, text};
use ringfence_event::Usage;
use serde_json::Value;

pub(super) fn asked(place: &str, content: &Value, said: &mut Vec<Said>) {
    for (index, part) in list(content, "/parts").iter().enumerate() {
        let place = format!("{place}.parts[{index}]");
        if let Some(response) = part.get("functionResponse") {
            let output = response.get("response").cloned().unwrap_or(Value::Null);
            said.push(Said {
                place: format!("{place}.functionResponse.response"),
                kind: Kind::Result {
                    id: text(response, "/id").to_owned(),
                    name: text(response, "/name").to_owned(),
                    failed: output.get("error").map(|_| true),
                },
                text: output.to_string(),
                value: Some(output),
            });
        } else if part.get("text").is_some() {
            said.push(block(
                format!("{place}.text"),
                Kind::Prompt,
                text(part, "/text"),
            ));
        }
    }
}

pub(super) fn event(message: &Value, answer: &mut Answer) {
    let chunk = message.get("response").unwrap_or(message);
    for source in [message, chunk] {
        if let Some(error) = source.get("error").filter(|error| !error.is_null()) {
            answer.fail(error);
        }
    }
    let word = |name: &str| chunk.get(name).and_then(Value::as_str).map(str::to_owned);
    answer.model = answer.model.take().or(word("modelVersion"));
    answer.message = answer.message.take().or(word("responseId"));
    for candidate in list(chunk, "/candidates") {
        let place = format!("candidates[{}]", number(candidate, "/index"));
        for part in list(candidate, "/content/parts") {
            self::part(&place, part, answer);
        }
        if candidate.get("finishReason").is_some() {
            answer.close_all();
        }
    }
    if let Some(usage) = chunk.get("usageMetadata") {
        answer.count(&read_usage(usage));
    }
}

/// Parts have no numbers over the chunks: texts of a kind that follow each other are one.
fn part(place: &str, part: &Value, answer: &mut Answer) {
    let (thinking, speaking) = (format!("{place}.thought"), format!("{place}.text"));
    if let Some(call) = part.get("functionCall") {
        answer.close(&thinking);
        answer.close(&speaking);
        let kind = Kind::Call {
            id: text(call, "/id").to_owned(),
            name: text(call, "/name").to_owned(),
            server: None,
        };
        let arguments = call.get("args").map(Value::to_string).unwrap_or_default();
        answer.whole(format!("{place}.functionCall.args"), kind, arguments);
    } else if part.get("thought").and_then(Value::as_bool) == Some(true) {
        answer.close(&speaking);
        answer.add(&thinking, Kind::Thinking, text(part, "/text"));
    } else {
        answer.close(&thinking);
        answer.add(&speaking, Kind::Text, text(part, "/text"));
    }
}

/// Cached tokens are a part of the prompt's; thoughts come on top of the candidates'.
fn read_usage(usage: &Value) -> Usage {
    let cached = number(usage, "/cachedContentTokenCount");
    let thoughts = number(usage, "/thoughtsTokenCount");
    let read = number(usage, "/promptTokenCount") + number(usage, "/toolUsePromptTokenCount");
    Usage {
        input: read.saturating_sub(cached),
        output: number(usage, "/candidatesTokenCount").saturating_add(thoughts),
        cache_read: cached,
        reasoning: thoughts,
        ..Usage::default()
    }
}
