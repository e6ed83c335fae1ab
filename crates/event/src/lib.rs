//! The words: what an agent did, who it was, and what we said about it.
//!
//! **Invariant:** this crate does no I/O and reads no clock. Every other crate
//! may name it; it names none of them.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod action;
mod difference;
mod exchange;
mod finding;
mod ids;
mod labels;
mod time;
mod usage;

pub use action::{
    Action, Change, ChangeKind, FileActivity, Operation, Outcome, SystemActivity, Tool, Transport,
};
pub use difference::{Difference, DifferenceKind};
pub use exchange::{
    Direction, Ending, Exchange, ExchangeError, Found, FoundKind, Handling, NotRead, Peer, Sign,
};
pub use finding::{Decision, Finding, Mode, Severity, Verdict};
pub use ids::{CallRef, EventKey, FindingId, Join, ProcessRef, RuleId, SessionId, ToolCallId};
pub use labels::{
    Access, Command, FileAccess, FileClass, HostAccess, HostClass, InjectionLevel, InjectionMark,
    Labels, LeakMark, Package, PersonalMark, SecretMark, Unsaid, UnsaidKind,
};
pub use time::Timestamp;
pub use usage::{Cost, HookCounts, Usage};

use serde::{Deserialize, Serialize};

/// One thing an agent did, tried to do, or was told, seen by one sensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Made by the sensor, ordered by time, safe to send twice.
    pub key: EventKey,
    /// When it happened, at the source's clock.
    pub at: Timestamp,
    /// Which sensor saw it.
    pub source: Source,
    /// The agent that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentKind>,
    /// The agent's own name for the moment it reported (`PreToolUse`, `BeforeTool`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<String>,
    /// The agent's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The tool call it belongs to, and how we know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallRef>,
    /// The process that reported or did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessRef>,
    /// Working directory of the agent at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// What happened.
    pub action: Action,
    /// What enrichment found out about it.
    #[serde(default)]
    pub labels: Labels,
    /// Fields of the source that this version does not know, kept as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// The field of [`Event::rest`] that names the other session in which an event stands.
pub const SHARED_WITH: &str = "shared_with";

impl Event {
    /// Whether another session has it too, since one of both is the other one resumed under a new
    /// name: then it repeats the event of that session, and counts there.
    pub fn is_copy(&self) -> bool {
        self.rest.contains_key(SHARED_WITH)
    }
}

/// The sensor an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// An agent's hook.
    Hook,
    /// Ringfence itself, about itself.
    Host,
    /// The sensor in the operating system's kernel.
    Kernel,
    /// The watcher of the files that agents obey.
    Watcher,
    /// What an agent wrote down of its session.
    Transcript,
    /// What an agent exports through OpenTelemetry.
    Telemetry,
    /// The proxy between agents and their models, or the wrap around an MCP server.
    Proxy,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 7] = [
        Source::Hook,
        Source::Host,
        Source::Kernel,
        Source::Watcher,
        Source::Transcript,
        Source::Telemetry,
        Source::Proxy,
    ];

    /// The name as it stands in JSON and in rules.
    pub fn name(self) -> &'static str {
        match self {
            Source::Hook => "hook",
            Source::Host => "host",
            Source::Kernel => "kernel",
            Source::Watcher => "watcher",
            Source::Transcript => "transcript",
            Source::Telemetry => "telemetry",
            Source::Proxy => "proxy",
        }
    }
}

/// The coding agents that Ringfence knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentKind {
    /// Anthropic Claude Code.
    ClaudeCode,
    /// OpenAI Codex CLI.
    Codex,
    /// Google Gemini CLI.
    Gemini,
    /// Cursor and its CLI.
    Cursor,
    /// GitHub Copilot CLI.
    Copilot,
    /// opencode.
    Opencode,
    /// Cline, an extension of editors.
    Cline,
    /// Roo Code, an extension of editors.
    Roo,
    /// Qwen Code.
    Qwen,
    /// SWE-agent.
    SweAgent,
}

impl AgentKind {
    /// Every agent, in the order in which they are shown.
    pub const ALL: [AgentKind; 10] = [
        AgentKind::ClaudeCode,
        AgentKind::Codex,
        AgentKind::Gemini,
        AgentKind::Cursor,
        AgentKind::Copilot,
        AgentKind::Opencode,
        AgentKind::Cline,
        AgentKind::Roo,
        AgentKind::Qwen,
        AgentKind::SweAgent,
    ];

    /// Those that Ringfence can put its hooks into; of the others it reads what they write down.
    pub const HOOKED: [AgentKind; 4] = [
        AgentKind::ClaudeCode,
        AgentKind::Codex,
        AgentKind::Gemini,
        AgentKind::Cursor,
    ];

    /// The name used in commands, files and JSON.
    pub fn name(self) -> &'static str {
        match self {
            AgentKind::ClaudeCode => "claude-code",
            AgentKind::Codex => "codex",
            AgentKind::Gemini => "gemini",
            AgentKind::Cursor => "cursor",
            AgentKind::Copilot => "copilot",
            AgentKind::Opencode => "opencode",
            AgentKind::Cline => "cline",
            AgentKind::Roo => "roo",
            AgentKind::Qwen => "qwen",
            AgentKind::SweAgent => "swe-agent",
        }
    }

    /// The name its maker gives it.
    pub fn title(self) -> &'static str {
        match self {
            AgentKind::ClaudeCode => "Claude Code",
            AgentKind::Codex => "Codex CLI",
            AgentKind::Gemini => "Gemini CLI",
            AgentKind::Cursor => "Cursor",
            AgentKind::Copilot => "Copilot CLI",
            AgentKind::Opencode => "opencode",
            AgentKind::Cline => "Cline",
            AgentKind::Roo => "Roo Code",
            AgentKind::Qwen => "Qwen Code",
            AgentKind::SweAgent => "SWE-agent",
        }
    }

    /// Finds an agent by the name a person or a hook entry uses (`claude` is short for `claude-code`).
    pub fn from_name(name: &str) -> Option<AgentKind> {
        if name == "claude" {
            return Some(AgentKind::ClaudeCode);
        }
        AgentKind::ALL
            .into_iter()
            .find(|agent| agent.name() == name)
    }
}

impl std::fmt::Display for AgentKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
