//! Holds a tree still, lets it go on, or ends it.
//!
//! **Invariant:** a tree counts as still only after two looks in a row found nobody new and
//! everybody stopped: who forks faster than that is looked at again, up to a limit.

use crate::freezer::Group;
use crate::machine::{Machine, Running, Signal};
use crate::tree::{Key, Tree, members};
use ringfence_event::ProcessRef;
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// Most looks at a tree that will not come to rest.
const MOST_LOOKS: usize = 500;
/// How many looks in a row must find nothing new.
const QUIET_LOOKS: usize = 2;
/// Between two looks.
const REST: Duration = Duration::from_millis(2);

/// What is to be done with a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Hold it still.
    Suspend,
    /// Let it go on.
    Resume,
    /// Hold it still, then end it.
    Kill,
}

/// How it was held still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By the freezer of its control group, all at once.
    Freezer,
    /// By signals, one after the other.
    Signals,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How.
    pub how: How,
    /// Who was in the tree, the oldest first.
    pub processes: Vec<ProcessRef>,
    /// Whether it came to rest, or to its end.
    pub complete: bool,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    /// The tree is gone.
    #[error("no process of it runs any more")]
    Gone,
    /// The asking process is in it.
    #[error("it is the tree that this command runs in")]
    Own,
    /// The machine does not tell who runs.
    #[error("failed to look at the processes of this machine")]
    Machine(#[from] std::io::Error),
}

/// Carries out an order.
pub fn carry_out(machine: &impl Machine, tree: &Tree, order: Order) -> Result<Outcome, StopError> {
    let mut found = Found::default();
    let first = found.look(machine, tree)?;
    if first.is_empty() {
        return Err(StopError::Gone);
    }
    if found.has(machine.own()) {
        return Err(StopError::Own);
    }
    let keys: Vec<Key> = first.iter().map(Running::key).collect();
    let group = Group::of(&keys);
    let (how, complete) = match order {
        Order::Suspend => suspend(machine, tree, &mut found, group.as_ref())?,
        Order::Resume => (resume(machine, tree, &mut found, group.as_ref())?, true),
        Order::Kill => {
            let (how, _) = suspend(machine, tree, &mut found, group.as_ref())?;
            let ended = kill(machine, tree, &mut found)?;
            if how == How::Freezer
                && let Some(group) = &group
            {
                // The group may be used again; there is nobody in it to be let go.
                group.freeze(false);
            }
            (how, ended)
        }
    };
    Ok(Outcome {
        how,
        processes: found.list(),
        complete,
    })
}

/// Everybody who was seen in the tree.
#[derive(Default)]
struct Found(BTreeMap<Key, Option<String>>);

impl Found {
    /// Returns who is in the tree now and has not ended; the executables are looked up at once, as
    /// long as they can be.
    fn look(&mut self, machine: &impl Machine, tree: &Tree) -> Result<Vec<Running>, StopError> {
        let running = machine.running()?;
        let mut grown = tree.clone();
        // Who was found once stays in it, also when its parent has ended.
        grown.seeds.extend(self.0.keys());
        let all = members(&running, &grown).into_iter();
        let live: Vec<Running> = all.filter(|one| !one.has_ended()).cloned().collect();
        for one in &live {
            self.0
                .entry(one.key())
                .or_insert_with(|| executable(one.pid));
        }
        Ok(live)
    }

    fn has(&self, pid: u32) -> bool {
        self.0.keys().any(|(one, _)| *one == pid)
    }

    fn list(self) -> Vec<ProcessRef> {
        let mut list: Vec<ProcessRef> = self
            .0
            .into_iter()
            .map(|((pid, started), executable)| ProcessRef {
                pid,
                started,
                executable,
            })
            .collect();
        list.sort_by_key(|one| (one.started, one.pid));
        list
    }
}

fn executable(pid: u32) -> Option<String> {
    let path = fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    Some(path.to_string_lossy().into_owned())
}

fn suspend(
    machine: &impl Machine,
    tree: &Tree,
    found: &mut Found,
    group: Option<&Group>,
) -> Result<(How, bool), StopError> {
    if let Some(group) = group.filter(|group| group.freeze(true)) {
        for _ in 0..MOST_LOOKS {
            if group.is_frozen() {
                found.look(machine, tree)?;
                return Ok((How::Freezer, true));
            }
            machine.rest(REST);
        }
        // Somebody in it cannot be held still: signals will do what they can.
        group.freeze(false);
    }
    let mut quiet = 0;
    for _ in 0..MOST_LOOKS {
        let before = found.0.len();
        let live = found.look(machine, tree)?;
        let awake: Vec<&Running> = live.iter().filter(|one| !one.is_still()).collect();
        let is_quiet = awake.is_empty() && found.0.len() == before;
        quiet = if is_quiet { quiet + 1 } else { 0 };
        if quiet == QUIET_LOOKS {
            return Ok((How::Signals, true));
        }
        for one in awake {
            // Who has ended meanwhile is still enough.
            machine.signal(one.key(), Signal::Stop).unwrap_or_default();
        }
        machine.rest(REST);
    }
    Ok((How::Signals, false))
}

fn resume(
    machine: &impl Machine,
    tree: &Tree,
    found: &mut Found,
    group: Option<&Group>,
) -> Result<How, StopError> {
    let frozen = group.filter(|group| group.is_asked_to());
    let how = match frozen {
        Some(group) if group.freeze(false) => How::Freezer,
        _ => How::Signals,
    };
    for one in found.look(machine, tree)? {
        if one.is_still() {
            machine
                .signal(one.key(), Signal::Continue)
                .unwrap_or_default();
        }
    }
    Ok(how)
}

/// Ends everybody; looks again until nobody is left.
fn kill(machine: &impl Machine, tree: &Tree, found: &mut Found) -> Result<bool, StopError> {
    for _ in 0..MOST_LOOKS {
        let live = found.look(machine, tree)?;
        if live.is_empty() {
            return Ok(true);
        }
        for one in live {
            machine.signal(one.key(), Signal::Kill).unwrap_or_default();
        }
        machine.rest(REST);
    }
    Ok(false)
}

#[cfg(test)]
mod tests;
