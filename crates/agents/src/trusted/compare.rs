//! What a change of a trusted file means, in sentences.
//!
//! **Invariant:** any two texts give an answer, in time linear in them but for sorting; at most
//! [`MOST`] sentences of bounded length. Texts come here with their secrets masked.

use super::facts::{Facts, Hook, Server, Setting};
use super::read::{Format, format_of, value};
use super::{TrustedKind, keys, lines};
use ringfence_event::{Difference, DifferenceKind};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Largest text that is compared, in bytes; of a larger one only its hash is worth keeping.
pub const LARGEST_COMPARED: usize = 256 * 1024;
/// Largest state file of Claude Code that is cut down to what weighs, in bytes.
const LARGEST_STATE: usize = 16 * 1024 * 1024;
/// Most sentences.
const MOST: usize = 24;
/// Longest piece of a file in a sentence, in characters.
const LONGEST: usize = 160;
/// Lines of a text that a sentence shows each on its own.
const SHOWN_LINES: usize = 6;

/// Returns what is different, the weightiest first. `None` stands for no file. Nothing that weighs
/// may be different: then the list is empty.
pub fn compare(
    path: &str,
    kind: TrustedKind,
    old: Option<&str>,
    new: Option<&str>,
) -> Vec<Difference> {
    let Some(new) = new else {
        return vec![difference(DifferenceKind::Removed, "the file is gone")];
    };
    let old = old.unwrap_or_default();
    if old.len().max(new.len()) > LARGEST_COMPARED {
        let text = format!("it has {} bytes, too many to be compared", new.len());
        return vec![difference(DifferenceKind::Unreadable, text)];
    }
    let format = format_of(path);
    let mut found = match format {
        Format::Prose => prose(kind, old, new),
        Format::Lines => plain_lines(path, kind, old, new),
        _ => match value(format, new) {
            Some(after) => {
                let before = value(format, old).unwrap_or(Value::Null);
                facts(&Facts::of(&before), &Facts::of(&after))
            }
            None => vec![difference(
                DifferenceKind::Unreadable,
                "it cannot be read as what its name says",
            )],
        },
    };
    if kind == TrustedKind::Git {
        // A project's manifest and git's own bookkeeping change all day.
        found.retain(|difference| difference.kind != DifferenceKind::Setting);
    }
    found.sort_by_key(|difference| difference.kind);
    found.dedup();
    if found.len() > MOST {
        let more = found.len() - MOST;
        let kind = found.get(MOST).map(|first| first.kind);
        found.truncate(MOST);
        found.extend(kind.map(|kind| difference(kind, format!("and {more} more"))));
    }
    found
}

/// Returns the part of a file that is compared and kept. `~/.claude.json` is Claude Code's memory of
/// all it ever did: of it only servers, trust and permissions matter.
pub fn watched_part<'a>(path: &str, text: &'a str) -> Cow<'a, str> {
    if !path.ends_with("/.claude.json") || text.len() > LARGEST_STATE {
        return Cow::Borrowed(text);
    }
    let Some(Value::Object(root)) = value(Format::Json, text) else {
        return Cow::Borrowed(text);
    };
    let mut kept = chosen(&root, &STATE);
    if let Some(Value::Object(projects)) = root.get("projects") {
        let projects = projects.iter().filter_map(|(path, project)| {
            let kept = chosen(project.as_object()?, &PROJECT_STATE);
            (!kept.is_empty()).then(|| (path.clone(), Value::Object(kept)))
        });
        kept.insert("projects".to_owned(), Value::Object(projects.collect()));
    }
    let text = serde_json::to_string_pretty(&Value::Object(kept));
    Cow::Owned(text.unwrap_or_default())
}

const STATE: [&str; 5] = [
    "mcpServers",
    "apiKeyHelper",
    "env",
    "hooks",
    "bypassPermissionsModeAccepted",
];
const PROJECT_STATE: [&str; 4] = [
    "mcpServers",
    "allowedTools",
    "enabledMcpjsonServers",
    "hasTrustDialogAccepted",
];

