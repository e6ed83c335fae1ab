//! Examples of a rule: what it must match, and what it must leave alone.

use crate::error::Problem;
use crate::yaml::{Entry, Node, Value};
use ringfence_event::{
    Action, CallRef, Change, ChangeKind, Event, EventKey, Join, Labels, Operation, Outcome,
    ProcessRef, SessionId, Source, Timestamp, Tool, ToolCallId, Unsaid, UnsaidKind,
};
use serde::Deserialize;
use std::fmt;
use uuid::Uuid;

/// Where an example happens if it does not say.
const CWD: &str = "/home/dev/project";

/// What a rule must match, or must leave alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What the agent wants to do.
    pub action: ExampleAction,
    /// Where, if it matters.
    pub cwd: Option<String>,
}

/// What an agent wants to do in an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExampleAction {
    /// `command:` runs a command line.
    Command(String),
    /// `read:` reads a file.
    Read(String),
    /// `write:` changes a file, with the `text:` that is put there.
    Write {
        /// The file.
        path: String,
        /// The text.
        text: Option<String>,
    },
    /// `delete:` deletes a file.
    Delete(String),
    /// `fetch:` gets a page.
    Fetch(String),
    /// `tool:` uses any other tool; with `server:`, one of an MCP server; with `input:`, JSON, what it is given.
    Tool {
        /// The tool's name.
        name: String,
        /// The MCP server's name.
        server: Option<String>,
        /// What the tool is given.
        input: Option<serde_json::Value>,
    },
    /// `prompt:` tells the agent something.
    Prompt(String),
    /// `said:` is the agent's answer at the end of a turn.
    Said(String),
    /// `result:` gives back what a tool found.
    Result(String),
    /// `seen:` is what the sensor in the kernel or the watcher of files saw: an [`Action`] as JSON,
    /// and `program`, the path of the process that did it, `moment`, `session`, `call`, `ancestors`
    /// and `unsaid`, the kinds of what nobody said.
    Seen(String),
}

/// The keys of an example, the one that says what it is about first.
const KEYS: &[&str] = &[
    "command", "read", "write", "delete", "fetch", "tool", "prompt", "said", "result", "text",
    "server", "input", "cwd",
];

impl Example {
    /// Reads one entry of `examples` or `negative_examples`.
    pub(crate) fn read(node: &Node<'_>) -> Result<Example, Problem> {
        let Value::Map(entries) = &node.value else {
            return Err(Problem::Wrong {
                key: "examples".to_owned(),
                wanted: "a list of maps such as `command: …` or `{read: …}`",
            });
        };
        let mut action = None;
        let mut text = None;
        let mut server = None;
        let mut input = None;
        let mut cwd = None;
        for Entry { key, node, .. } in entries {
            let Value::Text(value) = &node.value else {
                return Err(Problem::Wrong {
                    key: key.to_string(),
                    wanted: "text",
                });
            };
            let value = value.to_string();
            let found = match key.as_ref() {
                "text" => {
                    text = Some(value);
                    continue;
                }
                "server" => {
                    server = Some(value);
                    continue;
                }
                "input" => {
                    let wanted = "JSON in quotes";
                    let wrong = |_| Problem::Wrong {
                        key: key.to_string(),
                        wanted,
                    };
                    input = Some(serde_json::from_str(&value).map_err(wrong)?);
                    continue;
                }
                "cwd" => {
                    cwd = Some(value);
                    continue;
                }
                key => ExampleAction::read(key, value)?,
            };
            if action.replace(found).is_some() {
                return Err(Problem::Wrong {
                    key: key.to_string(),
                    wanted: "the only action of its example",
                });
            }
        }
        let action = with_details(action, text, server, input)?;
        Ok(Example { action, cwd })
    }

