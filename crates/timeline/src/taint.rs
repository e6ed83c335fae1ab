//! What a call is under the influence of: words that ordered the model about, secrets that it now
//! sends away. It follows subagents down and their answers up.
//!
//! **Invariant:** bounded; nothing is judged, it is only told what came before what.

use crate::builder::agent_id;
use ringfence_event::{Action, Event, Operation};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// Secrets and agents that are remembered.
const MOST: usize = 1024;

/// Why a call is not only its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taint {
    /// In which way.
    pub kind: TaintKind,
    /// The event that it comes from, by its number in the record.
    pub event: i64,
    /// What was there, with secrets masked.
    pub text: String,
}

/// In which way a call is tainted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaintKind {
    /// Words that give orders came in before it.
    Injection,
    /// It sends away a secret that was read before.
    Secret,
}

/// What a session is under the influence of so far.
#[derive(Debug, Default)]
pub struct Taints {
    /// By their fingerprints.
    secrets: HashMap<String, Taint>,
    /// The last one that each agent heard; the main conversation has no name.
    injections: HashMap<Option<String>, Taint>,
    /// Whose subagents are whose.
    parents: HashMap<String, Option<String>>,
}

impl Taints {
    /// Takes in an event.
    pub fn hear(&mut self, seq: i64, event: &Event) {
        let agent = agent_id(event).map(str::to_owned);
        self.meet(agent.as_deref(), event);
        let brings = matches!(
            event.action,
            Action::ToolResult { .. } | Action::ConfigChange { .. } | Action::Prompt { .. }
        );
        if brings && let Some(mark) = event.labels.injections.first() {
            let taint = Taint {
                kind: TaintKind::Injection,
                event: seq,
                text: mark.excerpt.clone(),
            };
            self.remember(agent.clone(), taint);
        }
        if !matches!(event.action, Action::ToolResult { .. }) {
            return;
        }
        for secret in event.labels.secrets.iter().filter(|secret| !secret.generic) {
            if self.secrets.len() < MOST {
                let known = self.secrets.entry(secret.fingerprint.clone());
                known.or_insert_with(|| Taint {
                    kind: TaintKind::Secret,
                    event: seq,
                    text: format!("{} {}", secret.kind, secret.masked),
                });
            }
        }
        self.hear_answer(agent, event);
    }

    /// Returns what a call is under the influence of.
    pub fn of(&self, event: &Event) -> Vec<Taint> {
        let leaked = event.labels.leaks.iter();
        let mut taints: Vec<Taint> = leaked
            .filter_map(|leak| self.secrets.get(&leak.fingerprint).cloned())
            .collect();
        let agent = agent_id(event).map(str::to_owned);
        let heard = match self.injections.get(&agent) {
            None if agent.is_some() && !self.knows(agent.as_deref()) => self.injections.get(&None),
            found => found,
        };
        taints.extend(heard.cloned());
        taints
    }

    fn knows(&self, agent: Option<&str>) -> bool {
        agent.is_none_or(|agent| self.parents.contains_key(agent))
    }

    fn remember(&mut self, agent: Option<String>, taint: Taint) {
        if self.injections.len() < MOST || self.injections.contains_key(&agent) {
            self.injections.insert(agent, taint);
        }
    }

    /// A subagent begins with what the one that started it had heard.
    fn meet(&mut self, agent: Option<&str>, event: &Event) {
        let Some(agent) = agent else {
            return;
        };
        if self.parents.contains_key(agent) || self.parents.len() >= MOST {
            return;
        }
        let parent = event.rest.get("parentAgentId").and_then(Value::as_str);
        let parent = parent.map(str::to_owned);
        if let Some(heard) = self.injections.get(&parent).cloned() {
            self.remember(Some(agent.to_owned()), heard);
        }
        self.parents.insert(agent.to_owned(), parent);
    }

    /// The answer of a subagent brings along what it had heard.
    fn hear_answer(&mut self, agent: Option<String>, event: &Event) {
        let Action::ToolResult { tool, output, .. } = &event.action else {
            return;
        };
        if !matches!(tool.operation, Operation::Subagent { .. }) {
            return;
        }
        let heard = match output.get("agentId").and_then(Value::as_str) {
            Some(id) => self.injections.get(&Some(id.to_owned())).cloned(),
            None => {
                let own = self.parents.iter().filter(|(_, parent)| **parent == agent);
                own.filter_map(|(id, _)| self.injections.get(&Some(id.clone())))
                    .max_by_key(|taint| taint.event)
                    .cloned()
            }
        };
        if let Some(heard) = heard {
            self.remember(agent, heard);
        }
    }
}

#[cfg(test)]
mod tests;
