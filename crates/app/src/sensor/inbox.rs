//! What waits for the thread that takes in what the sensor saw: one line for hooks and sensors, so
//! that a call's beginning is known before its processes.
//!
//! **Invariant:** nobody who puts something in ever waits. The line is bounded in number and bytes:
//! when it is full, what the sensor saw is dropped and counted for its tree; what makes the tree
//! (forks, starts, ends) and what hooks tell have as much room again.

use ringfence_event::Event;
use ringfence_sense::{Deed, Observation, Process};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Most that waits.
const MOST: usize = 65_536;
/// About what it may take, in bytes.
const MOST_BYTES: usize = 32 << 20;
/// About what the fixed part of one takes.
const FIXED: usize = 256;
/// Most trees whose losses are counted apart; those of further ones are counted together.
const MOST_TREES: usize = 1024;

/// Something to take in.
#[derive(Debug)]
pub(crate) enum Item {
    /// A hook told it.
    Told(Told),
    /// A sensor saw it.
    Seen(Observation),
    /// It was found in `/proc`, some time after it happened.
    Polled(Observation),
    /// A sensor found this process in a tree when it began to watch it.
    Member { root: Process, process: Process },
}

/// What a hook tells of processes and calls.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its event, after enrichment and without its long texts; its process is the agent's, if any.
    pub(crate) event: Box<Event>,
    /// The line of a shell call before its secrets were masked.
    pub(crate) command: Option<String>,
    /// The agent's process.
    pub(crate) root: Option<Process>,
    /// Set if the call was denied.
    pub(crate) denied: bool,
}

/// What was taken out.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) items: Vec<Item>,
    /// How many observations of each tree are missing since the last time, by cause.
    pub(crate) missing: BTreeMap<(Process, &'static str), u64>,
}

/// Why observations are missing: this line was full.
pub(crate) const LINE_FULL: &str = "queue_full";
/// Why observations are missing: the sensor went away; how many nobody knows.
pub(crate) const SENSOR_GONE: &str = "sensor_gone";

/// How often something is taken out of a line that does not run dry: what comes in between is taken,
/// and written, together. What comes after a rest is taken at once.
const GATHER: Duration = Duration::from_millis(20);

