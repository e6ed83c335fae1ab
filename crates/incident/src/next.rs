//! What to do next, the most urgent first.

use crate::Facts;
use crate::facts::Left;
use ringfence_event::{FindingId, SessionId};
use serde::Serialize;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Todo {
    /// What, in a few words.
    pub what: String,
    /// With what, in one line.
    pub with: String,
    /// The command that does or shows it, if there is one.
    pub command: Option<String>,
}

/// Returns what a person should do about a story.
pub(crate) fn next(
    facts: &Facts,
    session: Option<&SessionId>,
    origins: &[String],
    leading: &FindingId,
) -> Vec<Todo> {
    let mut todos = Vec::new();
    if let Some(session) = session {
        todos.push(Todo {
            what: "End the session, if it still runs".to_owned(),
            with: "what it knows and was told stays in its context".to_owned(),
            command: Some(format!("ringfence stop {session}")),
        });
    }
    if !facts.exposed.is_empty() || !facts.read.is_empty() {
        let urgent = facts.left > Left::Stopped;
        todos.push(Todo {
            what: if urgent {
                "Replace these secrets now"
            } else {
                "Replace these secrets, if the model's provider should not have them"
            }
            .to_owned(),
            with: secrets(facts),
            command: None,
        });
    }
    todos.extend(origins.iter().map(|origin| Todo {
        what: "Take the orders out of the text, or do not let agents read it".to_owned(),
        with: origin.clone(),
        command: None,
    }));
    todos.extend(facts.persistence.iter().map(|path| Todo {
        what: "Look at what was changed, and undo it".to_owned(),
        with: path.clone(),
        command: Some("ringfence files".to_owned()),
    }));
    if let Some(session) = session {
        todos.push(Todo {
            what: "Read the whole session".to_owned(),
            with: session.to_string(),
            command: Some(format!("ringfence sessions show {session}")),
        });
    }
    todos.push(Todo {
        what: "If it was meant: let it through the next time".to_owned(),
        with: leading.to_string(),
        command: Some(format!("ringfence allow {leading}")),
    });
    todos
}

fn secrets(facts: &Facts) -> String {
    let told = facts
        .exposed
        .iter()
        .map(|secret| format!("{} {}", secret.kind, secret.masked));
    told.chain(facts.read.iter().cloned())
        .collect::<Vec<_>>()
        .join(", ")
}
