//! What agents touched, folded from the facts that events were stored with.
//!
//! **Invariant:** only what stands in the record is told. At most [`MOST_EVENTS`] events of each
//! kind are looked at, the newest, and at most [`MOST_ROWS`] different things are told apart; an
//! answer says how far it looked.

pub(crate) mod files;
pub(crate) mod hosts;
pub(crate) mod injections;
pub(crate) mod mcp;
pub(crate) mod packages;

use crate::failure::Failure;
use crate::types::{Looked, SeenBy, Touched};
use ringfence_event::{AgentKind, SessionId, Source, Timestamp, Verdict};
use ringfence_store::{EventFilter, EventId, Reader, StoredEvent};
use std::collections::{BTreeMap, BTreeSet};

/// Events of each kind that are looked at.
const MOST_EVENTS: usize = 10_000;

/// Events of each kind and way that are looked at of one thing.
const MOST_NAMED: usize = 250;

/// Events that are in memory at once.
const AT_ONCE: usize = 256;

/// Things that are told apart.
const MOST_ROWS: usize = 20_000;

/// Programs that are named of a thing.
const MOST_BY: usize = 5;

/// Sessions that are counted of a thing.
const MOST_SESSIONS: usize = 1000;

/// What all of these routes can be asked for.
#[derive(Clone, Debug, Default)]
struct Narrow {
    agent: Option<AgentKind>,
    session: Option<String>,
    project: Option<String>,
    /// In lower case.
    text: Option<String>,
    /// Of one thing only, by its whole name.
    exact: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    limit: usize,
}

