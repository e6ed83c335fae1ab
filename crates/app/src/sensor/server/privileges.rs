//! What the sensor may still do once it is loaded (capabilities(7)).
//!
//! **Invariant:** called before any other thread is started: each thread has capabilities of its own,
//! and gets those of the thread that starts it.

use anyhow::{Context, Result};
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};

/// Looks into tables in the kernel and at trees; sees whose process is whose, and files by their
/// real paths. Nothing can be written, nobody can be sent a signal.
const KEPT: CapabilitySet = CapabilitySet::BPF
    .union(CapabilitySet::PERFMON)
    .union(CapabilitySet::SYS_PTRACE)
    .union(CapabilitySet::DAC_READ_SEARCH);

/// Gives up all but what is needed, of what there is.
pub(super) fn give_up() -> Result<()> {
    let failed = "failed to give up privileges";
    let permitted = capabilities(None)
        .context(failed)?
        .permitted
        .intersection(KEPT);
    let sets = CapabilitySets {
        effective: permitted,
        permitted,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, sets).context(failed)
}
