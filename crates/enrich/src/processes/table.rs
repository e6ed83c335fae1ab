//! Which processes there are, who started whom, and which of them are roots of agents' trees.
//!
//! **Invariant:** never more than [`MOST_LIVE`] live processes and [`MOST_ENDED`] ended ones;
//! the oldest are forgotten first, and a process is its pid and its start time.

use super::call::Said;
use super::{Program, Root};
use ringfence_event::{Join, ProcessRef, SessionId, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// Most live processes that are known.
pub(super) const MOST_LIVE: usize = 65_536;
/// Most ended processes that are known still, since their children tell of them.
pub(super) const MOST_ENDED: usize = 8_192;
/// Most steps from a process up to its root.
pub(super) const DEEPEST: usize = 256;

/// A process, guarded against a reused id by its start time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ProcessKey {
    /// Process id.
    pub pid: u32,
    /// Start time, as in [`ProcessRef`].
    pub started: u64,
}

impl From<&ProcessRef> for ProcessKey {
    fn from(process: &ProcessRef) -> ProcessKey {
        ProcessKey {
            pid: process.pid,
            started: process.started,
        }
    }
}

/// What is known of one process.
#[derive(Clone, Debug)]
pub(super) struct Process {
    pub(super) parent: Option<ProcessKey>,
    pub(super) root: ProcessKey,
    pub(super) began: Timestamp,
    pub(super) ended: bool,
    pub(super) session: Option<(SessionId, Join)>,
    pub(super) call: Option<(Arc<Said>, Join)>,
    pub(super) program: Arc<Program>,
    pub(super) cwd: Option<Arc<str>>,
    pub(super) order: u64,
}

impl Process {
    pub(super) fn new(parent: Option<ProcessKey>, root: ProcessKey, began: Timestamp) -> Process {
        Process {
            parent,
            root,
            began,
            ended: false,
            session: None,
            call: None,
            program: Arc::default(),
            cwd: None,
            order: 0,
        }
    }
}

/// The processes by their keys.
#[derive(Debug, Default)]
pub(super) struct Table {
    processes: HashMap<ProcessKey, Process>,
    roots: HashMap<ProcessKey, Root>,
    /// Live ones, oldest first.
    live: BTreeMap<u64, ProcessKey>,
    ended: VecDeque<ProcessKey>,
    next: u64,
    /// Live processes that had to be forgotten.
    pub(super) forgotten: u64,
}

impl Table {
    pub(super) fn get(&self, key: ProcessKey) -> Option<&Process> {
        self.processes.get(&key)
    }

    pub(super) fn get_mut(&mut self, key: ProcessKey) -> Option<&mut Process> {
        self.processes.get_mut(&key)
    }

    pub(super) fn root(&self, key: ProcessKey) -> Option<&Root> {
        self.roots.get(&key)
    }

    pub(super) fn root_mut(&mut self, key: ProcessKey) -> Option<&mut Root> {
        self.roots.get_mut(&key)
    }

    pub(super) fn live(&self) -> impl Iterator<Item = (ProcessKey, &Process)> {
        let keys = self.live.values();
        keys.filter_map(|key| Some((*key, self.processes.get(key)?)))
    }

    pub(super) fn size(&self) -> (usize, usize) {
        (self.live.len(), self.ended.len())
    }

    /// Adds a process, or puts another in its place.
    pub(super) fn insert(&mut self, key: ProcessKey, mut process: Process) {
        self.remove(key);
        if self.live.len() >= MOST_LIVE
            && let Some((_, oldest)) = self.live.pop_first()
        {
            self.forgotten += 1;
            self.remove(oldest);
        }
        self.next += 1;
        process.order = self.next;
        self.live.insert(self.next, key);
        self.roots.entry(process.root).or_default().members += 1;
        self.processes.insert(key, process);
    }

    /// Keeps an ended process for a while.
    pub(super) fn end(&mut self, key: ProcessKey) {
        let Some(process) = self.processes.get_mut(&key).filter(|one| !one.ended) else {
            return;
        };
        process.ended = true;
        self.live.remove(&process.order);
        self.ended.push_back(key);
        if self.ended.len() > MOST_ENDED
            && let Some(oldest) = self.ended.pop_front()
            // A reused key is a live process again.
            && self.processes.get(&oldest).is_some_and(|one| one.ended)
        {
            self.remove(oldest);
        }
    }

    /// Makes a process the root of all below it that has no nearer one.
    pub(super) fn make_root(&mut self, key: ProcessKey) -> &mut Root {
        let below: Vec<ProcessKey> = self
            .processes
            .keys()
            .copied()
            .filter(|one| self.nearest_root(*one, key) == Some(key))
            .collect();
        for one in below {
            let Some(process) = self.processes.get_mut(&one) else {
                continue;
            };
            let before = std::mem::replace(&mut process.root, key);
            self.roots.entry(key).or_default().members += 1;
            self.leave(before);
        }
        self.roots.entry(key).or_default()
    }

    /// Walks up to the first root, `also` counted as one.
    fn nearest_root(&self, from: ProcessKey, also: ProcessKey) -> Option<ProcessKey> {
        let own = self.processes.get(&from)?.root;
        let mut current = from;
        for _ in 0..DEEPEST {
            if current == also || current == own {
                return Some(current);
            }
            current = self.processes.get(&current)?.parent?;
        }
        None
    }

    fn remove(&mut self, key: ProcessKey) {
        if let Some(process) = self.processes.remove(&key) {
            self.live.remove(&process.order);
            self.leave(process.root);
        }
    }

    /// A root is forgotten with the last process of its tree.
    fn leave(&mut self, root: ProcessKey) {
        if let Some(known) = self.roots.get_mut(&root) {
            known.members = known.members.saturating_sub(1);
            if known.members == 0 {
                self.roots.remove(&root);
            }
        }
    }
}
