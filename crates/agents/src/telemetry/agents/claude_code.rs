//! Claude Code: log records `claude_code.*`; its spans say the same again.

use super::{Says, told};
use crate::bound;
use crate::claude_code::means;
use crate::telemetry::record::{Kind, Record};
use crate::tool::named;
use ringfence_event::{Action, Cost, HookCounts, Outcome, Usage};
use serde_json::Value;

pub(super) fn says(name: &str, record: &Record) -> Says {
    if record.kind == Kind::Span {
        return if name.starts_with("claude_code.") {
            Says::Nothing
        } else {
            Says::Unknown
        };
    }
    let text = |name: &str| record.text(name).map(|text| bound::text(text.to_owned()));
    match name {
        "hook_registered" => Says::This(Action::HookRegistered {
            moment: text("hook_event").unwrap_or_default(),
            matcher: text("hook_matcher"),
            layer: text("hook_source"),
        }),
        "hook_execution_complete" => hook_run(record),
        "tool_decision" => Says::OfCall(
            text("tool_use_id"),
            Action::Decision {
                tool: text("tool_name").unwrap_or_default(),
                accepted: record.text("decision") == Some("accept"),
                by: text("source"),
            },
        ),
        "tool_result" => tool_result(record),
        "api_request" => api_request(record),
        "user_prompt" => match told(record, "prompt") {
            Some(text) => Says::This(Action::Prompt { text }),
            None => Says::Nothing,
        },
        "assistant_response" => match told(record, "response") {
            Some(text) => Says::This(Action::Message { text }),
            None => Says::Nothing,
        },
        "permission_mode_changed" => match text("to_mode") {
            Some(mode) => Says::This(Action::PermissionMode {
                unguarded: mode == "bypassPermissions",
                mode,
            }),
            None => Says::Unknown,
        },
        "compaction" => Says::This(Action::Compaction {
            trigger: text("trigger"),
        }),
        "api_error" | "internal_error" => Says::This(Action::Notification {
            text: text("error")
                .or_else(|| text("error_name"))
                .unwrap_or_default(),
        }),
        "hook_execution_start" | "api_request_body" | "api_response_body" => Says::Nothing,
        _ => Says::Unknown,
    }
}

fn hook_run(record: &Record) -> Says {
    let number = |name: &str| record.number(name).unwrap_or(0);
    let counts = HookCounts {
        hooks: number("num_hooks"),
        succeeded: number("num_success"),
        blocked: number("num_blocking"),
        failed: number("num_non_blocking_error"),
        cancelled: number("num_cancelled"),
        milliseconds: number("total_duration_ms"),
    };
    let text = |name: &str| record.text(name).map(|text| bound::text(text.to_owned()));
    let action = Action::HookRun {
        moment: text("hook_event").unwrap_or_default(),
        name: text("hook_name"),
        counts,
    };
    Says::OfCall(text("tool_use_id"), action)
}

fn tool_result(record: &Record) -> Says {
    let text = |name: &str| record.text(name).map(str::to_owned);
    // `tool_input` stands there only with `OTEL_LOG_TOOL_DETAILS`.
    let input = text("tool_input").map_or(Value::Null, Value::String);
    let tool = named(text("tool_name").unwrap_or_default(), input, means);
    let outcome = match record.yes("success") {
        Some(true) => Outcome::Success,
        Some(false) => Outcome::Failure,
        None => Outcome::Unknown,
    };
    let output = told(record, "error").map_or(Value::Null, Value::String);
    Says::OfCall(
        text("tool_use_id"),
        Action::ToolResult {
            tool,
            outcome,
            output,
        },
    )
}

fn api_request(record: &Record) -> Says {
    let number = |name: &str| record.number(name).unwrap_or(0);
    let hour = number("cache_creation_1h_tokens");
    let cost = record.amount("cost_usd").and_then(Cost::from_dollars);
    let usage = Usage {
        model: record.text("model").map(str::to_owned),
        request: record.text("request_id").map(str::to_owned),
        input: number("input_tokens"),
        output: number("output_tokens"),
        cache_read: number("cache_read_tokens"),
        cache_write: number("cache_creation_tokens").saturating_sub(hour),
        cache_write_hour: hour,
        fast: record.text("speed") == Some("fast"),
        cost,
        ..Usage::default()
    };
    Says::This(Action::Usage { usage })
}
