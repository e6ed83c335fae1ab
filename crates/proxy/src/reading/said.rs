//! What an answer says, put together from its pieces: texts, thoughts, tool calls, counts.
//!
//! **Invariant:** a block is told once, when it ends; at most [`MOST_BLOCKS`] are open, and one that
//! grows over [`LONGEST_BLOCK`] is told in parts.

use ringfence_event::{ExchangeError, Usage};
use serde_json::Value;

/// Blocks of one answer that are open at once.
pub(crate) const MOST_BLOCKS: usize = 128;
/// Bytes of one block until a part of it is told.
pub(crate) const LONGEST_BLOCK: usize = 1024 * 1024;

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// What the model says.
    Text,
    /// What it thinks.
    Thinking,
    /// A tool that it wants to use, or that its provider used for it; the text is its arguments.
    Call {
        /// The call's id, as hooks have it too.
        id: String,
        /// The tool's name.
        name: String,
        /// The MCP server that the provider calls by itself.
        server: Option<String>,
    },
    /// What a tool gave back.
    Result {
        /// The call's id.
        id: String,
        /// The tool's name, if it is told.
        name: String,
        /// Set when it failed.
        failed: Option<bool>,
    },
    /// What a person or a program asked.
    Prompt,
    /// The tools of an MCP server as it describes them.
    Tools,
}

/// One block, whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// The message and block, as findings say it.
    pub(crate) place: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// What it says: text, or JSON of arguments and results.
    pub(crate) text: String,
    /// Its JSON where the text is not all.
    pub(crate) value: Option<Value>,
}

/// An answer under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    open: Vec<Said>,
    /// Blocks that ended and were not taken yet.
    pub(crate) said: Vec<Said>,
    /// The model that answers.
    pub(crate) model: Option<String>,
    /// The answer's id.
    pub(crate) message: Option<String>,
    /// What it used so far.
    pub(crate) usage: Option<Usage>,
    /// What went wrong.
    pub(crate) error: Option<ExchangeError>,
    /// Set once the model said anything.
    pub(crate) spoke: bool,
    /// Set once it said that this was all.
    pub(crate) over: bool,
}

impl Answer {
    /// Begins a block; one that is open at the same place ends.
    pub(crate) fn open(&mut self, place: String, kind: Kind) {
        self.close(&place);
        if self.open.len() >= MOST_BLOCKS {
            let oldest = self.open.remove(0);
            self.said.push(oldest);
        }
        self.open.push(Said {
            place,
            kind,
            text: String::new(),
            value: None,
        });
    }

    /// Adds to the block at a place, and begins it if there is none.
    pub(crate) fn add(&mut self, place: &str, kind: Kind, piece: &str) {
        if piece.is_empty() {
            return;
        }
        self.spoke = true;
        if !self.open.iter().any(|block| block.place == place) {
            self.open(place.to_owned(), kind);
        }
        let Some(block) = self.open.iter_mut().find(|block| block.place == place) else {
            return;
        };
        block.text.push_str(piece);
        if block.text.len() > LONGEST_BLOCK {
            let part = block.clone();
            block.text.clear();
            self.said.push(part);
        }
    }

    /// Names the tool of a call that began without its name.
    pub(crate) fn name_call(&mut self, place: &str, told_id: &str, told_name: &str) {
        for block in self.open.iter_mut().filter(|block| block.place == place) {
            if let Kind::Call { id, name, .. } = &mut block.kind {
                if id.is_empty() {
                    told_id.clone_into(id);
                }
                if name.is_empty() {
                    told_name.clone_into(name);
                }
            }
        }
    }

    /// Bytes that are held.
    pub(crate) fn held(&self) -> usize {
        self.open.iter().map(|block| block.text.len()).sum()
    }

    /// Whether a block at this place is open and has text.
    pub(crate) fn has(&self, place: &str) -> bool {
        let mut blocks = self.open.iter();
        blocks.any(|block| block.place == place && !block.text.is_empty())
    }

    /// Ends the block at a place.
    pub(crate) fn close(&mut self, place: &str) {
        let found = self.open.iter().position(|block| block.place == place);
        if let Some(at) = found {
            let block = self.open.remove(at);
            self.tell(block);
        }
    }

    /// Ends every block.
    pub(crate) fn close_all(&mut self) {
        for block in std::mem::take(&mut self.open) {
            self.tell(block);
        }
    }

    /// Tells a block that came whole.
    pub(crate) fn whole(&mut self, place: String, kind: Kind, text: String) {
        self.spoke |= !text.is_empty();
        self.tell(Said {
            place,
            kind,
            text,
            value: None,
        });
    }

    fn tell(&mut self, block: Said) {
        let spoken = matches!(block.kind, Kind::Text | Kind::Thinking | Kind::Prompt);
        if !(spoken && block.text.is_empty()) {
            self.said.push(block);
        }
    }

    /// Notes what was used; a later count stands for an earlier one, heap by heap.
    pub(crate) fn count(&mut self, later: &Usage) {
        let usage = self.usage.get_or_insert_with(Usage::default);
        let heaps = [
            (&mut usage.input, later.input),
            (&mut usage.output, later.output),
            (&mut usage.cache_read, later.cache_read),
            (&mut usage.cache_write, later.cache_write),
            (&mut usage.cache_write_hour, later.cache_write_hour),
            (&mut usage.reasoning, later.reasoning),
        ];
        for (kept, told) in heaps {
            if told > 0 {
                *kept = told;
            }
        }
        usage.fast |= later.fast;
    }

    /// Notes an error as most services tell it: `{"type" or "code" or "status", "message"}`.
    pub(crate) fn fail(&mut self, error: &Value) {
        let word = |name: &str| match error.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let message = match error {
            Value::String(text) => text.clone(),
            other => word("message").unwrap_or_else(|| other.to_string()),
        };
        let kind = word("type").or(word("status")).or(word("code"));
        self.error = Some(ExchangeError {
            kind: kind.unwrap_or_else(|| "error".to_owned()),
            message: message.chars().take(1000).collect(),
        });
    }
}

/// The text at a pointer; empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// The number at a pointer; 0 if there is none.
pub(crate) fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or(0)
}

/// The list at a pointer; empty if there is none.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    match value.pointer(pointer) {
        Some(Value::Array(items)) => items,
        _ => &[],
    }
}
