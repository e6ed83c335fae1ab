//! What is told to the daemon: a queue that never makes a caller wait, and the exact account of it.
//!
//! **Invariant:** for each kind, attempted = sent + suppressed + lost. What does not fit while the
//! daemon is away is counted and told once it is back.

use crate::wire::Answer;
use crate::{Deed, Endpoint, Losses, Observation, Process, Reached, RuleNumber, Tally};
use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Observations that are kept until the daemon takes them; about a kilobyte each.
const QUEUE: usize = 16_384;

/// Observations that go in one frame, which keeps it well below the wire's limit.
const BATCH: usize = 32;

/// A process that talks to the same place again within this time is counted, not told.
const SAME: Duration = Duration::from_secs(1);

/// Most places that are remembered for that.
const MOST_PLACES: usize = 4096;

/// Kinds of deeds, in the order of the account.
const KINDS: [&str; 9] = [
    "exec", "fork", "exit", "connect", "send", "listen", "query", "system", "lost",
];

/// Who did something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    pub(super) process: Process,
    pub(super) user: u32,
}

/// How it came out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) error: Option<i32>,
    pub(super) denied: Option<RuleNumber>,
}

impl Outcome {
    pub(super) const DONE: Outcome = Outcome {
        error: None,
        denied: None,
    };

    pub(super) fn failed(error: i32) -> Outcome {
        Outcome {
            error: Some(error),
            denied: None,
        }
    }

    pub(super) fn denied(rule: RuleNumber, error: i32) -> Outcome {
        Outcome {
            error: Some(error),
            denied: Some(rule),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Observation>,
    tallies: [Tally; KINDS.len()],
    /// What was lost and not told yet.
    untold: Losses,
    places: HashMap<(Process, Endpoint), Instant>,
    /// When each kind was told last.
    last: [i64; KINDS.len()],
    closed: bool,
    changed: bool,
}

/// Takes observations from any thread.
#[derive(Debug)]
pub(super) struct Teller {
    tree: Process,
    state: Mutex<State>,
    more: Condvar,
}

/// Microseconds since the Unix epoch.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    })
}

fn kind(deed: &Deed) -> usize {
    let name = match deed {
        Deed::Exec { .. } => "exec",
        Deed::Fork { .. } => "fork",
        Deed::Exit { .. } => "exit",
        Deed::Connect { .. } => "connect",
        Deed::Send { .. } => "send",
        Deed::Listen { .. } => "listen",
        Deed::Query { .. } => "query",
        Deed::System { .. } => "system",
        // The others are never told here.
        Deed::Lost(_) | Deed::File { .. } | Deed::Accept { .. } | Deed::Reads => "lost",
    };
    KINDS
        .iter()
        .position(|kind| *kind == name)
        .unwrap_or(KINDS.len() - 1)
}

impl Teller {
    pub(super) fn new(tree: Process) -> Teller {
        let mut state = State::default();
        for (tally, kind) in state.tallies.iter_mut().zip(KINDS) {
            kind.clone_into(&mut tally.kind);
        }
        Teller {
            tree,
            state: Mutex::new(state),
            more: Condvar::new(),
        }
    }

    /// No step is left half done while the lock is held, so a panic elsewhere spoils nothing.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what somebody did; never waits for the daemon.
    pub(super) fn tell(&self, who: Who, deed: Deed, outcome: Outcome) {
        let mut state = self.state();
        let place = kind(&deed);
        let again = outcome.denied.is_none() && state.is_again(who.process, &deed);
        let full = state.queue.len() >= QUEUE;
        state.changed = true;
        if let Some(tally) = state.tallies.get_mut(place) {
            tally.attempted += 1;
            tally.denied += u64::from(outcome.denied.is_some());
            if again {
                tally.suppressed += 1;
            } else if full {
                tally.lost.ring_full += 1;
            } else {
                tally.sent += 1;
            }
        }
        if again {
            return;
        }
        if full {
            state.untold.ring_full += 1;
            return;
        }
        let at = now();
        if let Some(last) = state.last.get_mut(place) {
            *last = at;
        }
        let observation = Observation {
            at,
            process: who.process,
            tree: self.tree,
            user: who.user,
            deed,
            error: outcome.error,
            denied: outcome.denied,
            times: 1,
        };
        state.queue.push_back(observation);
        drop(state);
        self.more.notify_one();
    }

    /// Counts a call whose arguments could not be read.
    pub(super) fn unreadable(&self, deed: &'static str) {
        let mut state = self.state();
        state.changed = true;
        state.untold.fault += 1;
        if let Some(tally) = state.tallies.iter_mut().find(|tally| tally.kind == deed) {
            tally.attempted += 1;
            tally.lost.fault += 1;
        }
    }

    /// Counts a call that is no news: it fails by itself, or reaches nobody.
    pub(super) fn not_told(&self, deed: &'static str) {
        let mut state = self.state();
        if let Some(tally) = state.tallies.iter_mut().find(|tally| tally.kind == deed) {
            tally.attempted += 1;
            tally.suppressed += 1;
        }
    }

    /// Waits for the next batch, at most this long; `None` once closed and empty.
    pub(super) fn next(&self, patience: Duration) -> Option<Vec<Observation>> {
        let state = self.state();
        let waited = self.more.wait_timeout_while(state, patience, |state| {
            state.queue.is_empty() && !state.closed
        });
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.queue.is_empty() && state.closed {
            return None;
        }
        let count = state.queue.len().min(BATCH);
        let mut batch: Vec<Observation> = state.queue.drain(..count).collect();
        if state.untold != Losses::default() {
            let lost = std::mem::take(&mut state.untold);
            batch.push(self.lost(lost));
        }
        Some(batch)
    }

