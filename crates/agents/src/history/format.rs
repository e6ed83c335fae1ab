//! The ways in which agents write down their sessions, and how to tell which one a file is.

use super::Page;
use super::list::List;
use crate::fields::Fields;
use crate::imported::{cline, copilot, opencode, qwen, swe_agent};
use crate::{claude_code, codex, cursor, gemini};
use ringfence_event::AgentKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a file with an agent's history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryFormat {
    /// Claude Code: `projects/*/<session>.jsonl` and `…/subagents/agent-<id>.jsonl`.
    Claude,
    /// Claude Code: `…/subagents/agent-<id>.meta.json`, which tells who started a subagent.
    ClaudeSubagent,
    /// Claude Code: `…/tool-results/<call>.txt`, what a tool gave back at length.
    ClaudeResult,
    /// Codex: `sessions/YYYY/MM/DD/rollout-*.jsonl`.
    Codex,
    /// Gemini CLI: `tmp/*/chats/session-*.jsonl`.
    Gemini,
    /// Gemini CLI before that: `tmp/*/chats/session-*.json`.
    GeminiFile,
    /// Copilot CLI: `session-state/<session>/events.jsonl`.
    Copilot,
    /// Cursor: `projects/*/agent-transcripts/<id>/<id>.jsonl`.
    Cursor,
    /// Cursor: rows of the table `cursorDiskKV` of `state.vscdb`, each as
    /// `{"key": …, "value": …}`; `composerData:` before `bubbleId:`.
    CursorRows,
    /// opencode: rows of its tables `session`, `message` and `part`, each as
    /// `{"table": …, <columns>}`; a message before its parts.
    Opencode,
    /// Cline: `tasks/<id>/ui_messages.json`.
    Cline,
    /// Cline: `tasks/<id>/api_conversation_history.json`, the same session again, without costs.
    ClineApi,
    /// Roo Code: as [`HistoryFormat::Cline`].
    Roo,
    /// Roo Code: as [`HistoryFormat::ClineApi`].
    RooApi,
    /// Qwen Code: `projects/*/chats/<session>.jsonl`.
    Qwen,
    /// Qwen Code before that: `tmp/*/chats/session-*.json`.
    QwenFile,
    /// SWE-agent: `*.traj`.
    SweAgent,
}

/// What a reader is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Lines of a file that grows.
    Lines,
    /// The whole file, whenever it has changed.
    Whole,
    /// Rows of a database, as lines of JSON.
    Rows,
}

use HistoryFormat as F;

impl HistoryFormat {
    /// Every format.
    pub const ALL: [HistoryFormat; 17] = [
        F::Claude,
        F::ClaudeSubagent,
        F::ClaudeResult,
        F::Codex,
        F::Gemini,
        F::GeminiFile,
        F::Copilot,
        F::Cursor,
        F::CursorRows,
        F::Opencode,
        F::Cline,
        F::ClineApi,
        F::Roo,
        F::RooApi,
        F::Qwen,
        F::QwenFile,
        F::SweAgent,
    ];

    /// Returns whose it is.
    pub fn agent(self) -> AgentKind {
        match self {
            F::Claude | F::ClaudeSubagent | F::ClaudeResult => AgentKind::ClaudeCode,
            F::Codex => AgentKind::Codex,
            F::Gemini | F::GeminiFile => AgentKind::Gemini,
            F::Copilot => AgentKind::Copilot,
            F::Cursor | F::CursorRows => AgentKind::Cursor,
            F::Opencode => AgentKind::Opencode,
            F::Cline | F::ClineApi => AgentKind::Cline,
            F::Roo | F::RooApi => AgentKind::Roo,
            F::Qwen | F::QwenFile => AgentKind::Qwen,
            F::SweAgent => AgentKind::SweAgent,
        }
    }

    /// Returns what a reader of it is fed with.
    pub fn kind(self) -> EntryKind {
        match self {
            F::Claude | F::Codex | F::Gemini | F::Copilot | F::Cursor | F::Qwen => EntryKind::Lines,
            F::CursorRows | F::Opencode => EntryKind::Rows,
            F::ClaudeSubagent
            | F::ClaudeResult
            | F::GeminiFile
            | F::Cline
            | F::ClineApi
            | F::Roo
            | F::RooApi
            | F::QwenFile
            | F::SweAgent => EntryKind::Whole,
        }
    }

