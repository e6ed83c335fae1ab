//! A settings file as one JSON value, whatever it is written in.
//!
//! **Invariant:** bounded: JSON is read to a depth of 512 (`jsonc-parser`), TOML to 80 (`toml_edit`).

use super::git;
use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value};

/// How the text of a file is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON, also with comments.
    Json,
    /// TOML.
    Toml,
    /// git-config(1).
    GitConfig,
    /// `name=value` lines.
    Pairs,
    /// `name=value` lines that set variables.
    Variables,
    /// Words for a model.
    Prose,
    /// Anything else, by its lines.
    Lines,
}

/// Returns how a file of this path is understood.
pub(super) fn format_of(path: &str) -> Format {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match (name, ending) {
        (".gitconfig", _) => Format::GitConfig,
        ("config", _) if path.ends_with("git/config") => Format::GitConfig,
        (".npmrc", _) => Format::Pairs,
        (".env", _) => Format::Variables,
        (".cursorrules" | ".windsurfrules" | ".clinerules", _) => Format::Prose,
        (_, "json" | "jsonc" | "code-workspace" | "hook") => Format::Json,
        (_, "toml") => Format::Toml,
        (_, "md" | "mdc" | "txt" | "markdown") => Format::Prose,
        _ => Format::Lines,
    }
}

/// Reads a text in a format that has names and values; nothing is an empty object. `None` if it
/// cannot be read.
pub(super) fn value(format: Format, text: &str) -> Option<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let empty = || Value::Object(Map::new());
    if text.trim().is_empty() {
        return Some(empty());
    }
    match format {
        Format::Json => {
            let value: Option<Value> = parse_to_serde_value(text, &ParseOptions::default()).ok()?;
            Some(value.unwrap_or_else(empty))
        }
        Format::Toml => toml_edit::de::from_str(text).ok(),
        Format::GitConfig => Some(git::read_config(text)),
        Format::Pairs => Some(Value::Object(pairs(text))),
        Format::Variables => {
            let mut all = Map::new();
            all.insert("env".to_owned(), Value::Object(pairs(text)));
            Some(Value::Object(all))
        }
        Format::Prose | Format::Lines => None,
    }
}

fn pairs(text: &str) -> Map<String, Value> {
    let lines = text.lines().map(str::trim);
    let told = lines.filter(|line| !line.starts_with(['#', ';']));
    told.filter_map(|line| line.split_once('='))
        .map(|(name, value)| {
            let name = name.trim().trim_start_matches("export ").trim();
            let value = value.trim().trim_matches(['"', '\'']);
            (name.to_owned(), Value::from(value))
        })
        .collect()
}
