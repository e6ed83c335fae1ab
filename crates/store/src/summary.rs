//! An event in one line, for lists.
//!
//! **Invariant:** nothing that steers a terminal or hides text gets through:
//! control characters, text-direction marks and invisible characters are spelled out.

use ringfence_event::{Action, Difference, Event, Exchange, Handling, Operation, Tool};
use std::collections::BTreeMap;

/// The longest summary, in characters.
const MAX_CHARACTERS: usize = 200;

/// Returns what an event is about in one line of at most 200 characters: the
/// command, the paths, the addresses, the beginning of the prompt.
pub fn summary(event: &Event) -> String {
    let mut line = Line::default();
    match &event.action {
        Action::SessionStart { reason, model } => {
            line.add_list([reason.as_deref(), model.as_deref()].into_iter().flatten());
        }
        Action::SessionEnd { reason: text }
        | Action::TurnEnd { text }
        | Action::SubagentStart { name: text }
        | Action::SubagentEnd { name: text }
        | Action::Compaction { trigger: text } => line.add(text.as_deref().unwrap_or_default()),
        Action::Prompt { text }
        | Action::Notification { text }
        | Action::Message { text }
        | Action::Thinking { text } => line.add(text),
        Action::ToolCall { tool }
        | Action::PermissionRequest { tool }
        | Action::ToolResult { tool, .. } => add_tool(&mut line, tool),
        Action::ConfigChange {
            path,
            layer,
            changes,
        } => {
            line.add_list([path.as_deref(), layer.as_deref()].into_iter().flatten());
            add_changes(&mut line, changes);
        }
        Action::Exec { argv, .. } => line.add_words(argv.iter().map(String::as_str), " "),
        Action::Exit { code, signal } => add_end(&mut line, *code, *signal),
        Action::File { path, to, .. } => {
            line.add_list([Some(path.as_str()), to.as_deref()].into_iter().flatten());
        }
        Action::Connect {
            address, port: 0, ..
        } => line.add(address),
        Action::Connect { address, port, .. } | Action::Listen { address, port, .. } => {
            line.add(&format!("{address} port {port}"));
        }
        Action::DnsQuery { name, record, .. } => {
            line.add_words([name.as_str(), record.as_str()].into_iter(), " ");
        }
        Action::Accept { address, port, .. } => line.add(&format!("{address} to port {port}")),
        Action::System {
            activity, target, ..
        } => line.add_words([activity.name(), target.as_str()].into_iter(), " "),
        Action::Lost { counts } => add_counts(&mut line, counts),
        Action::Usage { .. }
        | Action::PermissionMode { .. }
        | Action::Decision { .. }
        | Action::HookRegistered { .. }
        | Action::HookRun { .. } => add_told(&mut line, &event.action),
        Action::HttpExchange { exchange } => add_exchange(&mut line, exchange),
        Action::Other => line.add(
            event
                .moment
                .as_deref()
                .or_else(|| why_unread(event))
                .unwrap_or_default(),
        ),
    }
    line.text
}

fn add_changes(line: &mut Line, changes: &[Difference]) {
    for (place, change) in changes.iter().enumerate() {
        line.add(if place == 0 { ": " } else { "; " });
        line.add(&change.text);
    }
}

/// What an agent tells about itself.
fn add_told(line: &mut Line, action: &Action) {
    match action {
        Action::Usage { usage } => {
            let tokens = format!("{} tokens", usage.tokens());
            let cost = usage.cost.map(|cost| cost.to_string());
            line.add_list(
                [usage.model.as_deref(), Some(&tokens), cost.as_deref()]
                    .into_iter()
                    .flatten(),
            );
        }
        Action::PermissionMode { mode, .. } => line.add(mode),
        Action::Decision { tool, accepted, by } => {
            let decided = if *accepted { "accepted" } else { "refused" };
            line.add_list(
                [Some(tool.as_str()), Some(decided), by.as_deref()]
                    .into_iter()
                    .flatten(),
            );
        }
        Action::HookRegistered {
            moment,
            matcher,
            layer,
        } => line.add_list(
            [Some(moment.as_str()), matcher.as_deref(), layer.as_deref()]
                .into_iter()
                .flatten(),
        ),
        Action::HookRun {
            moment,
            name,
            counts,
        } => {
            line.add(name.as_deref().unwrap_or(moment));
            for (word, count) in [
                ("succeeded", counts.succeeded),
                ("blocked", counts.blocked),
                ("failed", counts.failed),
                ("cancelled", counts.cancelled),
            ] {
                if count > 0 {
                    line.add(&format!(", {count} {word}"));
                }
            }
        }
        _ => {}
    }
}

