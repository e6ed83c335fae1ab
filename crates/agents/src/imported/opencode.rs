//! opencode's database, row by row: `session`, `message`, `part`. Read from version 1.18.33. Rows
//! change while a turn goes on, so each thing is told once, when it is complete.

use crate::bound;
use crate::fields::Fields;
use crate::history::{Page, used};
use crate::tool::named;
use crate::vocabulary::{Meaning, operation, unpacked};
use ringfence_event::{Action, Cost, Operation, Outcome, Timestamp, Usage};
use serde_json::{Map, Value};

/// Reads a row.
pub(crate) fn read_row(mut fields: Fields, page: &mut Page<'_>) {
    let table = fields.text("table").unwrap_or_default();
    let id = fields.text("id").unwrap_or_default();
    page.happened(time(fields.see("time_created")));
    page.moment = Some(table.clone());
    page.quiet();
    let data = match unpacked(fields.value("data")) {
        Value::Object(data) => Fields::new(data),
        _ => Fields::new(Map::new()),
    };
    match table.as_str() {
        "session" => session(&id, &mut fields, page),
        "message" => {
            in_session(&mut fields, page);
            message(&id, data, page);
        }
        "part" => {
            in_session(&mut fields, page);
            let message = fields.text("message_id").unwrap_or_default();
            part(&id, &message, data, page);
        }
        _ => page.unknown(fields),
    }
}

fn time(value: Option<&Value>) -> Option<Timestamp> {
    let milliseconds = value?.as_i64()?;
    Some(Timestamp(milliseconds.checked_mul(1000)?))
}

fn in_session(fields: &mut Fields, page: &mut Page<'_>) {
    let session = fields.text("session_id");
    if session.is_some() && session == page.state.subagent {
        // A session of its own that another one started.
        return;
    }
    if session != page.state.session {
        page.state.subagent = None;
        page.subagent = None;
    }
    page.in_session(session);
}

fn session(id: &str, fields: &mut Fields, page: &mut Page<'_>) {
    let parent = fields.text("parent_id");
    page.in_session(parent.clone().or_else(|| Some(id.to_owned())));
    page.state.cwd = fields.text("directory");
    page.state.version = fields.text("version");
    let model = unpacked(fields.value("model"));
    let model = model.get("id").and_then(Value::as_str).map(str::to_owned);
    page.state.model.clone_from(&model);
    if parent.is_some() {
        page.state.subagent = Some(id.to_owned());
        page.subagent = Some(id.to_owned());
        let name = fields.text("agent");
        page.tell_once(&["subagent", id], None, Action::SubagentStart { name });
        return;
    }
    page.state.subagent = None;
    page.subagent = None;
    page.begin(None, model);
}

fn message(id: &str, mut data: Fields, page: &mut Page<'_>) {
    let role = data.text("role").unwrap_or_default();
    if role == "user" {
        // Its parts follow, and say only what they are.
        page.is_new(&["user", id]);
        return;
    }
    let cwd = data.see("path").and_then(|path| path.get("cwd"));
    if let Some(cwd) = cwd.and_then(Value::as_str) {
        page.state.cwd = Some(bound::text(cwd.to_owned()));
    }
    let complete = data.see("time").and_then(|time| time.get("completed"));
    if complete.is_none() && data.see("finish").is_none() {
        return;
    }
    let number = |name: &str| {
        let count = data.see("tokens")?.pointer(name)?;
        count.as_u64()
    };
    let reasoning = number("/reasoning").unwrap_or(0);
    let usage = Usage {
        input: number("/input").unwrap_or(0),
        output: number("/output").unwrap_or(0).saturating_add(reasoning),
        cache_read: number("/cache/read").unwrap_or(0),
        cache_write: number("/cache/write").unwrap_or(0),
        reasoning,
        request: Some(id.to_owned()),
        cost: data
            .see("cost")
            .and_then(Value::as_f64)
            .filter(|cost| *cost > 0.0)
            .and_then(Cost::from_dollars),
        model: data.text("modelID"),
        ..Usage::default()
    };
    if usage.tokens() > 0 && page.is_new(&["tokens", id]) {
        page.usage(usage);
    }
}

