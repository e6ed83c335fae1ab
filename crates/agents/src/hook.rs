//! A hook payload becomes an event: the frame that is the same for every agent.

use crate::fields::Fields;
use crate::payload::{self, PayloadError};
use crate::{AnswerKind, agent};
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Join, Labels, ProcessRef, SessionId, Source,
    Timestamp, ToolCallId,
};

/// What the hook client knows beside the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The key of the event.
    pub key: EventKey,
    /// When the hook was called.
    pub at: Timestamp,
    /// The process that called it, if known.
    pub process: Option<ProcessRef>,
}

/// A hook payload, read.
#[derive(Clone, Debug, PartialEq)]
pub struct HookCall {
    /// What happened.
    pub event: Event,
    /// Which answer the agent understands now.
    pub answer: AnswerKind,
    /// Set when the agent tells the same again under another name.
    pub twin: Option<Twin>,
}

/// Cursor fires `preToolUse` and `beforeShellExecution` (or `beforeMCPExecution`,
/// `beforeReadFile`) for one call, and two more after it: twins with equal groups
/// and unequal sides are one call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Twin {
    /// Conversation, generation, before or after, and what is done.
    pub group: String,
    /// Which of the two it is.
    pub side: TwinSide,
}

/// Which of the two hooks for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TwinSide {
    /// The one for all tools (`preToolUse`, `postToolUse`).
    First,
    /// The one for this kind of tool (`beforeShellExecution`, `afterFileEdit`).
    Second,
}

/// What an agent's reader made of a payload.
pub(crate) struct Reading {
    pub(crate) moment: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) call: Option<String>,
    pub(crate) cwd: Option<String>,
    pub(crate) action: Action,
    pub(crate) answer: AnswerKind,
    pub(crate) twin: Option<Twin>,
}

impl Reading {
    /// Takes out the fields that Claude Code, Codex and Gemini name alike. `act` sees
    /// the moment's name and what is left.
    pub(crate) fn of(
        fields: &mut Fields,
        act: impl FnOnce(&str, &mut Fields) -> (Action, AnswerKind),
    ) -> Reading {
        let moment = fields.text("hook_event_name");
        let session = fields.text("session_id");
        let call = fields.text("tool_use_id");
        let cwd = fields.text("cwd");
        let (action, answer) = act(moment.as_deref().unwrap_or_default(), fields);
        Reading {
            moment,
            session,
            call,
            cwd,
            action,
            answer,
            twin: None,
        }
    }
}

/// Reads what an agent told its hook. An event, a tool or a field that this version
/// does not know is kept, never an error.
pub fn read_hook(agent: AgentKind, payload: &[u8], stamp: Stamp) -> Result<HookCall, PayloadError> {
    let fields = Fields::new(payload::object(payload)?);
    Ok(read_fields(agent, fields, stamp))
}

/// The same for a payload whose object is already there.
pub(crate) fn read_fields(agent: AgentKind, mut fields: Fields, stamp: Stamp) -> HookCall {
    let reading = agent::of(agent).read(&mut fields);
    let event = Event {
        key: stamp.key,
        at: stamp.at,
        source: Source::Hook,
        agent: Some(agent),
        moment: reading.moment,
        session: reading.session.map(SessionId),
        call: reading.call.map(|id| CallRef {
            id: ToolCallId(id),
            join: Join::Exact,
        }),
        process: stamp.process,
        cwd: reading.cwd,
        action: reading.action,
        labels: Labels::default(),
        rest: fields.rest(),
    };
    HookCall {
        event,
        answer: reading.answer,
        twin: reading.twin,
    }
}

#[cfg(test)]
mod tests;
