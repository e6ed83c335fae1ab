//! One entry while it is read: what it is told to be, and under which key.
//!
//! **Invariant:** a key follows from the entry alone: from its own id, or from its bytes.

use super::{Pending, Place, State, Told};
use crate::bound;
use crate::fields::Fields;
use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Join, Labels, SessionId, Source, Timestamp, Tool,
    ToolCallId, Usage,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Builder;

/// Longest text that is kept of an entry that is not understood, in bytes.
const LONGEST_UNKNOWN: usize = 16 * 1024;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Understood,
    Unknown,
    TooLong,
}

/// What all events of an entry have in common.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    session: Option<String>,
    subagent: Option<String>,
    cwd: Option<String>,
    moment: Option<String>,
    at: i64,
}

/// One entry while it is read.
pub(crate) struct Page<'a> {
    agent: AgentKind,
    pub(crate) state: &'a mut State,
    place: Place,
    bytes: &'a [u8],
    id: Option<String>,
    at: Option<Timestamp>,
    pub(crate) moment: Option<String>,
    pub(crate) subagent: Option<String>,
    rest: Map<String, Value>,
    parts: u32,
    end: Option<End>,
    told: &'a mut Vec<Told>,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        agent: AgentKind,
        state: &'a mut State,
        place: Place,
        bytes: &'a [u8],
        told: &'a mut Vec<Told>,
    ) -> Page<'a> {
        let subagent = state.subagent.clone();
        Page {
            agent,
            state,
            place,
            bytes,
            id: None,
            at: None,
            moment: None,
            subagent,
            rest: Map::new(),
            parts: 0,
            end: None,
            told,
        }
    }

    /// Says by which id the agent knows this entry, wherever it is copied to.
    pub(crate) fn identify(&mut self, id: Option<String>) {
        self.id = id.filter(|id| !id.is_empty());
    }

    /// Says when it happened; what tells no time has that of the entry before.
    pub(crate) fn happened(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.at = Some(at);
            self.state.time = Some(at);
        }
    }

    fn at(&self) -> Timestamp {
        self.at.or(self.state.time).unwrap_or(Timestamp(0))
    }

    /// Returns the number of the entry.
    pub(crate) fn number(&self) -> u64 {
        self.place.entry
    }

    /// Says in which session it is.
    pub(crate) fn in_session(&mut self, session: Option<String>) {
        if session.is_some() {
            self.state.session = session;
        }
    }

    /// Says which session it is where the file itself does not: the one that it is named for.
    pub(crate) fn in_session_of_file(&mut self) {
        if self.state.session.is_none() {
            let name = self.state.name.as_str();
            let stem = name
                .split_once('.')
                .map_or(name, |(stem, _)| stem)
                .to_owned();
            self.state.session = Some(stem).filter(|stem| !stem.is_empty());
        }
    }

    /// Tells that the session begins, once for each.
    pub(crate) fn begin(&mut self, reason: Option<String>, model: Option<String>) {
        let Some(session) = self.state.session.clone() else {
            return;
        };
        if self.state.begun.as_ref() == Some(&session) {
            return;
        }
        self.state.begun = Some(session.clone());
        if self.subagent.is_some() {
            return;
        }
        let mut rest = Map::new();
        if let Some(version) = &self.state.version {
            rest.insert("version".to_owned(), json!(version));
        }
        self.put(
            &["session", &session],
            None,
            Action::SessionStart { reason, model },
            rest,
        );
    }

    /// Keeps what is left of the entry with its first event.
    pub(crate) fn keep(&mut self, fields: Fields) {
        self.rest.extend(fields.rest());
    }

    /// Tells something.
    pub(crate) fn tell(&mut self, action: Action) {
        self.tell_of(None, action);
    }

    /// Tells something of a tool call, by the agent's id of that.
    pub(crate) fn tell_call(&mut self, call: &str, action: Action) {
        self.tell_of(Some(call_ref(call, Join::Exact)), action);
    }

    /// Tells something of a tool call, by an id that is ours.
    pub(crate) fn tell_inferred(&mut self, call: &str, action: Action) {
        self.tell_of(Some(call_ref(call, Join::Inferred)), action);
    }

    fn tell_of(&mut self, call: Option<CallRef>, action: Action) {
        let part = self.parts.to_string();
        self.parts += 1;
        let id = match &self.id {
            Some(id) => id.clone(),
            None => {
                let id = blake3::hash(self.bytes).to_hex().to_string();
                let session = self.state.session.as_deref().unwrap_or_default();
                let id = format!("{session} {id}");
                self.id = Some(id.clone());
                id
            }
        };
        let rest = std::mem::take(&mut self.rest);
        self.put(&["entry", &id, &part], call, action, rest);
    }

    /// Tells something that the file may say again later: `what` names it within the session.
    pub(crate) fn tell_once(&mut self, what: &[&str], call: Option<&str>, action: Action) {
        if self.is_new(what) {
            let session = self.state.session.clone().unwrap_or_default();
            let mut parts = vec!["once", session.as_str()];
            parts.extend(what);
            let rest = std::mem::take(&mut self.rest);
            self.put(
                &parts,
                call.map(|call| call_ref(call, Join::Exact)),
                action,
                rest,
            );
        } else {
            self.quiet();
        }
    }

    /// Whether this file says it for the first time.
    pub(crate) fn is_new(&mut self, what: &[&str]) -> bool {
        self.state.seen.insert(what)
    }

    /// Tells that a tool is called, and remembers it for its result.
    pub(crate) fn call(&mut self, id: &str, tool: Tool) {
        self.state.calls.open(id, &tool);
        self.tell_call(id, Action::ToolCall { tool });
    }

    /// Tells the usage of a message, once it is clear that no line with more of it follows.
    pub(crate) fn usage(&mut self, usage: Usage) {
        self.end.get_or_insert(End::Understood);
        if let Some(pending) = &mut self.state.pending
            && pending.usage.request.is_some()
            && pending.usage.request == usage.request
        {
            // The counts of a message that is still being written grow from line to line.
            if usage.tokens() > pending.usage.tokens() {
                pending.usage = usage;
            }
            return;
        }
        flush(self.state, self.agent, self.told);
        self.state.pending = Some(Pending {
            usage,
            place: self.place,
            kept: self.kept(),
        });
    }

    /// Tells how much the agent asks its user, if that is new.
    pub(crate) fn mode(&mut self, mode: Option<String>, unguarded: impl FnOnce(&str) -> bool) {
        let Some(mode) = mode.filter(|mode| !mode.is_empty()) else {
            return;
        };
        if self.state.mode.as_ref() == Some(&mode) {
            return;
        }
        self.state.mode = Some(mode.clone());
        let unguarded = unguarded(&mode);
        self.tell(Action::PermissionMode { mode, unguarded });
    }

    /// Says that it is understood, and that there is nothing to tell.
    pub(crate) fn quiet(&mut self) {
        self.end.get_or_insert(End::Understood);
    }

    /// Tells an entry that this version has no words for as it came.
    pub(crate) fn unknown(&mut self, fields: Fields) {
        let rest = fields.rest();
        self.end = Some(End::Unknown);
        self.rest = match serde_json::to_string(&rest) {
            Ok(text) if text.len() > LONGEST_UNKNOWN => cut(&text),
            _ => rest,
        };
        self.tell(Action::Other);
    }

    /// Tells an entry that is understood and for which there is no better word.
    pub(crate) fn other(&mut self, fields: Fields) {
        self.unknown(fields);
        self.end = Some(End::Understood);
    }

    /// Tells an entry that could not be read at all.
    pub(super) fn unreadable(&mut self, why: &str) {
        self.end = Some(End::Unknown);
        self.rest = cut(&String::from_utf8_lossy(self.bytes));
        self.rest.insert(
            "unread".to_owned(),
            json!({ "why": bound::text(why.to_owned()) }),
        );
        self.tell(Action::Other);
    }

    /// Tells an entry of which only the beginning was read.
    pub(super) fn too_long(&mut self, missing: u64) {
        self.unreadable(&format!("too long: {missing} bytes more"));
        self.end = Some(End::TooLong);
    }

    pub(super) fn close(self) -> End {
        self.end.unwrap_or(End::Understood)
    }

    fn kept(&self) -> Kept {
        Kept {
            session: self.state.session.clone(),
            subagent: self.subagent.clone(),
            cwd: self.state.cwd.clone(),
            moment: self.moment.clone(),
            at: self.at().0,
        }
    }

    fn put(
        &mut self,
        parts: &[&str],
        call: Option<CallRef>,
        action: Action,
        rest: Map<String, Value>,
    ) {
        self.end.get_or_insert(End::Understood);
        let kept = self.kept();
        let event = event(self.agent, &kept, parts, call, action, rest);
        self.told.push(Told {
            event,
            place: self.place,
        });
    }
}

