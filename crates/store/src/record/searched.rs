//! What of an event can be searched for, and what it is mainly about.
//!
//! **Invariant:** both are bounded, however big the event is.

use ringfence_event::{Action, Event, Operation, Tool};
use serde_json::Value;

/// The most text of one event that is searched.
const MAX_TEXT: usize = 64 << 10;

/// How much of that may be what a tool gave back.
const MAX_OUTPUT: usize = 4 << 10;

/// The longest path (`PATH_MAX` of Linux), host or program that is remembered.
const MAX_SUBJECT: usize = 4096;

/// Returns the main path, host or program of an event.
pub(super) fn subject(event: &Event) -> Option<&str> {
    let labels = &event.labels;
    let file = || labels.files.first().map(|file| file.full.as_str());
    let found = match &event.action {
        Action::ToolCall { tool }
        | Action::PermissionRequest { tool }
        | Action::ToolResult { tool, .. } => match &tool.operation {
            Operation::Shell { .. } => labels.commands.first().map(|one| one.program.as_str()),
            Operation::Read { paths } => file().or(paths.first().map(String::as_str)),
            Operation::Write { changes } => {
                file().or(changes.first().map(|change| change.path.as_str()))
            }
            Operation::Search { path, .. } => file().or(path.as_deref()),
            Operation::Fetch { urls } => labels
                .hosts
                .first()
                .map(|one| one.host.as_str())
                .or(urls.first().map(String::as_str)),
            Operation::Mcp { server, .. } => Some(server.as_str()),
            Operation::WebSearch { .. } | Operation::Subagent { .. } | Operation::Other => None,
        },
        Action::ConfigChange { path, .. } => path.as_deref(),
        Action::Exec { argv, .. } => {
            let process = event.process.as_ref();
            let real = process.and_then(|process| process.executable.as_deref());
            real.or(argv.first().map(String::as_str))
        }
        Action::File { path, .. } => Some(path.as_str()),
        Action::Connect { address, .. } => Some(address.as_str()),
        Action::DnsQuery { name, .. } => Some(name.as_str()),
        Action::Listen { address, .. } | Action::Accept { address, .. } => Some(address.as_str()),
        Action::System { target, .. } => Some(target.as_str()),
        Action::Usage { usage } => usage.model.as_deref(),
        Action::HttpExchange { exchange } => Some(exchange.host.as_str()),
        Action::PermissionMode { mode, .. } => Some(mode.as_str()),
        Action::Decision { tool, .. } => Some(tool.as_str()),
        Action::HookRegistered { moment, .. } | Action::HookRun { moment, .. } => {
            Some(moment.as_str())
        }
        Action::SessionStart { .. }
        | Action::SessionEnd { .. }
        | Action::Prompt { .. }
        | Action::TurnEnd { .. }
        | Action::SubagentStart { .. }
        | Action::SubagentEnd { .. }
        | Action::Compaction { .. }
        | Action::Notification { .. }
        | Action::Exit { .. }
        | Action::Lost { .. }
        | Action::Message { .. }
        | Action::Thinking { .. }
        | Action::Other => None,
    };
    found.filter(|text| !text.is_empty() && text.len() <= MAX_SUBJECT)
}

/// Writes the words of an event: its command, prompt, paths, addresses, and the
/// beginning of what a tool gave back. `summary` stands in where it has none of those.
pub(super) fn write_words(event: &Event, summary: &str, words: &mut String) {
    words.clear();
    let mut text = Text { words };
    match &event.action {
        Action::Prompt { text: said }
        | Action::Notification { text: said }
        | Action::Message { text: said }
        | Action::Thinking { text: said } => text.add(said, MAX_TEXT),
        Action::TurnEnd { text: Some(said) } => text.add(said, MAX_TEXT),
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => add_tool(&mut text, tool),
        Action::ToolResult { tool, output, .. } => {
            add_tool(&mut text, tool);
            let end = text.words.len().saturating_add(MAX_OUTPUT).min(MAX_TEXT);
            add_value(&mut text, output, end);
        }
        Action::SessionStart { .. }
        | Action::SessionEnd { .. }
        | Action::TurnEnd { text: None }
        | Action::SubagentStart { .. }
        | Action::SubagentEnd { .. }
        | Action::Compaction { .. }
        | Action::DnsQuery { .. }
        | Action::System { .. }
        | Action::Lost { .. }
        | Action::PermissionMode { .. }
        | Action::HookRegistered { .. }
        | Action::HttpExchange { .. }
        | Action::Other => text.add(summary, MAX_TEXT),
        Action::ConfigChange { changes, .. } => {
            text.add(summary, MAX_TEXT);
            text.add_all(changes.iter().map(|change| change.text.as_str()));
        }
        Action::Exec { argv, .. } => text.add_all(argv.iter().map(String::as_str)),
        // Found by what they are mainly about; as words they would only fill the index.
        Action::Exit { .. }
        | Action::File { .. }
        | Action::Connect { .. }
        | Action::Listen { .. }
        | Action::Accept { .. }
        | Action::Usage { .. }
        | Action::Decision { .. }
        | Action::HookRun { .. } => {}
    }
}

/// Returns the words of an event.
pub(crate) fn words(event: &Event, summary: &str) -> String {
    let mut words = String::new();
    write_words(event, summary, &mut words);
    words
}

fn add_tool(text: &mut Text<'_>, tool: &Tool) {
    text.add(&tool.name, MAX_TEXT);
    match &tool.operation {
        Operation::Shell { command, .. } => text.add(command, MAX_TEXT),
        Operation::Read { paths } => text.add_all(paths.iter().map(String::as_str)),
        Operation::Write { changes } => {
            text.add_all(changes.iter().map(|change| change.path.as_str()));
        }
        Operation::Search { path, pattern } => {
            text.add_all([pattern, path].into_iter().flatten().map(String::as_str));
        }
        Operation::Fetch { urls } => text.add_all(urls.iter().map(String::as_str)),
        Operation::WebSearch { query: words } | Operation::Subagent { prompt: words } => {
            text.add(words, MAX_TEXT);
        }
        Operation::Mcp { server, tool } => text.add_all([server.as_str(), tool].into_iter()),
        Operation::Other => {}
    }
}

fn add_value(text: &mut Text<'_>, value: &Value, end: usize) {
    match value {
        Value::String(words) => text.add(words, end),
        Value::Array(items) => {
            for item in items.iter().take(MAX_OUTPUT) {
                add_value(text, item, end);
            }
        }
        Value::Object(fields) => {
            for field in fields.values().take(MAX_OUTPUT) {
                add_value(text, field, end);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Words, with a space between what was added.
struct Text<'a> {
    words: &'a mut String,
}

impl Text<'_> {
    /// Adds as much as fits before `end`.
    fn add(&mut self, words: &str, end: usize) {
        let room = end.saturating_sub(self.words.len() + 1);
        let fits = words.floor_char_boundary(room);
        if fits == 0 {
            return;
        }
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.extend(words.get(..fits));
    }

    fn add_all<'a>(&mut self, parts: impl Iterator<Item = &'a str>) {
        for part in parts {
            self.add(part, MAX_TEXT);
        }
    }
}

#[cfg(test)]
mod tests;