    /// Tells the format by where a file lies.
    pub fn of_path(path: &str) -> Option<HistoryFormat> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let below = |directory: &str| path.contains(directory);
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "jsonl" if below("/agent-transcripts/") => Some(F::Cursor),
            "jsonl" if below("/.gemini/") && below("/chats/") => Some(F::Gemini),
            "jsonl" if below("/.qwen/") && below("/chats/") => Some(F::Qwen),
            "jsonl" if name == "events.jsonl" && below("session-state/") => Some(F::Copilot),
            "jsonl" if name.starts_with("rollout-") => Some(F::Codex),
            "jsonl" if below("/projects/") => Some(F::Claude),
            "json" if name.ends_with(".meta.json") && below("/subagents/") => {
                Some(F::ClaudeSubagent)
            }
            "txt" if below("/tool-results/") => Some(F::ClaudeResult),
            "json" if below("/.qwen/") && name.starts_with("session-") => Some(F::QwenFile),
            "json" if below("/chats/") && name.starts_with("session-") => Some(F::GeminiFile),
            "json" if below("roo-cline") && name == "ui_messages.json" => Some(F::Roo),
            "json" if below("roo-cline") && name == "api_conversation_history.json" => {
                Some(F::RooApi)
            }
            "json" if name == "ui_messages.json" => Some(F::Cline),
            "json" if name == "api_conversation_history.json" => Some(F::ClineApi),
            "traj" => Some(F::SweAgent),
            _ => None,
        }
    }

    /// Tells the format by its first entry: of a file that somebody hands in.
    pub fn of_entry(line: &[u8]) -> Option<HistoryFormat> {
        let entry: Value = serde_json::from_slice(line).ok()?;
        let has = |name: &str| entry.get(name).is_some();
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        match text("type") {
            Some(kind) if has("data") && has("parentId") && kind.contains('.') => {
                return Some(F::Copilot);
            }
            _ if has("payload") && has("timestamp") => return Some(F::Codex),
            _ if has("projectHash") => return Some(F::Gemini),
            // Answers of the service that were recorded for tests: told as they came.
            _ if has("method") && has("response") => return Some(F::Gemini),
            _ if has("provenance") && has("parentUuid") => return Some(F::Qwen),
            _ if has("table") => return Some(F::Opencode),
            _ if text("key").is_some() && has("value") => return Some(F::CursorRows),
            _ if has("sessionId") || has("uuid") || has("leafUuid") => return Some(F::Claude),
            Some("user" | "assistant") if has("message") => return Some(F::Claude),
            _ => {}
        }
        (has("role") && has("message")).then_some(F::Cursor)
    }

    /// How a whole file is taken apart.
    pub(super) fn list(self) -> List {
        match self {
            F::SweAgent => List::Within(swe_agent::elements),
            F::GeminiFile | F::QwenFile => List::Within(gemini::elements),
            F::ClaudeSubagent => List::Within(|value| vec![value]),
            _ => List::Elements,
        }
    }

    pub(super) fn read_entry(self, fields: Fields, page: &mut Page<'_>) {
        match self {
            F::Claude => claude_code::read_line(fields, page),
            F::ClaudeSubagent => claude_code::read_meta(fields, page),
            F::ClaudeResult => page.unknown(fields),
            F::Codex => codex::read_line(fields, page),
            F::Gemini | F::GeminiFile | F::QwenFile => gemini::read_record(fields, page),
            F::Copilot => copilot::read_line(fields, page),
            F::Cursor => cursor::read_line(fields, page),
            F::CursorRows => cursor::read_row(fields, page),
            F::Opencode => opencode::read_row(fields, page),
            F::Cline | F::Roo => cline::read_message(fields, page),
            F::ClineApi | F::RooApi => cline::read_turn(fields, page),
            F::Qwen => qwen::read_line(fields, page),
            F::SweAgent => swe_agent::read_element(fields, page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_path() {
        let table = [
            (
                "/home/dev/.claude/projects/-home-dev-x/0a-1b.jsonl",
                Some(F::Claude),
            ),
            (
                "/home/dev/.claude/projects/-x/0a/subagents/agent-1.jsonl",
                Some(F::Claude),
            ),
            (
                "/home/dev/.claude/projects/-x/0a/subagents/agent-1.meta.json",
                Some(F::ClaudeSubagent),
            ),
            (
                "/home/dev/.claude/projects/-x/0a/tool-results/toolu_1.txt",
                Some(F::ClaudeResult),
            ),
            (
                "/c/sessions/2026/01/02/rollout-2026-01-02T00-00-00-0a.jsonl",
                Some(F::Codex),
            ),
            (
                "/home/dev/.gemini/tmp/x/chats/session-2026-0a.jsonl",
                Some(F::Gemini),
            ),
            (
                "/home/dev/.gemini/tmp/x/chats/session-2026-0a.json",
                Some(F::GeminiFile),
            ),
            ("/home/dev/.qwen/projects/-x/chats/0a.jsonl", Some(F::Qwen)),
            (
                "/home/dev/.qwen/tmp/x/chats/session-1.json",
                Some(F::QwenFile),
            ),
            (
                "/home/dev/.copilot/session-state/0a/events.jsonl",
                Some(F::Copilot),
            ),
            (
                "/home/dev/.cursor/projects/x/agent-transcripts/0a/0a.jsonl",
                Some(F::Cursor),
            ),
            (
                "/h/globalStorage/saoudrizwan.claude-dev/tasks/1/ui_messages.json",
                Some(F::Cline),
            ),
            (
                "/h/globalStorage/rooveterinaryinc.roo-cline/tasks/1/api_conversation_history.json",
                Some(F::RooApi),
            ),
            ("/x/run.traj", Some(F::SweAgent)),
            ("/home/dev/.claude/settings.json", None),
            ("nothing", None),
        ];
        for (path, format) in table {
            assert_eq!(HistoryFormat::of_path(path), format, "{path}");
        }
    }
}
