//! How the hooks of each agent do: how many tool calls ran, of how many of them a hook told, when one
//! was last heard of, how long they take, and how often the agent gave up on one.
//!
//! **Invariant:** a value, fed with events as they are kept; bounded. Hooks are well because calls
//! were announced, never because they are installed.

use ringfence_agents::announces;
use ringfence_event::{
    Action, AgentKind, Event, EventKey, HookCounts, Outcome, SessionId, Source, Timestamp,
    ToolCallId,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet, VecDeque};

/// Most sessions that are remembered; the one that was quiet for longest goes first.
const MOST_SESSIONS: usize = 256;
/// Most calls of a session that wait for their other half.
const MOST_CALLS: usize = 512;
/// Most sessions that are shown of an agent, the latest.
const MOST_SHOWN: usize = 8;

/// How the hooks of one agent do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookHealth {
    /// The numbers of all sessions together.
    #[serde(flatten)]
    pub all: Heard,
    /// The latest sessions, the last one first.
    pub sessions: Vec<SessionHealth>,
}

/// How the hooks of one session do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionHealth {
    /// Which.
    pub session: SessionId,
    /// Its numbers.
    #[serde(flatten)]
    pub heard: Heard,
}

/// What was expected of hooks, and what came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Heard {
    /// Tool calls that went well and that hooks of this agent announce, as it told itself.
    pub expected: u64,
    /// Those of them that a hook announced.
    pub announced: u64,
    /// All that hooks told.
    pub events: u64,
    /// When one was last heard of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
    /// Sessions in which the agent said that it knows hooks before tools.
    pub registered: u64,
    /// How the agent says that its hooks went: those of others included.
    pub runs: HookCounts,
    /// Answers that were given.
    pub answers: u64,
    /// How long all of them took, in microseconds, from the hook's start.
    pub answer_time: u64,
    /// How long the slowest took, in microseconds.
    pub slowest: u64,
}

impl Heard {
    /// Calls that ran and of which no hook told.
    pub fn missing(&self) -> u64 {
        self.expected.saturating_sub(self.announced)
    }

    /// How long an answer took on average, in microseconds.
    pub fn mean(&self) -> Option<u64> {
        self.answer_time.checked_div(self.answers)
    }

    fn add(&mut self, other: &Heard) {
        for (own, more) in [
            (&mut self.expected, other.expected),
            (&mut self.announced, other.announced),
            (&mut self.events, other.events),
            (&mut self.registered, other.registered),
            (&mut self.answers, other.answers),
            (&mut self.answer_time, other.answer_time),
        ] {
            *own = own.saturating_add(more);
        }
        self.last = self.last.max(other.last);
        self.slowest = self.slowest.max(other.slowest);
        self.ran(&other.runs);
    }

    fn ran(&mut self, counts: &HookCounts) {
        let runs = &mut self.runs;
        for (own, more) in [
            (&mut runs.hooks, counts.hooks),
            (&mut runs.succeeded, counts.succeeded),
            (&mut runs.blocked, counts.blocked),
            (&mut runs.failed, counts.failed),
            (&mut runs.cancelled, counts.cancelled),
            (&mut runs.milliseconds, counts.milliseconds),
        ] {
            *own = own.saturating_add(more);
        }
    }
}

/// What is remembered of one session.
#[derive(Debug, Default)]
struct Session {
    heard: Heard,
    used: u64,
    /// Calls that a hook announced, by their ids and by the events that did.
    announced: VecDeque<(Option<ToolCallId>, EventKey)>,
    /// Calls that have run, so that each counts once.
    ran: VecDeque<ToolCallId>,
    /// Events of calls that are the same as an announced one.
    same: HashSet<EventKey>,
}

/// How the hooks of all agents do.
#[derive(Debug, Default)]
pub struct Health {
    sessions: BTreeMap<(AgentKind, SessionId), Session>,
    /// Of sessions that are not remembered any more.
    past: BTreeMap<AgentKind, Heard>,
    uses: u64,
}

impl Health {
    /// Takes in an event as it was kept.
    pub fn take(&mut self, event: &Event) {
        let Some((agent, session)) = self.session(event) else {
            return;
        };
        match event.source {
            Source::Hook => session.hooked(event),
            Source::Transcript | Source::Telemetry => session.told(agent, event),
            Source::Host | Source::Kernel | Source::Watcher | Source::Proxy => {}
        }
    }

