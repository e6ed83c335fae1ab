//! One vocabulary for all agents' tools: argument names that mean the same, read the
//! same way whoever sends them.

use crate::{bound, patch};
use ringfence_event::{Change, ChangeKind, Operation};
use serde_json::Value;

/// What a tool's name says before its arguments are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Runs a command line.
    Shell,
    /// Reads files.
    Read,
    /// Writes a file whole.
    Create,
    /// Changes a file in part.
    Edit,
    /// Deletes files.
    Delete,
    /// Carries a patch in Codex's own format.
    Patch,
    /// Lists or searches files.
    Search,
    /// Gets web pages.
    Fetch,
    /// Asks a search engine.
    WebSearch,
    /// Starts a subagent.
    Subagent,
    /// Touches nothing, or is not known.
    Other,
}

const COMMANDS: &[&str] = &["command", "cmd", "script"];
const DIRECTORIES: &[&str] = &[
    "workdir",
    "working_directory",
    "cwd",
    "dir_path",
    "directory",
];
const PATHS: &[&str] = &[
    "file_path",
    "path",
    "filePath",
    "absolute_path",
    "notebook_path",
    "target_file",
    "paths",
    "file_paths",
    "include",
];
const PLACES: &[&str] = &["path", "dir_path", "target_directory", "directory"];
const PATTERNS: &[&str] = &["pattern", "query", "regex", "glob_pattern", "glob"];
const TEXTS: &[&str] = &[
    "content",
    "contents",
    "new_string",
    "new_source",
    "newString",
    "code_edit",
    "text",
];
const PATCHES: &[&str] = &["command", "input", "patch", "patch_text"];
const QUERIES: &[&str] = &["query", "search_term"];
const TASKS: &[&str] = &["prompt", "message", "task", "objective", "description"];

/// Reads a tool's arguments.
pub(crate) fn operation(meaning: Meaning, input: &Value) -> Operation {
    match meaning {
        Meaning::Shell => shell(input),
        Meaning::Read => Operation::Read {
            paths: texts(input, PATHS),
        },
        Meaning::Create => write(input, ChangeKind::Create),
        Meaning::Edit => write(input, edit_kind(input)),
        Meaning::Delete => write(input, ChangeKind::Delete),
        Meaning::Patch => Operation::Write {
            changes: patch_text(input).map_or_else(Vec::new, |text| patch::changes(&text)),
        },
        Meaning::Search => Operation::Search {
            path: text(input, PLACES),
            pattern: text(input, PATTERNS),
        },
        Meaning::Fetch => Operation::Fetch { urls: urls(input) },
        Meaning::WebSearch => Operation::WebSearch {
            query: text(input, QUERIES).unwrap_or_default(),
        },
        Meaning::Subagent => Operation::Subagent {
            prompt: text(input, TASKS).unwrap_or_default(),
        },
        Meaning::Other => Operation::Other,
    }
}

/// Arguments that come as JSON in a text are unpacked.
pub(crate) fn unpacked(input: Value) -> Value {
    let Value::String(text) = &input else {
        return input;
    };
    match serde_json::from_str::<Value>(text) {
        Ok(inner) if inner.is_object() => inner,
        _ => input,
    }
}

fn shell(input: &Value) -> Operation {
    let given = first(input, COMMANDS).unwrap_or(input);
    let argv = given.as_array().and_then(|words| {
        words
            .iter()
            .map(|word| word.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    });
    let command = match (&argv, given) {
        (Some(words), _) => words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(" "),
        (None, Value::String(line)) => line.clone(),
        (None, Value::Null) => String::new(),
        // No agent sends this; what is in it is judged all the same.
        (None, other) => other.to_string(),
    };
    Operation::Shell {
        command: bound::command(command),
        argv: argv.map(|words| words.into_iter().map(bound::command).collect()),
        cwd: text(input, DIRECTORIES).filter(|place| !place.is_empty()),
    }
}

/// A word as a POSIX shell would read it back.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn write(input: &Value, change: ChangeKind) -> Operation {
    let text = match change {
        ChangeKind::Delete => None,
        ChangeKind::Create | ChangeKind::Update => {
            text(input, TEXTS).or_else(|| replacements(input))
        }
    };
    let changes = texts(input, PATHS)
        .into_iter()
        .map(|path| Change {
            path,
            change,
            text: text.clone(),
        })
        .collect();
    Operation::Write { changes }
}

/// An edit that replaces nothing makes a file; a notebook's cell can be deleted, the
/// notebook stays.
fn edit_kind(input: &Value) -> ChangeKind {
    match input.get("old_string").and_then(Value::as_str) {
        Some("") => ChangeKind::Create,
        _ => ChangeKind::Update,
    }
}

/// The new texts of an edit that has several (`MultiEdit`, Cursor's `afterFileEdit`).
fn replacements(input: &Value) -> Option<String> {
    let edits = input.get("edits")?.as_array()?;
    let new: Vec<_> = edits
        .iter()
        .filter_map(|edit| edit.get("new_string")?.as_str())
        .collect();
    (!new.is_empty()).then(|| bound::text(new.join("\n")))
}

fn patch_text(input: &Value) -> Option<String> {
    match input.as_str() {
        Some(text) => Some(text.to_owned()),
        None => first(input, PATCHES)?.as_str().map(str::to_owned),
    }
}

fn urls(input: &Value) -> Vec<String> {
    let named = texts(input, &["url", "urls"]);
    if !named.is_empty() {
        return named;
    }
    // Gemini's `web_fetch` takes a sentence with the addresses in it.
    text(input, &["prompt"]).map_or_else(Vec::new, |prompt| urls_in(&prompt))
}

/// Every web address in a sentence.
fn urls_in(sentence: &str) -> Vec<String> {
    let between = |letter: char| letter.is_whitespace() || "<>\"'`|\\^{}".contains(letter);
    sentence
        .split(between)
        .filter_map(|word| {
            let lower = word.to_ascii_lowercase();
            let start = lower.find("http://").or_else(|| lower.find("https://"))?;
            let address = word.get(start..)?;
            Some(
                address
                    .trim_end_matches([')', ']', '.', ',', ';', ':', '!', '?'])
                    .to_owned(),
            )
        })
        .collect()
}

/// The first of some arguments that is there.
fn first<'a>(input: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| input.get(name))
}

fn text(input: &Value, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| input.get(name)?.as_str())
        .map(|text| bound::text(text.to_owned()))
}

/// Every text under some names, alone or in a list.
fn texts(input: &Value, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        match input.get(name) {
            Some(Value::String(text)) => found.push(bound::text(text.clone())),
            Some(Value::Array(items)) => found.extend(
                items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|text| bound::text(text.to_owned())),
            ),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests;
