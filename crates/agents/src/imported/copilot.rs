//! Copilot CLI's `events.jsonl`: lines of `{type, data, id, timestamp, parentId}`, read from
//! version 1.0.102 and published descriptions.

use crate::bound;
use crate::fields::Fields;
use crate::history::Page;
use crate::tool::{mcp, named};
use crate::vocabulary::{Meaning, operation};
use ringfence_event::{Action, HookCounts, Operation, Outcome, Timestamp, Usage};
use serde_json::{Map, Value};

/// Lines that only frame others, or say what was said.
const FRAMES: &[&str] = &[
    "assistant.intent",
    "assistant.turn_end",
    "assistant.turn_start",
    "assistant.message_delta",
    "assistant.reasoning_delta",
    "hook.start",
    "pending_messages.modified",
    "session.background_tasks_changed",
    "session.compaction_start",
    "session.context_changed",
    "session.idle",
    "session.title_changed",
    "session.tools_updated",
    "session.usage_info",
    "system.message",
    "tool.execution_partial_result",
    "tool.execution_progress",
];

/// Reads a line.
pub(crate) fn read_line(mut fields: Fields, page: &mut Page<'_>) {
    page.identify(fields.text("id"));
    page.happened(fields.see_text("timestamp").and_then(Timestamp::parse));
    page.subagent = fields.text("agentId").or_else(|| page.subagent.take());
    let kind = fields.see_text("type").unwrap_or_default().to_owned();
    page.moment = Some(kind.clone());
    if page.state.session.is_none() && kind != "session.start" {
        // The directory is named for the session.
        let session = page.state.folder.clone();
        page.in_session(Some(session).filter(|session| !session.is_empty()));
    }
    let Value::Object(data) = fields.value("data") else {
        page.unknown(fields);
        return;
    };
    let data = Fields::new(data);
    match kind.split('.').next().unwrap_or_default() {
        "session" => session(&kind, data, page),
        "tool" | "assistant" | "user" => said(&kind, data, page),
        _ => rest(&kind, data, page),
    }
}

fn session(kind: &str, mut data: Fields, page: &mut Page<'_>) {
    match kind {
        "session.start" | "session.resume" => {
            page.in_session(data.text("sessionId"));
            page.state.version = data.text("copilotVersion");
            let cwd = data.see("context").and_then(|context| context.get("cwd"));
            if let Some(cwd) = cwd.and_then(Value::as_str) {
                page.state.cwd = Some(bound::text(cwd.to_owned()));
            }
            let model = data.text("selectedModel");
            page.state.model.clone_from(&model);
            let reason = (kind == "session.resume").then(|| "resume".to_owned());
            if reason.is_some() {
                page.tell(Action::SessionStart { reason, model });
            } else {
                page.begin(reason, model);
            }
        }
        "session.shutdown" => page.tell(Action::SessionEnd {
            reason: data.text("shutdownType"),
        }),
        "session.model_change" => {
            page.state.model = data.text("newModel");
            page.quiet();
        }
        "session.compaction_complete" | "session.truncation" => page.tell(Action::Compaction {
            trigger: data.text("performedBy"),
        }),
        "session.usage_record" => {
            let counted = data.value("usage");
            used(&counted, page);
        }
        "session.mode_changed" => {
            let mode = data.text("newMode");
            page.mode(mode, |mode| mode == "autopilot");
            page.quiet();
        }
        "session.permissions_changed" => {
            let open = data.see("allowAllPermissions").or(data.see("allowAll"));
            let open = open == Some(&Value::Bool(true));
            let mode = if open { "allow all" } else { "ask" };
            page.mode(Some(mode.to_owned()), |_| open);
            page.quiet();
        }
        "session.error" | "session.warning" | "session.info" => {
            page.tell(Action::Notification {
                text: data.text("message").unwrap_or_default(),
            });
        }
        kind if FRAMES.contains(&kind) => page.quiet(),
        _ => page.unknown(data),
    }
}

fn said(kind: &str, mut data: Fields, page: &mut Page<'_>) {
    match kind {
        "user.message" => page.tell(Action::Prompt {
            text: data.text("content").unwrap_or_default(),
        }),
        "assistant.reasoning" => page.tell(Action::Thinking {
            text: data.text("content").unwrap_or_default(),
        }),
        "assistant.usage" => {
            let counted = data.rest();
            used(&Value::Object(counted), page);
        }
        "assistant.message" => message(data, page),
        "tool.execution_start" => {
            let name = data.text("toolName").unwrap_or_default();
            let name = mcp_name(&mut data).unwrap_or(name);
            let input = data.value("arguments");
            call(&mut data, name, input, page);
        }
        "tool.user_requested" => page.quiet(),
        "tool.execution_complete" => result(data, page),
        kind if FRAMES.contains(&kind) => page.quiet(),
        _ => page.unknown(data),
    }
}

fn message(mut data: Fields, page: &mut Page<'_>) {
    let thought = data.text("reasoningText").filter(|text| !text.is_empty());
    if let Some(text) = thought {
        page.tell(Action::Thinking { text });
    }
    let text = data.text("content").unwrap_or_default();
    if !text.is_empty() {
        page.tell(Action::Message { text });
    }
    if let Value::Array(requests) = data.value("toolRequests") {
        for request in requests {
            if let Value::Object(request) = request {
                let mut request = Fields::new(request);
                let name = request.text("name").unwrap_or_default();
                let input = request.value("arguments");
                call(&mut request, name, input, page);
            }
        }
    }
    page.quiet();
}

