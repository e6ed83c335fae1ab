//! The processes that fire hooks, as they showed themselves: what runs below an agent
//! is no person at a terminal.

use crate::ancestry::{self, Starter};
use ringfence_event::AgentKind;
use std::collections::HashMap;

/// Most processes that are remembered; beyond that, those that have ended are forgotten.
const MOST: usize = 4096;

#[derive(Default)]
pub(super) struct Agents {
    seen: HashMap<(u32, u64), (AgentKind, Starter)>,
}

impl Agents {
    pub(super) fn saw(&mut self, agent: AgentKind, starter: &Starter) {
        if self.seen.len() >= MOST {
            self.seen
                .retain(|(pid, started), _| ancestry::runs(*pid, *started));
        }
        if self.seen.len() < MOST {
            let process = (starter.process.pid, starter.process.started);
            self.seen.insert(process, (agent, starter.clone()));
        }
    }

    /// Returns what was found of a process when it fired a hook of the same agent before.
    pub(super) fn known(&self, agent: AgentKind, pid: u32, started: u64) -> Option<Starter> {
        self.seen
            .get(&(pid, started))
            .filter(|(seen, _)| *seen == agent)
            .map(|(_, starter)| starter.clone())
    }

    /// Returns the agent among a process and its ancestors.
    pub(super) fn among(&self, line: &[(u32, u64)]) -> Option<AgentKind> {
        line.iter()
            .filter_map(|process| self.seen.get(process))
            .find(|(_, starter)| starter.is_agent)
            .map(|(agent, _)| *agent)
    }
}
