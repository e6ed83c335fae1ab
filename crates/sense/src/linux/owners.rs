//! One user's settings and policy, and how they get into the kernel's maps.
//!
//! **Invariant:** a plan replaces the one from before by what differs; a user's entries are never
//! another user's.

use super::fanotify::{self, Marks};
use super::files::{self, Wanted};
use super::layout::{Inode, OwnerEntry};
use super::plan::{self, Found, Plan, Table};
use super::record::{Kind, Record, flag};
use super::{Sensor, SensorError, now, processes, tell};
use crate::{Deed, Observation, Policy, Process, Settings};
use ringfence_event::FileActivity;
use std::collections::{BTreeMap, HashMap};

/// Users at once: the room that the kernel's side has.
const MOST_OWNERS: usize = 64;

/// Numbers of the words of `struct marks`.
const MARK_WORDS: usize = 1024;

/// What is known of one user.
#[derive(Default)]
pub(super) struct Owner {
    pub(super) settings: Settings,
    policy: Policy,
    pub(super) enforcing: bool,
    pulse: u64,
    pub(super) plan: Plan,
    wanted: Wanted,
    found: HashMap<String, Inode>,
    /// Numbers under which locked trees' allowed addresses are kept.
    locks: BTreeMap<Process, u32>,
    /// Something changed in a place that rules or interests name.
    pub(super) moved: bool,
}

impl Owner {
    /// Says whether what the kernel matched by a part of the path was asked for as a whole.
    pub(super) fn wants(&self, record: &Record<'_>, observation: &Observation) -> bool {
        let Deed::File { path, .. } = &observation.deed else {
            return true;
        };
        !record.has(flag::FALLIBLE) || plan::asked_for(path, &self.settings.interests)
    }

    /// Notices when a path that a rule or an interest names may have become another file.
    pub(super) fn notice(&mut self, record: &Record<'_>, observation: &Observation) {
        let Deed::File { activity, path, to } = &observation.deed else {
            self.moved |= record.kind == Kind::Mount;
            return;
        };
        if observation.error.is_some()
            || matches!(
                activity,
                FileActivity::Read | FileActivity::Update | FileActivity::SetAttributes
            )
        {
            return;
        }
        let named = |changed: &str| {
            let rules = self.policy.files.iter().map(|rule| rule.path.as_str());
            let interests = self.settings.interests.iter();
            let interests = interests
                .filter(|one| !one.ending)
                .map(|one| one.path.as_str());
            rules
                .chain(interests)
                .any(|path| path.starts_with(changed) || changed.starts_with(path))
        };
        self.moved |= named(path) || to.as_deref().is_some_and(named);
    }

    /// Last bytes of the ends of paths that somebody asked for.
    fn last_bytes(&self) -> u64 {
        let ends = self.settings.interests.iter().filter(|one| one.ending);
        let lasts = ends.filter_map(|one| one.path.bytes().last());
        lasts.fold(0, |bits, byte| bits | 1 << (byte & 63))
    }

    fn entry(&self) -> OwnerEntry {
        let ending = |wanted: bool| {
            let interests = self.settings.interests.iter();
            interests.filter(|one| one.ending == wanted).count()
        };
        OwnerEntry {
            pulse: self.pulse,
            lasts: self.last_bytes(),
            enforce: self.enforcing,
            variables: self.settings.variables.len(),
            endings: ending(true),
            prefixes: ending(false),
            guarded: self.policy.guard,
            kernel: self.policy.kernel,
        }
    }
}

impl Sensor {
    /// Takes a user's settings in place of the ones from before.
    pub fn settings(&mut self, owner: u32, settings: &Settings) -> Result<(), SensorError> {
        self.owner(owner)?.settings = settings.clone();
        self.arm(owner)?;
        self.tell_kernel(owner)
    }

    /// Denies what the policy names from now on, in this user's trees, as long as [`Sensor::pulse`]
    /// is heard. Returns what could not be armed, one sentence each; the rest is.
    pub fn enforce(&mut self, owner: u32, policy: &Policy) -> Result<Vec<String>, SensorError> {
        let entry = self.owner(owner)?;
        entry.policy = policy.clone();
        entry.enforcing = true;
        entry.pulse = now();
        let found = self.arm(owner)?;
        self.tell_kernel(owner)?;
        Ok(self.problems(policy, &found))
    }

    /// Lifts all denials of this user at once.
    pub fn release(&mut self, owner: u32) -> Result<(), SensorError> {
        let entry = self.owner(owner)?;
        entry.enforcing = false;
        entry.policy = Policy::default();
        // The switch first; what is behind it is cleared up after.
        self.tell_kernel(owner)?;
        self.arm(owner)?;
        Ok(())
    }

    /// The user's daemon is there. Denials lapse ten seconds after the last pulse.
    pub fn pulse(&mut self, owner: u32) -> Result<(), SensorError> {
        self.owner(owner)?.pulse = now();
        self.tell_kernel(owner)
    }

    /// The user's daemon is gone: lifts denials, watches their trees no more, forgets settings.
    pub fn leave(&mut self, owner: u32) -> Result<(), SensorError> {
        if !self.owners.contains_key(&owner) {
            return Ok(());
        }
        self.release(owner)?;
        self.settings(owner, &Settings::default())?;
        for root in self.roots(owner)? {
            self.drop_tree(root)?;
        }
        self.owners.remove(&owner);
        self.maps.remove("owners", &owner.to_ne_bytes())
    }

    /// A user's entry, made if there is none yet.
    pub(super) fn owner(&mut self, owner: u32) -> Result<&mut Owner, SensorError> {
        if self.owners.len() >= MOST_OWNERS && !self.owners.contains_key(&owner) {
            return Err(SensorError::Full("users"));
        }
        Ok(self.owners.entry(owner).or_default())
    }

