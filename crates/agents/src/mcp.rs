//! The MCP servers that an agent starts, put behind `ringfence mcp-wrap`, and taken out again.
//!
//! **Invariant:** text in, text out: the command of a server becomes the first argument after `--`, and
//! nothing else moves, so that taking it out gives the same bytes, also after other edits. Servers
//! that the agent reaches over a network are left alone: the proxy reads those.

mod json;
mod toml;

use crate::install::EditError;
use ringfence_event::AgentKind;
use std::ops::Range;
use std::path::PathBuf;

/// The largest configuration that is edited.
const LARGEST: usize = 8 * 1024 * 1024;
/// The command that stands in front of a server's own.
const WRAP: &str = "mcp-wrap";
/// Says that the server had no arguments: there was no list of them.
const BARE: &str = "--bare";

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    Json,
    Toml,
}

/// A server that the agent starts itself, where its parts stand in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    name: String,
    command: Text,
    /// The list of arguments; `None` if there is none.
    arguments: Option<List>,
    /// What begins a list of arguments after the command.
    lead: &'static str,
}

/// A text with its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    span: Range<usize>,
    value: String,
}

/// A list of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct List {
    span: Range<usize>,
    items: Vec<Text>,
}

/// The files of a user in which an agent keeps the MCP servers that it starts.
pub fn mcp_files(agent: AgentKind, places: &crate::Places) -> Vec<PathBuf> {
    let home = crate::home_of(agent, places);
    match agent {
        AgentKind::ClaudeCode => match &places.claude_config_dir {
            Some(directory) => vec![directory.join(".claude.json")],
            None => vec![places.home.join(".claude.json")],
        },
        AgentKind::Codex => vec![home.join("config.toml")],
        AgentKind::Gemini => vec![home.join("settings.json")],
        AgentKind::Cursor => vec![home.join("mcp.json")],
        AgentKind::Copilot
        | AgentKind::Opencode
        | AgentKind::Cline
        | AgentKind::Roo
        | AgentKind::Qwen
        | AgentKind::SweAgent => Vec::new(),
    }
}

/// What an edit does to a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpEdit {
    /// The new text; the same if there is nothing to do.
    pub text: String,
    /// The servers that it concerns.
    pub servers: Vec<String>,
}

/// Puts each server of a configuration behind `program mcp-wrap`; those that are there already stay.
pub fn wrap_mcp(agent: AgentKind, text: &str, program: &str) -> Result<McpEdit, EditError> {
    let mut changes = Vec::new();
    let mut names = Vec::new();
    for server in servers(agent, text)? {
        if is_wrapped(&server) {
            continue;
        }
        let Some(own) = text.get(server.command.span.clone()) else {
            continue;
        };
        let name = quoted(&server.name);
        changes.push((server.command.span.clone(), quoted(program)));
        match &server.arguments {
            Some(list) => {
                let (at, end) = match list.items.first() {
                    Some(first) => (first.span.start, ", "),
                    None => (list.span.start + 1, ""),
                };
                let inserted = format!("\"{WRAP}\", \"--name\", {name}, \"--\", {own}{end}");
                changes.push((at..at, inserted));
            }
            None => {
                let at = server.command.span.end;
                let lead = server.lead;
                let list =
                    format!("{lead}[\"{WRAP}\", \"--name\", {name}, \"{BARE}\", \"--\", {own}]");
                changes.push((at..at, list));
            }
        }
        names.push(server.name);
    }
    Ok(McpEdit {
        text: changed(text, changes),
        servers: names,
    })
}

/// Takes `mcp-wrap` out of each server of a configuration.
pub fn unwrap_mcp(agent: AgentKind, text: &str) -> Result<McpEdit, EditError> {
    let mut changes = Vec::new();
    let mut names = Vec::new();
    for server in servers(agent, text)? {
        let Some(undone) = undo(text, &server).filter(|_| is_wrapped(&server)) else {
            continue;
        };
        changes.extend(undone);
        names.push(server.name);
    }
    Ok(McpEdit {
        text: changed(text, changes),
        servers: names,
    })
}

/// An MCP server that an agent starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct McpServer {
    /// What the agent calls it.
    pub name: String,
    /// The command that starts it and its arguments, without `mcp-wrap`.
    pub words: Vec<String>,
    /// Whether it stands behind `mcp-wrap`.
    pub wrapped: bool,
}

/// Lists the servers of a configuration that the agent starts.
pub fn mcp_servers(agent: AgentKind, text: &str) -> Result<Vec<McpServer>, EditError> {
    let listed = servers(agent, text)?.into_iter().map(|server| {
        let wrapped = is_wrapped(&server);
        let arguments = server.arguments.map(|list| list.items).unwrap_or_default();
        let mut words: Vec<String> = arguments.into_iter().map(|item| item.value).collect();
        if wrapped {
            let dashes = words.iter().position(|word| word == "--");
            words.drain(..dashes.map_or(0, |dashes| dashes + 1));
        } else {
            words.insert(0, server.command.value);
        }
        McpServer {
            name: server.name,
            words,
            wrapped,
        }
    });
    Ok(listed.collect())
}

fn is_wrapped(server: &Server) -> bool {
    let items = server.arguments.as_ref().map(|list| list.items.as_slice());
    let first = items.and_then(<[Text]>::first);
    first.is_some_and(|first| first.value == WRAP)
}

fn undo(text: &str, server: &Server) -> Option<Vec<(Range<usize>, String)>> {
    let list = server.arguments.as_ref()?;
    let dashes = list.items.iter().position(|item| item.value == "--")?;
    let own = list.items.get(dashes + 1)?;
    let command = (
        server.command.span.clone(),
        text.get(own.span.clone())?.to_owned(),
    );
    let bare = list
        .items
        .iter()
        .take(dashes)
        .any(|item| item.value == BARE);
    let first = list.items.first()?;
    let gap = text.get(server.command.span.end..list.span.start);
    let gone = match (list.items.get(dashes + 2), bare) {
        (Some(next), _) => first.span.start..next.span.start,
        // Still right behind the command, where it was put: the whole list was ours.
        (None, true) if gap == Some(server.lead) => server.command.span.end..list.span.end,
        (None, _) => first.span.start..own.span.end,
    };
    Some(vec![command, (gone, String::new())])
}

fn servers(agent: AgentKind, text: &str) -> Result<Vec<Server>, EditError> {
    if text.len() > LARGEST {
        return Err(EditError::TooLarge { limit: LARGEST });
    }
    let syntax = match agent {
        AgentKind::Codex => Syntax::Toml,
        _ => Syntax::Json,
    };
    match syntax {
        Syntax::Json => json::servers(text),
        Syntax::Toml => toml::servers(text),
    }
}

/// A text in quotes as both JSON and TOML read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn changed(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::with_capacity(text.len() + 256);
    let mut from = 0;
    for (span, new) in changes {
        out.push_str(text.get(from..span.start).unwrap_or_default());
        out.push_str(&new);
        from = span.end.max(from);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
