//! What wraps around MCP servers tell: attributed, and heard like all that is told elsewhere than in a hook.
//!
//! **Invariant:** a wrap tells only of itself: whose events they are is read off its own line of
//! processes, never off what it says.

use super::Shared;
use crate::ancestry;
use ringfence_event::{AgentKind, Event, ProcessRef, SessionId, Source};
use ringfence_sense::Process;
use std::io;
use std::sync::PoisonError;

/// Events that one wrap may tell at once.
const MOST: usize = 4096;

/// Takes in what the process `pid` told; returns how many events are kept.
pub(super) fn take(shared: &Shared, pid: u32, events: &[u8]) -> io::Result<usize> {
    let mut events: Vec<Event> = serde_json::from_slice(events)?;
    events.truncate(MOST);
    let owner = owner(shared, pid);
    for event in &mut events {
        event.source = Source::Proxy;
        event.agent = owner.agent;
        event.session.clone_from(&owner.session);
        event.process.clone_from(&owner.process);
    }
    let taken = shared.hear(events).map_err(io::Error::other)?;
    Ok(taken.kept + taken.known + taken.waiting)
}

/// Whose doing a process is.
pub(super) struct Owner {
    pub(super) agent: Option<AgentKind>,
    pub(super) session: Option<SessionId>,
    process: Option<ProcessRef>,
}

/// The session of a process, if it still runs.
pub(super) fn session_of(shared: &Shared, process: &ProcessRef) -> Option<SessionId> {
    ancestry::runs(process.pid, process.started)
        .then(|| owner(shared, process.pid).session)
        .flatten()
}

/// The agent above a process, and its session: as its hooks told it, else that of the tree.
pub(super) fn owner(shared: &Shared, pid: u32) -> Owner {
    let line = ancestry::line_of(pid);
    let agents = shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
    let agent = agents.among(&line);
    drop(agents);
    let agent = agent.or_else(|| line.iter().find_map(|(pid, _)| ancestry::agent_of(*pid)));
    let roots = shared.kernel.roots();
    let of_agent = line.iter().find_map(|(pid, started)| {
        let (pid, started) = (*pid, *started);
        roots.get(&Process { pid, started }).cloned()
    });
    let live = shared.kernel.joined().processes.live();
    let of_tree = live.into_iter().find(|one| {
        let root = (one.root.pid, one.root.started);
        line.contains(&root) && one.session.is_some()
    });
    Owner {
        agent: agent.or_else(|| of_tree.as_ref()?.agent),
        session: of_agent.or_else(|| Some(of_tree?.session?.0)),
        process: line.first().map(|(pid, started)| ProcessRef {
            pid: *pid,
            started: *started,
            executable: None,
        }),
    }
}
