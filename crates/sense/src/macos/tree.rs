//! Trees from a plain list of processes, where `eslogger` does not run.
//!
//! **Invariant:** pure; a list that contradicts itself gives an answer all the same, and an end.

use crate::Process;
use std::collections::{BTreeSet, HashMap};

/// A process as the system lists it (`proc_pidinfo`, `sys/proc_info.h`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who it is; its start in microseconds since the Unix epoch.
    pub process: Process,
    /// Who started it, or has adopted it.
    pub parent: u32,
}

/// Everyone below a process, itself not included.
pub fn below(listed: &[Listed], root: Process) -> Vec<Process> {
    let mut children: HashMap<u32, Vec<Process>> = HashMap::new();
    for one in listed {
        children.entry(one.parent).or_default().push(one.process);
    }
    let is_there = listed.iter().any(|one| one.process == root);
    let mut found = BTreeSet::new();
    let mut left: Vec<u32> = is_there.then_some(root.pid).into_iter().collect();
    while let Some(pid) = left.pop() {
        for child in children.get(&pid).into_iter().flatten() {
            // Nobody started before who started them: that id was somebody else's.
            if *child != root && child.started >= root.started && found.insert(*child) {
                left.push(child.pid);
            }
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_who_descends() {
        let process = |pid, started| Process { pid, started };
        let listed = |pid, parent, started| Listed {
            process: process(pid, started),
            parent,
        };
        let all = [
            listed(1, 0, 1),
            listed(10, 1, 5),
            listed(11, 10, 6),
            listed(12, 11, 7),
            listed(13, 1, 8),
            listed(14, 10, 2),
            listed(20, 21, 9),
            listed(21, 20, 9),
        ];
        assert_eq!(
            below(&all, process(10, 5)),
            [process(11, 6), process(12, 7)]
        );
        assert_eq!(below(&all, process(20, 9)), [process(21, 9)]);
        assert_eq!(below(&all, process(10, 4)), []);
    }
}