/// A call is told by the message that asks for it, and again when it starts.
fn call(data: &mut Fields, name: String, input: Value, page: &mut Page<'_>) {
    let id = data.text("toolCallId").unwrap_or_default();
    let known = page.state.calls.has(&id);
    let tool = named(name, input, means);
    if !known {
        page.state.calls.open(&id, &tool);
    }
    page.tell_once(&["call", &id], Some(&id), Action::ToolCall { tool });
}

fn mcp_name(data: &mut Fields) -> Option<String> {
    let server = data.text("mcpServerName")?;
    let tool = data.text("mcpToolName")?;
    Some(format!("mcp__{server}__{tool}"))
}

fn result(mut data: Fields, page: &mut Page<'_>) {
    let id = data.text("toolCallId").unwrap_or_default();
    let code = data
        .see("shellExecution")
        .and_then(|shell| shell.get("exitCode"));
    let outcome = match (data.see("success"), code.and_then(Value::as_i64)) {
        (Some(Value::Bool(true)), None | Some(0)) => Outcome::Success,
        (Some(Value::Bool(_)), _) => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    let output = match data.value("result") {
        Value::Object(mut result) => result.remove("content").unwrap_or(Value::Object(result)),
        Value::Null => data.value("error"),
        other => other,
    };
    let tool = page.state.calls.close(&id);
    let output = bound::value(output);
    page.tell_call(
        &id,
        Action::ToolResult {
            tool,
            outcome,
            output,
        },
    );
}

fn rest(kind: &str, mut data: Fields, page: &mut Page<'_>) {
    match kind {
        "subagent.started" | "subagent.selected" => page.tell(Action::SubagentStart {
            name: data.text("agentName"),
        }),
        "subagent.completed" | "subagent.failed" => page.tell(Action::SubagentEnd {
            name: data.text("agentName"),
        }),
        "hook.end" => {
            let success = data.value("success") == Value::Bool(true);
            let counts = HookCounts {
                hooks: 1,
                succeeded: u64::from(success),
                failed: u64::from(!success),
                ..HookCounts::default()
            };
            let moment = data.text("hookType").unwrap_or_default();
            page.keep(data);
            page.tell(Action::HookRun {
                moment,
                name: None,
                counts,
            });
        }
        "abort" => {
            let reason = data.text("reason").unwrap_or_default();
            let text = format!("aborted: {reason}");
            page.tell(Action::Notification { text });
        }
        "system.notification" => page.tell(Action::Notification {
            text: data.text("content").unwrap_or_default(),
        }),
        "permission.completed" => {
            let id = data.text("toolCallId").unwrap_or_default();
            let word = data.see("result").and_then(|result| result.get("kind"));
            let word = word.and_then(Value::as_str).unwrap_or_default().to_owned();
            let tool = page.state.calls.see(&id).map(|tool| tool.name.clone());
            let decision = Action::Decision {
                tool: tool.unwrap_or_default(),
                accepted: word.starts_with("approved"),
                by: Some(word),
            };
            page.tell_call(&id, decision);
        }
        "permission.requested" => page.quiet(),
        kind if FRAMES.contains(&kind) => page.quiet(),
        _ => page.unknown(data),
    }
}

/// Cached tokens are counted as input too.
fn used(counted: &Value, page: &mut Page<'_>) {
    let number = |name: &str| counted.get(name).and_then(Value::as_u64).unwrap_or(0);
    let text = |name: &str| counted.get(name).and_then(Value::as_str).map(str::to_owned);
    let cached = number("cacheReadTokens");
    let written = number("cacheWriteTokens");
    let input = number("inputTokens");
    let usage = Usage {
        model: text("model").or_else(|| page.state.model.clone()),
        request: text("apiCallId").or_else(|| text("providerCallId")),
        input: input.saturating_sub(cached).saturating_sub(written),
        output: number("outputTokens"),
        cache_read: cached,
        cache_write: written,
        reasoning: number("reasoningTokens"),
        ..Usage::default()
    };
    if usage.tokens() > 0 {
        page.usage(usage);
    }
    page.quiet();
}

pub(crate) fn means(name: &str, input: &Value) -> Operation {
    if let Some(call) = mcp(name) {
        return call;
    }
    let meaning = match name {
        "bash" | "powershell" | "local_shell" => Meaning::Shell,
        "view" | "read_file" => Meaning::Read,
        "create" => Meaning::Create,
        "edit" | "str_replace_editor" => Meaning::Edit,
        "apply_patch" => Meaning::Patch,
        "glob" | "grep" | "rg" => Meaning::Search,
        "web_fetch" => Meaning::Fetch,
        "web_search" => Meaning::WebSearch,
        "task" => Meaning::Subagent,
        _ => return Operation::Other,
    };
    // The editor's parameters have names of their own.
    let mut input = input.clone();
    if let Value::Object(fields) = &mut input {
        rename(fields, "file_text", "content");
        rename(fields, "new_str", "new_string");
        rename(fields, "old_str", "old_string");
    }
    operation(meaning, &input)
}

fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}
