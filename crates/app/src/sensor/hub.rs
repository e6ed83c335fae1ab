//! What the daemon's threads share about sensors: what is wanted of them, and how they do.
//!
//! **Invariant:** what is wanted stands here, whoever is connected: a sensor that comes, or comes
//! back, is told all of it.

use super::inbox::Inbox;
use super::status::SensorStatus;
use ringfence_sense::{Policy, Process, Report, Settings};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most trees that are watched at once.
pub(crate) const MOST_ROOTS: usize = 4096;

/// What sensors are to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) settings: Settings,
    pub(crate) roots: BTreeSet<Process>,
    /// What is denied; `None` if nothing is.
    pub(crate) policy: Option<Policy>,
}

/// What the daemon's threads share about sensors.
pub(crate) struct Hub {
    pub(crate) inbox: Inbox,
    wishes: Mutex<Wishes>,
    changed: Condvar,
    status: Mutex<SensorStatus>,
    stopping: AtomicBool,
    /// Sensors of fenced trees that are connected now.
    guests: AtomicU64,
}

impl Hub {
    pub(crate) fn new(socket: PathBuf) -> Hub {
        Hub {
            inbox: Inbox::default(),
            wishes: Mutex::default(),
            changed: Condvar::new(),
            status: Mutex::new(SensorStatus {
                socket,
                ..SensorStatus::default()
            }),
            stopping: AtomicBool::new(false),
            guests: AtomicU64::new(0),
        }
    }

    /// Watches a tree from now on; returns whether it is new.
    pub(crate) fn watch(&self, root: Process) -> bool {
        let new = {
            let mut wishes = self.wishes();
            let room = wishes.roots.len() < MOST_ROOTS;
            room && wishes.roots.insert(root)
        };
        if new {
            self.changed.notify_all();
        }
        new
    }

    /// Changes what is wanted.
    pub(crate) fn want(&self, change: impl FnOnce(&mut Wishes)) {
        change(&mut self.wishes());
        self.changed.notify_all();
    }

    /// What is wanted now.
    pub(crate) fn wanted(&self) -> Wishes {
        self.wishes().clone()
    }

    /// Waits until something else is wanted than `before`, for so long at the most, and no longer
    /// than the conversation goes on.
    pub(crate) fn wait(&self, before: &Wishes, gone: &AtomicBool, patience: Duration) -> Wishes {
        let wishes = self.wishes();
        let same = |wishes: &mut Wishes| {
            *wishes == *before && !gone.load(Ordering::SeqCst) && !self.is_stopping()
        };
        let (wishes, _) = self
            .changed
            .wait_timeout_while(wishes, patience, same)
            .unwrap_or_else(PoisonError::into_inner);
        wishes.clone()
    }

    /// Wakes whoever waits.
    pub(crate) fn wake(&self) {
        // The lock makes sure that who is about to wait has not looked yet, or waits already.
        drop(self.wishes());
        self.changed.notify_all();
    }

    /// Rests; ends early if the daemon stops.
    pub(crate) fn rest(&self, span: Duration) {
        let wishes = self.wishes();
        let waited = self
            .changed
            .wait_timeout_while(wishes, span, |_| !self.is_stopping());
        drop(waited);
    }

    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Changes what is told of sensors.
    pub(crate) fn note(&self, change: impl FnOnce(&mut SensorStatus)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// How sensors do.
    pub(crate) fn status(&self) -> SensorStatus {
        let mut status = self
            .status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let wishes = self.wishes();
        status.watched = wishes.roots.len();
        status.denying = wishes.policy.is_some();
        drop(wishes);
        status.fenced = self.guests.load(Ordering::SeqCst);
        status.waiting = self.inbox.waiting();
        status.dropped = self.inbox.dropped();
        status
    }

    /// The trees that no sensor of the system watches now; `None` while there is one.
    #[cfg(target_os = "linux")]
    pub(crate) fn unwatched(&self) -> Option<BTreeSet<Process>> {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let connected = status.connected;
        drop(status);
        (!connected).then(|| self.wishes().roots.clone())
    }

    /// The latest report of looking at `/proc`; a sensor's counts more.
    #[cfg(target_os = "linux")]
    pub(crate) fn polled(&self, report: Option<Report>) {
        self.note(|status| {
            if !status.connected {
                status.report = report;
            }
        });
    }

    /// The latest report of the system's sensor.
    pub(crate) fn reported(&self, report: Report) {
        self.note(|status| status.report = Some(report));
    }

    /// A sensor of a fenced tree came; `None` if there are too many already.
    pub(crate) fn guest(&self, most: u64) -> Option<Guest<'_>> {
        let before = self.guests.fetch_add(1, Ordering::SeqCst);
        let guest = Guest { hub: self };
        (before < most).then_some(guest)
    }

    fn wishes(&self) -> MutexGuard<'_, Wishes> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sensor of a fenced tree, for as long as it is connected.
pub(crate) struct Guest<'a> {
    hub: &'a Hub,
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        self.hub.guests.fetch_sub(1, Ordering::SeqCst);
    }
}
