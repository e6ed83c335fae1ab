//! Where agents write down their sessions, and who speaks in a line of it: paths and
//! names as data, nothing is opened here.
//!
//! **Invariant:** an unknown form is never an error: its texts are handed out without a
//! speaker. Sources: each agent's documentation and, for Codex and Gemini, its repository.

use crate::Places;
use serde_json::Value;
use std::path::PathBuf;

/// A directory or file with transcripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptPlace {
    /// The agent, as people know it.
    pub agent: &'static str,
    /// A directory to look below, or one file.
    pub path: PathBuf,
    /// How names end there.
    pub ending: &'static str,
    /// How they are written.
    pub form: TranscriptForm,
}

/// How a transcript is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TranscriptForm {
    /// One JSON object a line.
    Lines,
    /// Anything else that is text.
    Text,
    /// A database: not read as a text.
    Database,
}

/// Who a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The user.
    User,
    /// The model, its calls of tools too.
    Model,
    /// A tool: what it returned.
    Tool,
}

use TranscriptForm::{Database, Lines, Text};

/// Places that are there or not; agents that were never used here have none.
pub fn transcript_places(places: &Places) -> Vec<TranscriptPlace> {
    let claude = places
        .claude_config_dir
        .clone()
        .unwrap_or_else(|| places.home.join(".claude"));
    let codex = places
        .codex_home
        .clone()
        .unwrap_or_else(|| places.home.join(".codex"));
    let mut all = Vec::new();
    let mut add = |agent, path, ending, form| {
        all.push(TranscriptPlace {
            agent,
            path,
            ending,
            form,
        });
    };
    add("Claude Code", claude.join("projects"), ".jsonl", Lines);
    add("Claude Code", claude.join("projects"), ".txt", Text);
    add("Claude Code", claude.join("history.jsonl"), "", Lines);
    add("Codex", codex.join("sessions"), ".jsonl", Lines);
    add("Codex", codex.join("history.jsonl"), "", Lines);
    let home = |below: &str| places.home.join(below);
    add("Gemini CLI", home(".gemini/tmp"), ".jsonl", Lines);
    add("Gemini CLI", home(".gemini/tmp"), ".json", Text);
    add("Qwen Code", home(".qwen/projects"), ".jsonl", Lines);
    add("Qwen Code", home(".qwen/tmp"), ".json", Text);
    add("Cursor", home(".cursor/projects"), ".jsonl", Lines);
    add(
        "Copilot CLI",
        home(".copilot/session-state"),
        ".jsonl",
        Lines,
    );
    add("Pi", home(".pi/agent/sessions"), ".jsonl", Lines);
    // Extensions keep their tasks in the editor's own directory, on Linux and on macOS.
    for editor in ["Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf"] {
        for settings in [".config", "Library/Application Support"] {
            let storage = home(settings).join(editor).join("User/globalStorage");
            for (agent, extension) in [
                ("Cline", "saoudrizwan.claude-dev"),
                ("Roo Code", "rooveterinaryinc.roo-cline"),
            ] {
                let tasks = storage.join(extension).join("tasks");
                add(agent, tasks, ".json", Text);
            }
        }
    }
    for (agent, below) in [
        ("Cursor", ".config/Cursor/User/globalStorage/state.vscdb"),
        ("Copilot CLI", ".copilot/session-store.db"),
        ("opencode", ".local/share/opencode/opencode.db"),
        ("Goose", ".local/share/goose/sessions/sessions.db"),
        ("Crush", ".crush/crush.db"),
    ] {
        add(agent, home(below), "", Database);
    }
    all
}

/// Names under which tools' results stand.
const RESULTS: &[&str] = &[
    "toolUseResult",
    "tool_result",
    "result",
    "output",
    "stdout",
    "stderr",
    "aggregated_output",
    "resultDisplay",
    "functionResponse",
];

/// Names whose values no one reads: images, signatures, encrypted thoughts.
const UNREAD: &[&str] = &[
    "signature",
    "thoughtSignature",
    "encrypted_content",
    "uuid",
    "parentUuid",
];

