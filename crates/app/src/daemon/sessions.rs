//! The processes that fire hooks, as they showed themselves: what runs below an agent
//! is no person at a terminal.

use crate::ancestry::{self, Starter};
use ringfence_event::AgentKind;
use std::collections::{HashMap, HashSet};

/// Most processes that are remembered; beyond that, those that have ended are forgotten.
const MOST: usize = 4096;

#[derive(Default)]
pub(super) struct Agents {
    seen: HashMap<(u32, u64), (AgentKind, Starter)>,
    /// The supervisors of fences: a fenced program's connection may come from its supervisor.
    fences: HashSet<(u32, u64)>,
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

    /// Remembers who keeps a fence; false if there are too many.
    pub(super) fn keeps_a_fence(&mut self, supervisor: (u32, u64)) -> bool {
        if self.fences.len() >= MOST {
            self.fences
                .retain(|(pid, started)| ancestry::runs(*pid, *started));
        }
        self.fences.len() < MOST && self.fences.insert(supervisor)
            || self.fences.contains(&supervisor)
    }

    /// Whether a process, or who speaks for it, is in a fence.
    pub(super) fn is_fenced(&self, line: &[(u32, u64)]) -> bool {
        line.iter().any(|process| self.fences.contains(process))
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