/// The request, how it went, and what was found, without what is not known.
fn add_exchange(line: &mut Line, exchange: &Exchange) {
    let place = format!("{}{}", exchange.host, exchange.path);
    line.add_words([exchange.method.as_str(), place.as_str()].into_iter(), " ");
    if let Some(status) = exchange.status {
        line.add(&format!(", {status}"));
    }
    if exchange.handling != Handling::Forwarded {
        line.add(&format!(", {}", exchange.handling.name()));
    }
    if let Some(model) = &exchange.model {
        line.add(&format!(", {model}"));
    }
    let bytes = (exchange.sent, exchange.received);
    line.add(&format!(", {} bytes up, {} down", bytes.0, bytes.1));
    for found in &exchange.found {
        line.add(&format!(", {} {}", found.what.name(), found.pattern));
    }
}

fn add_end(line: &mut Line, code: Option<i32>, signal: Option<i32>) {
    match (code, signal) {
        (Some(code), _) => line.add(&format!("exit code {code}")),
        (None, Some(signal)) => line.add(&format!("signal {signal}")),
        (None, None) => {}
    }
}

fn add_counts(line: &mut Line, counts: &BTreeMap<String, u64>) {
    let told: Vec<String> = (counts.iter())
        .map(|(cause, count)| format!("{cause} {count}"))
        .collect();
    line.add_list(told.iter().map(String::as_str));
}

/// Why a payload could not be read, as the judge notes it.
fn why_unread(event: &Event) -> Option<&str> {
    event.rest.get("unread")?.get("why")?.as_str()
}

fn add_tool(line: &mut Line, tool: &Tool) {
    match &tool.operation {
        Operation::Shell { command, .. } => line.add(command),
        Operation::Read { paths } => line.add_list(paths.iter().map(String::as_str)),
        Operation::Write { changes } => {
            line.add_list(changes.iter().map(|change| change.path.as_str()));
        }
        Operation::Search { path, pattern } => {
            line.add(pattern.as_deref().unwrap_or_default());
            if let Some(path) = path {
                line.add(if line.text.is_empty() { "in " } else { " in " });
                line.add(path);
            }
        }
        Operation::Fetch { urls } => line.add_list(urls.iter().map(String::as_str)),
        Operation::WebSearch { query } => line.add(query),
        Operation::Mcp { server, tool } => {
            line.add(server);
            line.add("/");
            line.add(tool);
        }
        Operation::Subagent { prompt } => line.add(prompt),
        Operation::Other => line.add(&tool.name),
    }
}

/// Returns a text as it may be shown in a terminal: what would steer it or hide
/// something is spelled out (`\n`, `\u{1b}`).
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        spell(character, &mut shown);
    }
    shown
}

fn spell(character: char, shown: &mut String) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        _ if misleads(character) => {
            shown.extend(character.escape_unicode());
        }
        _ => shown.push(character),
    }
}

/// Control characters (Unicode category Cc), line and paragraph separators, and
/// those of category Cf that turn text around (UAX #9), join or hide it, or carry
/// unseen text (tags).
fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A line that stops taking when it is full, so that a huge text costs no more than a long one.
#[derive(Default)]
struct Line {
    text: String,
    characters: usize,
    full: bool,
}

impl Line {
    fn add(&mut self, text: &str) {
        let plain = self.add_plain(text);
        self.add_spelled(text.get(plain..).unwrap_or_default());
    }

    /// Adds the printable ASCII that a text begins with, which is most often all of
    /// it; returns how much that was.
    fn add_plain(&mut self, text: &str) -> usize {
        if self.full {
            return 0;
        }
        let room = MAX_CHARACTERS.saturating_sub(self.characters + 1);
        let bytes = text.bytes().take(room);
        let plain = bytes
            .take_while(|byte| (b' '..=b'~').contains(byte))
            .count();
        self.text.push_str(text.get(..plain).unwrap_or_default());
        self.characters += plain;
        plain
    }

    fn add_spelled(&mut self, text: &str) {
        let mut spelled = String::new();
        for character in text.chars() {
            if self.full {
                return;
            }
            spelled.clear();
            spell(character, &mut spelled);
            let more = spelled.chars().count();
            // One place is kept for the dots.
            if self.characters + more >= MAX_CHARACTERS {
                self.text.push('…');
                self.full = true;
                return;
            }
            self.text.push_str(&spelled);
            self.characters += more;
        }
    }

    fn add_list<'a>(&mut self, parts: impl Iterator<Item = &'a str>) {
        self.add_words(parts, ", ");
    }

    fn add_words<'a>(&mut self, parts: impl Iterator<Item = &'a str>, between: &str) {
        for (place, part) in parts.enumerate() {
            if self.full {
                return;
            }
            if place > 0 {
                self.add(between);
            }
            self.add(part);
        }
    }
}

#[cfg(test)]
mod tests;
