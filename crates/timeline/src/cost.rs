//! What was spent, by day, model, project and agent.
//!
//! **Invariant:** each request counts once, in all sessions together; each session counts from one
//! source: what the agent wrote down, else what was read off the wire, else what it exported. Sums are
//! exact.

use ringfence_agents::{Counted, Ledger, Spent, prices};
use ringfence_event::{Action, AgentKind, Cost, Event, Source};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What sums are kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A day of the user's calendar.
    Day,
    /// A model.
    Model,
    /// The directory in which a session worked.
    Project,
    /// An agent.
    Agent,
    /// A session.
    Session,
}

impl By {
    /// Every way.
    pub const ALL: [By; 5] = [By::Day, By::Model, By::Project, By::Agent, By::Session];

    /// The name in commands and queries.
    pub fn name(self) -> &'static str {
        match self {
            By::Day => "day",
            By::Model => "model",
            By::Project => "project",
            By::Agent => "agent",
            By::Session => "session",
        }
    }

    /// Reads [`By::name`].
    pub fn from_name(name: &str) -> Option<By> {
        By::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// Adds up what requests used.
#[derive(Debug, Default)]
pub struct Costs {
    ledgers: [Ledger; 3],
    places: HashMap<Key, usize>,
    rows: Vec<(Key, Spent)>,
    unknown: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    teller: Teller,
    agent: AgentKind,
    session: String,
    day: String,
    model: String,
    project: String,
}

/// Who tells what a request used, the one that counts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Teller {
    Written,
    Wire,
    Exported,
}

impl Teller {
    fn of(source: Source) -> Teller {
        match source {
            Source::Transcript => Teller::Written,
            Source::Proxy => Teller::Wire,
            _ => Teller::Exported,
        }
    }

    /// Of two sources the one that counts; the one that is known of two that are as good.
    pub(crate) fn better(known: Option<Source>, other: Source) -> Source {
        match known {
            Some(known) if Teller::of(known) <= Teller::of(other) => known,
            _ => other,
        }
    }
}

/// One sum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CostRow {
    /// The day, model, project, agent or session.
    pub name: String,
    /// How many sessions it is of.
    pub sessions: u64,
    /// The models that were used, by name.
    pub models: Vec<String>,
    /// What was spent.
    #[serde(flatten)]
    pub spent: Spent,
}

/// All sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CostReport {
    /// The day on which the prices were taken.
    pub prices_of: &'static str,
    /// In order of their names; days are the oldest first.
    pub rows: Vec<CostRow>,
    /// Everything together.
    pub total: Spent,
    /// Models that have no price here: they count as tokens only.
    pub unknown_models: Vec<String>,
}

impl Costs {
    /// Adds what an event tells, if it tells of a request; `day` is the user's.
    pub fn add(&mut self, event: &Event, day: &str) {
        let (Action::Usage { usage }, Some(agent)) = (&event.action, event.agent) else {
            return;
        };
        let model = usage.model.clone().unwrap_or_default();
        if prices().of(&model).is_none() {
            self.unknown.insert(model.clone());
        }
        let teller = Teller::of(event.source);
        let key = Key {
            teller,
            agent,
            session: event
                .session
                .as_ref()
                .map_or_else(String::new, |one| one.0.clone()),
            day: day.to_owned(),
            model,
            project: event.cwd.clone().unwrap_or_default(),
        };
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.rows.push((key, Spent::default()));
            self.rows.len() - 1
        });
        let holder = u32::try_from(place).unwrap_or(u32::MAX);
        let [written, wire, exported] = &mut self.ledgers;
        let ledger = match teller {
            Teller::Written => written,
            Teller::Wire => wire,
            Teller::Exported => exported,
        };
        let (counted, held) = ledger.count_for(holder, agent, usage, prices());
        match counted {
            Counted::New(spent) => self.at(place, |sum| sum.add(&spent)),
            Counted::Instead(before, after) => {
                let held = usize::try_from(held).unwrap_or(usize::MAX);
                self.at(held, |sum| sum.take_back(&before));
                self.at(place, |sum| sum.add(&after));
            }
            Counted::Again => {}
        }
    }

    fn at(&mut self, place: usize, change: impl FnOnce(&mut Spent)) {
        if let Some((_, sum)) = self.rows.get_mut(place) {
            change(sum);
        }
    }

    /// Returns the sums, one for each day, model, project, agent or session.
    pub fn report(&self, by: By) -> CostReport {
        let mut counts: HashMap<&str, Teller> = HashMap::new();
        for (key, _) in &self.rows {
            let best = counts.entry(&key.session).or_insert(key.teller);
            *best = key.teller.min(*best);
        }
        // Projects are told on some lines only: a session's is the last one that is known.
        let projects: HashMap<&str, &str> = (self.rows.iter())
            .filter(|(key, _)| !key.project.is_empty())
            .map(|(key, _)| (key.session.as_str(), key.project.as_str()))
            .collect();
        let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
        let mut total = Spent::default();
        for (key, spent) in &self.rows {
            let mut spent = *spent;
            if counts.get(key.session.as_str()) != Some(&key.teller) {
                // The same requests again; only what the agent itself says of their cost is new.
                spent = Spent {
                    recorded: spent.recorded,
                    ..Spent::default()
                };
            }
            if spent == Spent::default() {
                continue;
            }
            let own = key.project.as_str();
            let project = if own.is_empty() {
                projects
                    .get(key.session.as_str())
                    .copied()
                    .unwrap_or_default()
            } else {
                own
            };
            let name = match by {
                By::Day => &key.day,
                By::Model => &key.model,
                By::Project => project,
                By::Agent => key.agent.name(),
                By::Session => &key.session,
            };
            let sum = sums.entry(name.to_owned()).or_default();
            sum.spent.add(&spent);
            sum.sessions.insert(&key.session);
            sum.models.insert(&key.model);
            total.add(&spent);
        }
        CostReport {
            prices_of: prices().date(),
            rows: sums.into_iter().map(|(name, sum)| sum.row(name)).collect(),
            total,
            unknown_models: self.unknown.iter().cloned().collect(),
        }
    }
}

#[derive(Default)]
struct Sum<'a> {
    spent: Spent,
    sessions: HashSet<&'a str>,
    models: BTreeSet<&'a str>,
}

impl Sum<'_> {
    fn row(self, name: String) -> CostRow {
        CostRow {
            name,
            sessions: u64::try_from(self.sessions.len()).unwrap_or(u64::MAX),
            models: (self.models.into_iter())
                .filter(|model| !model.is_empty())
                .map(str::to_owned)
                .collect(),
            spent: self.spent,
        }
    }
}

impl CostReport {
    /// Returns what the table says that everything costs.
    pub fn cost(&self) -> Cost {
        self.total.cost
    }
}

#[cfg(test)]
mod tests;
