//! Claude Code: `env` in `settings.json`, which goes over the environment. Only what is said of logs
//! is set: the user's own metrics and traces go where they went.
//!
//! Source: Claude Code's documentation, "Monitoring"; tried with version 2.1.329.

use super::super::node::Node;
use super::json::{self, Fields};
use super::{Collector, ExportError, Exporting, Variable};

/// Where the user's telemetry goes, as the variables say.
struct Variables<'a> {
    env: Fields,
    outside: Variable<'a>,
}

impl Variables<'_> {
    fn get(&self, name: &str) -> Option<String> {
        match self.env.get(name) {
            Some(serde_json::Value::String(text)) => Some(text.clone()),
            Some(other) => Some(other.to_string()),
            None => (self.outside)(name),
        }
        .filter(|text| !text.is_empty())
    }

    /// Where logs go that are exported.
    fn address_of_logs(&self) -> String {
        let whole = self.get("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT");
        whole.unwrap_or_else(|| {
            let base = self.get("OTEL_EXPORTER_OTLP_ENDPOINT");
            let base = base.unwrap_or_else(|| "http://localhost:4318".to_owned());
            format!("{}/v1/logs", base.trim_end_matches('/'))
        })
    }

    fn is_on(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| matches!(value.as_str(), "1" | "true" | "yes" | "on"))
    }
}

pub(super) fn export(
    current: &str,
    endpoint: &str,
    outside: Variable<'_>,
) -> Result<Exporting, ExportError> {
    let variables = Variables {
        env: json::fields(current, "env")?,
        outside,
    };
    let is_on = variables.is_on("CLAUDE_CODE_ENABLE_TELEMETRY");
    let exporters = variables.get("OTEL_LOGS_EXPORTER").filter(|_| is_on);
    let exporters = exporters.unwrap_or_else(|| "none".to_owned());
    let exports = exporters.split(',').any(|one| one.trim() == "otlp");
    let protocol = variables
        .get("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL")
        .or_else(|| variables.get("OTEL_EXPORTER_OTLP_PROTOCOL"))
        .filter(|_| exports)
        .unwrap_or_else(|| "http/protobuf".to_owned());
    if protocol == "grpc" {
        return Err(ExportError::Elsewhere {
            how: "its logs by gRPC".to_owned(),
        });
    }
    let collector = Collector {
        logs: exports.then(|| variables.address_of_logs()),
        ..Collector::default()
    };
    let exporters = match exporters.as_str() {
        "none" => "otlp".to_owned(),
        _ if exports => exporters,
        _ => format!("{exporters},otlp"),
    };
    let mut fields = vec![
        ("CLAUDE_CODE_ENABLE_TELEMETRY", Node::text("1")),
        ("OTEL_LOGS_EXPORTER", Node::text(exporters)),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", Node::text(protocol)),
        (
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
            Node::text(format!("{endpoint}/v1/logs")),
        ),
    ];
    if variables.get("OTEL_LOGS_EXPORT_INTERVAL").is_none() {
        fields.push(("OTEL_LOGS_EXPORT_INTERVAL", Node::text("1000")));
    }
    if !exports {
        fields.push(("OTEL_LOG_TOOL_DETAILS", Node::text("1")));
    }
    if !is_on {
        // They waited for a switch that was off, and are not meant by us.
        for name in ["OTEL_METRICS_EXPORTER", "OTEL_TRACES_EXPORTER"] {
            if variables.get(name).is_some_and(|value| value != "none") {
                fields.push((name, Node::text("none")));
            }
        }
    }
    let (text, replaced) = json::set(current, "env", fields)?;
    Ok(Exporting {
        text,
        replaced,
        collector,
    })
}
