//! Who is in a tree: the processes that are known to belong to it, and all below them.

use crate::machine::Running;
use std::collections::{BTreeMap, BTreeSet};

/// A process: its id, and its start time (field 22 of `/proc/<pid>/stat`, proc(5)).
pub type Key = (u32, u64);

/// The processes from which a tree grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Its root, and who is known to be in it although another started it (double forks).
    pub seeds: BTreeSet<Key>,
}

/// Returns who of those that run is in the tree, the oldest first.
pub fn members<'a>(running: &'a [Running], tree: &Tree) -> Vec<&'a Running> {
    let mut children: BTreeMap<u32, Vec<&Running>> = BTreeMap::new();
    for one in running {
        children.entry(one.parent).or_default().push(one);
    }
    let of_tree = |one: &&Running| tree.seeds.contains(&one.key());
    let mut waiting: Vec<&Running> = running.iter().filter(of_tree).collect();
    let mut found: BTreeMap<Key, &Running> = BTreeMap::new();
    while let Some(one) = waiting.pop() {
        if found.insert(one.key(), one).is_some() {
            continue;
        }
        let below = children.get(&one.pid).into_iter().flatten();
        // A child is never older than its parent: an older one had a parent of the same id.
        waiting.extend(below.filter(|child| child.started >= one.started));
    }
    let mut found: Vec<&Running> = found.into_values().collect();
    found.sort_by_key(|one| (one.started, one.pid));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(pid: u32, parent: u32, started: u64) -> Running {
        Running {
            pid,
            started,
            parent,
            state: 'S',
            name: String::new(),
        }
    }

    #[test]
    fn a_tree_is_its_seeds_and_all_below_them() {
        let running = [
            one(1, 0, 1),
            one(10, 1, 5),
            one(11, 10, 6),
            one(12, 11, 7),
            one(20, 1, 8),
            one(21, 20, 9),
            // Its parent's id was another's when it began.
            one(13, 12, 3),
        ];
        let table: [(&[Key], &[u32]); 5] = [
            (&[(10, 5)], &[10, 11, 12]),
            (&[(10, 5), (20, 8)], &[10, 11, 12, 20, 21]),
            (&[(12, 7)], &[12]),
            (&[(10, 4)], &[]),
            (&[], &[]),
        ];
        for (seeds, expected) in table {
            let tree = Tree {
                seeds: seeds.iter().copied().collect(),
            };
            let found: Vec<u32> = members(&running, &tree).iter().map(|one| one.pid).collect();
            assert_eq!(found, expected, "{seeds:?}");
        }
    }
}
