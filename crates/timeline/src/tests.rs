//! What agents really told, as the session that comes of it.

use crate::{Recorded, Step, Timeline, What};
use ringfence_agents::{
    Encoding, EntryKind, HistoryFormat, HistoryReader, Origin, Signal, Stamp, Tail, read_hook,
    read_telemetry,
};
use ringfence_event::{Action, AgentKind, Event, EventKey, Timestamp, Verdict};
use std::fs;
use std::path::{Path, PathBuf};

mod joined;
pub(crate) mod made;
mod shapes;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../agents/tests/fixtures")
}

/// What a file of an agent's history tells.
pub(crate) fn history(name: &str) -> Vec<Event> {
    let bytes = fs::read(fixtures().join(name)).unwrap();
    let path = format!("/{name}");
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap();
    let format = HistoryFormat::of_path(&path).or_else(|| HistoryFormat::of_entry(first));
    let format = format.unwrap();
    let origin = Origin {
        path,
        time: Timestamp::parse("2025-01-01T00:00:00Z"),
        cwd: None,
    };
    let mut reader = HistoryReader::new(format, origin);
    let mut told = Vec::new();
    if format.kind() == EntryKind::Whole {
        reader.whole(&bytes, &mut told);
    } else {
        let mut tail = Tail::new();
        tail.take(&bytes, |line| reader.line(line, &mut told));
        tail.end(|line| reader.line(line, &mut told));
    }
    reader.finish(&mut told);
    told.into_iter().map(|told| told.event).collect()
}

/// What hooks of Claude Code told, payload after payload, from a moment on.
pub(crate) fn hooks(name: &str, start: Timestamp) -> Vec<Event> {
    let bytes = fs::read(fixtures().join(name)).unwrap();
    let payloads = serde_json::Deserializer::from_slice(&bytes).into_iter::<serde_json::Value>();
    let read = payloads.enumerate().map(|(number, payload)| {
        let payload = serde_json::to_vec(&payload.unwrap()).unwrap();
        let number = i64::try_from(number).unwrap();
        let stamp = Stamp {
            key: EventKey(uuid::Uuid::from_u128(u128::try_from(number).unwrap())),
            at: Timestamp(start.0 + number * 1000),
            process: None,
        };
        read_hook(AgentKind::ClaudeCode, &payload, stamp)
            .unwrap()
            .event
    });
    read.collect()
}

pub(crate) fn telemetry(name: &str) -> Vec<Event> {
    let body = fs::read(fixtures().join("telemetry").join(name)).unwrap();
    let read = read_telemetry(Signal::Logs, Encoding::Protobuf, &body, Timestamp(0)).unwrap();
    read.events
}

/// Events as they are recorded, in order of arrival.
pub(crate) fn recorded(events: Vec<Event>) -> Vec<Recorded> {
    let numbered = events.into_iter().zip(1..);
    numbered
        .map(|(event, seq)| Recorded {
            seq,
            event,
            verdict: Verdict::Allow,
            findings: Vec::new(),
        })
        .collect()
}

/// A session for people: what a snapshot holds.
pub(crate) fn shown(timeline: &Timeline) -> String {
    let mut text = String::new();
    let spent = &timeline.spent;
    text.push_str(&format!(
        "{} requests, {} in, {} out, {} read, {} written to the cache, {} (recorded {})\n",
        spent.requests,
        spent.input,
        spent.output,
        spent.cache_read,
        spent.cache_write,
        spent.cost,
        spent.recorded
    ));
    for one in &timeline.subagents {
        text.push_str(&format!(
            "subagent {} {:?}: {} calls, {}, by {:?} below {:?}\n",
            one.id,
            one.name,
            one.calls,
            one.spent.cost,
            one.call.as_ref().map(ringfence_event::ToolCallId::as_str),
            one.parent
        ));
    }
    for turn in &timeline.turns {
        text.push_str(&format!("— turn {} {}\n", turn.number, turn.spent.cost));
        for step in &turn.steps {
            text.push_str(&line(step));
            text.push('\n');
        }
    }
    text
}

fn line(step: &Step) -> String {
    let sources: Vec<&str> = step.sources.iter().map(|source| source.name()).collect();
    let agent = step.agent.as_ref().map(|agent| format!(" <{agent}>"));
    let what = match &step.what {
        What::Call(call) => {
            let json = serde_json::to_value(&call.tool.operation).unwrap();
            let output: String = call.output.to_string().chars().take(80).collect();
            format!(
                "call {} {:?} {} {json} {:?} {:?} → {output}",
                call.id.as_ref().map_or("-", |id| id.as_str()),
                call.join,
                call.tool.name,
                call.decided,
                call.outcome
            )
        }
        other => serde_json::to_string(other).unwrap(),
    };
    let what: String = what.chars().take(300).collect();
    format!(
        "{} [{}]{} {what}",
        step.at,
        sources.join(" "),
        agent.unwrap_or_default()
    )
}

/// The kinds that leave no step behind.
pub(crate) fn is_silent(action: &Action) -> bool {
    matches!(
        action,
        Action::Usage { .. }
            | Action::HookRegistered { .. }
            | Action::HookRun { .. }
            | Action::TurnEnd { text: None }
            | Action::PermissionMode { .. }
            | Action::Other
    )
}
