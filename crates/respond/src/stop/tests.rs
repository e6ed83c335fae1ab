//! Orders on an imagined machine, where processes fork between two looks; and on this one.

#[cfg(target_os = "linux")]
mod real;

use super::*;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io;

/// A machine whose processes do what a test wants.
struct Imagined {
    running: RefCell<Vec<Running>>,
    /// How many children are still made, one by each that is about to be stopped.
    forks: RefCell<u32>,
    touched: RefCell<BTreeSet<u32>>,
}

fn one(pid: u32, parent: u32, started: u64) -> Running {
    Running {
        pid,
        started,
        parent,
        state: 'S',
        name: String::new(),
    }
}

impl Imagined {
    /// An agent (10), its shell (11), and somebody else (20).
    fn new(forks: u32) -> Imagined {
        Imagined {
            running: RefCell::new(vec![one(10, 1, 5), one(11, 10, 6), one(20, 1, 7)]),
            forks: RefCell::new(forks),
            touched: RefCell::default(),
        }
    }

    fn states(&self) -> Vec<(u32, char)> {
        let running = self.running.borrow();
        running.iter().map(|one| (one.pid, one.state)).collect()
    }
}

impl Machine for Imagined {
    fn running(&self) -> io::Result<Vec<Running>> {
        Ok(self.running.borrow().clone())
    }

    fn signal(&self, process: Key, signal: Signal) -> io::Result<()> {
        self.touched.borrow_mut().insert(process.0);
        let mut running = self.running.borrow_mut();
        let mut forks = self.forks.borrow_mut();
        if signal == Signal::Stop && *forks > 0 {
            // It forks once more before it is stopped.
            *forks -= 1;
            running.push(one(1000 + *forks, process.0, 100));
        }
        if signal == Signal::Kill {
            running.retain(|one| one.key() != process);
        }
        for one in running.iter_mut().filter(|one| one.key() == process) {
            one.state = if signal == Signal::Stop { 'T' } else { 'S' };
        }
        Ok(())
    }

    fn rest(&self, _span: Duration) {}

    fn own(&self) -> u32 {
        20
    }
}

fn tree() -> Tree {
    Tree {
        seeds: [(10, 5)].into(),
    }
}

#[test]
fn who_forks_while_it_is_stopped_is_stopped_too() {
    let machine = Imagined::new(40);
    let outcome = carry_out(&machine, &tree(), Order::Suspend).unwrap();
    assert!(outcome.complete);
    let all = machine.states().len() - 1;
    assert!(all > 3, "it forked meanwhile");
    assert_eq!((outcome.how, outcome.processes.len()), (How::Signals, all));
    let awake: Vec<u32> = machine
        .states()
        .into_iter()
        .filter(|(_, state)| *state != 'T')
        .map(|(pid, _)| pid)
        .collect();
    assert_eq!(awake, [20], "only who is not in the tree goes on");
    let outcome = carry_out(&machine, &tree(), Order::Resume).unwrap();
    assert_eq!(outcome.processes.len(), all);
    assert!(machine.states().iter().all(|(_, state)| *state == 'S'));
}

#[test]
fn who_never_comes_to_rest_is_told_as_such() {
    let machine = Imagined::new(100_000);
    let outcome = carry_out(&machine, &tree(), Order::Suspend).unwrap();
    assert!(!outcome.complete);
}

#[test]
fn the_end_of_a_tree_leaves_nobody_of_it_and_everybody_else() {
    let machine = Imagined::new(5);
    let outcome = carry_out(&machine, &tree(), Order::Kill).unwrap();
    assert!(outcome.complete);
    assert_eq!(machine.states(), [(20, 'S')]);
    assert!(!machine.touched.borrow().contains(&20));
}

#[test]
fn nothing_is_done_to_a_tree_that_is_gone_or_our_own() {
    let machine = Imagined::new(0);
    for (seed, own) in [((10, 4), false), ((99, 1), false), ((20, 7), true)] {
        let tree = Tree {
            seeds: [seed].into(),
        };
        let refused = carry_out(&machine, &tree, Order::Kill).unwrap_err();
        assert_eq!(matches!(refused, StopError::Own), own, "{seed:?}");
    }
    assert!(machine.touched.borrow().is_empty());
}
