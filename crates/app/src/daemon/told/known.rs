//! The steps of sessions that somebody told already, so that what another source tells of the same
//! is known for it.
//!
//! **Invariant:** bounded in sessions, and each session in steps. A session that is not remembered
//! is read from the record again, as far as hooks told of it.

use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, Join, Operation, SessionId, Source, Timestamp,
    Tool, ToolCallId,
};
use ringfence_store::{EventFilter, Reader, StoreError};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};

/// Most sessions that are remembered; the one that was quiet for longest goes first.
const MOST_SESSIONS: usize = 128;
/// Most steps of one session; the oldest goes first.
const MOST_STEPS: usize = 1024;
/// Events that are read at once of a session in the record.
const AT_ONCE: usize = 250;
/// How far apart two sources may tell of a step that has no id in common, in microseconds.
const NEAR: u64 = 120_000_000;
/// How long a call may wait for those that were asked for together with it, in microseconds.
pub(super) const LONGEST_TURN: i64 = 600_000_000;
/// Longest text that tells two steps apart, in bytes: a result has no more of its command.
const LONGEST: usize = 8 * 1024;

/// What a source tells that another may tell as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The user says something.
    Prompt,
    /// The model does.
    Message,
    /// A tool is about to be used.
    Call,
    /// It was used.
    Result,
}

impl Stage {
    pub(super) fn of(action: &Action) -> Option<Stage> {
        match action {
            Action::Prompt { .. } => Some(Stage::Prompt),
            Action::Message { .. } => Some(Stage::Message),
            Action::ToolCall { .. } | Action::PermissionRequest { .. } => Some(Stage::Call),
            Action::ToolResult { .. } => Some(Stage::Result),
            _ => None,
        }
    }

    /// Whether hooks tell of it.
    pub(super) fn is_hooked(self) -> bool {
        self != Stage::Message
    }
}

/// A step that somebody told.
#[derive(Clone, Debug)]
struct Step {
    stage: Stage,
    call: Option<ToolCallId>,
    print: u64,
    at: Timestamp,
    key: EventKey,
    /// Who told of it, each once.
    by: Vec<Source>,
    /// The subagent that took it.
    subagent: Option<String>,
    /// Set while a hook is missed that should have told of it.
    missed: bool,
}

/// The same step, as somebody told it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Before {
    /// The event that told it first.
    pub(super) key: EventKey,
    /// Its call, where only likeness tells that it is the same.
    pub(super) call: Option<CallRef>,
}

/// A session by whose it is and what it is called.
pub(super) type Name = (Option<AgentKind>, SessionId);

#[derive(Default)]
struct Session {
    steps: VecDeque<Step>,
    hooked: bool,
    /// Whether it holds what the record tells.
    recalled: bool,
    used: u64,
}

/// The steps that somebody told already.
#[derive(Default)]
pub(super) struct Known {
    sessions: HashMap<Name, Session>,
    uses: u64,
}

impl Known {
    /// Whether the record need not be asked about a session.
    pub(super) fn has(&self, name: &Name) -> bool {
        self.sessions
            .get(name)
            .is_some_and(|session| session.recalled)
    }

    /// Whether a hook told anything of the session.
    pub(super) fn is_hooked(&self, name: &Name) -> bool {
        self.sessions
            .get(name)
            .is_some_and(|session| session.hooked)
    }

    /// Hooks may have told the record what this does not know.
    pub(super) fn ask_again(&mut self) {
        for session in self.sessions.values_mut() {
            session.recalled = false;
        }
    }

    /// Takes in what the record tells of a session, oldest first.
    pub(super) fn remember(&mut self, name: &Name, recorded: &[Event]) {
        let session = self.session(name);
        session.recalled = true;
        session.hooked |= !recorded.is_empty();
        let mut steps: VecDeque<Step> = recorded.iter().filter_map(Step::of).collect();
        let known = std::mem::take(&mut session.steps);
        steps.retain(|step| known.iter().all(|other| other.key != step.key));
        steps.extend(known);
        let surplus = steps.len().saturating_sub(MOST_STEPS);
        steps.drain(..surplus);
        session.steps = steps;
    }

    /// Remembers what a hook tells, as it is kept; returns whether it was missed until now.
    pub(super) fn note(&mut self, event: &Event) -> bool {
        let Some(name) = name(event) else {
            return false;
        };
        let session = self.session(&name);
        session.hooked = true;
        let Some(own) = Step::of(event) else {
            return false;
        };
        let steps = &mut session.steps;
        let is_missed = |place: &usize| steps.get(*place).is_some_and(|step| step.missed);
        let named = own.among(steps);
        // What only looks the same may be the next one: unless one is missed.
        let like = || own.like_one_of(steps, true).filter(is_missed);
        let place = named.or_else(like);
        let told = place.and_then(|place| steps.get_mut(place));
        if let Some(step) = told.filter(|step| !step.by.contains(&Source::Hook)) {
            step.by.push(Source::Hook);
            return std::mem::take(&mut step.missed);
        }
        session.push(own);
        false
    }