/// The line.
#[derive(Default)]
pub(crate) struct Inbox {
    state: Mutex<State>,
    filled: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Item>,
    bytes: usize,
    missing: BTreeMap<(Process, &'static str), u64>,
    /// What found no room since the start.
    dropped: u64,
    /// When something was taken out last.
    taken: Option<Instant>,
    closed: bool,
}

impl Inbox {
    /// Puts in what a hook tells.
    pub(crate) fn tell(&self, told: Told) {
        let mut state = self.state();
        // A hook that tells is followed by at most a few processes: a line that is twice full has
        // lost them already.
        if state.waiting.len() < MOST * 2 {
            state.put(Item::Told(told), FIXED);
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Puts in who is in a tree that is watched from now on.
    pub(crate) fn found(&self, root: Process, members: Vec<Process>) {
        let mut state = self.state();
        for process in members {
            if state.waiting.len() < MOST * 2 {
                state.put(Item::Member { root, process }, FIXED);
            }
        }
        drop(state);
        self.filled.notify_one();
    }

    /// The sensor is gone: what these trees do meanwhile, nobody sees.
    pub(crate) fn gap(&self, trees: impl IntoIterator<Item = Process>) {
        let mut state = self.state();
        for tree in trees {
            state.miss(tree, SENSOR_GONE, 1);
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Puts in what a sensor saw.
    pub(crate) fn push(&self, seen: Vec<Observation>) {
        self.put_all(seen, Item::Seen);
    }

    /// Puts in what was found in `/proc`.
    pub(crate) fn polled(&self, found: Vec<Observation>) {
        if !found.is_empty() {
            self.put_all(found, Item::Polled);
        }
    }

    fn put_all(&self, seen: Vec<Observation>, item: fn(Observation) -> Item) {
        let mut state = self.state();
        for observation in seen {
            let weight = weigh(&observation);
            let room = if makes_the_tree(&observation.deed) {
                2
            } else {
                1
            };
            if state.waiting.len() < MOST * room && state.bytes + weight <= MOST_BYTES * room {
                state.put(item(observation), weight);
            } else {
                let many = u64::from(observation.times.max(1));
                state.dropped += many;
                state.miss(observation.tree, LINE_FULL, many);
            }
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Takes out at most so many; waits for the first so long. `None` once it is closed and empty.
    pub(crate) fn take(&self, most: usize, patience: Duration) -> Option<Taken> {
        let mut state = self.state();
        if state.waiting.is_empty() && state.missing.is_empty() && !state.closed {
            (state, _) = self
                .filled
                .wait_timeout(state, patience)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.waiting.is_empty() && state.missing.is_empty() && state.closed {
            return None;
        }
        let gathers = GATHER.saturating_sub(state.taken.map_or(GATHER, |taken| taken.elapsed()));
        if state.waiting.len() < most && !state.closed && !gathers.is_zero() {
            drop(state);
            thread::sleep(gathers);
            state = self.state();
        }
        state.taken = Some(Instant::now());
        let count = most.min(state.waiting.len());
        let items: Vec<Item> = state.waiting.drain(..count).collect();
        let weight: usize = items.iter().map(weight_of).sum();
        state.bytes = state.bytes.saturating_sub(weight);
        let missing = std::mem::take(&mut state.missing);
        Some(Taken { items, missing })
    }

    /// Nothing comes any more.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_all();
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// How many observations found no room since the start.
    pub(crate) fn dropped(&self) -> u64 {
        self.state().dropped
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, item: Item, weight: usize) {
        self.bytes += weight;
        self.waiting.push_back(item);
    }

    fn miss(&mut self, tree: Process, cause: &'static str, many: u64) {
        let tree = if self.missing.len() < MOST_TREES {
            tree
        } else {
            Process { pid: 0, started: 0 }
        };
        *self.missing.entry((tree, cause)).or_default() += many;
    }
}

fn weight_of(item: &Item) -> usize {
    match item {
        Item::Told(_) | Item::Member { .. } => FIXED,
        Item::Seen(observation) | Item::Polled(observation) => weigh(observation),
    }
}

fn makes_the_tree(deed: &Deed) -> bool {
    matches!(
        deed,
        Deed::Fork { .. } | Deed::Exec { .. } | Deed::Exit { .. } | Deed::Lost(_)
    )
}

/// About what an observation takes in memory.
fn weigh(observation: &Observation) -> usize {
    let texts = match &observation.deed {
        Deed::Exec {
            executable,
            script,
            argv,
            cwd,
            environment,
            ..
        } => {
            let arguments: usize = argv.iter().map(|one| one.len() + FIXED / 8).sum();
            let variables = environment
                .iter()
                .map(|(name, value)| name.len() + value.len());
            let variables: usize = variables.sum();
            let names = [script, cwd].into_iter().flatten().map(String::len);
            executable.len() + arguments + variables + names.sum::<usize>()
        }
        Deed::File { path, to, .. } => path.len() + to.as_ref().map_or(0, String::len),
        Deed::Query { name, .. } => name.len(),
        Deed::System { target, .. } => target.len(),
        Deed::Fork { .. }
        | Deed::Exit { .. }
        | Deed::Connect { .. }
        | Deed::Send { .. }
        | Deed::Listen { .. }
        | Deed::Accept { .. }
        | Deed::Reads
        | Deed::Lost(_) => 0,
    };
    FIXED + texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_event::FileActivity;

    const TREE: Process = Process {
        pid: 10,
        started: 1,
    };

    fn seen(deed: Deed) -> Observation {
        Observation {
            at: 0,
            process: TREE,
            tree: TREE,
            user: 0,
            deed,
            error: None,
            denied: None,
            times: 3,
        }
    }

    fn file() -> Observation {
        seen(Deed::File {
            activity: FileActivity::Update,
            path: "/a".to_owned(),
            to: None,
        })
    }

    #[test]
    fn a_full_line_drops_and_counts_but_goes_on_taking_what_makes_the_tree() {
        let inbox = Inbox::default();
        inbox.push((0..MOST + 2).map(|_| file()).collect());
        inbox.push(vec![seen(Deed::Exit {
            code: Some(0),
            signal: None,
        })]);
        assert_eq!(inbox.waiting(), MOST + 1);
        assert_eq!(inbox.dropped(), 6);
        let taken = inbox.take(MOST * 2, Duration::ZERO).unwrap();
        assert_eq!(taken.items.len(), MOST + 1);
        assert_eq!(taken.missing, BTreeMap::from([((TREE, LINE_FULL), 6)]));
        inbox.push(vec![file()]);
        let taken = inbox.take(1, Duration::ZERO).unwrap();
        assert_eq!((taken.items.len(), taken.missing.len()), (1, 0));
        inbox.close();
        assert!(inbox.take(1, Duration::from_mins(1)).is_none());
    }

    #[test]
    fn long_ones_fill_it_by_their_bytes() {
        let inbox = Inbox::default();
        let long = || {
            seen(Deed::File {
                activity: FileActivity::Update,
                path: "a".repeat(1 << 20),
                to: None,
            })
        };
        inbox.push((0..40).map(|_| long()).collect());
        assert_eq!(inbox.waiting(), 31);
        assert_eq!(inbox.dropped(), 27);
    }
}
