//! What the demo tells a running daemon beside hooks, through the doors that sensors, histories and the
//! proxy have.

use super::{Shared, log};
use crate::demo::Moment;
use crate::judge::Judge;
use ringfence_event::{Action, Event, Verdict};
use ringfence_sense::Observation;
use std::sync::Arc;

/// The way in.
pub(crate) struct Backstage(pub(super) Arc<Shared>);

impl Backstage {
    /// What judges there.
    pub(crate) fn judge(&self) -> Arc<Judge> {
        self.0.judge()
    }

    /// Says which process a session's agent is, when that begins.
    pub(crate) fn works(&self, moment: &Moment, event: &Event) {
        if !matches!(event.action, Action::SessionStart { .. }) {
            return;
        }
        let root = Some(moment.root());
        self.0.kernel.note(event, Verdict::Allow, root, None);
    }

    /// Tells what the sensor saw.
    pub(crate) fn see(&self, seen: Vec<Observation>) {
        self.0.kernel.hub.inbox.push(seen);
    }

    /// Tells what is told elsewhere than in a hook.
    pub(crate) fn hear(&self, told: Vec<Event>) {
        if let Err(error) = self.0.hear(told) {
            log(&format!("warning: the demo is not kept whole: {error}"));
        }
    }
}