    /// Remembers that an event is the first that tells of its step. `missed` says that a hook
    /// should have.
    pub(super) fn claim(&mut self, event: &Event, missed: bool) {
        let (Some(name), Some(step)) = (name(event), Step::of(event)) else {
            return;
        };
        let session = self.session(&name);
        if session.steps.iter().all(|other| other.key != step.key) {
            session.push(Step { missed, ..step });
        }
    }

    /// Whether a call was told by anybody to have run.
    pub(super) fn has_run(&self, event: &Event) -> bool {
        let Some(session) = name(event).and_then(|name| self.sessions.get(&name)) else {
            return false;
        };
        let mut results = (session.steps.iter()).filter(|step| step.stage == Stage::Result);
        let own = Step::of(event).filter(|own| own.call.is_some());
        own.is_some_and(|own| results.any(|step| step.call == own.call))
    }

    /// Whether the session, or the subagent, that an event belongs to is at another call that a hook
    /// announced: what was written down together with it may have its turn, and its hook, much later.
    /// `over` tells which other calls have run.
    pub(super) fn is_busy(&self, event: &Event, over: &HashSet<ToolCallId>) -> bool {
        let own = Step::of(event);
        let session = name(event).and_then(|name| self.sessions.get(&name));
        let (Some(own), Some(session)) = (own, session) else {
            return false;
        };
        let since = own.at.0.saturating_sub(LONGEST_TURN);
        let runs = |step: &&Step| {
            step.stage == Stage::Call
                && step.by.contains(&Source::Hook)
                && step.subagent == own.subagent
                && step.at.0 >= since
                && !step.call.as_ref().is_some_and(|call| over.contains(call))
        };
        let results = || {
            session
                .steps
                .iter()
                .filter(|one| one.stage == Stage::Result)
        };
        // Most have an id: a session of many calls is gone through once.
        let ended: HashSet<&ToolCallId> = results().filter_map(|one| one.call.as_ref()).collect();
        let is_over = |step: &Step| {
            let named = step.call.as_ref().is_some_and(|id| ended.contains(id));
            let mut others = results().filter(|one| one.call.is_none() || step.call.is_none());
            named || others.any(|one| one.is_same_call(step))
        };
        let mut running = session.steps.iter().filter(runs);
        running.any(|step| !step.is_same_call(&own) && !is_over(step))
    }

    /// Looks for who told the same before, and notes that this source told it too.
    pub(super) fn before(&mut self, event: &Event) -> Option<Before> {
        let own = Step::of(event)?;
        let is_ours = |call: &CallRef| call.join == Join::Inferred;
        let guessed = event.call.as_ref().is_none_or(is_ours);
        let steps = &mut self.session(&name(event)?).steps;
        let place = own
            .among(steps)
            .or_else(|| own.like_one_of(steps, guessed))
            .or_else(|| own.end_of_its_call(steps))?;
        let step = steps.get_mut(place)?;
        if step.key == own.key {
            // It was told, and could not be kept.
            return None;
        }
        step.by.push(event.source);
        // Who tells of it next may say less, and name it.
        step.call = step.call.take().or_else(|| own.call.clone());
        let other = step
            .call
            .clone()
            .filter(|call| own.call.as_ref() != Some(call));
        Some(Before {
            key: step.key,
            call: other.map(|id| CallRef {
                id,
                join: Join::Inferred,
            }),
        })
    }

    /// The session of an agent in which somebody told of a call.
    pub(super) fn session_of(&self, event: &Event) -> Option<SessionId> {
        let call = &event.call.as_ref()?.id;
        let mut own = self
            .sessions
            .iter()
            .filter(|((agent, _), _)| *agent == event.agent);
        let told = |session: &Session| {
            let mut steps = session.steps.iter();
            steps.any(|step| step.call.as_ref() == Some(call))
        };
        let found = own.find(|(_, session)| told(session))?;
        Some(found.0.1.clone())
    }

    fn session(&mut self, name: &Name) -> &mut Session {
        if !self.sessions.contains_key(name) && self.sessions.len() >= MOST_SESSIONS {
            let quiet = self.sessions.iter().min_by_key(|(_, session)| session.used);
            if let Some(quiet) = quiet.map(|(name, _)| name.clone()) {
                self.sessions.remove(&quiet);
            }
        }
        self.uses += 1;
        let session = self.sessions.entry(name.clone()).or_default();
        session.used = self.uses;
        session
    }
}

impl Session {
    fn push(&mut self, step: Step) {
        if self.steps.len() >= MOST_STEPS {
            self.steps.pop_front();
        }
        self.steps.push_back(step);
    }
}

