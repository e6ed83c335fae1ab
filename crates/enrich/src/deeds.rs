//! Said against done: what the kernel saw, held against what the tool call said.
//!
//! **Invariant:** a deed that the call, the program's own work or ordinary building explains has no
//! label. Bounded in sessions and in what is remembered of one.

use crate::{Links, Place, Processes};
use ringfence_event::Event;

/// What sessions did before, as far as it explains or taints what they do now.
#[derive(Debug, Default)]
pub struct Deeds {}

impl Deeds {
    /// Takes in what a hook told, after enrichment.
    pub fn told(&mut self, _event: &Event) {}

    /// Adds to a kernel event, after enrichment, what nobody said. `processes` must have taken it.
    pub fn compare(
        &mut self,
        _event: &mut Event,
        _processes: &Processes,
        _place: &Place<'_>,
        _links: &dyn Links,
    ) {
    }
}
