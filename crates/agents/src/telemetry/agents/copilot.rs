//! Copilot CLI: spans after OpenTelemetry's conventions for generative AI. It sends no logs.

use super::Says;
use crate::bound;
use crate::imported::copilot::means;
use crate::telemetry::record::{Kind, Record};
use crate::tool::named;
use ringfence_event::{Action, Outcome, Usage};
use serde_json::Value;

pub(super) fn says(_: &str, record: &Record) -> Says {
    if record.kind != Kind::Span {
        return Says::Unknown;
    }
    match record.text("gen_ai.operation.name") {
        Some("execute_tool") => tool(record),
        Some("chat") => chat(record),
        // The sum of the others.
        Some("invoke_agent") => Says::Nothing,
        _ => Says::Unknown,
    }
}

fn tool(record: &Record) -> Says {
    let text = |name: &str| record.text(name).map(str::to_owned);
    let input = text("gen_ai.tool.call.arguments").map_or(Value::Null, Value::String);
    let tool = named(text("gen_ai.tool.name").unwrap_or_default(), input, means);
    let code = record.number("process.exit.code");
    let outcome = if record.failed || code.is_some_and(|code| code != 0) {
        Outcome::Failure
    } else {
        Outcome::Success
    };
    let output = text("gen_ai.tool.call.result").map(bound::text);
    let action = Action::ToolResult {
        tool,
        outcome,
        output: output.map_or(Value::Null, Value::String),
    };
    Says::OfCall(text("gen_ai.tool.call.id"), action)
}

fn chat(record: &Record) -> Says {
    let number = |name: &str| record.number(name).unwrap_or(0);
    let cached = number("gen_ai.usage.cache_read.input_tokens");
    let written = number("gen_ai.usage.cache_write.input_tokens");
    let model = record
        .text("gen_ai.response.model")
        .or_else(|| record.text("gen_ai.request.model"));
    let usage = Usage {
        model: model.map(str::to_owned),
        request: record.text("gen_ai.response.id").map(str::to_owned),
        input: number("gen_ai.usage.input_tokens")
            .saturating_sub(cached)
            .saturating_sub(written),
        output: number("gen_ai.usage.output_tokens"),
        cache_read: cached,
        cache_write: written,
        reasoning: number("gen_ai.usage.reasoning.output_tokens"),
        ..Usage::default()
    };
    if usage.tokens() == 0 {
        let why = record.text("error.type").unwrap_or_default();
        if why.is_empty() {
            return Says::Nothing;
        }
        return Says::This(Action::Notification {
            text: bound::text(why.to_owned()),
        });
    }
    Says::This(Action::Usage { usage })
}
