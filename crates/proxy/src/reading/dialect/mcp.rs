//! The Model Context Protocol: JSON-RPC 2.0 over HTTP, server-sent events or a pipe
//! (MCP specification, revisions 2024-11-05 to 2025-11-25).
//!
//! **Invariant:** answers are matched by id, a text or a number, with at most [`MOST_PENDING`]
//! requests remembered; an answer to an unknown request is still read.

use super::{Kind, Said, result};
use crate::reading::said::text;
use ringfence_event::ExchangeError;
use serde_json::Value;
use std::collections::VecDeque;

/// Requests without an answer that are remembered.
pub(crate) const MOST_PENDING: usize = 1024;
/// Bytes of what is remembered of a request.
const LONGEST_PENDING: usize = 1024;

/// Requests that wait for their answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    waiting: VecDeque<(String, Asked)>,
}

#[derive(Clone, Debug)]
struct Asked {
    method: String,
    tool: String,
    call: String,
}

/// What one message says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rpc {
    /// The method, of a request or of what an answer answers.
    pub(crate) method: String,
    /// Calls and results.
    pub(crate) said: Vec<Said>,
    /// An error that was answered.
    pub(crate) error: Option<ExchangeError>,
    /// The name by which a server or client introduces itself.
    pub(crate) name: Option<String>,
}

impl Pending {
    /// Reads a message, or a batch of them, of either direction.
    pub(crate) fn read(&mut self, message: &Value, prefix: &str) -> Rpc {
        let mut rpc = Rpc::default();
        match message {
            Value::Array(batch) => {
                for message in batch {
                    self.one(message, prefix, &mut rpc);
                }
            }
            message => self.one(message, prefix, &mut rpc),
        }
        rpc
    }

    fn one(&mut self, message: &Value, prefix: &str, rpc: &mut Rpc) {
        let id = match message.get("id") {
            Some(Value::String(id)) => format!("{id:?}"),
            Some(Value::Number(id)) => id.to_string(),
            _ => String::new(),
        };
        match message.get("method").and_then(Value::as_str) {
            Some(method) => self.request(method, &id, message, prefix, rpc),
            None if !id.is_empty() => self.response(&id, message, rpc),
            None => {}
        }
    }

    fn request(&mut self, method: &str, id: &str, message: &Value, prefix: &str, rpc: &mut Rpc) {
        method.clone_into(&mut rpc.method);
        let parameters = message.get("params").unwrap_or(&Value::Null);
        let tool = match method {
            "tools/call" | "prompts/get" => text(parameters, "/name"),
            "resources/read" => text(parameters, "/uri"),
            _ => "",
        };
        let call = agents_id(parameters).unwrap_or_else(|| format!("{prefix}{id}"));
        if method == "tools/call" {
            let arguments = parameters.get("arguments").cloned().unwrap_or(Value::Null);
            rpc.said.push(Said {
                place: "params.arguments".to_owned(),
                kind: Kind::Call {
                    id: call.clone(),
                    name: tool.to_owned(),
                    server: None,
                },
                text: arguments.to_string(),
                value: Some(arguments),
            });
        }
        if !id.is_empty() && id.len() + method.len() + tool.len() <= LONGEST_PENDING {
            if self.waiting.len() >= MOST_PENDING {
                self.waiting.pop_front();
            }
            let asked = Asked {
                method: method.to_owned(),
                tool: tool.to_owned(),
                call,
            };
            self.waiting.push_back((id.to_owned(), asked));
        }
    }

    fn response(&mut self, id: &str, message: &Value, rpc: &mut Rpc) {
        let found = self.waiting.iter().position(|(waiting, _)| waiting == id);
        let asked = found.and_then(|at| self.waiting.remove(at));
        let asked = asked.map(|(_, asked)| asked);
        let method = asked.as_ref().map(|asked| asked.method.as_str());
        method.unwrap_or_default().clone_into(&mut rpc.method);
        let answer = message.get("result").unwrap_or(&Value::Null);
        if let Some(error) = message.get("error") {
            rpc.error = Some(ExchangeError {
                kind: error.get("code").map(Value::to_string).unwrap_or_default(),
                message: text(error, "/message").chars().take(1000).collect(),
            });
        }
        let name = answer.pointer("/serverInfo/name").and_then(Value::as_str);
        rpc.name = name.map(str::to_owned).or(rpc.name.take());
        match method {
            Some("tools/list") => rpc.said.push(listed(answer)),
            Some("tools/call" | "resources/read" | "prompts/get") | None => {
                let asked = asked.map(|asked| (asked.call, asked.tool));
                let (id, name) = asked.unwrap_or_else(|| (id.to_owned(), String::new()));
                rpc.said.extend(given_back(id, name, message, answer));
            }
            Some(_) => {}
        }
    }
}

/// What a call of a tool gave back; nothing where there was no such call.
fn given_back(id: String, name: String, message: &Value, answer: &Value) -> Option<Said> {
    let content = ["content", "contents", "messages", "tools"];
    let (member, content) = (content.into_iter())
        .find_map(|name| Some((name, answer.get(name)?)))
        .or_else(|| Some(("error", message.get("error")?)))?;
    if member == "tools" {
        return Some(listed(answer));
    }
    let failed = member == "error" || answer.get("isError").and_then(Value::as_bool) == Some(true);
    let kind = Kind::Result {
        id,
        name,
        failed: Some(failed),
    };
    let mut said = result(format!("result.{member}"), kind, content);
    if let Some(structured) = answer.get("structuredContent") {
        said.text.push_str(&format!("\n{structured}"));
    }
    if said.text.trim().is_empty() {
        said.text = content.to_string();
    }
    Some(said)
}

fn listed(answer: &Value) -> Said {
    let tools = answer.get("tools").cloned().unwrap_or(Value::Null);
    Said {
        place: "result.tools".to_owned(),
        kind: Kind::Tools,
        text: String::new(),
        value: Some(tools),
    }
}

/// The id that the agent gave the call, where it tells it (`claudecode/toolUseId`).
fn agents_id(parameters: &Value) -> Option<String> {
    let meta = parameters.get("_meta")?.as_object()?;
    let found = meta.iter().find(|(name, _)| {
        let name = name.to_ascii_lowercase();
        ["tooluseid", "tool_use_id", "callid", "call_id"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    Some(found?.1.as_str()?.to_owned())
}
