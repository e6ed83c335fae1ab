//! What the operating system saw: the sensor's words, what sensor and daemon say to each other,
//! and the sensors themselves.
//!
//! **Invariant:** knows no rules, no store and no agent by name: what is to be watched, named or
//! denied comes in as data. The only crate that may use `unsafe`, each block with its reason.
#![deny(missing_docs)]
#![deny(unsafe_code)]

#[cfg(target_os = "linux")]
pub mod fence;
#[cfg(target_os = "linux")]
pub mod linux;
pub mod macos;
mod observation;
mod peer;
mod policy;
#[cfg(target_os = "linux")]
pub mod portable;
#[cfg(target_os = "linux")]
mod proc;
mod report;
pub mod wire;

pub use observation::{Deed, Endpoint, Observation, Process, Reached};
pub use peer::Peer;
pub use policy::{
    AddressRule, FileRule, FileUse, FileUses, Interest, Lift, Lock, NameRule, Policy, RuleNumber,
    Settings,
};
pub use report::{Layer, LayerState, Losses, Report, Tally, Tier};
