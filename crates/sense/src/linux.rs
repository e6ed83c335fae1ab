//! The sensor of Linux: programs in the kernel that see what watched trees do, and deny what a
//! policy names.
//!
//! **Invariant:** nothing is pinned. When a [`Sensor`] is dropped, or its process dies, the kernel
//! takes everything down that it loaded, denials first of all.

use crate::{Observation, Policy, Process, Report, Settings, Tier};
use std::path::PathBuf;
use std::time::Duration;

/// How a sensor is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The control group (version 2) whose processes' connections and names are seen.
    pub cgroup: PathBuf,
    /// Size of the ring to user space in bytes; a power of two, at least a page.
    pub ring_bytes: u32,
    /// How many processes of watched trees there is room for.
    pub processes: u32,
}

/// Why a sensor can't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SensorError {
    /// The kernel refused what no tier can do without.
    #[error("the kernel refused {what}")]
    Refused {
        /// What was asked of it.
        what: String,
        /// What it answered.
        #[source]
        source: std::io::Error,
    },
    /// There is no such process, or its number belongs to another one by now.
    #[error("process {0} is gone")]
    Gone(u32),
    /// The process is another user's.
    #[error("process {0} is another user's")]
    Foreign(u32),
    /// More users than there is room for, or more of something else.
    #[error("no room for more {0}")]
    Full(&'static str),
}

/// The programs in the kernel, and what they are told and tell. Every user (`owner`, a user id) has
/// settings, trees and a policy of their own.
#[derive(Debug)]
pub struct Sensor {
    options: Options,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            cgroup: PathBuf::from("/sys/fs/cgroup"),
            ring_bytes: 4 * 1024 * 1024,
            processes: 65_536,
        }
    }
}

impl Sensor {
    /// Loads and attaches all that this kernel takes.
    pub fn open(options: Options) -> Result<Sensor, SensorError> {
        Ok(Sensor { options })
    }

    /// What it can do here.
    pub fn tier(&self) -> Tier {
        Tier::B
    }

    /// Takes a user's settings in place of the ones from before.
    pub fn settings(&mut self, owner: u32, settings: &Settings) -> Result<(), SensorError> {
        let _ = (owner, settings, &self.options);
        Ok(())
    }

    /// Watches a process of this user and all below it; returns who is in the tree already.
    pub fn watch(&mut self, owner: u32, root: Process) -> Result<Vec<Process>, SensorError> {
        let _ = (owner, root);
        Ok(Vec::new())
    }

    /// Watches a tree no more.
    pub fn forget(&mut self, owner: u32, root: Process) -> Result<(), SensorError> {
        let _ = (owner, root);
        Ok(())
    }

    /// Denies what the policy names from now on, in this user's trees, as long as [`Sensor::pulse`]
    /// is heard. Returns what could not be armed, one sentence each; the rest is.
    pub fn enforce(&mut self, owner: u32, policy: &Policy) -> Result<Vec<String>, SensorError> {
        let _ = (owner, policy);
        Ok(Vec::new())
    }

    /// Lifts all denials of this user at once.
    pub fn release(&mut self, owner: u32) -> Result<(), SensorError> {
        let _ = owner;
        Ok(())
    }

    /// The user's daemon is there. Denials lapse ten seconds after the last pulse.
    pub fn pulse(&mut self, owner: u32) -> Result<(), SensorError> {
        let _ = owner;
        Ok(())
    }

    /// The user's daemon is gone: lifts denials, watches their trees no more, forgets settings.
    pub fn leave(&mut self, owner: u32) -> Result<(), SensorError> {
        let _ = owner;
        Ok(())
    }

    /// Waits for events up to this long, and tells what came, each with its owner.
    pub fn poll(
        &mut self,
        timeout: Duration,
        tell: &mut dyn FnMut(u32, Observation),
    ) -> Result<(), SensorError> {
        let _ = (timeout, tell);
        Ok(())
    }

    /// Who is in a user's trees now, each with its tree's root.
    pub fn members(&self, owner: u32) -> Vec<(Process, Process)> {
        let _ = owner;
        Vec::new()
    }

    /// How it does, as this user may know it.
    pub fn report(&mut self, owner: u32) -> Report {
        let _ = owner;
        Report {
            version: String::new(),
            tier: Tier::B,
            layers: Vec::new(),
            tallies: Vec::new(),
            processes: (0, self.options.processes),
            enforcing: false,
            resident: 0,
        }
    }

    /// Gives up every privilege that an attached sensor does not need. Say it once, after `open`.
    pub fn drop_privileges(&self) -> Result<(), SensorError> {
        Ok(())
    }
}
