//! What waits to be sent to one peer.
//!
//! **Invariant:** nobody who puts something in waits. The box is bounded: what was seen and finds
//! no room is counted for its tree, and told as lost before anything that came later.

use ringfence_event::Timestamp;
use ringfence_sense::wire::Answer;
use ringfence_sense::{Deed, Losses, Observation, Process};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Most observations that wait.
const MOST: usize = 16_384;
/// Most other answers that wait.
const MOST_ANSWERS: usize = 1024;
/// Most observations in one frame: with the longest arguments it stays below what a frame may hold.
const AT_ONCE: usize = 128;
/// Most trees whose losses are counted apart.
const MOST_TREES: usize = 256;

/// What waits to be sent to one peer.
#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    seen: VecDeque<Observation>,
    lost: BTreeMap<Process, u64>,
    closed: bool,
}

impl Outbox {
    /// Puts in an answer; one too many is left out: the peer asked faster than it listened.
    pub(super) fn say(&self, answer: Answer) {
        let mut state = self.state();
        if state.answers.len() < MOST_ANSWERS {
            state.answers.push_back(answer);
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Puts in what was seen.
    pub(super) fn saw(&self, seen: Vec<Observation>) {
        let mut state = self.state();
        for observation in seen {
            if state.seen.len() < MOST {
                state.seen.push_back(observation);
            } else {
                state.lose(&observation);
            }
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Takes out what is to be sent next; waits for it. `None` once it is closed.
    pub(super) fn next(&self) -> Option<Answer> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(answer) = state.answers.pop_front() {
                return Some(answer);
            }
            if !state.seen.is_empty() {
                let many = AT_ONCE.min(state.seen.len());
                return Some(Answer::Seen(state.seen.drain(..many).collect()));
            }
            if !state.lost.is_empty() {
                let lost = std::mem::take(&mut state.lost);
                return Some(Answer::Seen(lost.into_iter().map(lost_of).collect()));
            }
            state = self
                .filled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing is sent any more.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn lose(&mut self, observation: &Observation) {
        let known = self.lost.contains_key(&observation.tree);
        let tree = if known || self.lost.len() < MOST_TREES {
            observation.tree
        } else {
            Process { pid: 0, started: 0 }
        };
        *self.lost.entry(tree).or_default() += u64::from(observation.times.max(1));
    }
}

fn lost_of((tree, many): (Process, u64)) -> Observation {
    let Timestamp(at) = crate::daemon::now();
    Observation {
        at,
        process: tree,
        tree,
        user: 0,
        deed: Deed::Lost(Losses {
            ring_full: many,
            ..Losses::default()
        }),
        error: None,
        denied: None,
        times: 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(times: u32) -> Observation {
        let tree = Process { pid: 7, started: 1 };
        Observation {
            at: 0,
            process: tree,
            tree,
            user: 0,
            deed: Deed::Reads,
            error: None,
            denied: None,
            times,
        }
    }

    #[test]
    fn what_finds_no_room_is_told_as_lost_after_what_did() {
        let outbox = Outbox::default();
        outbox.saw((0..MOST + 3).map(|_| seen(2)).collect());
        outbox.say(Answer::Armed {
            problems: Vec::new(),
        });
        assert!(matches!(outbox.next(), Some(Answer::Armed { .. })));
        let mut taken = 0;
        let mut lost = Vec::new();
        while lost.is_empty() {
            let Some(Answer::Seen(list)) = outbox.next() else {
                panic!("what was seen comes");
            };
            for one in list {
                match one.deed {
                    Deed::Lost(losses) => lost.push((one.tree.pid, losses.total())),
                    _ => taken += 1,
                }
            }
        }
        assert_eq!((taken, lost), (MOST, vec![(7, 6)]));
        outbox.close();
        assert_eq!(outbox.next(), None);
    }
}