    fn lost(&self, lost: Losses) -> Observation {
        Observation {
            at: now(),
            process: self.tree,
            tree: self.tree,
            user: 0,
            deed: Deed::Lost(lost),
            error: None,
            denied: None,
            times: 1,
        }
    }

    /// Takes back what could not be sent; it goes out first.
    pub(super) fn take_back(&self, message: Answer) {
        let Answer::Seen(batch) = message else { return };
        let mut state = self.state();
        for observation in batch.into_iter().rev() {
            state.queue.push_front(observation);
        }
    }

    /// Nothing more will come.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.more.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().closed
    }

    /// Waits until it is closed, at most this long.
    pub(super) fn rest(&self, time: Duration) {
        let waited = self
            .more
            .wait_timeout_while(self.state(), time, |state| !state.closed);
        drop(waited);
    }

    /// The account, if it changed since it was asked for.
    pub(super) fn changed(&self) -> bool {
        std::mem::take(&mut self.state().changed)
    }

    /// How many of these kinds were told, and when the last one was.
    pub(super) fn delivered(&self, kinds: &[&str]) -> (u64, Option<i64>) {
        let state = self.state();
        let mut delivered = 0;
        let mut last = None;
        for (tally, at) in state.tallies.iter().zip(state.last) {
            if tally.sent > 0 && kinds.contains(&tally.kind.as_str()) {
                delivered += tally.sent;
                last = last.max(Some(at));
            }
        }
        (delivered, last)
    }

    pub(super) fn tallies(&self) -> Vec<Tally> {
        let state = self.state();
        state
            .tallies
            .iter()
            .filter(|tally| tally.attempted > 0)
            .cloned()
            .collect()
    }
}

impl State {
    fn is_again(&mut self, process: Process, deed: &Deed) -> bool {
        let endpoint = match deed {
            Deed::Connect { to } | Deed::Send { to } => to.clone(),
            Deed::System {
                activity: Reached::Queue,
                ..
            } => Endpoint::Unix {
                path: String::new(),
            },
            _ => return false,
        };
        let now = Instant::now();
        if self.places.len() >= MOST_PLACES {
            self.places
                .retain(|_, told| now.duration_since(*told) < SAME);
        }
        if self.places.len() >= MOST_PLACES {
            return false;
        }
        match self.places.entry((process, endpoint)) {
            std::collections::hash_map::Entry::Occupied(mut told) => {
                let again = now.duration_since(*told.get()) < SAME;
                if !again {
                    told.insert(now);
                }
                again
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(now);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const TREE: Process = Process { pid: 7, started: 9 };
    const WHO: Who = Who {
        process: TREE,
        user: 1000,
    };

    fn connect(port: u16) -> Deed {
        Deed::Connect {
            to: Endpoint::Inet {
                address: Ipv4Addr::LOCALHOST.into(),
                port,
                transport: ringfence_event::Transport::Tcp,
            },
        }
    }

    #[test]
    fn the_account_is_exact_when_the_queue_is_full() {
        let teller = Teller::new(TREE);
        let more = 100;
        for _ in 0..QUEUE + more {
            teller.tell(
                WHO,
                Deed::Exit {
                    code: Some(0),
                    signal: None,
                },
                Outcome::DONE,
            );
        }
        teller.unreadable("exit");
        let tally = teller.tallies().remove(0);
        let lost = Losses {
            ring_full: more as u64,
            map_full: 0,
            fault: 1,
        };
        let expected = Tally {
            kind: "exit".to_owned(),
            attempted: (QUEUE + more + 1) as u64,
            sent: QUEUE as u64,
            suppressed: 0,
            lost,
            denied: 0,
        };
        assert_eq!(tally, expected);
        let batch = teller.next(Duration::ZERO).unwrap();
        assert_eq!(batch.len(), BATCH + 1);
        assert_eq!(batch.last().unwrap().deed, Deed::Lost(lost));
    }

    #[test]
    fn repeats_are_counted_and_denials_always_told() {
        let teller = Teller::new(TREE);
        for _ in 0..3 {
            teller.tell(WHO, connect(80), Outcome::DONE);
        }
        teller.tell(WHO, connect(81), Outcome::DONE);
        for _ in 0..2 {
            teller.tell(
                WHO,
                connect(80),
                Outcome::denied(RuleNumber(1), libc::EPERM),
            );
        }
        let tally = teller.tallies().remove(0);
        assert_eq!(
            (tally.attempted, tally.sent, tally.suppressed, tally.denied),
            (6, 4, 2, 2)
        );
        assert_eq!(teller.next(Duration::ZERO).unwrap().len(), 4);
    }

    #[test]
    fn what_was_not_taken_comes_again_and_the_end_is_told() {
        let teller = Teller::new(TREE);
        teller.tell(WHO, connect(80), Outcome::DONE);
        let batch = teller.next(Duration::ZERO).unwrap();
        teller.take_back(Answer::Seen(batch.clone()));
        assert_eq!(teller.next(Duration::ZERO).unwrap(), batch);
        teller.close();
        assert_eq!(teller.next(Duration::from_mins(1)), None);
    }
}
