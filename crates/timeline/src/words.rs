//! What happened, in a few words.

use ringfence_event::{Action, Change, FileActivity, Operation, Tool};

/// The longest line, in bytes.
const LONGEST: usize = 240;

/// Returns what an action is about, in one line.
pub(crate) fn line(action: &Action) -> String {
    let text = match action {
        Action::Prompt { text }
        | Action::Message { text }
        | Action::Thinking { text }
        | Action::Notification { text }
        | Action::TurnEnd { text: Some(text) } => text.clone(),
        Action::ToolCall { tool }
        | Action::PermissionRequest { tool }
        | Action::ToolResult { tool, .. } => wanted(tool),
        Action::ConfigChange { path, changes, .. } => {
            let mut parts = vec![path.clone().unwrap_or_default()];
            parts.extend(changes.iter().map(|change| change.text.clone()));
            parts.join("; ")
        }
        Action::SubagentStart { name } | Action::SubagentEnd { name } => {
            name.clone().unwrap_or_default()
        }
        other => deed(other),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let fits = text.floor_char_boundary(LONGEST);
    if fits < text.len() {
        return format!("{}…", text.get(..fits).unwrap_or_default());
    }
    text
}

/// Returns what a tool is wanted for, in one line.
pub fn wanted(tool: &Tool) -> String {
    let list = |texts: &[String]| texts.join(", ");
    match &tool.operation {
        Operation::Shell { command, .. } => command.clone(),
        Operation::Read { paths } => list(paths),
        Operation::Write { changes } => {
            let paths: Vec<String> = changes
                .iter()
                .map(|Change { path, .. }| path.clone())
                .collect();
            list(&paths)
        }
        Operation::Search { path, pattern } => {
            let parts = [pattern.as_deref(), path.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" in ")
        }
        Operation::Fetch { urls } => list(urls),
        Operation::WebSearch { query } => query.clone(),
        Operation::Mcp { server, tool } => format!("{server}/{tool}"),
        Operation::Subagent { prompt } => prompt.clone(),
        Operation::Other => tool.name.clone(),
    }
}

/// Returns what was done, for people.
pub(crate) fn deed(action: &Action) -> String {
    match action {
        Action::Exec { argv, error, .. } => format!("ran {}{}", argv.join(" "), failed(*error)),
        Action::Exit { code, signal } => match (code, signal) {
            (Some(code), _) => format!("ended with {code}"),
            (None, Some(signal)) => format!("ended by signal {signal}"),
            (None, None) => "ended".to_owned(),
        },
        Action::File {
            path,
            activity,
            to,
            error,
        } => {
            let to = to.as_ref().map(|to| format!(" to {to}"));
            let to = to.unwrap_or_default();
            format!("{} {path}{to}{}", touched(*activity), failed(*error))
        }
        Action::Connect {
            address,
            port,
            error,
            ..
        } => format!("talked to {address} port {port}{}", failed(*error)),
        Action::DnsQuery { name, error, .. } => format!("asked for {name}{}", failed(*error)),
        Action::Listen { address, port, .. } => format!("waits at {address} port {port}"),
        Action::Accept { address, port, .. } => format!("was reached by {address} at port {port}"),
        Action::System {
            activity,
            target,
            error,
        } => format!("{} {target}{}", activity.name(), failed(*error)),
        other => other.kind().to_owned(),
    }
}

fn failed(error: Option<i32>) -> String {
    error.map_or_else(String::new, |error| format!(" (failed: {error})"))
}

fn touched(activity: FileActivity) -> &'static str {
    match activity {
        FileActivity::Create => "made",
        FileActivity::Read => "read",
        FileActivity::Update => "wrote",
        FileActivity::Delete => "deleted",
        FileActivity::Rename => "renamed",
        FileActivity::Link => "linked",
        FileActivity::SetAttributes => "changed the permissions of",
    }
}
