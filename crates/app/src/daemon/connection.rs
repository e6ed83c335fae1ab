//! One connection: who asks, what, and the answer.

use super::Shared;
use crate::ancestry;
use crate::wire::{self, DaemonStatus, Request, Response};
use ringfence_agents::Stamp;
use ringfence_event::{AgentKind, Decision, ProcessRef};
use ringfence_store::Kept;
use rustix::net::sockopt::socket_peercred;
use std::cell::Cell;
use std::io;
use std::os::unix::net::UnixStream;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_millis(500);

/// Serves one connection; a client that breaks off gets nothing, and judges by itself.
pub(super) fn serve(shared: &Shared, mut stream: UnixStream) {
    if let Err(error) = answer(shared, &mut stream) {
        let refused = Response::Refused {
            why: error.to_string(),
        };
        // The client may be gone: then there is nobody to tell.
        wire::send_json(&mut stream, &refused).unwrap_or_default();
    }
}

fn answer(shared: &Shared, stream: &mut UnixStream) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let peer = socket_peercred(&*stream)?;
    let own = rustix::process::geteuid();
    if peer.uid != own && !peer.uid.is_root() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "this daemon serves another user",
        ));
    }
    let pid = peer.pid.as_raw_nonzero().get().unsigned_abs();
    match wire::receive_json(stream)? {
        Request::Hook { version, .. } if version != wire::VERSION => {
            Err(io::Error::other("this daemon speaks another version"))
        }
        Request::Hook { agent, key, at, .. } => {
            let payload = wire::receive(stream)?;
            let process = starter(shared, agent, pid);
            let stamp = Stamp { key, at, process };
            let response = hook(shared, agent, &payload, stamp);
            wire::send_json(stream, &response)
        }
        Request::Ping => wire::send_json(
            stream,
            &Response::Pong {
                status: status(shared),
            },
        ),
        Request::Whoami => {
            let line = ancestry::line_of(pid);
            let agents = shared.agents.lock().unwrap_or_else(PoisonError::into_inner);
            let agent = agents.among(&line);
            wire::send_json(stream, &Response::Whoami { agent })
        }
        Request::Reload => {
            shared.reload();
            wire::send_json(stream, &Response::Reloaded)
        }
        Request::Stop => {
            wire::send_json(stream, &Response::Stopping)?;
            shared.stop();
            Ok(())
        }
    }
}

/// Returns the process that started a hook, and remembers it.
fn starter(shared: &Shared, agent: AgentKind, hook: u32) -> Option<ProcessRef> {
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
    Some(starter.process)
}

/// Judges, keeps, answers: in this order, so that what was answered is kept.
///
/// Keeping is one write to the journal's page cache; the verdict never waits for the disk.
fn hook(shared: &Shared, agent: AgentKind, payload: &[u8], stamp: Stamp) -> Response {
    let judge = shared.judge();
    shared.decisions.fetch_add(1, Ordering::Relaxed);
    let copy = stamp.clone();
    let call = match ringfence_agents::read_hook(agent, payload, stamp) {
        Ok(call) => call,
        Err(error) => {
            let judged = judge.blind(agent, copy, payload, &error.to_string());
            let kept = shared.store.append(judged.record).is_ok();
            return Response::hook(judged.reply, kept);
        }
    };
    let twin = call.twin.clone();
    let earlier: Option<Decision> = twin.as_ref().and_then(|twin| {
        let mut twins = shared.twins.lock().unwrap_or_else(PoisonError::into_inner);
        twins.take(twin, copy.at)
    });
    let again = earlier.is_some();
    let judged = judge.judge(agent, call, earlier, &crate::judge::RealLinks);
    if again {
        return Response::hook(judged.reply, true);
    }
    if let Some(twin) = twin {
        let mut twins = shared.twins.lock().unwrap_or_else(PoisonError::into_inner);
        twins.put(twin, copy.at, judged.record.decision.clone());
    }
    let kept = match shared.store.append(judged.record) {
        Ok(Kept::Journal) => true,
        // In memory it would not outlive this process: the client spools it, and the key
        // makes sure that it is stored once.
        Ok(Kept::Memory) | Err(_) => false,
    };
    Response::hook(judged.reply, kept)
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
        problems: judge.problems.clone(),
        store: serde_json::to_value(shared.store.health()).unwrap_or_default(),
    }
}