impl Step {
    fn of(event: &Event) -> Option<Step> {
        Some(Step {
            stage: Stage::of(&event.action)?,
            call: event.call.as_ref().map(|call| call.id.clone()),
            print: print(&event.action),
            at: event.at,
            key: event.key,
            by: vec![event.source],
            subagent: (event.rest.get("agent_id"))
                .and_then(Value::as_str)
                .map(str::to_owned),
            missed: false,
        })
    }

    /// Whether two steps are about one call: by its id, or by what it says where there is none.
    fn is_same_call(&self, other: &Step) -> bool {
        match (&self.call, &other.call) {
            (Some(one), Some(other)) => one == other,
            _ => {
                let away = self.at.0.abs_diff(other.at.0);
                self.print == other.print && away <= LONGEST_TURN.unsigned_abs()
            }
        }
    }

    /// Finds the step of the same call.
    fn among(&self, steps: &VecDeque<Step>) -> Option<usize> {
        self.call.as_ref()?;
        steps
            .iter()
            .position(|step| step.stage == self.stage && step.call == self.call)
    }

    /// Finds the result without an id that says what the call of this result did: on the wire a result
    /// has the id of its call, and nothing else of it.
    fn end_of_its_call(&self, steps: &VecDeque<Step>) -> Option<usize> {
        let call = steps
            .iter()
            .find(|step| step.stage == Stage::Call && step.call == self.call)?;
        let is_end = |step: &Step| {
            step.stage == Stage::Result
                && step.call.is_none()
                && step.print == call.print
                && step.at >= call.at
                && self.by.iter().all(|source| !step.by.contains(source))
        };
        let is_result = self.stage == Stage::Result && self.call.is_some();
        steps.iter().position(|step| is_result && is_end(step))
    }

    /// Finds the nearest step that says the same, where at least one of both has no id of its
    /// agent's; each source tells a step once.
    fn like_one_of(&self, steps: &VecDeque<Step>, guessed: bool) -> Option<usize> {
        let away = |step: &Step| step.at.0.abs_diff(self.at.0);
        let alike = |step: &Step| {
            step.stage == self.stage
                && step.print == self.print
                && (guessed || step.call.is_none())
                && self.by.iter().all(|source| !step.by.contains(source))
                && away(step) <= NEAR
        };
        let found = steps.iter().enumerate().filter(|(_, step)| alike(step));
        let nearest = found.min_by_key(|(_, step)| away(step))?;
        Some(nearest.0)
    }
}

/// Reads what hooks told of a session, oldest first, the latest of it.
pub(super) fn recorded(name: &Name, record: &Reader) -> Result<Vec<Event>, StoreError> {
    let mut before_seq = None;
    let mut found = Vec::new();
    while found.len() < MOST_STEPS {
        let events = record.events(&EventFilter {
            agent: name.0,
            session: Some(name.1.0.clone()),
            source: Some(Source::Hook),
            before_seq,
            limit: Some(AT_ONCE),
            newest_first: true,
            ..EventFilter::default()
        })?;
        let Some(last) = events.last() else { break };
        before_seq = Some(last.id.seq);
        let own = events.into_iter().map(|stored| stored.event);
        found.extend(own.filter(|event| event.session.as_ref() == Some(&name.1)));
    }
    found.reverse();
    Ok(found)
}

/// Whose session an event tells of.
pub(super) fn name(event: &Event) -> Option<Name> {
    Some((event.agent, event.session.clone()?))
}

/// What a step says, as far as all sources tell it alike: not the agent's name of the tool, nor
/// the texts that a result leaves out.
fn print(action: &Action) -> u64 {
    let said = match action {
        Action::Prompt { text } | Action::Message { text } => json!(text.trim()),
        action => action.tool().map_or(Value::Null, said_of),
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(said.to_string().as_bytes());
    let mut short = [0; 8];
    for (to, from) in short.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    u64::from_le_bytes(short)
}

fn said_of(tool: &Tool) -> Value {
    match &tool.operation {
        Operation::Shell { command, .. } => json!(["shell", cut(command)]),
        Operation::Read { paths } => json!(["read", paths]),
        Operation::Write { changes } => {
            let paths = changes.iter().map(|change| change.path.as_str());
            json!(["write", paths.collect::<Vec<_>>()])
        }
        Operation::Search { path, pattern } => json!(["search", path, pattern]),
        Operation::Fetch { urls } => json!(["fetch", urls]),
        Operation::WebSearch { query } => json!(["web_search", cut(query)]),
        Operation::Mcp { server, tool } => json!(["mcp", server, tool]),
        Operation::Subagent { prompt } => json!(["subagent", cut(prompt)]),
        Operation::Other => json!(["other", tool.name]),
    }
}

fn cut(text: &str) -> &str {
    let text = text.trim();
    text.get(..text.floor_char_boundary(LONGEST))
        .unwrap_or(text)
}
