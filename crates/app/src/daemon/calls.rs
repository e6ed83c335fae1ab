//! One reported moment, whichever way it came: judged, kept, answered.
//!
//! **Invariant:** in this order, so that what was answered is kept. Keeping is one write to
//! the journal's page cache; the verdict never waits for the disk.

use super::Shared;
use crate::judge::RealLinks;
use ringfence_agents::{HookCall, PayloadError, Reply, Stamp};
use ringfence_event::{Action, AgentKind, Decision, Event, Operation};
use ringfence_sense::Process;
use ringfence_store::{Kept, Record};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

/// What came of it.
pub(super) struct Taken {
    /// The answer in the agent's own dialect.
    pub(super) reply: Reply,
    /// What was decided; nothing was found in a payload that cannot be read.
    pub(super) decision: Decision,
    /// Set if nobody could read the payload.
    pub(super) blind: bool,
    /// Whether the event survives the daemon's death.
    pub(super) kept: bool,
    /// The record, if it does not.
    pub(super) unkept: Option<Record>,
}

/// Takes a payload that was read, or not. `root` is the process that fired the hook, if that is the
/// agent itself.
pub(super) fn take(
    shared: &Shared,
    agent: AgentKind,
    read: Result<HookCall, PayloadError>,
    payload: &[u8],
    stamp: Stamp,
    root: Option<Process>,
) -> Taken {
    let judge = shared.judge();
    shared.decisions.fetch_add(1, Ordering::Relaxed);
    let at = stamp.at;
    let call = match read {
        Ok(call) => call,
        Err(error) => {
            let judged = judge.blind(agent, stamp, payload, &error.to_string());
            return keep(shared, judged.reply, judged.record, true);
        }
    };
    let twin = call.twin.clone();
    let earlier: Option<Decision> = twin.as_ref().and_then(|twin| {
        let mut twins = shared.twins.lock().unwrap_or_else(PoisonError::into_inner);
        twins.take(twin, at)
    });
    let again = earlier.is_some();
    let command = command_of(&call.event);
    let judged = judge.judge(agent, call, earlier, &shared.memory, &RealLinks);
    if again {
        return Taken {
            reply: judged.reply,
            decision: judged.record.decision,
            blind: false,
            kept: true,
            unkept: None,
        };
    }
    let Record { event, decision } = &judged.record;
    shared.habits.note(event, decision);
    shared.files.note(event, decision);
    if shared.told.note(event) {
        shared.history.announced_after_all();
    }
    shared.kernel.note(event, decision.verdict, root, command);
    shared.opinions.offer(event, &judge.config);
    shared.witness.answered(event, decision.verdict);
    if let Some(twin) = twin {
        let mut twins = shared.twins.lock().unwrap_or_else(PoisonError::into_inner);
        twins.put(twin, at, judged.record.decision.clone());
    }
    keep(shared, judged.reply, judged.record, false)
}

/// The line of a shell call as the agent wrote it.
fn command_of(event: &Event) -> Option<String> {
    match &event.action {
        Action::ToolCall { tool } => match &tool.operation {
            Operation::Shell { command, .. } => Some(command.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn keep(shared: &Shared, reply: Reply, record: Record, blind: bool) -> Taken {
    let decision = record.decision.clone();
    let copy = record.clone();
    // In memory it would not outlive this process: it is spooled too, and the key makes
    // sure that it is stored once.
    let kept = matches!(shared.store.append(record), Ok(Kept::Journal));
    Taken {
        reply,
        decision,
        blind,
        kept,
        unkept: (!kept).then_some(copy),
    }
}
