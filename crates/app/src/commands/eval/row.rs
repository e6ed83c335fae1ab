//! A row of a labelled file, told as an agent would tell it.
//!
//! A command is a tool call. A text that an agent would meet is what a tool gave back: the content of
//! a file of that name, the list of an MCP server's tools, or what a program printed.

use crate::judge::Judge;
use anyhow::{Result, bail};
use ringfence_agents::Stamp;
use ringfence_enrich::Links;
use ringfence_event::{AgentKind, Event, EventKey, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where it seems to happen.
const FOLDER: &str = "/home/dev/project";

/// Labels of rows that are about what stands in a file.
const SECRETS: &[&str] = &[
    "secret",
    "not_secret",
    "placeholder",
    "personal",
    "not_personal",
];

/// What kinds of texts that agents meet begin with; the kind of anything else is a kind of command.
const TEXTS: &[&str] = &[
    "benign_",
    "delimiter",
    "direct",
    "doc:",
    "exfiltration",
    "indirect",
    "instruction",
    "jailbreak",
    "mcp_code",
    "obfuscation",
    "over_defence",
    "skill:",
    "tool_",
];

/// One line of a file.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) text: String,
    #[serde(default)]
    pub(super) label: String,
    #[serde(default)]
    pub(super) source: String,
    #[serde(default)]
    cwd: Option<String>,
    /// What kind of text or command it is.
    #[serde(default)]
    pub(super) kind: String,
    /// Rows of the same group stand for one thing, as the files of a skill do.
    #[serde(default)]
    pub(super) split_key: String,
    /// The ending of the file from which it was taken.
    #[serde(default)]
    path_ext: Option<String>,
}

/// The row as an event, enriched.
pub(super) fn event(line: &Line, judge: &Judge, number: u64) -> Result<Event> {
    let mut payload = what(line);
    if let Value::Object(fields) = &mut payload {
        fields.insert("session_id".to_owned(), format!("eval-{number}").into());
        fields.insert(
            "cwd".to_owned(),
            line.cwd.as_deref().unwrap_or(FOLDER).into(),
        );
    }
    let stamp = Stamp {
        key: EventKey(Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    let call =
        ringfence_agents::read_hook(AgentKind::ClaudeCode, payload.to_string().as_bytes(), stamp);
    let mut event = match call {
        Ok(call) => call.event,
        Err(error) => bail!("line {number} cannot be told as an agent would: {error}"),
    };
    judge.enrich(&mut event, &Nowhere);
    Ok(event)
}

fn what(line: &Line) -> Value {
    let text = line.text.as_str();
    if SECRETS.contains(&line.label.as_str()) {
        let ending = line.path_ext.as_deref().unwrap_or(".txt");
        return read(&format!("{FOLDER}/file{ending}"), text);
    }
    match line.kind.split_once(':') {
        Some(("doc", name @ "SKILL.md")) => {
            read(&format!("{FOLDER}/.claude/skills/a/{name}"), text)
        }
        Some(("doc", name)) => read(&format!("{FOLDER}/{name}"), text),
        Some(("skill", name)) => read(&format!("{FOLDER}/.claude/skills/a/{name}"), text),
        _ => match line.kind.as_str() {
            kind if !TEXTS.iter().any(|text| kind.starts_with(text)) => json!({
                "hook_event_name": "PreToolUse",
                "tool_name": "Bash",
                "tool_input": { "command": text },
            }),
            "mcp_code" => read(&format!("{FOLDER}/.claude/skills/a/server.py"), text),
            "tool_desc" => given_back(
                "mcp__server__tools/list",
                &json!({}),
                &json!([{ "description": text }]),
            ),
            _ => given_back(
                "Bash",
                &json!({ "command": "make show" }),
                &json!({ "stdout": text }),
            ),
        },
    }
}

fn read(path: &str, text: &str) -> Value {
    given_back(
        "Read",
        &json!({ "file_path": path }),
        &json!({ "type": "text", "file": { "filePath": path, "content": text } }),
    )
}

fn given_back(tool: &str, input: &Value, output: &Value) -> Value {
    json!({
        "hook_event_name": "PostToolUse",
        "tool_name": tool,
        "tool_input": input,
        "tool_response": output,
    })
}

/// It is imagined: no link of this machine leads anywhere for it.
struct Nowhere;

impl Links for Nowhere {
    fn real(&self, _path: &str) -> Option<String> {
        None
    }
}
