//! How a sensor does: its tier, what each of its layers delivered, and what was lost.
//!
//! **Invariant:** a layer is `Delivering` because an event came through it, never because it is
//! attached.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a sensor can see and deny, found out by trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// Security hooks and control groups: sees and denies, `io_uring` included.
    A,
    /// Tracepoints, control groups and fanotify: sees, denies addresses, names and credential
    /// directories, and ends who read what it must not.
    B,
    /// No privilege: only what was started fenced.
    C,
    /// Directory watches and `/proc` only.
    D,
}

impl fmt::Display for Tier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// What became of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerState {
    /// The kernel took it; nothing came through it yet.
    Attached,
    /// Events come through it.
    Delivering {
        /// When the last one came, in microseconds since the Unix epoch.
        last: i64,
    },
    /// The kernel or the machine's policy refused it.
    Refused {
        /// Why, in words.
        why: String,
    },
    /// Not needed beside the others, or not of this system.
    Off,
}

/// One way of seeing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name (`processes`, `files`, `addresses`, `names`, `security hooks`, `fanotify`).
    pub name: String,
    /// What became of it.
    pub state: LayerState,
    /// How many events it sent since the sensor began.
    pub delivered: u64,
    /// What it can't see, one sentence each.
    pub blind: Vec<String>,
}

/// What a sensor says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The program's version.
    pub version: String,
    /// What it can do.
    pub tier: Tier,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// Exact accounts, one for each kind of event.
    pub tallies: Vec<Tally>,
    /// Processes in watched trees now, and how many have room.
    pub processes: (u32, u32),
    /// Denials are in force.
    pub enforcing: bool,
    /// Bytes of memory that are resident.
    pub resident: u64,
}

/// The account of one kind of event: `attempted` is the sum of all others but `denied`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The kind (`exec`, `open`).
    pub kind: String,
    /// Came up in a watched tree.
    pub attempted: u64,
    /// Was told.
    pub sent: u64,
    /// Was counted only, since nothing asked for it, or as a repeat.
    pub suppressed: u64,
    /// Was lost.
    pub lost: Losses,
    /// Was denied; in the others too.
    pub denied: u64,
}

/// What was lost, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// The ring to user space was full.
    pub ring_full: u64,
    /// A table of the kernel's side was full. Of processes, this means a tree that nobody sees.
    pub map_full: u64,
    /// Memory could not be read.
    pub fault: u64,
}

impl Losses {
    /// How many in all.
    pub fn total(self) -> u64 {
        self.ring_full
            .saturating_add(self.map_full)
            .saturating_add(self.fault)
    }
}
