//! Cuts a record that is too big or too deep down to what can be stored.
//!
//! First go the free-form parts (input, output, unknown fields), then the ends
//! of long texts and lists, more and more of them until it fits.

use super::{MAX_LINE_BYTES, Record};
use crate::StoreError;
use ringfence_event::Action;
use serde_json::{Map, Value, json};

/// Longest text in bytes and longest list that stay, tried in this order. With
/// the last pair every record fits.
const STEPS: [(usize, usize); 5] = [
    (65_536, 1024),
    (16_384, 256),
    (4096, 64),
    (512, 32),
    (64, 8),
];

/// Stands where a text or a list was cut.
const MARK: &str = "…[cut]";

/// Returns the record without what makes it too big.
pub(super) fn to_fit(mut record: Record) -> Result<Record, StoreError> {
    drop_free_form(&mut record);
    let mut whole = serde_json::to_value(&record).map_err(StoreError::Encode)?;
    for (longest_text, longest_list) in STEPS {
        if serde_json::to_string(&whole)
            .map_err(StoreError::Encode)?
            .len()
            < MAX_LINE_BYTES
        {
            break;
        }
        shorten(&mut whole, longest_text, longest_list);
    }
    serde_json::from_value(whole).map_err(StoreError::Encode)
}

/// Only parts whose shape is not ours go here, so what is left is not deep.
fn drop_free_form(record: &mut Record) {
    let event = &mut record.event;
    if !event.rest.is_empty() {
        event.rest = Map::from_iter([("ringfence_cut".to_owned(), Value::Bool(true))]);
    }
    match &mut event.action {
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => mark(&mut tool.input),
        Action::ToolResult { tool, output, .. } => {
            mark(&mut tool.input);
            mark(output);
        }
        Action::SessionStart { .. }
        | Action::SessionEnd { .. }
        | Action::Prompt { .. }
        | Action::TurnEnd { .. }
        | Action::SubagentStart { .. }
        | Action::SubagentEnd { .. }
        | Action::Compaction { .. }
        | Action::Notification { .. }
        | Action::ConfigChange { .. }
        | Action::Exec { .. }
        | Action::Exit { .. }
        | Action::File { .. }
        | Action::Connect { .. }
        | Action::DnsQuery { .. }
        | Action::Listen { .. }
        | Action::Accept { .. }
        | Action::System { .. }
        | Action::Lost { .. }
        | Action::Message { .. }
        | Action::Thinking { .. }
        | Action::Usage { .. }
        | Action::PermissionMode { .. }
        | Action::Decision { .. }
        | Action::HookRegistered { .. }
        | Action::HookRun { .. }
        | Action::HttpExchange { .. }
        | Action::Other => {}
    }
}

fn mark(value: &mut Value) {
    if !value.is_null() {
        *value = json!({ "ringfence_cut": true });
    }
}

/// Keys, times and names of kinds are shorter than every step, so they stay whole.
fn shorten(value: &mut Value, longest_text: usize, longest_list: usize) {
    match value {
        Value::String(text) if text.len() > longest_text => {
            let end = (0..=longest_text)
                .rev()
                .find(|end| text.is_char_boundary(*end))
                .unwrap_or(0);
            text.truncate(end);
            text.push_str(MARK);
        }
        Value::Array(items) => {
            items.truncate(longest_list);
            for item in items {
                shorten(item, longest_text, longest_list);
            }
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                shorten(field, longest_text, longest_list);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