/// Tells the usage that waits.
pub(super) fn flush(state: &mut State, agent: AgentKind, told: &mut Vec<Told>) {
    let Some(Pending { usage, place, kept }) = state.pending.take() else {
        return;
    };
    let session = kept.session.clone().unwrap_or_default();
    let request = usage.request.clone();
    let entry = place.entry.to_string();
    let parts = match &request {
        Some(request) => vec!["usage", request.as_str()],
        None => vec!["usage", session.as_str(), entry.as_str()],
    };
    let action = Action::Usage { usage };
    told.push(Told {
        event: event(agent, &kept, &parts, None, action, Map::new()),
        place,
    });
}

fn event(
    agent: AgentKind,
    kept: &Kept,
    parts: &[&str],
    call: Option<CallRef>,
    action: Action,
    mut rest: Map<String, Value>,
) -> Event {
    if let Some(subagent) = &kept.subagent {
        // The name that hooks give it.
        rest.insert("agent_id".to_owned(), json!(subagent));
    }
    let at = Timestamp(kept.at);
    Event {
        key: key(agent.name(), at, parts),
        at,
        source: Source::Transcript,
        agent: Some(agent),
        moment: kept.moment.clone(),
        session: kept.session.clone().map(SessionId),
        call,
        process: None,
        cwd: kept.cwd.clone(),
        action,
        labels: Labels::default(),
        rest,
    }
}

/// Returns the key of what happened at a moment and is told apart by these names. The same has
/// the same key each time (UUIDv7, RFC 9562, with a hash for its random bits).
pub(crate) fn key(agent: &str, at: Timestamp, names: &[&str]) -> EventKey {
    let mut hasher = blake3::Hasher::new();
    for name in std::iter::once(&agent).chain(names) {
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
    }
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    let milliseconds = u64::try_from(at.0 / 1000).unwrap_or(0);
    EventKey(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

fn call_ref(id: &str, join: Join) -> CallRef {
    CallRef {
        id: ToolCallId(id.to_owned()),
        join,
    }
}

fn cut(text: &str) -> Map<String, Value> {
    let kept = text.floor_char_boundary(LONGEST_UNKNOWN);
    let text = match text.get(..kept) {
        Some(begin) if begin.len() < text.len() => {
            format!("{begin}… ({} bytes more)", text.len() - begin.len())
        }
        _ => text.to_owned(),
    };
    Map::from_iter([("text".to_owned(), Value::String(text))])
}