    fn tell_kernel(&mut self, owner: u32) -> Result<(), SensorError> {
        let entry = self.owner(owner)?.entry().bytes();
        self.maps.set("owners", &owner.to_ne_bytes(), &entry)
    }

    /// Looks again whether paths are still the same files, and arms them anew if not.
    pub(super) fn rearm(&mut self, owner: u32) -> Result<(), SensorError> {
        let entry = self.owner(owner)?;
        entry.moved = false;
        let wanted = Wanted::look(&entry.settings, &entry.policy);
        if wanted != entry.wanted {
            self.arm(owner)?;
        }
        Ok(())
    }

    /// Puts a user's plan in force.
    fn arm(&mut self, owner: u32) -> Result<Found, SensorError> {
        let entry = self.owner(owner)?;
        let wanted = Wanted::look(&entry.settings, &entry.policy);
        let found = files::find(&wanted, &self.maps)?;
        let mut used: Vec<u32> = self
            .owners
            .values()
            .flat_map(|one| one.locks.values().copied())
            .collect();
        let Some(entry) = self.owners.get_mut(&owner) else {
            return Ok(found);
        };
        let locks = &mut entry.locks;
        let mut number = |tree: Process| {
            *locks.entry(tree).or_insert_with(|| {
                let free = (1..u32::MAX)
                    .find(|one| !used.contains(one))
                    .unwrap_or(u32::MAX);
                used.push(free);
                free
            })
        };
        let fresh = plan::compile(owner, &entry.settings, &entry.policy, &found, &mut number);
        entry
            .locks
            .retain(|tree, _| entry.policy.locks.iter().any(|lock| lock.tree == *tree));
        entry.wanted = wanted;
        let old = std::mem::replace(&mut entry.plan, fresh.clone());
        entry.found.clone_from(&found.inodes);
        self.replace(&old, &fresh)?;
        self.mark_paths();
        Ok(found)
    }

    /// Changes what differs: first what is new, then what is gone.
    fn replace(&self, old: &Plan, fresh: &Plan) -> Result<(), SensorError> {
        self.mark(&[old])?;
        for ((table, key), value) in fresh {
            if old.get(&(*table, key.clone())) != Some(value) {
                self.maps.set(table.name(), key, value)?;
            }
        }
        for (table, key) in old.keys() {
            if !fresh.contains_key(&(*table, key.clone())) {
                self.maps.remove(table.name(), key)?;
            }
        }
        self.mark(&[])
    }

    /// Sets the bits of all inodes that have rules; those of `besides` too.
    fn mark(&self, besides: &[&Plan]) -> Result<(), SensorError> {
        let mut words = vec![0_u64; MARK_WORDS];
        let plans = self.owners.values().map(|owner| &owner.plan);
        for (table, key) in plans
            .chain(besides.iter().copied())
            .flat_map(BTreeMap::keys)
        {
            let number = key
                .first_chunk::<8>()
                .map(|bytes| u64::from_ne_bytes(*bytes));
            let (Table::Files, Some(number)) = (table, number) else {
                continue;
            };
            // The same hash as in bpf/path.h.
            let hash = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
            let word = usize::try_from(hash >> 6).unwrap_or(0);
            if let Some(word) = words.get_mut(word) {
                *word |= 1 << (hash & 63);
            }
        }
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_ne_bytes).collect();
        self.maps.set("marks", &0_u32.to_ne_bytes(), &bytes)
    }

    /// Has openings asked for where no security hook refuses them.
    fn mark_paths(&mut self) {
        let Ok(watcher) = &mut self.watcher else {
            return;
        };
        let mut marks = Marks::new();
        let mut identities = HashMap::new();
        for (number, owner) in &self.owners {
            for (path, identity) in owner.wanted.stats() {
                if let Some(inode) = owner.found.get(path) {
                    identities.insert(identity, *inode);
                }
            }
            for rule in &owner.policy.files {
                let mask = fanotify::mark_of(rule.denies);
                let below = owner.wanted.below(&rule.path);
                for path in below.chain([rule.path.as_str()]) {
                    if mask != 0
                        && owner.found.contains_key(path)
                        && fanotify::is_own(path, *number)
                    {
                        *marks.entry(path.to_owned()).or_insert(0) |= mask;
                    }
                }
            }
        }
        self.unmarked = watcher.mark(marks, identities);
    }

    fn problems(&self, policy: &Policy, found: &Found) -> Vec<String> {
        let mut problems: Vec<String> = policy
            .files
            .iter()
            .filter(|rule| !found.inodes.contains_key(&rule.path))
            .map(|rule| {
                format!(
                    "`{}` does not exist yet: it is armed when it does",
                    rule.path
                )
            })
            .collect();
        problems.extend(self.unmarked.iter().cloned());
        if self.tier() != crate::Tier::A {
            if policy.guard.is_some() {
                problems.push(
                    "signals to guarded processes are seen, not denied, without security hooks"
                        .to_owned(),
                );
            }
            if policy.kernel.is_some() {
                problems.push(
                    "loading modules and programs is seen, not denied, without security hooks"
                        .to_owned(),
                );
            }
        }
        problems
    }
}

/// Reads an environment from `/proc` that was too large for the record, if the process still runs.
pub(super) fn complete_environment(
    record: &Record<'_>,
    settings: &Settings,
    observation: &mut Observation,
) {
    let Deed::Exec { environment, .. } = &mut observation.deed else {
        return;
    };
    if !record.has(flag::ENVIRONMENT_CUT) || environment.len() == settings.variables.len() {
        return;
    }
    if let Some(bytes) = processes::environment(record.process) {
        *environment = tell::variables(&bytes, &settings.variables);
    }
}
