//! Gemini CLI and Qwen Code, which came out of it: log records `gemini_cli.*`. They name no tool
//! call; its spans do.

use super::{Says, told};
use crate::bound;
use crate::gemini::operation;
use crate::telemetry::record::{Kind, Record};
use crate::tool::named;
use ringfence_event::{Action, Outcome, Usage};
use serde_json::Value;

pub(super) fn says(name: &str, record: &Record) -> Says {
    if record.kind == Kind::Span {
        return span(name, record);
    }
    let text = |name: &str| record.text(name).map(|text| bound::text(text.to_owned()));
    let short = name
        .strip_prefix("gemini_cli.")
        .or_else(|| name.strip_prefix("qwen-code."))
        .unwrap_or(name);
    match short {
        "user_prompt" => match told(record, "prompt") {
            Some(text) => Says::This(Action::Prompt { text }),
            None => Says::Nothing,
        },
        "tool_call" => {
            let decision = text("decision");
            let call = text("call_id");
            match decision {
                Some(by) => Says::OfCall(
                    call,
                    Action::Decision {
                        tool: text("function_name").unwrap_or_default(),
                        accepted: matches!(by.as_str(), "accept" | "auto_accept" | "modify"),
                        by: Some(by),
                    },
                ),
                None => Says::Nothing,
            }
        }
        "api_response" => Says::This(Action::Usage {
            usage: usage(record),
        }),
        "config" => mode(text("approval_mode")),
        "approval_mode_switch" => mode(text("to_mode")),
        "chat_compression" => Says::This(Action::Compaction { trigger: None }),
        "api_error" => Says::This(Action::Notification {
            text: text("error.message")
                .or_else(|| text("error"))
                .unwrap_or_default(),
        }),
        "api_request"
        | "file_operation"
        | "model_routing"
        | "next_speaker_check"
        | "plan.approval_mode_duration"
        | "ripgrep_fallback"
        | "slash_command"
        | "startup_stats"
        | "tool_output_truncated"
        | "gen_ai.client.inference.operation.details" => Says::Nothing,
        _ => Says::Unknown,
    }
}

fn mode(mode: Option<String>) -> Says {
    let Some(mode) = mode else {
        return Says::Nothing;
    };
    let unguarded = mode == "yolo";
    Says::This(Action::PermissionMode { mode, unguarded })
}

/// A span `tool_call` has the call and its result in its messages.
fn span(name: &str, record: &Record) -> Says {
    match name {
        "tool_call" => {}
        "llm_call" | "schedule_tool_calls" | "user_prompt" | "agent_call" => return Says::Nothing,
        _ => return Says::Unknown,
    }
    let part = |name: &str| -> Value {
        let text = record.text(name).unwrap_or_default();
        serde_json::from_str(text).unwrap_or(Value::Null)
    };
    let asked = part("gen_ai.input.messages");
    let given = part("gen_ai.output.messages");
    let name = record.text("gen_ai.tool.name").unwrap_or_default();
    let input = asked.get("args").cloned().unwrap_or(Value::Null);
    let tool = named(name.to_owned(), input, operation);
    let outcome = match given.get("status").and_then(Value::as_str) {
        Some("success") => Outcome::Success,
        Some("error" | "cancelled") => Outcome::Failure,
        _ if record.failed => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    let response = given.pointer("/response/responseParts/0/functionResponse/response");
    let output = response.and_then(|response| response.get("output").or(Some(response)));
    let action = Action::ToolResult {
        tool,
        outcome,
        output: bound::value(output.cloned().unwrap_or(Value::Null)),
    };
    let call = record.text("gen_ai.tool.call_id");
    Says::OfCall(call.map(str::to_owned), action)
}

fn usage(record: &Record) -> Usage {
    let number = |name: &str| record.number(name).unwrap_or(0);
    let cached = number("cached_content_token_count");
    let thoughts = number("thoughts_token_count");
    Usage {
        model: record.text("model").map(str::to_owned),
        request: record.text("response_id").map(str::to_owned),
        input: number("input_token_count")
            .saturating_sub(cached)
            .saturating_add(number("tool_token_count")),
        output: number("output_token_count").saturating_add(thoughts),
        cache_read: cached,
        reasoning: thoughts,
        ..Usage::default()
    }
}