    /// Takes in how long the answer to a hook took, from the start of the hook.
    pub fn answered(&mut self, event: &Event, microseconds: u64) {
        let Some((_, session)) = self.session(event) else {
            return;
        };
        let heard = &mut session.heard;
        heard.answers += 1;
        heard.answer_time = heard.answer_time.saturating_add(microseconds);
        heard.slowest = heard.slowest.max(microseconds);
    }

    /// Returns how the hooks of each agent do that anything was heard of.
    pub fn report(&self) -> BTreeMap<AgentKind, HookHealth> {
        let mut report: BTreeMap<AgentKind, HookHealth> = BTreeMap::new();
        for (agent, heard) in &self.past {
            report.entry(*agent).or_default().all.add(heard);
        }
        let mut sessions: Vec<_> = self.sessions.iter().collect();
        sessions.sort_by_key(|(_, session)| std::cmp::Reverse(session.used));
        for ((agent, name), session) in sessions {
            let health = report.entry(*agent).or_default();
            health.all.add(&session.heard);
            if health.sessions.len() < MOST_SHOWN {
                health.sessions.push(SessionHealth {
                    session: name.clone(),
                    heard: session.heard.clone(),
                });
            }
        }
        report
    }

    fn session(&mut self, event: &Event) -> Option<(AgentKind, &mut Session)> {
        let agent = event.agent?;
        let name = (agent, event.session.clone()?);
        if self.sessions.len() >= MOST_SESSIONS && !self.sessions.contains_key(&name) {
            self.forget_one();
        }
        self.uses += 1;
        let session = self.sessions.entry(name).or_default();
        session.used = self.uses;
        Some((agent, session))
    }

    fn forget_one(&mut self) {
        let quiet = self.sessions.iter().min_by_key(|(_, session)| session.used);
        let Some(name) = quiet.map(|(name, _)| name.clone()) else {
            return;
        };
        if let Some(session) = self.sessions.remove(&name) {
            self.past.entry(name.0).or_default().add(&session.heard);
        }
    }
}

impl Session {
    fn hooked(&mut self, event: &Event) {
        self.heard.events += 1;
        self.heard.last = self.heard.last.max(Some(event.at));
        let without_id = event.call.is_none();
        let announces = match event.action {
            Action::ToolCall { .. } | Action::PermissionRequest { .. } => true,
            // Where no call has an id, the result is what is known for the same.
            Action::ToolResult { .. } => without_id,
            _ => false,
        };
        if announces {
            let id = event.call.as_ref().map(|call| call.id.clone());
            push(&mut self.announced, (id, event.key));
        }
    }

    fn told(&mut self, agent: AgentKind, event: &Event) {
        match &event.action {
            Action::HookRun { counts, .. } => self.heard.ran(counts),
            Action::HookRegistered { moment, .. } if moment.ends_with("ToolUse") => {
                self.heard.registered = 1;
            }
            Action::ToolCall { .. } if self.is_announced(event) => {
                if self.same.len() < MOST_CALLS {
                    self.same.insert(event.key);
                }
                if let Some(call) = &event.call {
                    push(&mut self.announced, (Some(call.id.clone()), event.key));
                }
            }
            Action::ToolResult { tool, outcome, .. } => {
                let Some(call) = &event.call else { return };
                let counts = *outcome == Outcome::Success && announces(agent, tool);
                if !counts || self.ran.contains(&call.id) {
                    return;
                }
                push(&mut self.ran, call.id.clone());
                self.heard.expected += 1;
                self.heard.announced += u64::from(self.is_announced(event));
            }
            _ => {}
        }
    }

    fn is_announced(&self, event: &Event) -> bool {
        let repeats = event.labels.repeats;
        let id = event.call.as_ref().map(|call| &call.id);
        repeats.is_some_and(|key| self.same.contains(&key))
            || (self.announced.iter())
                .any(|(own, key)| Some(*key) == repeats || (id.is_some() && own.as_ref() == id))
    }
}

fn push<T>(queue: &mut VecDeque<T>, one: T) {
    if queue.len() >= MOST_CALLS {
        queue.pop_front();
    }
    queue.push_back(one);
}

#[cfg(test)]
mod tests;
