//! What an attached sensor may give up.
//!
//! **Invariant:** nothing that is dropped comes back, not even by running a program (`capabilities(7)`,
//! `PR_SET_NO_NEW_PRIVS`).

use super::SensorError;
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs,
};

/// What stays, and what for:
/// * `BPF` and `PERFMON`: changing maps and running the task iterators, on kernels that let nobody else;
/// * `DAC_READ_SEARCH`: looking at the paths of rules in homes that are closed to others, and getting
///   files with fanotify's questions;
/// * `SYS_PTRACE`: reading the environment of a started program where the record had no room for it;
/// * `KILL`: stopping a session's processes.
const KEPT: CapabilitySet = CapabilitySet::BPF
    .union(CapabilitySet::PERFMON)
    .union(CapabilitySet::DAC_READ_SEARCH)
    .union(CapabilitySet::SYS_PTRACE)
    .union(CapabilitySet::KILL);

/// Drops all other capabilities: those to mount, to load modules, to configure the network, to write
/// others' files and to become others among them.
pub(super) fn drop_all_but_needed() -> Result<(), SensorError> {
    let refused = |error: rustix::io::Errno| SensorError::Refused {
        what: "to take privileges away".to_owned(),
        source: error.into(),
    };
    for capability in CapabilitySet::all().difference(KEPT).iter() {
        // One that this kernel does not know is not there to be dropped.
        match remove_capability_from_bounding_set(capability) {
            Ok(()) | Err(rustix::io::Errno::INVAL) => {}
            Err(error) => return Err(refused(error)),
        }
    }
    set_no_new_privs(true).map_err(refused)?;
    let sets = CapabilitySets {
        effective: KEPT,
        permitted: KEPT,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, sets).map_err(refused)
}
