//! The data of a call that leaves the machine, as the agent wrote it.

use ringfence_event::{Action, HostClass, Labels, Operation};
use serde_json::Value;

/// Returns the texts that a call sends away: none if it talks to nobody else.
pub(crate) fn texts(action: &Action, labels: &Labels) -> Vec<String> {
    let (Action::ToolCall { tool } | Action::PermissionRequest { tool }) = action else {
        return Vec::new();
    };
    match &tool.operation {
        Operation::Shell { command, .. } => {
            let elsewhere = |class: HostClass| class != HostClass::Loopback;
            let leaves = labels.hosts.iter().any(|host| elsewhere(host.class));
            leaves.then(|| command.clone()).into_iter().collect()
        }
        Operation::Fetch { urls } => urls.clone(),
        Operation::WebSearch { query } => vec![query.clone()],
        Operation::Mcp { .. } => {
            let mut texts = Vec::new();
            strings(&tool.input, &mut texts);
            texts
        }
        Operation::Read { .. }
        | Operation::Write { .. }
        | Operation::Search { .. }
        | Operation::Subagent { .. }
        | Operation::Other => Vec::new(),
    }
}

fn strings(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(values) => {
            for value in values {
                strings(value, texts);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                texts.push(name.clone());
                strings(value, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
