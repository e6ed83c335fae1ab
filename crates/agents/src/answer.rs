//! What is said back: one verdict, in each agent's dialect.
//!
//! **Invariant:** nothing here ever approves a call. Allow is the agent's "no
//! opinion", so that its own permission rules and prompts still apply.

use crate::agent;
use ringfence_event::{AgentKind, Verdict};
use serde_json::{Map, Value};

/// Longest text that is said, in UTF-16 units: Claude Code cuts at 10,000 characters.
const LONGEST: usize = 10_000;

/// Longest reason, in UTF-16 units: how the call is undone must still fit behind it.
const LONGEST_REASON: usize = 8_000;

/// Which answer an agent understands at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A tool is about to run, and can be stopped.
    ToolGate {
        /// Whether the agent can ask its user first.
        asking: Asking,
    },
    /// The agent is about to ask its user for permission, and can be told to refuse.
    PermissionGate,
    /// A prompt is about to go to the model, and can be stopped.
    PromptGate,
    /// A tool has run; its result can be kept from the model, or explained to it.
    ResultGate,
    /// A changed configuration is about to be used, and can be refused.
    ChangeGate,
    /// Nothing can be stopped, but the user can be told.
    Notice,
    /// No answer is read.
    Observe,
}

/// Whether an agent can ask its user before a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It can.
    Person,
    /// It cannot: an `ask` becomes a denial whose text says how to allow it.
    Nobody,
}

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// What was decided.
    pub verdict: Verdict,
    /// One sentence for the model.
    pub reason: &'a str,
    /// How the user undoes it.
    pub hint: &'a str,
}

/// What the hook's process does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
    /// Its exit code.
    pub exit_code: u8,
}

/// Says a verdict in the agent's dialect.
pub fn render(agent: AgentKind, kind: &AnswerKind, answer: &Answer<'_>) -> Reply {
    match Message::of(kind, answer) {
        Some(message) => agent::of(agent).render(kind, &message),
        None => agent::of(agent).silence(),
    }
}

/// What is left of a verdict once it is known what the moment allows.
pub(crate) struct Message {
    pub(crate) verdict: Decided,
    /// The reason, and how the user undoes it.
    pub(crate) text: String,
}

/// The three things one can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// Tell the user, and let it go on.
    Tell,
    /// Let the agent ask its user.
    Ask,
    /// Stop it.
    Stop,
}

impl Message {
    /// `None` if nothing is to be said.
    pub(crate) fn of(kind: &AnswerKind, answer: &Answer<'_>) -> Option<Message> {
        let verdict = match (kind, answer.verdict) {
            (AnswerKind::Observe, _) | (_, Verdict::Allow) => return None,
            (AnswerKind::Notice, _) | (_, Verdict::Alert) => Decided::Tell,
            // The agent is asking its user already.
            (AnswerKind::PermissionGate, Verdict::Ask) => Decided::Tell,
            (
                AnswerKind::ToolGate {
                    asking: Asking::Person,
                },
                Verdict::Ask,
            ) => Decided::Ask,
            (_, Verdict::Ask | Verdict::Deny) => Decided::Stop,
        };
        let reason = spoken(answer.reason, LONGEST_REASON);
        let hint = spoken(answer.hint, LONGEST - LONGEST_REASON - 2);
        let text = match (reason.is_empty(), hint.is_empty()) {
            (true, true) => {
                "Ringfence has stopped or noted this; its rule gives no reason".to_owned()
            }
            (true, false) => hint,
            (false, true) => reason,
            (false, false) => format!("{reason}\n{hint}"),
        };
        Some(Message { verdict, text })
    }
}

/// A text that is safe in a terminal, and no longer than `limit` UTF-16 units. What
/// an attacker put into a command may be quoted in it: no escape sequences, no
/// characters that turn the reading direction.
fn spoken(text: &str, limit: usize) -> String {
    let mut spoken = String::new();
    let mut units = 0;
    for letter in text.trim().chars() {
        let letter = match letter {
            '\n' | '\t' => letter,
            _ if letter.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            _ => letter,
        };
        units += letter.len_utf16();
        if units >= limit {
            spoken.push('…');
            break;
        }
        spoken.push(letter);
    }
    spoken
}

/// A reply whose standard output is one JSON object.
pub(crate) fn json(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Reply {
    let object: Map<String, Value> = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Reply {
        stdout: Value::Object(object).to_string(),
        stderr: String::new(),
        exit_code: 0,
    }
}

#[cfg(test)]
mod tests;
