//! The process table of `enrich`, fed by hooks, by sensors and, where neither told, by `/proc`.
//!
//! **Invariant:** whoever has it locked may be waited for by lists and orders, never by a hook.

use super::translate;
use crate::ancestry;
use ringfence_enrich::{AgentMarks, Deeds, Marks, ProcessKey, Processes};
use ringfence_event::{Action, AgentKind, Event, ProcessRef, Timestamp};
use ringfence_respond::{Machine, Running, This, Tree, members};
use ringfence_sense::Process;
use std::fs;

/// Longest command line that is read of a process, in bytes.
const LONGEST: usize = 64 * 1024;

/// Who is whose, and what sessions did.
pub(crate) struct Joined {
    pub(crate) processes: Processes,
    pub(crate) deeds: Deeds,
}

impl Default for Joined {
    fn default() -> Joined {
        Joined {
            processes: Processes::new(marks()),
            deeds: Deeds::default(),
        }
    }
}

/// The signs of agents in what they start.
pub(crate) fn marks() -> Marks {
    let marks = AgentKind::ALL.into_iter().map(|agent| {
        let marks = ringfence_agents::child_marks(agent);
        AgentMarks {
            agent,
            call: marks.call,
            session: marks.session,
            any: marks.any,
            shell: marks.shell,
        }
    });
    Marks(marks.collect())
}

/// A process as the table names it.
pub(crate) fn key(process: Process) -> ProcessKey {
    ProcessKey {
        pid: process.pid,
        started: process.started,
    }
}

impl Joined {
    /// Takes in what a hook told. `root` is the agent's process, if that is what fired it.
    pub(crate) fn told(&mut self, event: &Event, command: Option<&str>, root: Option<Process>) {
        if let Some(root) = root.map(key)
            && self.processes.of(root).is_none()
        {
            let above = ancestry::names_above(root.pid);
            self.processes.rooted(root, event.agent, above, event.at);
        }
        self.processes.told(event, command);
        self.deeds.told(event);
    }

    /// Takes in a process that ran before anybody told of it.
    pub(crate) fn adopt(&mut self, root: ProcessKey, process: ProcessKey, at: Timestamp) {
        if process == root || self.processes.of(process).is_some() {
            return;
        }
        let parent = ancestry::line_of(process.pid).get(1).copied();
        let parent = parent.map(|(pid, started)| ProcessKey { pid, started });
        let parent = parent.filter(|parent| self.processes.of(*parent).is_some());
        self.processes
            .forked(parent.unwrap_or(root), process, root, at);
        let Some(argv) = arguments(process.pid) else {
            return;
        };
        let executable = fs::read_link(format!("/proc/{}/exe", process.pid)).ok();
        let executable = executable.map(|path| path.to_string_lossy().into_owned());
        let started = Action::Exec {
            argv,
            parent: None,
            environment: std::collections::BTreeMap::new(),
            script: None,
            error: None,
        };
        let mut event = translate::blank(at, started);
        event.process = Some(ProcessRef {
            pid: process.pid,
            started: process.started,
            executable,
        });
        self.processes.take(&mut event, root);
    }

    /// Takes in everybody below these roots, and forgets who has ended, as `/proc` tells: for when
    /// no sensor does.
    pub(crate) fn look(&mut self, roots: impl IntoIterator<Item = Process>, at: Timestamp) {
        let running = This.running().unwrap_or_default();
        for root in roots {
            let tree = Tree {
                seeds: [(root.pid, root.started)].into(),
            };
            for one in members(&running, &tree) {
                self.adopt(key(root), key_of(one), at);
            }
        }
        let live: std::collections::BTreeSet<ProcessKey> = running
            .iter()
            .filter(|one| !one.has_ended())
            .map(key_of)
            .collect();
        for one in self.processes.live() {
            if !live.contains(&one.process) {
                let ended = Action::Exit {
                    code: None,
                    signal: None,
                };
                let mut event = translate::blank(at, ended);
                event.process = Some(ProcessRef {
                    pid: one.process.pid,
                    started: one.process.started,
                    executable: None,
                });
                self.processes.take(&mut event, one.root);
            }
        }
    }
}

fn key_of(one: &Running) -> ProcessKey {
    ProcessKey {
        pid: one.pid,
        started: one.started,
    }
}

/// The arguments that a process was started with; `None` if it has none to be read.
fn arguments(pid: u32) -> Option<Vec<String>> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let bytes = bytes.get(..LONGEST.min(bytes.len()))?;
    let text = String::from_utf8_lossy(bytes);
    let argv: Vec<String> = text
        .trim_end_matches('\0')
        .split('\0')
        .map(str::to_owned)
        .collect();
    (!text.is_empty()).then_some(argv)
}
