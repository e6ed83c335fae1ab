//! The process table, and how a process is joined to a session and a tool call: by what agents
//! put into its environment, by the line its shell was given, by being the only call that is
//! open, or through the process that started it.
//!
//! **Invariant:** a value without clock or system calls, bounded in processes, sessions and calls.
//! What a process says of itself never takes the place of what the kernel says of its parents.

mod call;
mod join;
mod marks;
mod names;
mod sessions;
mod table;
mod typed;

pub use call::{Does, Said};
pub use marks::{AgentMarks, Marks};
pub use table::ProcessKey;

pub(crate) use call::shortened;

use ringfence_event::{Action, AgentKind, CallRef, Event, Join, SessionId, Timestamp};
use serde::Serialize;
use sessions::Calls;
use std::sync::Arc;
use table::{Process, Table};

/// Most programs above a process that are named.
const MOST_ANCESTORS: usize = 24;
/// Longest command line that is kept of a process, in bytes.
const LONGEST_LINE: usize = 400;
/// Most sessions that one agent's process is known to have had.
const MOST_SESSIONS_OF_ROOT: usize = 8;

/// Processes, sessions and calls, and what joins them.
#[derive(Debug, Default)]
pub struct Processes {
    marks: Marks,
    table: Table,
    calls: Calls,
}

/// What a process runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) executable: Option<String>,
    /// The name that people know, with its verb.
    pub(crate) name: String,
    line: String,
}

/// The root of a tree: an agent, or what was started fenced.
#[derive(Debug, Default)]
struct Root {
    agent: Option<AgentKind>,
    /// The last one is the one that goes on.
    sessions: Vec<SessionId>,
    /// Names of the programs above it, nearest first.
    above: Vec<String>,
    members: usize,
}

/// Whose a process is.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// The agent at the root of its tree.
    pub agent: Option<AgentKind>,
    /// The session, and how we know.
    pub session: Option<(SessionId, Join)>,
    /// The tool call that it works for, and how we know.
    pub call: Option<(Arc<Said>, Join)>,
    /// The root of its tree.
    pub root: ProcessKey,
    /// Set when it is the agent's own process.
    pub is_root: bool,
    /// Names of the programs above it, nearest first; those above the root too.
    pub ancestors: Vec<String>,
    /// Its own name, with its verb (`npm install`).
    pub name: String,
    /// Its working directory, as it was when its program began.
    pub cwd: Option<Arc<str>>,
    /// When it began.
    pub began: Timestamp,
}

impl Attribution {
    /// The call as events name it.
    pub fn call_ref(&self) -> Option<CallRef> {
        let (said, join) = self.call.as_ref()?;
        Some(CallRef {
            id: said.id.clone(),
            join: *join,
        })
    }
}

/// A live process, for people: `ringfence ps`.
#[derive(Clone, Debug, Serialize)]
pub struct Live {
    /// The process.
    pub process: ProcessKey,
    /// Who started it, if known.
    pub parent: Option<ProcessKey>,
    /// The root of its tree.
    pub root: ProcessKey,
    /// The agent at the root.
    pub agent: Option<AgentKind>,
    /// Its session, and how we know.
    pub session: Option<(SessionId, Join)>,
    /// The tool call, and how we know.
    pub call: Option<CallRef>,
    /// What the call said.
    pub said: Option<String>,
    /// Set when its call has ended.
    pub outlives: bool,
    /// The executable.
    pub executable: Option<String>,
    /// Its arguments in one line, shortened.
    pub line: String,
    /// When it began.
    pub began: Timestamp,
}

impl Processes {
    /// Knows nobody yet; what marks mean comes from who knows the agents.
    pub fn new(marks: Marks) -> Processes {
        Processes {
            marks,
            ..Processes::default()
        }
    }