    /// The event that the example stands for, before enrichment.
    pub fn event(&self) -> Event {
        let seen = match &self.action {
            ExampleAction::Seen(text) => Seen::read(text),
            _ => None,
        };
        let source = match seen.as_ref().map(|seen| &seen.action) {
            Some(Action::ConfigChange { .. }) => Source::Watcher,
            Some(Action::HttpExchange { .. }) => Source::Proxy,
            Some(_) => Source::Kernel,
            None => Source::Hook,
        };
        let moment = seen.as_ref().and_then(|seen| seen.moment.clone());
        let session = seen.as_ref().and_then(|seen| seen.session.clone());
        let process = seen.as_ref().and_then(|seen| {
            Some(ProcessRef {
                pid: 1,
                started: 0,
                executable: Some(seen.program.clone()?),
            })
        });
        let call = seen.as_ref().and_then(|seen| {
            let id = seen.call.clone()?;
            let join = Join::Exact;
            Some(CallRef { id, join })
        });
        let labels = seen.as_ref().map(Seen::labels).unwrap_or_default();
        let action = match &self.action {
            ExampleAction::Seen(_) => seen.map_or(Action::Other, |seen| seen.action),
            ExampleAction::Prompt(text) => Action::Prompt { text: text.clone() },
            ExampleAction::Said(text) => Action::TurnEnd {
                text: Some(text.clone()),
            },
            ExampleAction::Result(text) => Action::ToolResult {
                tool: tool(&self.action),
                outcome: Outcome::Success,
                output: text.as_str().into(),
            },
            other => Action::ToolCall { tool: tool(other) },
        };
        Event {
            key: EventKey(Uuid::nil()),
            at: Timestamp(0),
            source,
            agent: None,
            moment,
            session,
            call,
            process,
            cwd: Some(self.cwd.clone().unwrap_or_else(|| CWD.to_owned())),
            action,
            labels,
            rest: serde_json::Map::new(),
        }
    }
}

impl ExampleAction {
    fn read(key: &str, value: String) -> Result<ExampleAction, Problem> {
        Ok(match key {
            "command" => ExampleAction::Command(value),
            "read" => ExampleAction::Read(value),
            "write" => ExampleAction::Write {
                path: value,
                text: None,
            },
            "delete" => ExampleAction::Delete(value),
            "fetch" => ExampleAction::Fetch(value),
            "tool" => ExampleAction::Tool {
                name: value,
                server: None,
                input: None,
            },
            "prompt" => ExampleAction::Prompt(value),
            "said" => ExampleAction::Said(value),
            "result" => ExampleAction::Result(value),
            "seen" if Seen::read(&value).is_some() => ExampleAction::Seen(value),
            "seen" => {
                return Err(Problem::Wrong {
                    key: key.to_owned(),
                    wanted: "an action as JSON, such as `{\"kind\":\"exec\",\"argv\":[\"id\"]}`",
                });
            }
            _ => {
                return Err(Problem::UnknownKey {
                    key: key.to_owned(),
                    known: KEYS,
                });
            }
        })
    }
}

/// What the kernel's sensor saw in an example.
#[derive(Deserialize)]
struct Seen {
    program: Option<String>,
    moment: Option<String>,
    session: Option<SessionId>,
    call: Option<ToolCallId>,
    #[serde(default)]
    ancestors: Vec<String>,
    #[serde(default)]
    unsaid: Vec<UnsaidKind>,
    #[serde(flatten)]
    action: Action,
}

impl Seen {
    /// What the join and the comparison with what was said found out.
    fn labels(&self) -> Labels {
        let unsaid = self.unsaid.iter().map(|kind| Unsaid {
            kind: *kind,
            said: "npm test".to_owned(),
            done: "something else".to_owned(),
        });
        Labels {
            ancestors: self.ancestors.clone(),
            unsaid: unsaid.collect(),
            ..Labels::default()
        }
    }

    fn read(text: &str) -> Option<Seen> {
        serde_json::from_str(text).ok()
    }
}

/// What an agent does step by step: an example of a correlation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The steps, each with the seconds since the one before (`after: 5m`); one that is said to
    /// happen several times (`times: 25`) stands here as often.
    pub steps: Vec<(i64, Example)>,
}

/// How often a step may be said to happen.
const MOST_TIMES: usize = 1000;
/// Seconds between steps that do not say.
const BETWEEN: i64 = 1;

impl Sequence {
    /// Reads one entry: a list of examples.
    pub(crate) fn read(node: &Node<'_>) -> Result<Sequence, Problem> {
        let Value::List(nodes) = &node.value else {
            return Err(Problem::Wrong {
                key: "examples".to_owned(),
                wanted: "a list of lists of steps, as the rule is a correlation",
            });
        };
        let mut steps = Vec::new();
        for node in nodes {
            let mut node = node.clone();
            let after = match take(&mut node, "after") {
                Some(found) => seconds(&found).ok_or(Problem::Wrong {
                    key: "after".to_owned(),
                    wanted: "a time such as 30s, 5m or 2h",
                })?,
                None => BETWEEN,
            };
            let times = match take(&mut node, "times") {
                Some(found) => number(&found).ok_or(Problem::Wrong {
                    key: "times".to_owned(),
                    wanted: "a number from 1 to 1000",
                })?,
                None => 1,
            };
            let example = Example::read(&node)?;
            steps.extend(std::iter::repeat_n((after, example), times));
        }
        Ok(Sequence { steps })
    }
}

