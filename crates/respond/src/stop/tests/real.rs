//! Orders on this machine, over real processes.

use super::super::*;
use crate::machine::This;
use std::io;
use std::process::{Child, Command, Stdio};

/// A shell with two children, for as long as the test runs.
struct Shell(Child);

impl Shell {
    fn start() -> Shell {
        let line = "sleep 600 & sleep 600 & echo up; wait";
        let mut child = Command::new("sh")
            .args(["-c", line])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = [0; 3];
        io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut said).unwrap();
        Shell(child)
    }

    fn tree(&self) -> Tree {
        let running = This.running().unwrap();
        let own = running.iter().find(|one| one.pid == self.0.id()).unwrap();
        Tree {
            seeds: [own.key()].into(),
        }
    }

    fn states(&self) -> Vec<char> {
        let running = This.running().unwrap();
        let tree = members(&running, &self.tree());
        tree.iter().map(|one| one.state).collect()
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // The children first, as long as they are known by their parent.
        drop(carry_out(&This, &self.tree(), Order::Kill));
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_real_tree_is_stopped_goes_on_and_ends() {
    let shell = Shell::start();
    let tree = shell.tree();
    let outcome = carry_out(&This, &tree, Order::Suspend).unwrap();
    assert!(outcome.complete);
    assert_eq!(outcome.processes.len(), 3, "{outcome:#?}");
    assert_eq!(shell.states(), ['T', 'T', 'T']);
    let sleep = outcome.processes[1].executable.as_deref();
    assert!(sleep.is_some_and(|path| path.contains("sleep") || path.contains("coreutils")));
    carry_out(&This, &tree, Order::Resume).unwrap();
    assert!(shell.states().iter().all(|state| *state != 'T'));
    let outcome = carry_out(&This, &tree, Order::Kill).unwrap();
    assert!(outcome.complete);
    assert_eq!(outcome.processes.len(), 3);
}
