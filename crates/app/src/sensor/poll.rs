//! Tier D: while no sensor of the system tells of agents' trees, the daemon looks at them in `/proc`.
//!
//! **Invariant:** nobody is told of twice: it looks only while the sensor is away, and never at trees
//! in a fence, which tell by themselves. Nothing is denied here.

use super::hub::Hub;
use ringfence_sense::Process;
use ringfence_sense::portable::Poller;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long it waits while there is nothing to look at.
const IDLE: Duration = Duration::from_secs(1);

/// Looks until the daemon stops. `tells_by_itself` says of a tree's root whether it is in a fence.
pub(crate) fn run(hub: &Hub, tells_by_itself: impl Fn(Process) -> bool) {
    let mut looking: Option<Looking> = None;
    let mut told_before = false;
    while !hub.is_stopping() {
        let roots = match hub.unwatched() {
            None => {
                told_before = true;
                BTreeSet::new()
            }
            Some(roots) => roots,
        };
        if roots.is_empty() {
            if looking.take().is_some() {
                hub.polled(None);
            }
            hub.rest(IDLE);
            continue;
        }
        // What runs already when a sensor goes, the sensor has told.
        let is_told = looking.is_none() && std::mem::take(&mut told_before);
        let looking = looking.get_or_insert_with(|| Looking {
            poller: Poller::new(hub.wanted().settings),
            roots: BTreeSet::new(),
        });
        looking.follow(roots, &tells_by_itself);
        let found = looking.poller.poll();
        if !is_told {
            hub.inbox.polled(found);
        }
        hub.polled(Some(looking.poller.report(env!("CARGO_PKG_VERSION"))));
        hub.rest(looking.poller.rest());
    }
}

/// Who looks, and at which trees.
struct Looking {
    poller: Poller,
    roots: BTreeSet<Process>,
}

impl Looking {
    fn follow(&mut self, roots: BTreeSet<Process>, tells_by_itself: &impl Fn(Process) -> bool) {
        for root in roots.difference(&self.roots) {
            if !tells_by_itself(*root) {
                self.poller.watch(*root);
            }
        }
        for root in self.roots.difference(&roots) {
            self.poller.forget(*root);
        }
        self.roots = roots;
    }
}
