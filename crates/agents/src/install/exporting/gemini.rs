//! Gemini CLI: `telemetry` in `settings.json`, one address for all signals.
//!
//! Source: Gemini CLI's documentation, "Observability", and its source; tried with version 0.61.0.

use super::super::node::Node;
use super::json;
use super::{Collector, ExportError, Exporting, Variable};
use serde_json::Value;

pub(super) fn export(
    current: &str,
    endpoint: &str,
    outside: Variable<'_>,
) -> Result<Exporting, ExportError> {
    let fields = json::fields(current, "telemetry")?;
    let text = |name: &str, variable: &str| {
        let set = outside(variable).filter(|text| !text.is_empty());
        set.or_else(|| fields.get(name)?.as_str().map(str::to_owned))
    };
    let is_on = match outside("GEMINI_TELEMETRY_ENABLED") {
        Some(value) => matches!(value.as_str(), "1" | "true"),
        None => fields.get("enabled") == Some(&Value::Bool(true)),
    };
    let elsewhere = |how: &str| ExportError::Elsewhere {
        how: how.to_owned(),
    };
    let mut collector = Collector::default();
    if is_on {
        if text("outfile", "GEMINI_TELEMETRY_OUTFILE").is_some() {
            return Err(elsewhere("into a file"));
        }
        if text("target", "GEMINI_TELEMETRY_TARGET").as_deref() == Some("gcp") {
            return Err(elsewhere("to Google Cloud"));
        }
        if text("otlpProtocol", "GEMINI_TELEMETRY_OTLP_PROTOCOL").as_deref() != Some("http") {
            return Err(elsewhere("by gRPC"));
        }
        let base = text("otlpEndpoint", "GEMINI_TELEMETRY_OTLP_ENDPOINT");
        collector = Collector::below(&base.unwrap_or_else(|| "http://localhost:4317".to_owned()));
    }
    let mut wanted = vec![
        ("enabled", Node::Yes(true)),
        ("target", Node::text("local")),
        ("otlpProtocol", Node::text("http")),
        ("otlpEndpoint", Node::text(endpoint)),
    ];
    if !is_on {
        // Only with them a span names its call; a collector would get more than before.
        wanted.push(("traces", Node::Yes(true)));
    }
    if fields.contains_key("outfile") {
        wanted.push(("outfile", Node::text("")));
    }
    let (text, replaced) = json::set(current, "telemetry", wanted)?;
    Ok(Exporting {
        text,
        replaced,
        collector,
    })
}