/// Takes a key of a step that is none of its example.
fn take<'n>(node: &mut Node<'n>, key: &str) -> Option<Node<'n>> {
    let Value::Map(entries) = &mut node.value else {
        return None;
    };
    let place = entries.iter().position(|entry| entry.key == key)?;
    Some(entries.remove(place).node)
}

fn number(node: &Node<'_>) -> Option<usize> {
    let number = match &node.value {
        Value::Text(text) => text.parse().ok(),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    };
    number.filter(|number| (1..=MOST_TIMES).contains(number))
}

fn seconds(node: &Node<'_>) -> Option<i64> {
    match &node.value {
        Value::Text(text) => crate::correlation::seconds(text),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, same) in self.steps.chunk_by(|one, next| one == next).enumerate() {
            let then = if place > 0 { ", then " } else { "" };
            if let [(_, example), rest @ ..] = same {
                write!(formatter, "{then}{example}")?;
                if !rest.is_empty() {
                    write!(formatter, " {} times", same.len())?;
                }
            }
        }
        Ok(())
    }
}

fn with_details(
    action: Option<ExampleAction>,
    text: Option<String>,
    server: Option<String>,
    input: Option<serde_json::Value>,
) -> Result<ExampleAction, Problem> {
    match (action, text, server, input) {
        (Some(ExampleAction::Write { path, .. }), text, None, None) => {
            Ok(ExampleAction::Write { path, text })
        }
        (Some(ExampleAction::Tool { name, .. }), None, server, input) => Ok(ExampleAction::Tool {
            name,
            server,
            input,
        }),
        (Some(action), None, None, None) => Ok(action),
        (Some(_), _, _, _) => Err(Problem::Wrong {
            key: "examples".to_owned(),
            wanted: "maps where `text` goes with `write`, and `server` and `input` with `tool`",
        }),
        (None, _, _, _) => Err(Problem::Missing("command")),
    }
}

/// The tool call of an example, under the name that Claude Code has for it.
fn tool(action: &ExampleAction) -> Tool {
    let (name, operation) = match action {
        ExampleAction::Command(command) => {
            let operation = Operation::Shell {
                command: command.clone(),
                argv: None,
                cwd: None,
            };
            ("Bash", operation)
        }
        ExampleAction::Read(path) => {
            let paths = vec![path.clone()];
            ("Read", Operation::Read { paths })
        }
        ExampleAction::Write { path, text } => {
            let change = match text {
                Some(_) => ChangeKind::Create,
                None => ChangeKind::Update,
            };
            ("Write", write(path, change, text.clone()))
        }
        ExampleAction::Delete(path) => ("Write", write(path, ChangeKind::Delete, None)),
        ExampleAction::Fetch(url) => {
            let urls = vec![url.clone()];
            ("WebFetch", Operation::Fetch { urls })
        }
        ExampleAction::Tool { name, server, .. } => {
            let operation = match server {
                Some(server) => Operation::Mcp {
                    server: server.clone(),
                    tool: name.clone(),
                },
                None => Operation::Other,
            };
            (name.as_str(), operation)
        }
        ExampleAction::Prompt(_)
        | ExampleAction::Said(_)
        | ExampleAction::Result(_)
        | ExampleAction::Seen(_) => ("", Operation::Other),
    };
    Tool {
        name: name.to_owned(),
        operation,
        input: match action {
            ExampleAction::Tool { input, .. } => input.clone().unwrap_or_default(),
            _ => serde_json::Value::Null,
        },
    }
}

fn write(path: &str, change: ChangeKind, text: Option<String>) -> Operation {
    let path = path.to_owned();
    Operation::Write {
        changes: vec![Change { path, change, text }],
    }
}

impl fmt::Display for Example {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, what) = match &self.action {
            ExampleAction::Command(command) => ("command", command),
            ExampleAction::Read(path) => ("read", path),
            ExampleAction::Write { path, .. } => ("write", path),
            ExampleAction::Delete(path) => ("delete", path),
            ExampleAction::Fetch(url) => ("fetch", url),
            ExampleAction::Tool { name, .. } => ("tool", name),
            ExampleAction::Prompt(text) => ("prompt", text),
            ExampleAction::Said(text) => ("said", text),
            ExampleAction::Result(text) => ("result", text),
            ExampleAction::Seen(text) => ("seen", text),
        };
        write!(formatter, "`{verb}: {what}`")
    }
}

#[cfg(test)]
mod tests;