/// Returns every text of a line with who speaks, if that is known.
pub fn spoken(line: &Value) -> Vec<(Option<Speaker>, &str)> {
    let mut texts = Vec::new();
    // The reader of JSON bounds the depth.
    collect(line, None, &mut texts);
    texts
}

fn collect<'a>(
    value: &'a Value,
    speaker: Option<Speaker>,
    texts: &mut Vec<(Option<Speaker>, &'a str)>,
) {
    match value {
        Value::String(text) => texts.push((speaker, text)),
        Value::Array(items) => {
            for item in items {
                collect(item, speaker, texts);
            }
        }
        Value::Object(fields) => {
            let named = ["type", "role"]
                .iter()
                .filter_map(|name| fields.get(*name)?.as_str())
                .filter_map(speaker_of)
                .max();
            // Within what a tool returned nobody else speaks.
            let here = match speaker {
                Some(Speaker::Tool) => speaker,
                _ => named.or(speaker),
            };
            let is_image = fields.contains_key("media_type") || fields.contains_key("mimeType");
            for (name, value) in fields {
                if UNREAD.contains(&name.as_str()) || is_image && name == "data" {
                    continue;
                }
                let inside = if RESULTS.contains(&name.as_str()) {
                    Some(Speaker::Tool)
                } else {
                    here
                };
                collect(value, inside, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn speaker_of(name: &str) -> Option<Speaker> {
    match name {
        "user" | "human" | "user_message" | "user.message" => Some(Speaker::User),
        "assistant"
        | "gemini"
        | "model"
        | "agent_message"
        | "assistant.message"
        | "tool_use"
        | "function_call"
        | "custom_tool_call"
        | "reasoning"
        | "tool.execution_start" => Some(Speaker::Model),
        "tool"
        | "tool_result"
        | "toolResult"
        | "function_call_output"
        | "custom_tool_call_output"
        | "tool.execution_complete" => Some(Speaker::Tool),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_text_has_its_speaker() {
        let table = [
            (
                json!({"type": "user", "message": {"role": "user", "content": "hi"}}),
                "hi",
                Some(Speaker::User),
            ),
            (
                json!({"type": "user", "message": {"role": "user", "content": [
                    {"type": "tool_result", "content": [{"type": "text", "text": "out"}]}]}}),
                "out",
                Some(Speaker::Tool),
            ),
            (
                json!({"type": "user", "toolUseResult": {"stdout": "out"}}),
                "out",
                Some(Speaker::Tool),
            ),
            (
                json!({"type": "response_item", "payload": {"type": "function_call_output",
                    "output": "out"}}),
                "out",
                Some(Speaker::Tool),
            ),
            (
                json!({"type": "response_item", "payload": {"type": "message",
                    "role": "assistant", "content": [{"type": "output_text", "text": "said"}]}}),
                "said",
                Some(Speaker::Model),
            ),
            (
                json!({"type": "gemini", "content": "said", "toolCalls": []}),
                "said",
                Some(Speaker::Model),
            ),
            (
                json!({"type": "summary", "summary": "short"}),
                "short",
                None,
            ),
        ];
        for (line, text, speaker) in table {
            assert!(spoken(&line).contains(&(speaker, text)), "{line}");
        }
    }

    #[test]
    fn images_and_signatures_are_left_out() {
        let line = json!({"type": "user", "source": {"media_type": "image/png", "data": "AAAA"},
            "signature": "BBBB", "text": "seen"});
        let texts: Vec<&str> = spoken(&line).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["image/png", "seen", "user"]);
    }

    #[test]
    fn places_follow_the_environment() {
        let places = Places {
            home: "/home/dev".into(),
            claude_config_dir: Some("/elsewhere".into()),
            codex_home: None,
        };
        let paths: Vec<PathBuf> = transcript_places(&places)
            .into_iter()
            .map(|place| place.path)
            .collect();
        assert!(paths.contains(&"/elsewhere/projects".into()));
        assert!(paths.contains(&"/home/dev/.codex/sessions".into()));
    }
}
