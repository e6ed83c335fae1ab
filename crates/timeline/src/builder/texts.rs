//! What is said: prompts, messages and thoughts, each once; and texts cut to a length.

use super::{Builder, StepPlace};
use crate::Recorded;
use crate::likeness::{self, same_text};
use crate::step::What;
use ringfence_event::{Action, Change, Event, Operation, Tool};
use serde_json::Value;

/// Steps back in which the same words of another source are looked for.
const LOOK_BACK: usize = 32;

impl Builder {
    /// Adds a prompt: the main conversation's begins a turn.
    pub(super) fn prompt(&mut self, record: Recorded, agent: Option<String>) {
        let Action::Prompt { text } = &record.event.action else {
            return;
        };
        let what = What::Prompt { text: text.clone() };
        if let Some(place) = self.same_words(&record.event, agent.as_deref(), &what) {
            self.again(place, record);
            return;
        }
        if agent.is_none() {
            self.next_turn(record.event.at);
        }
        self.push(record, agent, what);
    }

    /// Adds what the model said or thought.
    pub(super) fn said(&mut self, record: Recorded, agent: Option<String>) {
        let what = match &record.event.action {
            Action::Message { text } | Action::TurnEnd { text: Some(text) } => {
                What::Message { text: text.clone() }
            }
            Action::Thinking { text } => What::Thinking { text: text.clone() },
            _ => {
                let turn = self.turn(record.event.at);
                if let Some(turn) = self.turns.get_mut(turn) {
                    turn.ended = turn.ended.max(record.event.at);
                }
                return;
            }
        };
        match self.same_words(&record.event, agent.as_deref(), &what) {
            Some(place) => self.again(place, record),
            None => {
                self.push(record, agent, what);
            }
        }
    }

    fn again(&mut self, place: StepPlace, record: Recorded) {
        if let Some(step) = self.step_mut(place) {
            step.told(
                record.seq,
                record.event.source,
                record.verdict,
                record.findings,
            );
        }
    }

    /// Finds the same words, told by another source or at the end of the turn.
    fn same_words(&self, event: &Event, agent: Option<&str>, what: &What) -> Option<StepPlace> {
        let turn = self.turns.len().checked_sub(1)?;
        let found = self.turns.get(turn)?;
        let ends = matches!(event.action, Action::TurnEnd { .. });
        for (step, known) in found.steps.iter().enumerate().rev().take(LOOK_BACK) {
            let same = match (&known.what, what) {
                (What::Prompt { text: one }, What::Prompt { text: other })
                | (What::Message { text: one }, What::Message { text: other })
                | (What::Thinking { text: one }, What::Thinking { text: other }) => {
                    same_text(one, other)
                }
                _ => false,
            };
            let close = event.at.0.saturating_sub(known.at.0) <= likeness::NEAR;
            if same
                && known.agent.as_deref() == agent
                && !known.sources.contains(&event.source)
                && (close || ends)
            {
                return Some(StepPlace { turn, step });
            }
        }
        None
    }
}

/// Cuts every text of an event that is longer.
pub(super) fn cut(event: &mut Event, most: usize) {
    match &mut event.action {
        Action::Prompt { text }
        | Action::Message { text }
        | Action::Thinking { text }
        | Action::Notification { text }
        | Action::TurnEnd { text: Some(text) } => cut_text(text, most),
        Action::ToolCall { tool } | Action::PermissionRequest { tool } => cut_tool(tool, most),
        Action::ToolResult { tool, output, .. } => {
            cut_tool(tool, most);
            cut_value(output, most);
        }
        _ => {}
    }
}

fn cut_tool(tool: &mut Tool, most: usize) {
    cut_value(&mut tool.input, most);
    match &mut tool.operation {
        Operation::Shell { command, .. } => cut_text(command, most),
        Operation::Write { changes } => {
            for Change { text, .. } in changes {
                if let Some(text) = text {
                    cut_text(text, most);
                }
            }
        }
        Operation::Subagent { prompt } => cut_text(prompt, most),
        _ => {}
    }
}

fn cut_value(value: &mut Value, most: usize) {
    match value {
        Value::String(text) => cut_text(text, most),
        Value::Array(items) => items.iter_mut().for_each(|item| cut_value(item, most)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| cut_value(field, most));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut_text(text: &mut String, most: usize) {
    if text.len() > most {
        let left = text.len() - text.floor_char_boundary(most);
        text.truncate(text.floor_char_boundary(most));
        text.push_str(&format!("… ({left} bytes more)"));
    }
}
