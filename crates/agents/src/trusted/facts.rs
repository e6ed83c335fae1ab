//! What stands in a settings file, in the three shapes that can be compared: hooks, MCP servers,
//! and all other settings by name.
//!
//! **Invariant:** bounded by the value it is made of; the shapes of all agents come out the same.

use super::keys::plain;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) hooks: BTreeSet<Hook>,
    pub(super) servers: BTreeMap<String, Server>,
    /// Tasks that run when a folder is opened: name and command.
    pub(super) tasks: BTreeSet<(String, String)>,
    pub(super) settings: BTreeMap<String, Setting>,
}

/// Something that runs when something happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hook {
    /// `SessionStart`, in the agent's words.
    pub(super) moment: String,
    /// The tools for which it runs; empty: for all.
    pub(super) matcher: String,
    /// Its command line, or the address that is asked.
    pub(super) runs: String,
}

/// An MCP server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Server {
    /// Its command line, or its address.
    pub(super) runs: String,
    /// All else that is said of it.
    pub(super) settings: BTreeMap<String, Setting>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    One(Value),
    /// A list, of which the order does not matter.
    Many(BTreeSet<String>),
}

/// Names under which agents keep their MCP servers.
const SERVERS: [&str; 6] = [
    "mcpServers",
    "mcp_servers",
    "context_servers",
    "amp.mcpServers",
    "servers",
    "mcp",
];

impl Facts {
    /// Takes a file apart.
    pub(super) fn of(value: &Value) -> Facts {
        let mut facts = Facts::default();
        match value {
            Value::Object(root) => facts.object("", root),
            other => facts.setting("", other),
        }
        facts
    }

    fn object(&mut self, path: &str, object: &Map<String, Value>) {
        for (name, value) in object {
            let here = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            match value {
                Value::Object(table) if name == "hooks" => self.hooks_in(table),
                Value::Object(table)
                    if SERVERS.contains(&name.as_str()) && table.values().all(is_server) =>
                {
                    self.servers_in(path, table);
                }
                Value::Array(tasks) if name == "tasks" => self.tasks_in(tasks),
                other => self.setting(&here, other),
            }
        }
    }

    fn setting(&mut self, path: &str, value: &Value) {
        match value {
            Value::Object(table) => self.object(path, table),
            // Codex: a command line, in order.
            Value::Array(words) if path == "notify" => {
                let words: Vec<String> = words.iter().map(plain).collect();
                let line = Value::from(words.join(" "));
                self.settings.insert(path.to_owned(), Setting::One(line));
            }
            Value::Array(items) => {
                let items = items.iter().map(plain).collect();
                self.settings.insert(path.to_owned(), Setting::Many(items));
            }
            Value::Null => {}
            one => {
                self.settings
                    .insert(path.to_owned(), Setting::One(one.clone()));
            }
        }
    }

    fn hooks_in(&mut self, table: &Map<String, Value>) {
        for (moment, entries) in table {
            self.hooks_on(moment, "", entries);
        }
    }

    /// A handler, a group of handlers with a matcher, or a list of either.
    fn hooks_on(&mut self, moment: &str, matcher: &str, value: &Value) {
        match value {
            Value::Array(entries) => {
                for entry in entries {
                    self.hooks_on(moment, matcher, entry);
                }
            }
            Value::Object(entry) => {
                let own = entry.get("matcher").map(plain).unwrap_or_default();
                let matcher = if own.is_empty() { matcher } else { &own };
                if let Some(runs) = runs(entry) {
                    self.hooks.insert(Hook {
                        moment: moment.to_owned(),
                        matcher: matcher.to_owned(),
                        runs,
                    });
                }
                if let Some(inner) = entry.get("hooks") {
                    self.hooks_on(moment, matcher, inner);
                }
            }
            Value::String(runs) => {
                self.hooks.insert(Hook {
                    moment: moment.to_owned(),
                    matcher: matcher.to_owned(),
                    runs: runs.clone(),
                });
            }
            // `hooks.enabled = false` is a setting.
            other => self.setting(&format!("hooks.{moment}"), other),
        }
    }

    fn servers_in(&mut self, path: &str, table: &Map<String, Value>) {
        for (name, value) in table {
            let Value::Object(entry) = value else {
                continue;
            };
            let mut inside = Facts::default();
            let rest: Map<String, Value> = entry
                .iter()
                .filter(|(name, _)| !RUNS.contains(&name.as_str()) && *name != "args")
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            inside.object("", &rest);
            let server = Server {
                runs: runs(entry).unwrap_or_default(),
                settings: inside.settings,
            };
            let name = match path {
                "" => name.clone(),
                path => format!("{name} ({})", path.trim_start_matches("projects.")),
            };
            self.servers.insert(name, server);
        }
    }

    fn tasks_in(&mut self, tasks: &[Value]) {
        for (place, task) in tasks.iter().enumerate() {
            let when = task.pointer("/runOptions/runOn").and_then(Value::as_str);
            let Value::Object(entry) = task else { continue };
            if when == Some("folderOpen") {
                let label = entry.get("label").or_else(|| entry.get("script"));
                let name = label.map_or_else(|| format!("task {}", place + 1), plain);
                let command = runs(entry).or_else(|| entry.get("script").map(plain));
                self.tasks.insert((name, command.unwrap_or_default()));
            }
        }
    }
}

/// Names under which a command line or an address stands.
const RUNS: [&str; 8] = [
    "command",
    "bash",
    "powershell",
    "httpUrl",
    "serverUrl",
    "url",
    "uri",
    "prompt",
];

/// The command line of a hook, a server or a task, or the address that it asks.
fn runs(entry: &Map<String, Value>) -> Option<String> {
    let first = RUNS.iter().find_map(|name| entry.get(*name))?;
    let mut words = match first {
        Value::Array(words) => words.iter().map(plain).collect(),
        // Zed: `{"path": …, "args": […]}`.
        Value::Object(inner) => {
            let mut words: Vec<String> = inner.get("path").map(plain).into_iter().collect();
            words.extend(list(inner.get("args")));
            words
        }
        other => vec![plain(other)],
    };
    words.extend(list(entry.get("args")));
    Some(words.join(" "))
}

fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(words)) => words.iter().map(plain).collect(),
        _ => Vec::new(),
    }
}

fn is_server(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|entry| RUNS.iter().any(|name| entry.contains_key(*name)))
}