fn part(id: &str, message: &str, mut data: Fields, page: &mut Page<'_>) {
    let kind = data.text("type").unwrap_or_default();
    page.moment = Some(format!("part:{kind}"));
    match kind.as_str() {
        "text" => {
            let text = data.text("text").unwrap_or_default();
            if text.is_empty() {
                return;
            }
            // `is_new` remembers the message as the user's, if its row came before.
            let action = if page.state.seen.knows(&["user", message]) {
                Action::Prompt { text }
            } else if data
                .see("time")
                .is_some_and(|time| time.get("end").is_none())
            {
                return;
            } else {
                Action::Message { text }
            };
            page.tell_once(&["said", id], None, action);
        }
        "reasoning" => {
            let text = data.text("text").unwrap_or_default();
            let complete = data
                .see("time")
                .is_none_or(|time| time.get("end").is_some());
            if complete && !text.is_empty() {
                page.tell_once(&["thought", id], None, Action::Thinking { text });
            }
        }
        "tool" => tool(data, page),
        "compaction" => {
            let trigger = (data.value("auto") == Value::Bool(true)).then(|| "auto".to_owned());
            page.tell_once(&["compaction", id], None, Action::Compaction { trigger });
        }
        "file" => {
            let path = data.text("filename").or_else(|| data.text("url"));
            let text = format!("[{}]", path.unwrap_or_default());
            page.tell_once(&["file", id], None, Action::Prompt { text });
        }
        "step-start" | "step-finish" | "snapshot" | "patch" | "agent" | "subtask" | "retry" => {}
        _ => page.unknown(data),
    }
}

fn tool(mut data: Fields, page: &mut Page<'_>) {
    let id = data.text("callID").unwrap_or_default();
    let name = data.text("tool").unwrap_or_default();
    let Value::Object(state) = data.value("state") else {
        return;
    };
    let mut state = Fields::new(state);
    let tool = named(name, state.value("input"), means);
    let status = state.text("status").unwrap_or_default();
    // A call that is still being written has no arguments yet.
    if status == "pending" {
        return;
    }
    let result = used(&tool);
    let is_subagent = matches!(tool.operation, Operation::Subagent { .. });
    page.tell_once(&["call", &id], Some(&id), Action::ToolCall { tool });
    let metadata = state.see("metadata");
    let started = metadata.and_then(|about| about.get("sessionId")?.as_str());
    if let Some(started) = started.filter(|_| is_subagent).map(str::to_owned) {
        started_by(&id, &started, page);
    }
    let code = state.see("metadata").and_then(|about| about.get("exit"));
    let failed = code.and_then(Value::as_i64).is_some_and(|code| code != 0);
    let (outcome, output) = match status.as_str() {
        "completed" if failed => (Outcome::Failure, state.value("output")),
        "completed" => (Outcome::Success, state.value("output")),
        "error" => (Outcome::Failure, state.value("error")),
        _ => return,
    };
    page.happened(time(state.see("time").and_then(|time| time.get("end"))));
    let action = Action::ToolResult {
        tool: result,
        outcome,
        output: bound::value(output),
    };
    page.tell_once(&["result", &id], Some(&id), action);
}

/// Tells which call started a subagent, whose own session does not say so.
fn started_by(call: &str, subagent: &str, page: &mut Page<'_>) {
    let starter = page.subagent.replace(subagent.to_owned());
    let action = Action::SubagentStart { name: None };
    page.tell_once(&["started", subagent], Some(call), action);
    page.subagent = starter;
}

fn means(name: &str, input: &Value) -> Operation {
    let meaning = match name {
        "bash" => Meaning::Shell,
        "read" => Meaning::Read,
        "write" => Meaning::Create,
        "edit" | "multiedit" => Meaning::Edit,
        "patch" | "apply_patch" => Meaning::Patch,
        "glob" | "grep" | "list" | "codesearch" => Meaning::Search,
        "webfetch" => Meaning::Fetch,
        "websearch" => Meaning::WebSearch,
        "task" => Meaning::Subagent,
        "invalid" | "todowrite" | "todoread" | "skill" | "question" | "lsp" | "batch" => {
            Meaning::Other
        }
        // Tools of MCP servers: `<server>_<tool>`.
        _ => {
            return match name.split_once('_') {
                Some((server, tool)) => Operation::Mcp {
                    server: server.to_owned(),
                    tool: tool.to_owned(),
                },
                None => Operation::Other,
            };
        }
    };
    operation(meaning, input)
}
