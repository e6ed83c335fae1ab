//! What a tool call said: enough to tell whether a deed is explained by it.
//!
//! **Invariant:** bounded, whatever the call was; its texts come out of an event whose secrets are
//! masked.

use super::typed::{Typed, shell_text};
use crate::files::can_name;
use ringfence_event::{
    AgentKind, Event, HostAccess, Operation, SessionId, Timestamp, Tool, ToolCallId,
};
use std::sync::OnceLock;

/// Most names of one list.
const MOST: usize = 128;
/// Most bytes of all words of a call.
const MOST_BYTES: usize = 8 * 1024;
/// Longest text for people, in bytes.
const LONGEST: usize = 240;

/// A tool call, as an agent's hook told it.
#[derive(Debug)]
pub struct Said {
    /// The call's id.
    pub id: ToolCallId,
    /// Its session.
    pub session: SessionId,
    /// Which agent.
    pub agent: Option<AgentKind>,
    /// When it was told.
    pub began: Timestamp,
    /// What it does, in one line for people.
    pub text: String,
    /// What using the tool means.
    pub does: Does,
    /// The programs that it names.
    pub programs: Vec<String>,
    /// Every argument of them.
    pub words: Vec<String>,
    /// The files that it names, absolute.
    pub files: Vec<String>,
    /// The hosts that it names.
    pub hosts: Vec<String>,
    /// Set when it says that something is to go on after it.
    pub in_background: bool,
    /// Set when it could not be understood whole: then it explains what it may.
    pub unclear: bool,
    pub(super) typed: Option<Typed>,
    ended: OnceLock<Timestamp>,
}

/// What using a tool means, as far as processes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Runs a command line.
    Shell,
    /// Calls an MCP server, whose process works for it.
    Mcp,
    /// Anything else; the agent may start a helper for it.
    Other,
}

impl Said {
    /// Reads the event of a tool call, after enrichment. `command` is the line before its secrets
    /// were masked, if it is known.
    pub(super) fn read(event: &Event, tool: &Tool, command: Option<&str>) -> Option<Said> {
        let call = event.call.as_ref()?;
        let labels = &event.labels;
        let (does, typed) = match &tool.operation {
            Operation::Shell {
                argv: Some(argv), ..
            } => {
                let typed = shell_text(argv).map(Typed::of);
                (Does::Shell, typed.or_else(|| Some(Typed::of_words(argv))))
            }
            Operation::Shell { command: line, .. } => {
                (Does::Shell, Some(Typed::of(command.unwrap_or(line))))
            }
            Operation::Mcp { .. } => (Does::Mcp, None),
            Operation::Read { .. }
            | Operation::Write { .. }
            | Operation::Search { .. }
            | Operation::Fetch { .. }
            | Operation::WebSearch { .. }
            | Operation::Subagent { .. }
            | Operation::Other => (Does::Other, None),
        };
        let programs = labels.commands.iter().map(|one| one.program.clone());
        let words = labels.commands.iter().flat_map(|one| one.args.clone());
        let files = labels.files.iter().map(|one| one.full.clone());
        let hosts = labels
            .hosts
            .iter()
            .map(|HostAccess { host, .. }| host.clone());
        Some(Said {
            id: call.id.clone(),
            session: event.session.clone()?,
            agent: event.agent,
            began: event.at,
            text: text_of(tool),
            does,
            programs: some(programs),
            words: some(words),
            files: some(files),
            hosts: some(hosts),
            in_background: in_background(tool),
            unclear: !labels.unclear.is_empty() || labels.commands.len() > MOST,
            typed,
            ended: OnceLock::new(),
        })
    }

    /// When it ended, if it has.
    pub fn ended(&self) -> Option<Timestamp> {
        self.ended.get().copied()
    }

    pub(super) fn end(&self, at: Timestamp) {
        self.ended.get_or_init(|| at);
    }

    /// Says whether a program of this name is one that the call names.
    pub fn names_program(&self, name: &str) -> bool {
        self.programs.iter().any(|program| program == name)
    }

    /// Says whether the call names a file, a directory above it, or a pattern that it fits.
    pub fn names_file(&self, path: &str) -> bool {
        let above = |named: &String| {
            let rest = path.strip_prefix(named.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let fits = |named: &String| named.contains(['*', '?', '[']) && can_name(named, path);
        if self.files.iter().any(|named| above(named) || fits(named)) {
            return true;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let ends = |word: &String| {
            let before = word.strip_suffix(name);
            before.is_some_and(|before| before.is_empty() || before.ends_with(['/', '=', '@', ':']))
        };
        !name.is_empty() && self.words.iter().chain(&self.programs).any(ends)
    }
}

/// Words of a command line whose program goes on by itself.
const WORDS: [&str; 6] = ["nohup ", "setsid ", "disown", "tmux ", "screen ", " -d "];

/// What goes on by itself: `&`, or an option of the tool by that name.
fn in_background(tool: &Tool) -> bool {
    let told = ["run_in_background", "is_background", "background"]
        .iter()
        .any(|key| tool.input.get(key).and_then(serde_json::Value::as_bool) == Some(true));
    let Operation::Shell { command, .. } = &tool.operation else {
        return told;
    };
    let lone = command
        .replace("&&", "")
        .replace("&>", "")
        .replace(">&", "");
    told || lone.contains('&') || WORDS.iter().any(|word| command.contains(word))
}

fn text_of(tool: &Tool) -> String {
    let line = match &tool.operation {
        Operation::Shell { command, .. } => command.clone(),
        Operation::Mcp { server, tool } => format!("{server}: {tool}"),
        Operation::Read { paths } => format!("{} {}", tool.name, paths.join(" ")),
        Operation::Write { changes } => {
            let paths: Vec<&str> = changes.iter().map(|one| one.path.as_str()).collect();
            format!("{} {}", tool.name, paths.join(" "))
        }
        Operation::Fetch { urls } => format!("{} {}", tool.name, urls.join(" ")),
        Operation::Search { .. }
        | Operation::WebSearch { .. }
        | Operation::Subagent { .. }
        | Operation::Other => tool.name.clone(),
    };
    shortened(&line)
}

/// The text on one line, cut at a character's border.
pub(crate) fn shortened(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if line.len() > LONGEST {
        line.truncate(line.floor_char_boundary(LONGEST));
    }
    if line.len() < text.len() {
        line.push('…');
    }
    line
}

fn some(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut bytes = 0;
    for text in texts.take(MOST * 4) {
        bytes += text.len();
        if kept.len() >= MOST || bytes > MOST_BYTES {
            break;
        }
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
