//! Sessions with the calls that are open in them, or were a moment ago.
//!
//! **Invariant:** bounded: the session that was quiet for longest and the oldest call go first.

use super::call::Said;
use super::typed::Typed;
use ringfence_event::{AgentKind, SessionId, Timestamp, ToolCallId};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Most sessions.
const MOST_SESSIONS: usize = 1024;
/// Most calls of a session, open ones and ended ones.
const MOST_CALLS: usize = 64;
/// Most programs that a session's agent is known to start by itself.
const MOST_OWN: usize = 64;
/// After so long a call that nobody ended is not waited for, in microseconds.
const LONGEST_CALL: i64 = 2 * 60 * 60 * 1_000_000;

/// The sessions by their ids.
#[derive(Debug, Default)]
pub(super) struct Calls(HashMap<SessionId, Session>);

#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) agent: Option<AgentKind>,
    latest: Option<Timestamp>,
    calls: VecDeque<Open>,
    /// A hook told of a call: from then on a call that none tells of is odd.
    pub(super) hears: bool,
    /// Programs that its agent started before its first call: what it does by itself.
    pub(super) own: BTreeSet<String>,
}

#[derive(Debug)]
pub(super) struct Open {
    pub(super) said: Arc<Said>,
    /// A process was joined to it, not by time alone.
    pub(super) found: bool,
}

impl Calls {
    pub(super) fn get(&self, session: &SessionId) -> Option<&Session> {
        self.0.get(session)
    }

    /// The session, made if it is new.
    pub(super) fn open(
        &mut self,
        session: &SessionId,
        agent: Option<AgentKind>,
        at: Timestamp,
    ) -> &mut Session {
        if !self.0.contains_key(session) && self.0.len() >= MOST_SESSIONS {
            let quiet = self.0.iter().min_by_key(|(_, one)| one.latest);
            if let Some(quiet) = quiet.map(|(name, _)| name.clone()) {
                self.0.remove(&quiet);
            }
        }
        let known = self.0.entry(session.clone()).or_default();
        known.agent = agent.or(known.agent);
        known.latest = known.latest.max(Some(at));
        known
    }

    pub(super) fn began(
        &mut self,
        session: &SessionId,
        agent: Option<AgentKind>,
        said: Option<Said>,
    ) {
        let Some(said) = said else {
            return;
        };
        let session = self.open(session, agent, said.began);
        session.hears = true;
        if session.calls.iter().any(|one| one.said.id == said.id) {
            return;
        }
        if session.calls.len() >= MOST_CALLS {
            session.calls.pop_front();
        }
        session.calls.push_back(Open {
            said: Arc::new(said),
            found: false,
        });
    }

    pub(super) fn ended(&mut self, session: &SessionId, call: &ToolCallId, at: Timestamp) {
        let open = self.0.get(session).map(|session| &session.calls);
        if let Some(open) = open.and_then(|calls| calls.iter().find(|one| one.said.id == *call)) {
            open.said.end(at);
        }
    }

    pub(super) fn all_ended(&mut self, session: &SessionId, at: Timestamp) {
        for open in self.0.get(session).iter().flat_map(|one| &one.calls) {
            open.said.end(at);
        }
    }

    /// Remembers that a process was found for a call.
    pub(super) fn found(&mut self, said: &Said) {
        if let Some(session) = self.0.get_mut(&said.session)
            && let Some(open) = session.calls.iter_mut().find(|one| one.said.id == said.id)
        {
            open.found = true;
        }
    }

    /// Remembers a program that an agent starts by itself.
    pub(super) fn learn(&mut self, session: &SessionId, program: &str) {
        if let Some(session) = self.0.get_mut(session)
            && session.own.len() < MOST_OWN
        {
            session.own.insert(program.to_owned());
        }
    }
}

impl Session {
    /// The call with this id, open or not.
    pub(super) fn call(&self, id: &str) -> Option<&Arc<Said>> {
        let mut calls = self.calls.iter().rev();
        calls.find_map(|one| (one.said.id.as_str() == id).then_some(&one.said))
    }

    /// The calls that had begun and not ended at a moment.
    pub(super) fn open_at(&self, at: Timestamp) -> impl Iterator<Item = &Open> {
        self.calls.iter().filter(move |one| {
            // A hook's clock is read before the kernel's, and both are read after the deed.
            one.said.began.0 <= at.0.saturating_add(SLACK)
                && at.0.saturating_sub(one.said.began.0) < LONGEST_CALL
                && one.said.ended().is_none_or(|ended| at <= ended)
        })
    }

    /// The open call that told one of these lines; the one that has no process yet comes first.
    pub(super) fn telling(&self, lines: &[Typed], at: Timestamp) -> Option<Arc<Said>> {
        let tells = |one: &&Open| one.said.typed.is_some_and(|typed| lines.contains(&typed));
        let calls = self.open_at(at).filter(tells);
        let first = calls.min_by_key(|one| (one.found, one.said.began));
        first.map(|one| Arc::clone(&one.said))
    }

    /// The call that is open, if it is the only one.
    pub(super) fn only(&self, at: Timestamp) -> Option<&Open> {
        let mut open = self.open_at(at);
        let first = open.next();
        first.filter(|_| open.next().is_none())
    }
}

/// How far the clocks of hooks and sensor may be apart, in microseconds.
const SLACK: i64 = 50_000;
