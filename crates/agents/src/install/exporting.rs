//! How agents are told to export telemetry: their settings edited, what stood there before kept, and
//! the user's own collector found, so that it can still be served.
//!
//! **Invariant:** text in, text out. What goes to the user's collector afterwards is what went there
//! before: no signal and no detail is added to it.

mod claude_code;
mod codex;
mod gemini;
mod json;

use super::{EditError, Removal};
use crate::agent;
use crate::places::Places;
use ringfence_event::AgentKind;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where the user's own collector takes each signal; nothing of what it does not get.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Collector {
    /// The whole address for logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
    /// The whole address for traces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traces: Option<String>,
    /// The whole address for metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<String>,
}

impl Collector {
    /// A collector below this address takes all three.
    fn below(base: &str) -> Collector {
        let base = base.trim_end_matches('/');
        Collector {
            logs: Some(format!("{base}/v1/logs")),
            traces: Some(format!("{base}/v1/traces")),
            metrics: Some(format!("{base}/v1/metrics")),
        }
    }
}

/// A setting that was written, and what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The names that lead to it, from the outside in; none says that the whole file was made.
    pub path: Vec<String>,
    /// What stood there, as it was written; `None` if nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What was written.
    pub after: String,
}

/// Settings with which an agent exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exporting {
    /// The whole file.
    pub text: String,
    /// What was changed in it, in order.
    pub replaced: Vec<Replaced>,
    /// Where the agent sent its telemetry before.
    pub collector: Collector,
}

/// Why an agent's settings are left as they are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be edited.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// It is no TOML.
    #[error("the file is broken: {what}")]
    Toml {
        /// What is wrong.
        what: String,
    },
    /// It exports to somewhere that what it sends cannot be passed on to.
    #[error("it exports {how} already, and that cannot be passed on")]
    Elsewhere {
        /// How and where.
        how: String,
    },
    /// It exports nothing, or nothing that is known how to switch on.
    #[error("Ringfence knows no telemetry of this agent")]
    NoTelemetry,
}

/// A variable of the environment in which the user starts agents.
pub type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Returns the file that [`export`] edits; `None` where only the environment tells the agent.
pub fn export_path(agent: AgentKind, places: &Places) -> Option<PathBuf> {
    let name = match agent {
        AgentKind::ClaudeCode | AgentKind::Gemini => "settings.json",
        AgentKind::Codex => "config.toml",
        _ => return None,
    };
    Some(agent::of(agent).home(places).join(name))
}

/// Returns the settings with which the agent sends its telemetry below `endpoint`; the same text if
/// it does so already.
pub fn export(
    agent: AgentKind,
    current: Option<&str>,
    endpoint: &str,
    variable: Variable<'_>,
) -> Result<Exporting, ExportError> {
    let current = current.unwrap_or_default();
    match agent {
        AgentKind::ClaudeCode => claude_code::export(current, endpoint, variable),
        AgentKind::Gemini => gemini::export(current, endpoint, variable),
        AgentKind::Codex => codex::export(current, endpoint),
        _ => Err(ExportError::NoTelemetry),
    }
}

/// Takes back what [`export`] wrote; what the user has changed since stays as it is.
pub fn undo_export(
    agent: AgentKind,
    current: &str,
    replaced: &[Replaced],
) -> Result<Removal, ExportError> {
    match agent {
        AgentKind::Codex => codex::undo(current, replaced),
        _ => Ok(json::undo(current, replaced)?),
    }
}

/// Whether what [`export`] wrote still stands in the settings; else which part does not.
pub fn still_exports(
    agent: AgentKind,
    current: Option<&str>,
    replaced: &[Replaced],
) -> Result<(), String> {
    let current = current.unwrap_or_default();
    let gone = match agent {
        AgentKind::Codex => codex::gone(current, replaced),
        _ => json::gone(current, replaced),
    };
    match gone {
        None => Ok(()),
        Some(name) => Err(format!("`{name}` is not as it was written")),
    }
}

/// Returns the variables that the user sets where no file tells the agent to export.
pub fn export_by_hand(agent: AgentKind, endpoint: &str) -> Option<Vec<(&'static str, String)>> {
    // GitHub, "OpenTelemetry reference" of Copilot; seen of version 1.0.102.
    (agent == AgentKind::Copilot).then(|| {
        vec![
            ("COPILOT_OTEL_ENABLED", "true".to_owned()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.to_owned()),
        ]
    })
}

#[cfg(test)]
mod tests;
