//! One connection: who asks, what, and the answer.

use super::{Shared, calls, history, kernel, overheard, proxy, telemetry, trees, web};
use crate::ancestry::{self, Starter};
use crate::wire::{self, DaemonStatus, Order, Request, Response};
use ringfence_agents::Stamp;
use ringfence_event::{AgentKind, EventKey, Timestamp};
use ringfence_sense::{Peer, Process};
use std::cell::Cell;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a client waits for a look at all trusted files.
const LOOKING: Duration = Duration::from_secs(4);

/// Serves one connection; a client that breaks off gets nothing, and judges by itself.
pub(super) fn serve(shared: &Arc<Shared>, mut stream: UnixStream) {
    if let Err(error) = answer(shared, &mut stream) {
        let refused = Response::Refused {
            why: error.to_string(),
        };
        // The client may be gone: then there is nobody to tell.
        wire::send_json(&mut stream, &refused).unwrap_or_default();
    }
}

fn answer(shared: &Arc<Shared>, stream: &mut UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let peer = Peer::of(stream)?;
    let own = rustix::process::geteuid().as_raw();
    if peer.user != own && peer.user != 0 {
        return Err(refused("this daemon serves another user"));
    }
    let pid = peer.pid;
    match wire::receive_json(stream)? {
        Request::Hook { version, .. } if version != wire::VERSION => Err(another_version()),
        Request::Hook { agent, key, at, .. } => hook(shared, stream, pid, agent, key, at),
        Request::Ping => wire::send_json(
            stream,
            &Response::Pong {
                status: Box::new(status(shared)),
            },
        ),
        Request::Whoami => {
            let line = ancestry::line_of(pid);
            let agents = shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
            let (agent, fenced) = (agents.among(&line), agents.is_fenced(&line));
            wire::send_json(stream, &Response::Whoami { agent, fenced })
        }
        Request::Link => wire::send_json(stream, &link(shared, pid)?),
        Request::Reload => {
            shared.reload();
            web::restart_with_new_keys(shared);
            telemetry::look(shared);
            proxy::look(shared);
            wire::send_json(stream, &Response::Reloaded)
        }
        Request::LookAtFiles => {
            shared.files.look(LOOKING);
            wire::send_json(stream, &Response::Reloaded)
        }
        Request::Processes => {
            let list = Box::new(trees::list(shared));
            wire::send_json(stream, &Response::Processes { list })
        }
        Request::Import { paths } => history::answer(shared, stream, &paths),
        Request::Respond { order, whom } => respond(shared, stream, pid, order, &whom),
        Request::Sense => {
            if peer.user != own {
                return Err(refused("this daemon serves another user"));
            }
            let supervisor = ancestry::line_of(pid).first().copied();
            let mut agents = shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
            if !supervisor.is_some_and(|supervisor| agents.keeps_a_fence(supervisor)) {
                return Err(refused("too many fences"));
            }
            drop(agents);
            kernel::take_in(shared, stream.try_clone()?)
        }
        Request::Overheard { version } => overhear(shared, stream, pid, version),
        Request::Stop => stop(shared, stream, pid),
    }
}

fn another_version() -> io::Error {
    io::Error::other("this daemon speaks another version")
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why.to_owned())
}

/// Judges a hook's payload, which follows in a frame of its own.
fn hook(
    shared: &Shared,
    stream: &mut UnixStream,
    pid: u32,
    agent: AgentKind,
    key: EventKey,
    at: Timestamp,
) -> io::Result<()> {
    let payload = wire::receive(stream)?;
    let starter = starter(shared, agent, pid);
    let root = starter.as_ref().filter(|starter| starter.is_agent);
    let root = root.map(|starter| Process {
        pid: starter.process.pid,
        started: starter.process.started,
    });
    let process = starter.map(|starter| starter.process);
    let stamp = Stamp { key, at, process };
    let read = ringfence_agents::read_hook(agent, &payload, stamp.clone());
    let call = calls::take(shared, agent, read, &payload, stamp, root);
    wire::send_json(stream, &Response::hook(call.reply, call.kept))
}

/// Takes in what a wrap read; it follows in a frame of its own.
fn overhear(shared: &Shared, stream: &mut UnixStream, pid: u32, version: u32) -> io::Result<()> {
    if version != wire::VERSION {
        return Err(another_version());
    }
    let events = wire::receive(stream)?;
    let kept = overheard::take(shared, pid, &events)?;
    wire::send_json(stream, &Response::Overheard { kept })
}

/// Ends the daemon; not for an agent.
fn stop(shared: &Shared, stream: &mut UnixStream, pid: u32) -> io::Result<()> {
    if let Some(asking) = no_person(shared, pid) {
        return Err(refused(&format!("this is for people, and {asking} asks")));
    }
    wire::send_json(stream, &Response::Stopping)?;
    shared.stop();
    Ok(())
}

/// Carries out an order on a tree; none of an agent.
fn respond(
    shared: &Shared,
    stream: &mut UnixStream,
    pid: u32,
    order: Order,
    whom: &str,
) -> io::Result<()> {
    if let Some(asking) = no_person(shared, pid) {
        return Err(refused(&format!("this is for people, and {asking} asks")));
    }
    let done = trees::respond(shared, order, whom)?;
    wire::send_json(stream, &Response::Responded { done })
}

/// Who asks, if it is no person: an agent, or something in a fence.
fn no_person(shared: &Shared, asking: u32) -> Option<&'static str> {
    let line = ancestry::line_of(asking);
    let agents = shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
    match agents.among(&line) {
        Some(agent) => Some(agent.title()),
        None => agents.is_fenced(&line).then_some("a fenced program"),
    }
}

/// A link that signs a browser in; none for an agent.
fn link(shared: &Shared, asking: u32) -> io::Result<Response> {
    if let Some(asking) = no_person(shared, asking) {
        return Err(refused(&format!(
            "the dashboard is for people, and {asking} asks"
        )));
    }
    let url = web::link(shared).ok_or_else(|| {
        io::Error::other("the dashboard does not run; `ringfence status` says why")
    })?;
    Ok(Response::Link { url })
}

/// Returns the process that started a hook, and remembers it.
fn starter(shared: &Shared, agent: AgentKind, hook: u32) -> Option<Starter> {
    let agents = || shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
    let known = Cell::new(false);
    let starter = ancestry::starter_of(agent, hook, |pid, started| {
        let found = agents().known(agent, pid, started);
        known.set(found.is_some());
        found
    })?;
    if !known.get() {
        agents().saw(agent, &starter);
    }
    Some(starter)
}

fn status(shared: &Shared) -> DaemonStatus {
    let judge = shared.judge();
    DaemonStatus {
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        since: shared.since,
        decisions: shared.decisions.load(Ordering::Relaxed),
        rules: judge.rules.rules().count(),
        mode: judge.config.mode.name().to_owned(),
        address: web::address(shared).map(|address| address.to_string()),
        problems: shared.problems(),
        files: shared.files.status(),
        sensor: shared.kernel.hub.status(),
        history: shared.history.status(),
        telemetry: shared.telemetry.status(),
        proxy: shared.proxy.address(),
        refused: shared.proxy.refusals(),
        hooks: shared.witness.health(),
        store: serde_json::to_value(shared.store.health()).unwrap_or_default(),
    }
}
