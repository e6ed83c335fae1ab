//! Sums in which each request is counted once, however often it was written down.
//!
//! The rules are those that ccusage publishes: lines with the same message and request are one, and
//! the one with the most tokens holds; a side conversation that repeats a message of the main one
//! adds nothing. Without an id a request cannot be known again, and counts.

use super::Prices;
use ringfence_event::{AgentKind, Cost, Usage};
use serde::Serialize;
use std::collections::HashMap;

/// What was used and what it cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// How many requests.
    pub requests: u64,
    /// Tokens read, without those in a cache.
    pub input: u64,
    /// Tokens written.
    pub output: u64,
    /// Tokens read from a cache.
    pub cache_read: u64,
    /// Tokens put into a cache, for minutes or an hour.
    pub cache_write: u64,
    /// Those of the output that are thoughts.
    pub reasoning: u64,
    /// What they cost by the table.
    pub cost: Cost,
    /// What the agent itself says that they cost.
    pub recorded: Cost,
    /// How many requests had a model without a price.
    pub unpriced: u64,
}

/// What a request did to the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// It is new: this was added.
    New(Spent),
    /// It was known with fewer tokens: the first was taken back, the second added.
    Instead(Spent, Spent),
    /// It was known.
    Again,
}

/// Which requests were counted.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    requests: HashMap<u64, Entry>,
    messages: HashMap<u64, u64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    spent: Spent,
    tokens: u64,
    aside: bool,
    holder: u32,
}

impl Spent {
    /// Returns what one request is.
    pub fn of(usage: &Usage, prices: &Prices) -> Spent {
        let cost = prices.cost(usage);
        Spent {
            requests: 1,
            input: usage.input,
            output: usage.output,
            cache_read: usage.cache_read,
            cache_write: usage.cache_write.saturating_add(usage.cache_write_hour),
            reasoning: usage.reasoning,
            cost: cost.unwrap_or_default(),
            recorded: usage.cost.unwrap_or_default(),
            unpriced: u64::from(cost.is_none()),
        }
    }

    /// Adds to the sum.
    pub fn add(&mut self, other: &Spent) {
        self.each(other, u64::saturating_add);
    }

    /// Takes back from the sum.
    pub fn take_back(&mut self, other: &Spent) {
        self.each(other, u64::saturating_sub);
    }

    fn each(&mut self, other: &Spent, change: fn(u64, u64) -> u64) {
        for (mine, theirs) in [
            (&mut self.requests, other.requests),
            (&mut self.input, other.input),
            (&mut self.output, other.output),
            (&mut self.cache_read, other.cache_read),
            (&mut self.cache_write, other.cache_write),
            (&mut self.reasoning, other.reasoning),
            (&mut self.cost.0, other.cost.0),
            (&mut self.recorded.0, other.recorded.0),
            (&mut self.unpriced, other.unpriced),
        ] {
            *mine = change(*mine, theirs);
        }
    }
}

impl Ledger {
    /// Counts a request of an agent.
    pub fn count(&mut self, agent: AgentKind, usage: &Usage, prices: &Prices) -> Counted {
        self.count_for(0, agent, usage, prices).0
    }

    /// Counts a request for one of several sums. Also returns the sum that held it before.
    pub fn count_for(
        &mut self,
        holder: u32,
        agent: AgentKind,
        usage: &Usage,
        prices: &Prices,
    ) -> (Counted, u32) {
        let spent = Spent::of(usage, prices);
        let Some(request) = usage.request.as_deref() else {
            return (Counted::New(spent), holder);
        };
        let entry = Entry {
            spent,
            tokens: usage.tokens(),
            aside: usage.aside,
            holder,
        };
        let request = hash(agent, request);
        let message = usage.message.as_deref().map(|id| hash(agent, id));
        let known = message.and_then(|message| self.messages.get(&message));
        let place = if self.requests.contains_key(&request) {
            Some(request)
        } else {
            known.copied().filter(|other| {
                // The same message under another request: only a side conversation repeats it.
                let other = self.requests.get(other);
                other.is_some_and(|other| other.aside || entry.aside)
            })
        };
        let Some(place) = place else {
            self.requests.insert(request, entry);
            if let Some(message) = message {
                self.messages.insert(message, request);
            }
            return (Counted::New(spent), holder);
        };
        let Some(before) = self.requests.get_mut(&place) else {
            return (Counted::Again, holder);
        };
        let better = match (before.aside, entry.aside) {
            (true, false) => true,
            (false, true) => false,
            _ => entry.tokens > before.tokens,
        };
        if !better {
            return (Counted::Again, before.holder);
        }
        let counted = (Counted::Instead(before.spent, spent), before.holder);
        *before = entry;
        counted
    }
}

fn hash(agent: AgentKind, name: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(agent.name().as_bytes());
    hasher.update(&[0]);
    hasher.update(name.as_bytes());
    let mut short = [0; 8];
    for (to, from) in short.iter_mut().zip(hasher.finalize().as_bytes()) {
        *to = *from;
    }
    u64::from_le_bytes(short)
}