/// Makes the query of a route: its own parameters, and those that all of these routes have.
macro_rules! query {
    ($name:ident { $($(#[$attribute:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub(crate) struct $name {
            $($(#[$attribute])* $field: $kind,)*
            /// By this agent.
            #[param(value_type = Option<crate::schema::AgentKind>)]
            agent: Option<ringfence_event::AgentKind>,
            /// In the session whose id begins so.
            session: Option<String>,
            /// In this directory or below it.
            project: Option<String>,
            /// With this text.
            text: Option<String>,
            /// With exactly this name: a path, a host, a package. Found by an index, however many
            /// events there are.
            exact: Option<String>,
            /// At this moment or later.
            #[param(value_type = Option<String>, format = DateTime)]
            since: Option<ringfence_event::Timestamp>,
            /// Before this moment.
            #[param(value_type = Option<String>, format = DateTime)]
            until: Option<ringfence_event::Timestamp>,
            /// At most so many rows: 1 to 500, 100 if absent.
            #[param(minimum = 1, maximum = 500)]
            limit: Option<usize>,
        }

        impl $name {
            fn narrow(&self) -> Result<super::Narrow, crate::failure::Failure> {
                Ok(super::Narrow {
                    agent: self.agent,
                    session: self.session.clone(),
                    project: self.project.clone(),
                    text: self.text.as_deref().map(str::to_lowercase),
                    exact: self.exact.clone(),
                    since: self.since,
                    until: self.until,
                    limit: crate::page::limit(self.limit)?,
                })
            }
        }
    };
}
use query;

impl Narrow {
    /// Whether a thing of this name is asked for.
    fn means(&self, name: &str) -> bool {
        self.exact.as_ref().is_none_or(|exact| exact == name)
            && (self.text.as_ref()).is_none_or(|text| name.to_lowercase().contains(text.as_str()))
    }

    fn filter(&self, kind: &str) -> EventFilter {
        EventFilter {
            agent: self.agent,
            session: self.session.clone(),
            project: self.project.clone(),
            kind: Some(kind.to_owned()),
            since: self.since,
            until: self.until,
            newest_first: true,
            ..EventFilter::default()
        }
    }
}

/// Hands over the newest events of some kinds that may name one thing: those that are mainly about it,
/// and those with its words.
fn walk_named(
    reader: &Reader,
    narrow: &Narrow,
    (kinds, exact): (&[&str], &str),
    mut take: impl FnMut(&StoredEvent),
) -> Result<Looked, Failure> {
    let mut looked = Looked::default();
    let mut known = BTreeSet::new();
    // A command names a file as seen from where it runs: its last part always stands there.
    let words = exact.rsplit('/').next().unwrap_or(exact);
    for kind in kinds {
        let by_subject = EventFilter {
            subject: Some(exact.to_owned()),
            ..narrow.filter(kind)
        };
        let by_words = EventFilter {
            text: Some(words.to_owned()),
            ..narrow.filter(kind)
        };
        for mut filter in [by_subject, by_words] {
            filter.limit = Some(MOST_NAMED);
            let events = reader.events(&filter)?;
            looked.more |= events.len() >= MOST_NAMED;
            for stored in &events {
                if !known.insert(stored.id) {
                    continue;
                }
                looked.saw(stored.event.at);
                if stored.event.labels.repeats.is_none() {
                    take(stored);
                }
            }
        }
    }
    Ok(looked)
}

/// Hands over the newest events of some kinds, of each kind the newest first.
fn walk(
    reader: &Reader,
    narrow: &Narrow,
    kinds: &[&str],
    most: usize,
    mut take: impl FnMut(&StoredEvent),
) -> Result<Looked, Failure> {
    if let Some(exact) = &narrow.exact {
        return walk_named(reader, narrow, (kinds, exact), take);
    }
    let mut looked = Looked::default();
    for kind in kinds {
        let mut filter = narrow.filter(kind);
        let mut left = most;
        loop {
            filter.limit = Some(left.min(AT_ONCE));
            let events = reader.events(&filter)?;
            let Some(last) = events.last() else { break };
            filter.before_seq = Some(last.id.seq);
            left -= events.len().min(left);
            for stored in &events {
                looked.saw(stored.event.at);
                // What repeats another stands there once more.
                if stored.event.labels.repeats.is_none() {
                    take(stored);
                }
            }
            if left == 0 {
                looked.more = true;
                break;
            }
        }
    }
    Ok(looked)
}

/// Things by their names, each with what is known of its events.
struct Fold<K, T> {
    rows: BTreeMap<K, (Seen, T)>,
}

/// What is known so far of a thing's events.
struct Seen {
    first: Timestamp,
    last: Timestamp,
    event: EventId,
    session: Option<SessionId>,
    events: u64,
    sessions: BTreeSet<SessionId>,
    agents: BTreeSet<AgentKind>,
    denied: u64,
    asked: u64,
    verdict: Verdict,
    said: bool,
    done: bool,
}

impl<K: Ord, T> Fold<K, T> {
    fn new() -> Fold<K, T> {
        Fold {
            rows: BTreeMap::new(),
        }
    }

    /// Counts an event for a thing; returns what else is kept of the thing, if there is room.
    fn add(&mut self, key: K, stored: &StoredEvent, new: impl FnOnce() -> T) -> Option<&mut T> {
        if self.rows.len() >= MOST_ROWS && !self.rows.contains_key(&key) {
            return None;
        }
        let (seen, thing) = self
            .rows
            .entry(key)
            .or_insert_with(|| (Seen::new(stored), new()));
        seen.add(stored);
        Some(thing)
    }

    /// Returns what was seen, the latest first, and how much is left out.
    fn page<R>(self, limit: usize, row: impl Fn(K, T, Touched) -> R) -> (Vec<R>, u64) {
        let mut rows: Vec<(K, (Seen, T))> = self.rows.into_iter().collect();
        rows.sort_by_key(|(_, (seen, _))| std::cmp::Reverse((seen.last, seen.event.seq)));
        let left_out = rows.len().saturating_sub(limit) as u64;
        let rows = rows.into_iter().take(limit);
        let rows = rows.map(|(key, (seen, thing))| row(key, thing, seen.touched()));
        (rows.collect(), left_out)
    }
}

impl Seen {
    fn new(stored: &StoredEvent) -> Seen {
        Seen {
            first: stored.event.at,
            last: stored.event.at,
            event: stored.id,
            session: stored.event.session.clone(),
            events: 0,
            sessions: BTreeSet::new(),
            agents: BTreeSet::new(),
            denied: 0,
            asked: 0,
            verdict: Verdict::Allow,
            said: false,
            done: false,
        }
    }

    fn add(&mut self, stored: &StoredEvent) {
        let event = &stored.event;
        self.first = self.first.min(event.at);
        if (event.at, stored.id.seq) > (self.last, self.event.seq) {
            self.last = event.at;
            self.event = stored.id;
            self.session.clone_from(&event.session);
        }
        self.events += 1;
        if self.sessions.len() < MOST_SESSIONS {
            self.sessions.extend(event.session.clone());
        }
        self.agents.extend(event.agent);
        self.denied += u64::from(stored.verdict == Verdict::Deny);
        self.asked += u64::from(stored.verdict == Verdict::Ask);
        self.verdict = self.verdict.max(stored.verdict);
        match event.source {
            Source::Kernel | Source::Watcher | Source::Proxy => self.done = true,
            Source::Hook | Source::Host | Source::Transcript | Source::Telemetry => {
                self.said = true;
            }
        }
    }

    fn touched(self) -> Touched {
        Touched {
            first: self.first,
            last: self.last,
            events: self.events,
            sessions: self.sessions.len() as u64,
            agents: self.agents.into_iter().collect(),
            denied: self.denied,
            asked: self.asked,
            verdict: self.verdict,
            event: self.event,
            session: self.session,
            seen: match (self.said, self.done) {
                (true, true) => SeenBy::Both,
                (false, true) => SeenBy::Done,
                (_, false) => SeenBy::Said,
            },
        }
    }
}

/// Names a program of a thing, once.
fn name(by: &mut Vec<String>, program: &str) {
    if by.len() < MOST_BY && !program.is_empty() && !by.iter().any(|known| known == program) {
        by.push(program.to_owned());
    }
}

#[cfg(test)]
mod tests;
