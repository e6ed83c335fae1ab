//! The tool calls whose result has not come yet: a result names only the call.
//!
//! **Invariant:** bounded in number and bytes: arguments are not kept, only what they mean.

use ringfence_event::{Operation, Tool};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::VecDeque;

/// Most calls that wait for a result.
const MOST: usize = 256;

/// Longest command or prompt that is kept for a result, in bytes.
const LONGEST: usize = 8 * 1024;

/// The tool calls whose result has not come yet.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Calls(VecDeque<(String, Tool)>);

impl Calls {
    /// Remembers a call.
    pub(crate) fn open(&mut self, id: &str, tool: &Tool) {
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((id.to_owned(), used(tool)));
    }

    /// Whether the call waits for its result.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(known, _)| known == id)
    }

    /// Looks at a call.
    pub(crate) fn see(&self, id: &str) -> Option<&Tool> {
        let found = self.0.iter().rev().find(|(known, _)| known == id);
        found.map(|(_, tool)| tool)
    }

    /// Returns the tool of a call whose result is there; a nameless one if it is not known.
    pub(crate) fn close(&mut self, id: &str) -> Tool {
        let place = self.0.iter().rposition(|(known, _)| known == id);
        let found = place.and_then(|place| self.0.remove(place));
        found.map_or_else(nameless, |(_, tool)| tool)
    }

    /// Returns the id of the call that was made last.
    pub(crate) fn last(&self) -> Option<&str> {
        self.0.back().map(|(id, _)| id.as_str())
    }
}

/// What a result says of the tool: not its arguments again, nor the texts in them.
pub(crate) fn used(tool: &Tool) -> Tool {
    Tool {
        name: tool.name.clone(),
        operation: small(&tool.operation),
        input: Value::Null,
    }
}

fn nameless() -> Tool {
    Tool {
        name: String::new(),
        operation: Operation::Other,
        input: Value::Null,
    }
}

fn small(operation: &Operation) -> Operation {
    let mut operation = operation.clone();
    match &mut operation {
        Operation::Shell { command, argv, .. } => {
            shorten(command);
            if command.len() >= LONGEST {
                *argv = None;
            }
        }
        Operation::Write { changes } => {
            for change in changes {
                change.text = None;
            }
        }
        Operation::WebSearch { query: text } | Operation::Subagent { prompt: text } => {
            shorten(text);
        }
        Operation::Read { .. }
        | Operation::Search { .. }
        | Operation::Fetch { .. }
        | Operation::Mcp { .. }
        | Operation::Other => {}
    }
    operation
}

fn shorten(text: &mut String) {
    let end = text.floor_char_boundary(LONGEST);
    text.truncate(end);
}
