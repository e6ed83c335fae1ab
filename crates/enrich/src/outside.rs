//! Texts that an agent takes in, writes for agents, or says: do they give orders where they should
//! only inform, and do they carry personal data?
//!
//! **Invariant:** at most [`MOST_BYTES`] of an event are read, and at most [`MOST`] marks come of it.

use crate::origin::origin_of;
use ringfence_event::{
    Action, FileAccess, FileClass, InjectionLevel, InjectionMark, Labels, Operation, PersonalMark,
    Tool,
};
use ringfence_scan::injection::{self, Finding, Level, Origin, Verdict};
use ringfence_scan::personal::{Mode, personal};
use ringfence_scan::secrets::Key;
use serde_json::Value;

/// Bytes of one event that are read; agents themselves cut what tools give back far earlier.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Marks that one event keeps: the strongest.
const MOST: usize = 8;
/// Rules that one mark names.
const MOST_RULES: usize = 8;
/// Shorter texts order nothing.
const SHORTEST: usize = 12;
/// Weight of hidden characters that say something.
const HIDDEN_WORDS: f32 = 10.0;
/// Deepest nesting of a tool's output that is read.
const DEEPEST: usize = 24;

/// Reads an event's texts, and adds to its labels what they carry.
pub(crate) fn label(action: &Action, labels: &mut Labels, key: &Key, mode: Mode) {
    let mut texts = Vec::new();
    collect(action, labels, &mut texts);
    let mut left = MOST_BYTES;
    for (origin, text) in texts {
        let text = text.get(..text.floor_char_boundary(left)).unwrap_or(text);
        left -= text.len();
        if text.len() < SHORTEST {
            continue;
        }
        labels
            .injections
            .extend(mark(&injection::scan(text.as_bytes(), origin)));
        if mode != Mode::Off {
            count(text, key, mode, &mut labels.personal);
        }
    }
    labels
        .injections
        .sort_by_key(|mark| (std::cmp::Reverse(mark.level), -mark.score));
    labels.injections.truncate(MOST);
}

/// The texts of an action, each with where it came from.
fn collect<'a>(action: &'a Action, labels: &Labels, texts: &mut Vec<(Origin, &'a str)>) {
    match action {
        Action::Prompt { text } => texts.push((Origin::UserPrompt, text)),
        Action::TurnEnd { text: Some(text) }
        | Action::Message { text }
        | Action::Thinking { text } => texts.push((Origin::ModelOutput, text)),
        Action::ToolResult { tool, output, .. } => {
            given_back(origin_of_result(tool, labels), output, 0, texts);
        }
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => {
            written(tool, &labels.files, texts);
        }
        Action::TurnEnd { text: None }
        | Action::SessionStart { .. }
        | Action::SessionEnd { .. }
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
        | Action::Usage { .. }
        | Action::PermissionMode { .. }
        | Action::Decision { .. }
        | Action::HookRegistered { .. }
        | Action::HookRun { .. }
        | Action::HttpExchange { .. }
        | Action::Other => {}
    }
}

fn origin_of_result(tool: &Tool, labels: &Labels) -> Origin {
    match &tool.operation {
        Operation::Fetch { .. } | Operation::WebSearch { .. } => Origin::FetchedPage,
        Operation::Shell { .. } if !labels.hosts.is_empty() => Origin::FetchedPage,
        Operation::Read { .. } => labels
            .files
            .first()
            .map_or(Origin::ToolResult, origin_of_file),
        // The Model Context Protocol's method by which a server describes its tools.
        Operation::Mcp { tool, .. } if tool == "tools/list" => Origin::ToolDescription,
        Operation::Shell { .. }
        | Operation::Write { .. }
        | Operation::Search { .. }
        | Operation::Mcp { .. }
        | Operation::Subagent { .. }
        | Operation::Other => Origin::ToolResult,
    }
}

fn origin_of_file(file: &FileAccess) -> Origin {
    origin_of(&file.full, file.class)
}

fn given_back<'a>(
    origin: Origin,
    value: &'a Value,
    depth: usize,
    texts: &mut Vec<(Origin, &'a str)>,
) {
    match value {
        Value::String(text) => texts.push((origin, text)),
        Value::Array(values) if depth < DEEPEST => {
            for value in values {
                given_back(origin, value, depth + 1, texts);
            }
        }
        Value::Object(fields) if depth < DEEPEST => {
            for value in fields.values() {
                given_back(origin, value, depth + 1, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {}
    }
}

/// What is put into files that agents obey. Other files are the agent's own work.
fn written<'a>(tool: &'a Tool, files: &[FileAccess], texts: &mut Vec<(Origin, &'a str)>) {
    let Operation::Write { changes } = &tool.operation else {
        return;
    };
    for change in changes {
        let file = files.iter().find(|file| file.path == change.path);
        if let (Some(file), Some(text)) = (file, &change.text) {
            let origin = match origin_of_file(file) {
                _ if file.class == FileClass::AgentConfig => Origin::Instructions,
                origin => origin,
            };
            if matches!(origin, Origin::Instructions | Origin::Skill) {
                texts.push((origin, text));
            }
        }
    }
}

fn mark(verdict: &Verdict) -> Option<InjectionMark> {
    // Words that nobody sees are nobody's own, not even in a prompt.
    let unseen =
        |finding: &Finding| finding.rule == "hidden-text" && finding.weight >= HIDDEN_WORDS;
    let level = match verdict.level {
        _ if verdict.findings.iter().any(unseen) => InjectionLevel::Alert,
        Level::Quiet => return None,
        Level::Taint => InjectionLevel::Taint,
        Level::Alert => InjectionLevel::Alert,
    };
    let weight = |finding: &&Finding| finding.weight;
    let strongest =
        (verdict.findings.iter()).max_by(|one, other| weight(one).total_cmp(&weight(other)));
    let mut rules: Vec<String> = Vec::new();
    let mut hidden: Vec<String> = Vec::new();
    for finding in &verdict.findings {
        if !rules.contains(&finding.rule) && rules.len() < MOST_RULES {
            rules.push(finding.rule.clone());
        }
        for disguise in &finding.disguises {
            let name = disguise.as_str().to_owned();
            if !hidden.contains(&name) {
                hidden.push(name);
            }
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "scores are below a hundred"
    )]
    let score = (verdict.score * 10.0).round() as i32;
    Some(InjectionMark {
        origin: verdict.origin.name().to_owned(),
        level,
        score,
        rules,
        excerpt: strongest
            .map(|finding| finding.excerpt.clone())
            .unwrap_or_default(),
        place: strongest.map_or(0, |finding| {
            u64::try_from(finding.place.start).unwrap_or(u64::MAX)
        }),
        hidden,
    })
}

fn count(text: &str, key: &Key, mode: Mode, marks: &mut Vec<PersonalMark>) {
    for found in personal(key, text.as_bytes()) {
        let kind = found.kind.name();
        let count = u64::try_from(found.count).unwrap_or(u64::MAX);
        match marks.iter_mut().find(|mark| mark.kind == kind) {
            Some(mark) => mark.count = mark.count.saturating_add(count),
            None => marks.push(PersonalMark {
                kind: kind.to_owned(),
                count,
                told: mode == Mode::Alert,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