    /// The names of the variables that [`Processes::take`] wants to be told of.
    pub fn variables(&self) -> Vec<&'static str> {
        self.marks.variables()
    }

    /// Makes a process the root of a tree: an agent that the sensor or a hook told of. `above` names
    /// the programs above it, nearest first, where the machine tells them.
    pub fn rooted(
        &mut self,
        root: ProcessKey,
        agent: Option<AgentKind>,
        above: Vec<String>,
        at: Timestamp,
    ) {
        if self.table.get(root).is_none() {
            self.table.insert(root, Process::new(None, root, at));
        }
        let known = self.table.make_root(root);
        known.agent = agent.or(known.agent);
        if !above.is_empty() {
            known.above = above;
            known.above.truncate(MOST_ANCESTORS);
        }
    }

    /// Joins a session to the root of a tree; a root may have one after the other.
    pub fn session(
        &mut self,
        root: ProcessKey,
        agent: AgentKind,
        session: &SessionId,
        at: Timestamp,
    ) {
        let is_new = self
            .table
            .root(root)
            .is_none_or(|known| known.agent.is_none());
        if is_new {
            self.rooted(root, Some(agent), Vec::new(), at);
        }
        self.calls.open(session, Some(agent), at);
        let Some(known) = self.table.root_mut(root) else {
            return;
        };
        if known.sessions.last() == Some(session) {
            return;
        }
        known.sessions.retain(|one| one != session);
        known.sessions.push(session.clone());
        if known.sessions.len() > MOST_SESSIONS_OF_ROOT {
            known.sessions.remove(0);
        }
    }

    /// Takes in what a hook told, after enrichment: its session belongs to the agent's process, a
    /// call opens or ends. `command` is the line of a shell call before its secrets were masked.
    ///
    /// The event's process counts as the agent's; without one, the session has no tree.
    pub fn told(&mut self, event: &Event, command: Option<&str>) {
        let Some(session) = &event.session else {
            return;
        };
        if let (Some(process), Some(agent)) = (&event.process, event.agent) {
            self.session(process.into(), agent, session, event.at);
        }
        match &event.action {
            Action::ToolCall { tool } => {
                let said = Said::read(event, tool, command);
                self.calls.began(session, event.agent, said);
            }
            Action::ToolResult { .. } => {
                if let Some(call) = &event.call {
                    self.calls.ended(session, &call.id, event.at);
                }
            }
            Action::Prompt { .. } | Action::TurnEnd { .. } | Action::SessionEnd { .. } => {
                self.calls.all_ended(session, event.at);
            }
            Action::SessionStart { .. }
            | Action::PermissionRequest { .. }
            | Action::SubagentStart { .. }
            | Action::SubagentEnd { .. }
            | Action::Compaction { .. }
            | Action::Notification { .. }
            | Action::ConfigChange { .. }
            | Action::Exec { .. }
            | Action::Exit { .. }
            | Action::File { .. }
            | Action::Connect { .. }
            | Action::DnsQuery { .. }
            | Action::Listen { .. }
            | Action::Accept { .. }
            | Action::System { .. }
            | Action::Lost { .. }
            | Action::Message { .. }
            | Action::Thinking { .. }
            | Action::Usage { .. }
            | Action::PermissionMode { .. }
            | Action::Decision { .. }
            | Action::HookRegistered { .. }
            | Action::HookRun { .. }
            | Action::HttpExchange { .. }
            | Action::Other => {}
        }
    }

    /// Forgets that a call was open: it was denied and will never run.
    pub fn denied(
        &mut self,
        session: &SessionId,
        call: &ringfence_event::ToolCallId,
        at: Timestamp,
    ) {
        self.calls.ended(session, call, at);
    }

    /// Takes in a new process; what its parent is, it is too.
    pub fn forked(
        &mut self,
        parent: ProcessKey,
        child: ProcessKey,
        tree: ProcessKey,
        at: Timestamp,
    ) {
        let known = self.known(parent, tree, at);
        let process = Process {
            parent: Some(parent),
            began: at,
            ended: false,
            session: self.session_of(&known),
            ..known
        };
        self.table.insert(child, process);
    }

    /// Takes in a kernel event before its enrichment: remembers who started and ended, and says in
    /// the event whose it is. `tree` is the root of the tree that the sensor watches it in.
    pub fn take(&mut self, event: &mut Event, tree: ProcessKey) {
        let Some(process) = &event.process else {
            return;
        };
        let key = ProcessKey::from(process);
        match &event.action {
            Action::Exec { error: None, .. } => join::executed(self, key, tree, event),
            Action::Exit { .. } => {
                self.name(key, tree, event);
                self.table.end(key);
            }
            _ => self.name(key, tree, event),
        }
    }

    /// Whose a process is.
    pub fn of(&self, key: ProcessKey) -> Option<Attribution> {
        let process = self.table.get(key)?;
        let root = self.table.root(process.root);
        Some(Attribution {
            agent: root.and_then(|root| root.agent),
            session: self.session_of(process),
            call: process.call.clone(),
            root: process.root,
            is_root: process.root == key,
            ancestors: self.ancestors(process, key),
            name: process.program.name.clone(),
            cwd: process.cwd.clone(),
            began: process.began,
        })
    }

    /// The calls of a session that are open at a moment.
    pub(crate) fn open_calls(&self, session: &SessionId, at: Timestamp) -> Vec<Arc<Said>> {
        let session = self.calls.get(session).into_iter();
        let open = session.flat_map(|session| session.open_at(at));
        open.map(|one| Arc::clone(&one.said)).collect()
    }

    /// All live processes, oldest first.
    pub fn live(&self) -> Vec<Live> {
        let live = self.table.live();
        live.map(|(key, process)| {
            let call = process.call.as_ref();
            Live {
                process: key,
                parent: process.parent,
                root: process.root,
                agent: self.table.root(process.root).and_then(|root| root.agent),
                session: self.session_of(process),
                call: call.map(|(said, join)| CallRef {
                    id: said.id.clone(),
                    join: *join,
                }),
                said: call.map(|(said, _)| said.text.clone()),
                outlives: call.is_some_and(|(said, _)| said.ended().is_some()),
                executable: process.program.executable.clone(),
                line: process.program.line.clone(),
                began: process.began,
            }
        })
        .collect()
    }

    /// How many live and ended processes are known, and how many live ones had to be forgotten.
    pub fn size(&self) -> (usize, usize, u64) {
        let (live, ended) = self.table.size();
        (live, ended, self.table.forgotten)
    }

    fn session_of(&self, process: &Process) -> Option<(SessionId, Join)> {
        let of_tree = || {
            let root = self.table.root(process.root)?;
            Some((root.sessions.last()?.clone(), Join::Exact))
        };
        process.session.clone().or_else(of_tree)
    }

    /// What is known of a process; of one that nobody told of, only its tree.
    fn known(&mut self, key: ProcessKey, tree: ProcessKey, at: Timestamp) -> Process {
        if let Some(known) = self.table.get(key) {
            return known.clone();
        }
        let process = Process::new((key != tree).then_some(tree), tree, at);
        self.table.insert(key, process.clone());
        process
    }

    /// Says in an event whose it is.
    fn name(&mut self, key: ProcessKey, tree: ProcessKey, event: &mut Event) {
        self.known(key, tree, event.at);
        let Some(of) = self.of(key) else {
            return;
        };
        event.call = of.call_ref();
        event.agent = of.agent;
        event.session = of.session.map(|(session, _)| session);
        event.labels.ancestors = of.ancestors;
        if event.cwd.is_none() {
            event.cwd = of.cwd.as_deref().map(str::to_owned);
        }
        if let Some(process) = event
            .process
            .as_mut()
            .filter(|one| one.executable.is_none())
            && let Some(known) = self.table.get(key)
        {
            process.executable.clone_from(&known.program.executable);
        }
    }

    /// The names of the programs above a process; equal neighbours once.
    fn ancestors(&self, process: &Process, key: ProcessKey) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !name.is_empty() && names.last().is_none_or(|last| last != name) {
                names.push(name.to_owned());
            }
            names.len() < MOST_ANCESTORS
        };
        let mut current = key;
        let mut parent = process.parent;
        // Who is told of in a wrong order can be its own ancestor.
        for _ in 0..table::DEEPEST {
            if current == process.root {
                break;
            }
            let Some((next, known)) = parent.and_then(|next| Some((next, self.table.get(next)?)))
            else {
                break;
            };
            if !add(&known.program.name) {
                return names;
            }
            current = next;
            parent = known.parent;
        }
        let above = self
            .table
            .root(process.root)
            .map(|root| root.above.as_slice());
        for name in above.unwrap_or_default() {
            if !add(name) {
                break;
            }
        }
        names
    }
}

#[cfg(test)]
mod tests;
