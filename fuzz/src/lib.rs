//! What every fuzz target checks, beside "no panic": run one with
//! `cargo +nightly fuzz run hook_claude_code`.
#![forbid(unsafe_code)]

use ringfence_agents::{Answer, HookState, Removal, Stamp};
use ringfence_event::{AgentKind, Event, EventKey, Timestamp, Verdict};

/// Any payload gives an error or an event that survives JSON, and a reply in JSON.
///
/// # Panics
///
/// If it does not.
pub fn hook(agent: AgentKind, payload: &[u8]) {
    let stamp = Stamp {
        key: EventKey(uuid::Uuid::nil()),
        at: Timestamp(0),
        process: None,
    };
    let Ok(call) = ringfence_agents::read_hook(agent, payload, stamp) else {
        return;
    };
    let text = serde_json::to_string(&call.event).expect("an event is JSON");
    let again: Event = serde_json::from_str(&text).expect("an event survives JSON");
    assert_eq!(again.action.kind(), call.event.action.kind());
    let reason = call.event.moment.unwrap_or_default();
    for verdict in Verdict::ALL {
        let answer = Answer {
            verdict,
            reason: &reason,
            hint: "hint",
        };
        let reply = ringfence_agents::render(agent, &call.answer, &answer);
        assert!(
            reply.stdout.is_empty()
                || serde_json::from_str::<serde_json::Value>(&reply.stdout).is_ok()
        );
    }
}

/// Any settings file gives an error, or can be installed into twice with one result,
/// and left again.
///
/// # Panics
///
/// If it cannot.
pub fn settings(text: &str) {
    let program = "/usr/bin/ringfence";
    for agent in AgentKind::ALL {
        let Ok(once) = ringfence_agents::install(agent, Some(text), program) else {
            continue;
        };
        let twice = ringfence_agents::install(agent, Some(&once), program);
        assert_eq!(twice.as_deref(), Ok(once.as_str()));
        let out = ringfence_agents::uninstall(agent, &once).expect("what was put in goes out");
        if let Removal::Text(left) = out {
            let state = ringfence_agents::inspect(agent, Some(&left), program);
            assert_eq!(state, HookState::Absent);
        }
    }
}
