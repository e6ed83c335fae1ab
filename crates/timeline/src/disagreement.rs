//! Where the sources of a session contradict each other: a call that ran and that no hook announced,
//! a hook that was told something else than the agent wrote down, a denial that did not hold, a
//! session in which the agent asks about nothing any more, an agent that nobody hears of.
//!
//! **Invariant:** a value, fed with events as they arrive and asked with a clock's value; bounded. It
//! says nothing of what a hook could still tell, nor of what happened before it was there.

mod session;

use ringfence_event::{
    Action, AgentKind, CallRef, Event, EventKey, SessionId, Source, Timestamp, ToolCallId,
    UnsaidKind, Verdict,
};
use session::Session;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long a hook may still tell of a call that has run, in microseconds.
const GRACE: i64 = 500_000;
/// How old a call may be to be held against the hooks, in microseconds.
const FRESH: i64 = 60_000_000;
/// How long an agent may run before somebody must have heard of it, in microseconds.
const ALONE: i64 = 120_000_000;
/// Most sessions that are remembered; the one that was quiet for longest goes first.
const MOST_SESSIONS: usize = 256;
/// Most projects, processes and calls that are remembered as told.
const MOST_TOLD: usize = 4096;

/// Where two sources contradict each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// In which way.
    pub kind: UnsaidKind,
    /// When it happened.
    pub at: Timestamp,
    /// Whose session it is.
    pub agent: AgentKind,
    /// The session, if one is known.
    pub session: Option<SessionId>,
    /// The tool call, if it is about one.
    pub call: Option<CallRef>,
    /// Where the session works.
    pub cwd: Option<String>,
    /// What one side says.
    pub said: String,
    /// What the other shows.
    pub done: String,
    /// The events that show it.
    pub events: Vec<EventKey>,
}

/// What stands in an agent's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hooks {
    /// None of ours: nothing is expected of them.
    Absent,
    /// Ours, since this moment at the latest; sessions that began before keep their old settings.
    Installed {
        /// The moment.
        since: Timestamp,
    },
    /// Ours, but the agent will not run them.
    Off {
        /// Why.
        why: String,
    },
}

/// What is known of a session from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// What stands in the settings for it.
    pub hooks: Hooks,
    /// When it began, as far as the record tells.
    pub began: Option<Timestamp>,
}

/// A session by whose it is, what it is called, and where it works.
pub type Named = (AgentKind, SessionId, Option<String>);

/// A process of an agent that runs now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Which agent.
    pub agent: AgentKind,
    /// Process id and start time in clock ticks.
    pub process: (u32, u64),
    /// When it began.
    pub began: Timestamp,
    /// Where it works.
    pub cwd: Option<String>,
    /// Whether a hook came from it, or from a process above or below it.
    pub heard: bool,
}

/// A session by whose it is and what it is called.
type Name = (AgentKind, SessionId);

/// Holds the sources of sessions against each other.
#[derive(Debug)]
pub struct Watch {
    since: Timestamp,
    sessions: BTreeMap<Name, Session>,
    uses: u64,
    /// Calls that hooks announced, of whatever session: a subagent may have one of its own, and its
    /// hooks its parent's.
    announced: VecDeque<ToolCallId>,
    /// Projects in which an agent has asked about nothing before.
    unguarded: BTreeSet<(AgentKind, String)>,
    /// Processes that nobody hears of, as they were told.
    alone: BTreeSet<(u32, u64)>,
    found: Vec<Disagreement>,
}