/// The fields with these names that say anything.
fn chosen(table: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let is_empty = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let fields = table
        .iter()
        .filter(|(name, value)| names.contains(&name.as_str()) && !is_empty(value));
    fields
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn difference(kind: DifferenceKind, text: impl Into<String>) -> Difference {
    Difference {
        kind,
        text: text.into(),
    }
}

/// A piece of a file, short and on one line.
fn cut(text: &str) -> String {
    let mut short: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(LONGEST)
        .collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn facts(old: &Facts, new: &Facts) -> Vec<Difference> {
    let mut found = Vec::new();
    hooks(&old.hooks, &new.hooks, &mut found);
    servers(&old.servers, &new.servers, &mut found);
    for (name, command) in new.tasks.difference(&old.tasks) {
        found.push(difference(
            DifferenceKind::Command,
            format!(
                "task `{}` runs `{}` when the folder is opened",
                cut(name),
                cut(command)
            ),
        ));
    }
    settings("", &old.settings, &new.settings, &mut found);
    found
}

fn hooks(old: &BTreeSet<Hook>, new: &BTreeSet<Hook>, found: &mut Vec<Difference>) {
    let mut gone: Vec<&Hook> = old.difference(new).collect();
    for hook in new.difference(old) {
        let same = gone
            .iter()
            .position(|old| old.moment == hook.moment && old.matcher == hook.matcher);
        let text = match same.map(|place| gone.remove(place)) {
            Some(before) if is_ours(before) => {
                found.push(loosened(before));
                format!("{} added: runs `{}`", named(hook), cut(&hook.runs))
            }
            Some(before) => format!(
                "{} now runs `{}` instead of `{}`",
                named(hook),
                cut(&hook.runs),
                cut(&before.runs)
            ),
            None => format!("{} added: runs `{}`", named(hook), cut(&hook.runs)),
        };
        found.push(difference(DifferenceKind::HookAdded, text));
    }
    for hook in gone {
        found.push(if is_ours(hook) {
            loosened(hook)
        } else {
            let text = format!("{} removed: ran `{}`", named(hook), cut(&hook.runs));
            difference(DifferenceKind::HookRemoved, text)
        });
    }
}

/// `SessionStart hook`, `PreToolUse hook for Bash`.
fn named(hook: &Hook) -> String {
    let moment = cut(&hook.moment);
    match hook.matcher.as_str() {
        "" | "*" => format!("{moment} hook"),
        tools => format!("{moment} hook for {}", cut(tools)),
    }
}

/// Whether a hook looks like Ringfence's.
fn is_ours(hook: &Hook) -> bool {
    hook.runs
        .split_once(" hook ")
        .is_some_and(|(program, _)| program.trim_matches(['\'', '"']).ends_with("ringfence"))
}

fn loosened(hook: &Hook) -> Difference {
    difference(
        DifferenceKind::GuardLoosened,
        format!("Ringfence's own {} is gone", named(hook)),
    )
}

fn servers(
    old: &BTreeMap<String, Server>,
    new: &BTreeMap<String, Server>,
    found: &mut Vec<Difference>,
) {
    let none = Server::default();
    for (name, server) in new {
        let name = cut(name);
        let (before, told) = match old.iter().find(|(known, _)| cut(known) == name) {
            Some((_, before)) if before.runs == server.runs => (before, None),
            Some((_, before)) => {
                let (now, was) = (cut(&server.runs), cut(&before.runs));
                let text = format!("MCP server `{name}` now runs `{now}` instead of `{was}`");
                (before, Some(text))
            }
            None => {
                let runs = cut(&server.runs);
                (
                    &none,
                    Some(format!("MCP server `{name}` added: runs `{runs}`")),
                )
            }
        };
        let is_new = std::ptr::eq(before, &raw const none);
        found.extend(told.map(|text| difference(DifferenceKind::McpServer, text)));
        let mut inside = Vec::new();
        settings("", &before.settings, &server.settings, &mut inside);
        for mut one in inside {
            if one.kind == DifferenceKind::Setting && is_new {
                continue;
            }
            if one.kind == DifferenceKind::Setting && one.text.starts_with("`env.") {
                one.kind = DifferenceKind::McpServer;
            }
            one.text = format!("MCP server `{name}`: {}", one.text);
            found.push(one);
        }
    }
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        let text = format!("MCP server `{}` removed", cut(name));
        found.push(difference(DifferenceKind::Setting, text));
    }
}

fn settings(
    path: &str,
    old: &BTreeMap<String, Setting>,
    new: &BTreeMap<String, Setting>,
    found: &mut Vec<Difference>,
) {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let key = format!("{path}{name}");
        match (old.get(name), new.get(name)) {
            (Some(before), Some(after)) if before == after => {}
            (Some(Setting::One(before)), Some(Setting::One(after))) => {
                let (was, now) = (cut(&keys::plain(before)), cut(&keys::plain(after)));
                let kind = keys::of_scalar(&key, Some(after));
                found.push(setting(kind, format!("`{}` {was} → {now}", cut(&key))));
            }
            (None, Some(Setting::One(after))) => {
                let now = cut(&keys::plain(after));
                let kind = keys::of_scalar(&key, Some(after));
                found.push(setting(kind, format!("`{}` set to {now}", cut(&key))));
            }
            (Some(Setting::One(before)), None) => {
                let was = cut(&keys::plain(before));
                let kind = keys::of_scalar(&key, None);
                found.push(setting(kind, format!("`{}` removed, was {was}", cut(&key))));
            }
            (before, after) => list(&key, &many(before), &many(after), found),
        }
    }
}

fn setting(kind: Option<DifferenceKind>, text: String) -> Difference {
    difference(kind.unwrap_or(DifferenceKind::Setting), text)
}

fn many(setting: Option<&Setting>) -> BTreeSet<String> {
    match setting {
        Some(Setting::Many(items)) => items.clone(),
        Some(Setting::One(value)) => BTreeSet::from([keys::plain(value)]),
        None => BTreeSet::new(),
    }
}

