//! `GET /api/v1/status`.

use crate::failure::Failure;
use crate::host::{Hooked, HostAgent, HostStatus};
use crate::readers::Json;
use crate::shared::{Shared, now_seconds};
use crate::types::{AgentState, AgentStatus, ErrorAnswer, Status, StoreStatus};
use axum::extract::State;
use ringfence_event::Timestamp;
use ringfence_store::{LastHook, Reader};
use std::sync::Arc;

/// An agent whose last event is younger than this is live.
const LIVE_SECONDS: i64 = 600;

/// How Ringfence is doing, and what it guards.
#[utoipa::path(get, path = "/api/v1/status", tag = "overview",
    responses((status = 200, body = Status), (status = 500, body = ErrorAnswer)))]
pub(crate) async fn status(State(shared): State<Arc<Shared>>) -> Result<Json, Failure> {
    let host = Arc::clone(&shared.host);
    let address = shared.address.to_string();
    shared
        .readers
        .json(move |reader| gather(host.status(), address, reader))
        .await
}

fn gather(host: HostStatus, address: String, reader: &Reader) -> Result<Status, Failure> {
    let size = reader.size()?;
    let hooks = reader.last_hooks()?;
    let now = Timestamp(now_seconds().saturating_mul(1_000_000));
    let agents = host.agents.into_iter();
    let store = StoreStatus {
        queued: host.health.queued as u64,
        kept_in_memory: host.health.kept_in_memory as u64,
        dropped: host.health.dropped,
        cut: host.health.cut,
        bad_files: host.health.bad_files,
        last_error: host.health.last_error,
        committed: host.health.committed,
        retention_days: host.health.retention_days,
        segments: size.segments,
        bytes: size.bytes,
    };
    Ok(Status {
        version: host.version,
        pid: host.pid,
        since: host.since,
        demo: host.demo,
        mode: host.mode,
        rules: host.rules,
        decisions: host.decisions,
        problems: [host.problems, reader.problems()].concat(),
        last_seq: reader.last_seq()?,
        address,
        store,
        agents: agents.map(|agent| describe(agent, &hooks, now)).collect(),
    })
}

pub(super) fn describe(agent: HostAgent, hooks: &[LastHook], now: Timestamp) -> AgentStatus {
    let last = hooks.iter().find(|hook| hook.agent == agent.agent);
    AgentStatus {
        agent: agent.agent,
        title: agent.agent.title(),
        found: agent.found,
        hooked: agent.hooked,
        events: last.map_or(0, |last| last.total),
        last: last.map(|last| last.at),
        last_moment: last.and_then(|last| last.moment.clone()),
        state: state(agent.hooked, last.map(|last| last.at), now),
        note: agent.note,
        blind_spots: agent.blind_spots,
        health: agent.health,
        telemetry: agent.telemetry,
    }
}

/// An agent is called live because an event came from it, never because a hook is installed.
fn state(hooked: Hooked, last: Option<Timestamp>, now: Timestamp) -> AgentState {
    match (hooked, last) {
        (Hooked::No, _) => AgentState::NotHooked,
        (Hooked::Whole | Hooked::Partly | Hooked::Unknown, None) => AgentState::Never,
        (Hooked::Whole | Hooked::Partly | Hooked::Unknown, Some(last)) => {
            if now.0.saturating_sub(last.0) < LIVE_SECONDS * 1_000_000 {
                AgentState::Live
            } else {
                AgentState::Quiet
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_live_because_it_was_heard_of() {
        let now = Timestamp(1_795_000_000_000_000);
        let ago = |seconds: i64| Some(Timestamp(now.0 - seconds * 1_000_000));
        for (hooked, last, expected) in [
            (Hooked::No, ago(1), AgentState::NotHooked),
            (Hooked::Whole, None, AgentState::Never),
            (Hooked::Whole, ago(599), AgentState::Live),
            (Hooked::Partly, ago(600), AgentState::Quiet),
            (Hooked::Unknown, ago(-60), AgentState::Live),
        ] {
            assert_eq!(state(hooked, last, now), expected, "{hooked:?} {last:?}");
        }
    }
}