impl Watch {
    /// Begins to watch: what happened before is not held against anybody.
    pub fn new(since: Timestamp) -> Watch {
        Watch {
            since,
            sessions: BTreeMap::new(),
            uses: 0,
            announced: VecDeque::new(),
            unguarded: BTreeSet::new(),
            alone: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// Says that an agent has asked about nothing in this project before.
    pub fn is_used_to(&mut self, agent: AgentKind, project: &str) {
        if self.unguarded.len() < MOST_TOLD {
            self.unguarded.insert((agent, project.to_owned()));
        }
    }

    /// Takes in an event as it was kept. `verdict` is what was answered; `received` the clock.
    pub fn take(&mut self, event: &Event, verdict: Verdict, received: Timestamp) {
        let (Some(agent), Some(id)) = (event.agent, &event.session) else {
            return;
        };
        let name = (agent, id.clone());
        let is_told = matches!(event.source, Source::Transcript | Source::Telemetry);
        let is_fresh = event.at >= self.since && received.0 - event.at.0 <= FRESH;
        // An import of years must not drive out the sessions that run.
        if is_told && !is_fresh && !self.sessions.contains_key(&name) {
            if let (Some(_), Some(cwd)) = (unguarded(event), &event.cwd) {
                self.is_used_to(agent, cwd);
            }
            return;
        }
        self.uses += 1;
        let uses = self.uses;
        let session = self.sessions.entry(name.clone()).or_default();
        session.used = uses;
        if let Some(cwd) = &event.cwd {
            session.cwd = Some(cwd.clone());
        }
        if event.source == Source::Hook
            && let (Action::ToolCall { .. }, Some(call)) = (&event.action, &event.call)
        {
            if self.announced.len() >= MOST_TOLD {
                self.announced.pop_front();
            }
            self.announced.push_back(call.id.clone());
        }
        let found = match event.source {
            Source::Hook => session.hooked(event, verdict),
            Source::Transcript | Source::Telemetry => {
                session.told(event, is_fresh, Timestamp(received.0.saturating_add(GRACE)))
            }
            Source::Kernel => {
                session.seen(event);
                None
            }
            Source::Host | Source::Watcher | Source::Proxy => None,
        };
        let mode = session.unguarded.take();
        let cwd = session.cwd.clone();
        if let Some(found) = found {
            let one = found.about(&name, cwd.clone());
            self.found.push(one);
        }
        match (mode, cwd) {
            (Some(mode), Some(cwd)) => self.asks_nobody(event, &name, cwd, &mode),
            // Its project is told later.
            (Some(mode), None) => {
                if let Some(session) = self.sessions.get_mut(&name) {
                    session.unguarded = Some(mode);
                }
            }
            (None, _) => {}
        }
        self.forget();
    }

    /// The agent asks about nothing: told once for each project.
    fn asks_nobody(&mut self, event: &Event, name: &Name, cwd: String, mode: &str) {
        let is_new =
            self.unguarded.len() < MOST_TOLD && self.unguarded.insert((name.0, cwd.clone()));
        if !is_new || event.at < self.since {
            return;
        }
        self.found.push(Disagreement {
            kind: UnsaidKind::ModeUnguarded,
            at: event.at,
            agent: name.0,
            session: Some(name.1.clone()),
            call: None,
            cwd: Some(cwd),
            said: "the agent asks its user".to_owned(),
            done: format!("it runs in the mode `{mode}` and asks about nothing"),
            events: vec![event.key],
        });
    }

    /// The sessions of which [`Watch::ask`] wants to know more.
    pub fn wants(&self, now: Timestamp) -> Vec<Named> {
        let due = self
            .sessions
            .iter()
            .filter(|(_, session)| session.is_due(now));
        due.map(|((agent, id), session)| (*agent, id.clone(), session.cwd.clone()))
            .collect()
    }

    /// Says what disagrees by now. `known` has what was wanted; a session that is not in it waits.
    pub fn ask(
        &mut self,
        now: Timestamp,
        known: &BTreeMap<Named, Circumstances>,
    ) -> Vec<Disagreement> {
        let mut found = std::mem::take(&mut self.found);
        for ((agent, id, _), known) in known {
            let name = (*agent, id.clone());
            let Some(session) = self.sessions.get_mut(&name) else {
                continue;
            };
            if let Some(missing) = session.missing(now, known, &self.announced) {
                found.push(missing.about(&name, session.cwd.clone()));
            }
        }
        found
    }

    /// Whether [`Watch::ask`] may have something to say soon.
    pub fn is_waiting(&self) -> bool {
        !self.found.is_empty() || self.sessions.values().any(Session::is_waiting)
    }

    /// Takes in which agents run now; those that nobody hears of are told once.
    pub fn runs(
        &mut self,
        now: Timestamp,
        running: &[Running],
        hooks: &dyn Fn(AgentKind, Option<&str>) -> Hooks,
    ) {
        let still: BTreeSet<_> = running.iter().map(|one| one.process).collect();
        self.alone.retain(|process| still.contains(process));
        for one in running {
            let is_old = now.0.saturating_sub(one.began.0) >= ALONE;
            let is_known = one.heard || self.is_told_of(one);
            if is_known || !is_old || self.alone.len() >= MOST_TOLD {
                continue;
            }
            // One that began before the hooks were put in, or where none are, is no surprise.
            let expected = match hooks(one.agent, one.cwd.as_deref()) {
                Hooks::Absent => false,
                Hooks::Installed { since } => one.began >= since && one.began >= self.since,
                Hooks::Off { .. } => one.began >= self.since,
            };
            if expected && self.alone.insert(one.process) {
                self.found.push(alone(one, now));
            }
        }
    }

    /// Whether a session of the agent that works there was told of since the process began.
    fn is_told_of(&self, one: &Running) -> bool {
        self.sessions.iter().any(|((agent, _), session)| {
            let here = session.cwd.is_none() || session.cwd == one.cwd;
            *agent == one.agent && here && session.last >= Some(one.began)
        })
    }

    fn forget(&mut self) {
        if self.sessions.len() > MOST_SESSIONS {
            let quiet = self.sessions.iter().min_by_key(|(_, session)| session.used);
            if let Some(name) = quiet.map(|(name, _)| name.clone()) {
                self.sessions.remove(&name);
            }
        }
        let surplus = self.found.len().saturating_sub(MOST_TOLD);
        self.found.drain(..surplus);
    }
}

fn alone(one: &Running, now: Timestamp) -> Disagreement {
    let place = one
        .cwd
        .as_deref()
        .map_or_else(String::new, |cwd| format!(" in {cwd}"));
    Disagreement {
        kind: UnsaidKind::AgentUnheard,
        at: now,
        agent: one.agent,
        session: None,
        call: None,
        cwd: one.cwd.clone(),
        said: "no hook, transcript or telemetry tells of a session".to_owned(),
        done: format!(
            "{} runs as process {}{place}",
            one.agent.title(),
            one.process.0
        ),
        events: Vec::new(),
    }
}

/// What a session found, before it is said whose it is.
struct Found {
    kind: UnsaidKind,
    at: Timestamp,
    call: Option<CallRef>,
    said: String,
    done: String,
    events: Vec<EventKey>,
}

impl Found {
    fn about(self, (agent, session): &Name, cwd: Option<String>) -> Disagreement {
        Disagreement {
            kind: self.kind,
            at: self.at,
            agent: *agent,
            session: Some(session.clone()),
            call: self.call,
            cwd,
            said: self.said,
            done: self.done,
            events: self.events,
        }
    }
}

/// The mode in which an agent works, if the event tells one in which it asks about nothing.
fn unguarded(event: &Event) -> Option<String> {
    if let Action::PermissionMode { mode, unguarded } = &event.action {
        return unguarded.then(|| mode.clone());
    }
    let mode = event.rest.get("permission_mode")?.as_str()?;
    matches!(mode, "bypassPermissions" | "yolo").then(|| mode.to_owned())
}

#[cfg(test)]
mod tests;