fn list(key: &str, old: &BTreeSet<String>, new: &BTreeSet<String>, found: &mut Vec<Difference>) {
    for item in new.difference(old) {
        let kind = keys::of_gain(key, item);
        let text = format!("`{}` gains `{}`", cut(key), cut(item));
        found.push(setting(kind, text));
    }
    for item in old.difference(new) {
        let text = format!("`{}` loses `{}`", cut(key), cut(item));
        found.push(setting(keys::of_loss(key), text));
    }
}

/// Words for a model: how much is new, and how it begins; and what of it does something.
fn prose(kind: TrustedKind, old: &str, new: &str) -> Vec<Difference> {
    let lines = lines::compare(old, new);
    let mut found = Vec::new();
    for line in &lines.added {
        if kind != TrustedKind::Skill && kind != TrustedKind::Plugin {
            break;
        }
        if line.starts_with("allowed-tools:") {
            let text = format!("`{}` added", cut(line));
            found.push(difference(DifferenceKind::PermissionAdded, text));
        } else if *line == "hooks:" {
            let text = "hooks added to its front matter";
            found.push(difference(DifferenceKind::HookAdded, text));
        } else if let Some((_, command)) = line.split_once("!`") {
            let command = command.split('`').next().unwrap_or(command);
            let text = format!("runs `{}` when it is called", cut(command));
            found.push(difference(DifferenceKind::Command, text));
        }
    }
    found.extend(counted(DifferenceKind::Instructions, &lines));
    found
}

/// `3 lines added, 1 removed: …`; nothing if only blank lines moved.
fn counted(kind: DifferenceKind, lines: &lines::Lines<'_>) -> Option<Difference> {
    let plural = |count: usize| if count == 1 { "line" } else { "lines" };
    let first = lines.added.first().map(|line| cut(line));
    let text = match (lines.added.len(), lines.removed, first) {
        (0, 0, _) => return None,
        (0, gone, _) => format!("{gone} {} removed", plural(gone)),
        (more, 0, first) => {
            format!(
                "{more} {} added: {}",
                plural(more),
                first.unwrap_or_default()
            )
        }
        (more, gone, first) => format!(
            "{more} {} added, {gone} removed: {}",
            plural(more),
            first.unwrap_or_default()
        ),
    };
    Some(difference(kind, text))
}

/// A file without names and values: what is new, line by line where it is short.
fn plain_lines(path: &str, kind: TrustedKind, old: &str, new: &str) -> Vec<Difference> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match kind {
        TrustedKind::Instructions | TrustedKind::Memory => prose(kind, old, new),
        TrustedKind::Skill | TrustedKind::Plugin | TrustedKind::Program => {
            counted(DifferenceKind::Code, &lines::compare(old, new))
                .into_iter()
                .collect()
        }
        TrustedKind::Git if name == ".gitattributes" || path.ends_with("/info/attributes") => {
            each(DifferenceKind::GitCommand, old, new, |line| {
                let filter = line.split_once("filter=").map(|(_, rest)| rest);
                let name = filter.and_then(|rest| rest.split_whitespace().next());
                name.filter(|name| *name != "lfs")
                    .map(|_| format!("`{}` added", cut(line)))
            })
        }
        TrustedKind::Git if name.contains('.') && !path.contains("/.husky/") => {
            counted(DifferenceKind::Code, &lines::compare(old, new))
                .into_iter()
                .collect()
        }
        TrustedKind::Git => each(DifferenceKind::GitCommand, old, new, |line| {
            (!line.starts_with('#')).then(|| format!("git hook `{name}` runs `{}`", cut(line)))
        }),
        TrustedKind::Shell if name == "authorized_keys" => {
            each(DifferenceKind::Access, old, new, |line| {
                let told = line.split_whitespace().last().unwrap_or(line);
                (!line.starts_with('#')).then(|| format!("key of `{}` may log in", cut(told)))
            })
        }
        TrustedKind::Shell => each(DifferenceKind::Startup, old, new, |line| {
            (!line.starts_with('#')).then(|| format!("line added: `{}`", cut(line)))
        }),
        TrustedKind::Settings | TrustedKind::Mcp | TrustedKind::Ide => {
            counted(DifferenceKind::Setting, &lines::compare(old, new))
                .into_iter()
                .collect()
        }
    }
}

/// A sentence for each new line that says something, and one for those beyond [`SHOWN_LINES`].
fn each(
    kind: DifferenceKind,
    old: &str,
    new: &str,
    say: impl Fn(&str) -> Option<String>,
) -> Vec<Difference> {
    let lines = lines::compare(old, new);
    let told: Vec<String> = lines.added.iter().filter_map(|line| say(line)).collect();
    let more = told.len().saturating_sub(SHOWN_LINES);
    let mut found: Vec<Difference> = told
        .into_iter()
        .take(SHOWN_LINES)
        .map(|text| difference(kind, text))
        .collect();
    if more > 0 {
        found.push(difference(kind, format!("and {more} more lines")));
    }
    if found.is_empty() && lines.removed > 0 {
        found.extend(counted(DifferenceKind::Setting, &lines));
    }
    found
}
