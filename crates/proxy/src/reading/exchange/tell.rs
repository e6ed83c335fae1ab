//! What was said becomes what happened: prompts, answers, calls and results, without their secrets.

use super::{Desk, Reading, outgoing};
use crate::piece::Direction;
use crate::reading::examine::{Examiner, Place};
use crate::reading::memory;
use crate::reading::said::{Kind, Said, list, text};
use ringfence_event::{Action, CallRef, Join, Operation, Outcome, Tool, ToolCallId};
use ringfence_scan::injection::Origin;
use serde_json::Value;

impl Reading {
    /// Tells the blocks of the answer that ended.
    pub(super) fn tell_answer(&mut self, desk: &mut Desk<'_>) {
        let said = std::mem::take(&mut self.answer.said);
        self.tell_all(said, Direction::Incoming, desk);
    }

    pub(super) fn tell_all(&mut self, said: Vec<Said>, direction: Direction, desk: &mut Desk<'_>) {
        for one in said {
            self.tell(one, direction, desk);
        }
    }

    /// Tells a prompt that is a text of its own.
    pub(super) fn tell_prompt(&mut self, place: String, text: String, desk: &mut Desk<'_>) {
        let said = Said {
            place,
            kind: Kind::Prompt,
            text,
            value: None,
        };
        self.tell(said, Direction::Outgoing, desk);
    }

    /// Reads a message of the Model Context Protocol.
    pub(super) fn rpc(&mut self, direction: Direction, message: &Value, desk: &mut Desk<'_>) {
        let host = self.connection.host.clone();
        let prefix = format!("{host}#");
        let rpc = desk.memory.host(&host).pending.read(message, &prefix);
        self.answer.error = rpc.error.or(self.answer.error.take());
        for mut said in rpc.said {
            if let Kind::Call { server, .. } = &mut said.kind {
                server.get_or_insert_with(|| host.clone());
            }
            self.tell(said, direction, desk);
        }
    }

    fn tell(&mut self, said: Said, direction: Direction, desk: &mut Desk<'_>) {
        let Said {
            place,
            kind,
            text,
            value,
        } = said;
        let origin = match &kind {
            Kind::Text | Kind::Thinking => Some(Origin::ModelOutput),
            Kind::Result { .. } => Some(Origin::ToolResult),
            Kind::Prompt => Some(Origin::UserPrompt),
            Kind::Call { .. } | Kind::Tools => None,
        };
        // What the model said comes back with the next request, and what it was asked as well.
        if matches!(kind, Kind::Prompt) && !desk.memory.is_new(text.as_bytes()) {
            return;
        }
        let through = self.through(direction);
        let at = Place {
            place: &place,
            through: &through,
            direction: outgoing(direction),
            origin,
        };
        let examined = desk.examiner.examine(text.as_bytes(), &at);
        let masked = examined.masked(&text);
        self.note(examined);
        match kind {
            Kind::Text => self.told(Action::Message { text: masked }, None, desk),
            Kind::Thinking => self.told(Action::Thinking { text: masked }, None, desk),
            Kind::Prompt => self.told(Action::Prompt { text: masked }, None, desk),
            Kind::Call { id, name, server } => {
                desk.memory.note_call(&id, &name);
                let input = masked_json(&text, &masked, desk.examiner);
                let tool = tool(name, server, input);
                self.told(Action::ToolCall { tool }, call(&id), desk);
            }
            Kind::Result { id, name, failed } => {
                let output = match value {
                    Some(value) => masked_value(value, desk.examiner),
                    None => Value::String(masked),
                };
                self.tell_result(&id, name, failed, output, desk);
            }
            Kind::Tools => self.tell_tools(&place, value.unwrap_or(Value::Null), direction, desk),
        }
    }

    fn tell_result(
        &mut self,
        id: &str,
        name: String,
        failed: Option<bool>,
        output: Value,
        desk: &mut Desk<'_>,
    ) {
        let known = desk.memory.tool_of(id).map(str::to_owned);
        let name = known.unwrap_or(name);
        let outcome = match failed {
            Some(true) => Outcome::Failure,
            Some(false) => Outcome::Success,
            None => Outcome::Unknown,
        };
        let mcp = self.format == Some(super::Format::Mcp);
        let server = mcp.then(|| self.connection.host.clone());
        let tool = tool(name, server, Value::Null);
        let action = Action::ToolResult {
            tool,
            outcome,
            output,
        };
        self.told(action, call(id), desk);
    }

    /// The tools of an MCP server: each description is looked at, a change is a sign.
    fn tell_tools(&mut self, place: &str, tools: Value, direction: Direction, desk: &mut Desk<'_>) {
        let through = self.through(direction);
        let mut hashes = std::collections::BTreeMap::new();
        for (index, tool) in list(&tools, "").iter().enumerate() {
            hashes.insert(
                memory::hash(text(tool, "/name").as_bytes()),
                memory::hash(tool.to_string().as_bytes()),
            );
            let mut describe = |pointer: &str, place: &str, words: &str| {
                let at = Place {
                    place: &format!("{place}[{index}]{}", pointer.replace('/', ".")),
                    through: &through,
                    direction: outgoing(direction),
                    origin: Some(Origin::ToolDescription),
                };
                self.note(desk.examiner.examine(words.as_bytes(), &at));
            };
            describe("/description", place, text(tool, "/description"));
            describe("/inputSchema", place, &schema_texts(tool));
        }
        self.offered(hashes, desk);
        let tool = tool(
            "tools/list".to_owned(),
            Some(self.connection.host.clone()),
            Value::Null,
        );
        let action = Action::ToolResult {
            tool,
            outcome: Outcome::Success,
            output: masked_value(tools, desk.examiner),
        };
        self.told(action, None, desk);
    }
}

/// The descriptions inside of a tool's schema, one in a line.
fn schema_texts(tool: &Value) -> String {
    let mut texts = Vec::new();
    let mut open: Vec<&Value> = tool.get("inputSchema").into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(text)) = fields.get("description") {
                    texts.push(text.as_str());
                }
                open.extend(fields.values().filter(|value| !value.is_string()));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    texts.join("\n")
}

fn call(id: &str) -> Option<CallRef> {
    (!id.is_empty()).then(|| CallRef {
        id: ToolCallId(id.to_owned()),
        join: Join::Exact,
    })
}

fn tool(name: String, server: Option<String>, input: Value) -> Tool {
    let operation = match server {
        Some(server) => Operation::Mcp {
            server,
            tool: name.clone(),
        },
        None => Operation::Other,
    };
    Tool {
        name,
        operation,
        input,
    }
}

/// Arguments as JSON, where they are; as text, where they were cut.
fn masked_json(text: &str, masked: &str, examiner: &Examiner) -> Value {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => masked_value(value, examiner),
        Err(_) if text.is_empty() => Value::Null,
        Err(_) => Value::String(masked.to_owned()),
    }
}

/// Masks every string of a value, names of members too.
pub(crate) fn masked_value(value: Value, examiner: &Examiner) -> Value {
    match value {
        Value::String(text) => Value::String(examiner.mask(&text)),
        Value::Array(items) => {
            let items = items.into_iter();
            Value::Array(items.map(|item| masked_value(item, examiner)).collect())
        }
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let masked = fields.map(|(name, value)| {
                let name = if name.len() > 12 {
                    examiner.mask(&name)
                } else {
                    name
                };
                (name, masked_value(value, examiner))
            });
            Value::Object(masked.collect())
        }
        other => other,
    }
}
