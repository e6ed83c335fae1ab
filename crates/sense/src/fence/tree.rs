//! Who is in the tree: everyone whose calls come in, and whom they descend from.
//!
//! **Invariant:** a process is known by id and start time; who is met again under a reused id is new.

use crate::{Process, proc};
use std::collections::HashMap;

/// Most steps up from a process to one that is known.
const DEEPEST: usize = 256;

/// A process of the tree.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) process: Process,
    pub(super) parent: Process,
    pub(super) user: u32,
    /// What it runs, once that was told.
    pub(super) executable: Option<String>,
}

/// The tree below one root.
#[derive(Debug)]
pub(super) struct Tree {
    root: Process,
    /// Adopts whose parents are gone: a child of it is the root, or was one of the tree.
    keeper: u32,
    members: HashMap<u32, Member>,
}

impl Tree {
    pub(super) fn new(root: Process, keeper: u32) -> Tree {
        Tree {
            root,
            keeper,
            members: HashMap::new(),
        }
    }

    pub(super) fn root(&self) -> Process {
        self.root
    }

    pub(super) fn get(&self, pid: u32) -> Option<&Member> {
        self.members.get(&pid)
    }

    /// Notes what a process runs now.
    pub(super) fn runs(&mut self, pid: u32, executable: &str) {
        if let Some(member) = self.members.get_mut(&pid) {
            member.executable = Some(executable.to_owned());
        }
    }

    pub(super) fn forget(&mut self, process: Process) {
        if self
            .members
            .get(&process.pid)
            .is_some_and(|known| known.process == process)
        {
            self.members.remove(&process.pid);
        }
    }

    /// Takes in a process whose call came in, and those between it and the tree that were not seen
    /// yet; returns the new ones, oldest first.
    pub(super) fn meet(&mut self, pid: u32) -> Vec<Member> {
        let mut unknown = Vec::new();
        let mut next = pid;
        let mut above = self.root;
        while unknown.len() < DEEPEST && next != self.keeper {
            let Some(stat) = proc::stat(next) else { break };
            let process = Process {
                pid: next,
                started: stat.started,
            };
            if self.get(next).is_some_and(|known| known.process == process) {
                above = process;
                break;
            }
            unknown.push(process);
            if process == self.root {
                break;
            }
            next = stat.parent;
        }
        let mut met = Vec::new();
        for process in unknown.into_iter().rev() {
            let member = Member {
                process,
                parent: above,
                user: proc::status(process.pid).map_or(0, |status| status.user),
                executable: None,
            };
            self.members.insert(process.pid, member.clone());
            above = process;
            met.push(member);
        }
        met
    }

    /// Says whether a process is of the tree, seen or not.
    pub(super) fn holds(&self, pid: u32) -> bool {
        let mut next = pid;
        for _ in 0..DEEPEST {
            if next == self.keeper {
                return true;
            }
            match proc::stat(next) {
                Some(stat) if stat.parent != 0 => next = stat.parent,
                _ => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn who_was_not_seen_is_met_with_all_above() {
        let mut shell = Command::new("/bin/sh")
            // A shell gives what it starts beside itself nothing to read, unless it is told to.
            .args(["-c", "exec 3<&0; cat <&3 & echo $!; wait"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = std::io::BufReader::new(shell.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        let below: u32 = line.trim().parse().unwrap();
        let root = proc::process(shell.id()).unwrap();
        let mut tree = Tree::new(root, std::process::id());
        let met = tree.meet(below);
        let seen: Vec<(Process, Process)> =
            met.iter().map(|one| (one.parent, one.process)).collect();
        let child = proc::process(below).unwrap();
        assert_eq!(seen, [(root, root), (root, child)]);
        assert!(tree.meet(below).is_empty());
        assert!(tree.holds(below) && !tree.holds(1));
        tree.forget(child);
        assert!(tree.get(below).is_none() && tree.get(root.pid).is_some());
        shell.kill().unwrap();
        shell.wait().unwrap();
    }
}
