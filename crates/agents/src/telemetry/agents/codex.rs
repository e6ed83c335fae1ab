//! Codex: log records `codex.*`; its spans are about the program itself.

use super::{Says, told};
use crate::bound;
use crate::codex::means;
use crate::telemetry::record::{Kind, Record};
use crate::tool::named;
use ringfence_event::{Action, Outcome, Usage};
use serde_json::Value;

pub(super) fn says(name: &str, record: &Record) -> Says {
    if record.kind == Kind::Span {
        return Says::Nothing;
    }
    let text = |name: &str| record.text(name).map(|text| bound::text(text.to_owned()));
    match name {
        "codex.conversation_starts" => {
            let asks = text("approval_policy").unwrap_or_default();
            let sandbox = text("sandbox_policy").unwrap_or_default();
            Says::This(Action::PermissionMode {
                unguarded: asks == "never" && sandbox == "danger-full-access",
                mode: format!("{asks}, {sandbox}"),
            })
        }
        "codex.user_prompt" => match told(record, "prompt").filter(|text| text != "[REDACTED]") {
            Some(text) => Says::This(Action::Prompt { text }),
            None => Says::Nothing,
        },
        "codex.tool_decision" => {
            let decision = text("decision").unwrap_or_default();
            Says::OfCall(
                text("call_id"),
                Action::Decision {
                    tool: text("tool_name").unwrap_or_default(),
                    accepted: decision.starts_with("approved"),
                    by: text("source"),
                },
            )
        }
        "codex.tool_result" => {
            let input = text("arguments").map_or(Value::Null, Value::String);
            let tool = named(text("tool_name").unwrap_or_default(), input, means);
            let outcome = match record.yes("success") {
                Some(true) => Outcome::Success,
                Some(false) => Outcome::Failure,
                None => Outcome::Unknown,
            };
            let output = text("output").map_or(Value::Null, Value::String);
            let action = Action::ToolResult {
                tool,
                outcome,
                output,
            };
            Says::OfCall(text("call_id"), action)
        }
        // It is told twice, once without numbers.
        "codex.sse_event" if record.number("output_token_count").is_some() => {
            Says::This(Action::Usage {
                usage: usage(record),
            })
        }
        "codex.sse_event"
        | "codex.api_request"
        | "codex.startup_phase"
        | "codex.turn_ttft"
        | "codex.websocket_event"
        | "codex.websocket_request" => Says::Nothing,
        name if name.starts_with("codex.") => Says::Unknown,
        // What the program logs about itself.
        _ => Says::Nothing,
    }
}

fn usage(record: &Record) -> Usage {
    let number = |name: &str| record.number(name).unwrap_or(0);
    let cached = number("cached_token_count");
    let written = number("cache_write_token_count");
    let input = number("input_token_count");
    Usage {
        model: record.text("model").map(str::to_owned),
        input: input.saturating_sub(cached).saturating_sub(written),
        output: number("output_token_count"),
        cache_read: cached,
        cache_write: written,
        reasoning: number("reasoning_token_count"),
        ..Usage::default()
    }
}
