//! Trees: begun by hand, counted, ended, and what the kernel counted of each.
//!
//! **Invariant:** a tree is its owner's, and a process of another user is never made the root of one.

use super::layout::{Fields, Member, Seed, Tree, process_key, read_process};
use super::record::{Kind, Record};
use super::{Sensor, SensorError, boot_time, processes};
use crate::{Deed, Losses, Observation, Process};
use std::collections::BTreeMap;

/// How often the task iterator is run at most, until it finds nobody new: a process can fork behind
/// its back.
const PASSES: usize = 4;

/// How many looks lie between two tellings of what was only counted.
const READS_EVERY: u32 = 10;

/// How many looks lie between two looks at all paths of rules.
const FILES_EVERY: u32 = 5;

/// What was told of each tree so far.
#[derive(Default)]
pub(super) struct Trees {
    told: BTreeMap<Process, (Losses, u64)>,
    /// Files read by processes that have ended.
    ended: BTreeMap<Process, u64>,
    looks: u32,
    /// A root has ended: its tree may be empty now.
    due: bool,
}

impl Sensor {
    /// Watches a process of this user and all below it; returns who is in the tree already.
    pub fn watch(&mut self, owner: u32, root: Process) -> Result<Vec<Process>, SensorError> {
        self.owner(owner)?;
        if processes::started(root.pid) != Some(root.started) {
            return Err(SensorError::Gone(root.pid));
        }
        // Root's daemon may watch anybody's: it could read their memory too.
        if owner != 0 && processes::user(root.pid) != Some(owner) {
            return Err(SensorError::Foreign(root.pid));
        }
        let tree = Tree {
            owner,
            ..Tree::default()
        };
        self.maps.set("trees", &process_key(root), &tree.bytes())?;
        self.maps.set_seed(Seed {
            root: Some(root),
            owner,
            ..Seed::default()
        })?;
        let mut added = 0;
        for _ in 0..PASSES {
            self.maps.iterate("process_seed")?;
            let seed = self.maps.seed()?;
            if !seed.found {
                self.drop_tree(root)?;
                return Err(SensorError::Gone(root.pid));
            }
            if seed.added == added {
                break;
            }
            added = seed.added;
        }
        Ok(self
            .members(owner)
            .into_iter()
            .filter(|(_, tree)| *tree == root)
            .map(|(process, _)| process)
            .collect())
    }

    /// Watches a tree no more.
    pub fn forget(&mut self, owner: u32, root: Process) -> Result<(), SensorError> {
        if self.roots(owner)?.contains(&root) {
            self.drop_tree(root)?;
        }
        Ok(())
    }

    /// Who is in a user's trees now, each with its tree's root.
    pub fn members(&self, owner: u32) -> Vec<(Process, Process)> {
        let all = self.all_members().unwrap_or_default();
        all.into_iter()
            .filter(|(_, member)| member.owner == owner)
            .map(|(process, member)| (process, member.tree))
            .collect()
    }

    fn all_members(&self) -> Result<Vec<(Process, Member)>, SensorError> {
        let mut members = Vec::new();
        for key in self.maps.keys("members")? {
            let Some(value) = self.maps.get("members", &key)? else {
                continue;
            };
            let member = Member::read(&value);
            let pid = Fields(&key).word();
            let process = Process {
                pid,
                started: member.started,
            };
            members.push((process, member));
        }
        Ok(members)
    }

    /// The roots of a user's trees.
    pub(super) fn roots(&self, owner: u32) -> Result<Vec<Process>, SensorError> {
        let trees = self.all_trees()?.into_iter();
        Ok(trees
            .filter(|(_, tree)| tree.owner == owner)
            .map(|(root, _)| root)
            .collect())
    }

    fn all_trees(&self) -> Result<Vec<(Process, Tree)>, SensorError> {
        let mut trees = Vec::new();
        for key in self.maps.keys("trees")? {
            if let Some(value) = self.maps.get("trees", &key)? {
                trees.push((read_process(&mut Fields(&key)), Tree::read(&value)));
            }
        }
        Ok(trees)
    }

    /// Takes a tree and all its members out of the kernel's sight.
    pub(super) fn drop_tree(&self, root: Process) -> Result<(), SensorError> {
        self.maps.remove("trees", &process_key(root))?;
        // A member can fork while we look: who is found at last is nobody.
        for _ in 0..PASSES {
            let members = self.all_members()?.into_iter();
            let below: Vec<_> = members.filter(|(_, member)| member.tree == root).collect();
            if below.is_empty() {
                break;
            }
            for (process, _) in below {
                self.maps.remove("members", &process.pid.to_ne_bytes())?;
            }
        }
        let left = self.maps.keys("members")?.len() as u64;
        self.maps
            .set("population", &0_u32.to_ne_bytes(), &left.to_ne_bytes())
    }

    /// Notices the end of a process: what it read counts for its tree, and a root is worth a look.
    pub(super) fn ended(&mut self, record: &Record<'_>) {
        if record.kind != Kind::Exit {
            return;
        }
        *self.trees.ended.entry(record.tree).or_default() += record.other.started;
        self.trees.due |= record.process == record.tree;
    }

    /// Once a second: tells what was lost and what was only counted, forgets trees that have ended,
    /// and looks whether the paths of rules are still the same files.
    pub(super) fn keep_house(
        &mut self,
        booted: i64,
        tell: &mut dyn FnMut(u32, Observation),
    ) -> Result<(), SensorError> {
        self.trees.looks = self.trees.looks.wrapping_add(1);
        let looks = self.trees.looks;
        let due = std::mem::take(&mut self.trees.due) || looks.is_multiple_of(READS_EVERY);
        let members = if due { self.all_members()? } else { Vec::new() };
        let at = booted.saturating_add(boot_time());
        for (root, tree) in self.all_trees()? {
            let (losses, told) = self.trees.told.get(&root).copied().unwrap_or_default();
            let observation = |deed, times| Observation {
                at,
                process: root,
                tree: root,
                user: tree.owner,
                deed,
                error: None,
                denied: None,
                times,
            };
            if tree.losses != losses {
                tell(
                    tree.owner,
                    observation(Deed::Lost(since(tree.losses, losses)), 1),
                );
            }
            self.trees.told.insert(root, (tree.losses, told));
            if !due {
                continue;
            }
            let alive: Vec<_> = members
                .iter()
                .filter(|(_, member)| member.tree == root)
                .collect();
            let running: u64 = alive.iter().map(|(_, member)| member.reads).sum();
            let reads = running + self.trees.ended.get(&root).copied().unwrap_or(0);
            let fresh = reads.saturating_sub(told);
            if fresh > 0 {
                let times = u32::try_from(fresh).unwrap_or(u32::MAX);
                tell(tree.owner, observation(Deed::Reads, times));
            }
            self.trees.told.insert(root, (tree.losses, reads.max(told)));
            if alive.is_empty() {
                self.maps.remove("trees", &process_key(root))?;
                self.trees.told.remove(&root);
                self.trees.ended.remove(&root);
            }
        }
        let owners: Vec<u32> = self
            .owners
            .iter()
            .filter(|(_, owner)| owner.moved || looks.is_multiple_of(FILES_EVERY))
            .map(|(owner, _)| *owner)
            .collect();
        for owner in owners {
            self.rearm(owner)?;
        }
        Ok(())
    }
}

fn since(now: Losses, before: Losses) -> Losses {
    Losses {
        ring_full: now.ring_full.saturating_sub(before.ring_full),
        map_full: now.map_full.saturating_sub(before.map_full),
        fault: now.fault.saturating_sub(before.fault),
    }
}
