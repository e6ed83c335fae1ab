//! What is in force: what the fence was started with, and what the daemon sent since.
//!
//! **Invariant:** what the daemon sent is lifted when it falls silent; the fence's own part never is.

use crate::{FileUse, Policy, Process, RuleNumber, Settings};
use std::net::IpAddr;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long the daemon's part outlives its last word ([`crate::wire::Request::Pulse`]).
const SILENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct State {
    own: Policy,
    sent: Policy,
    heard: Instant,
    settings: Settings,
}

/// Read for each call, changed seldom.
#[derive(Debug)]
pub(super) struct Rules {
    tree: Process,
    state: RwLock<State>,
}

impl Rules {
    pub(super) fn new(tree: Process, own: Policy, sent: Policy, settings: Settings) -> Rules {
        Rules {
            tree,
            state: RwLock::new(State {
                own,
                sent,
                heard: Instant::now(),
                settings,
            }),
        }
    }

    fn ask<Answer>(&self, question: impl Fn(&Policy) -> Option<Answer>) -> Option<Answer> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let sent = || question(&state.sent).filter(|_| state.heard.elapsed() < SILENCE);
        question(&state.own).or_else(sent)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.heard = Instant::now();
        change(&mut state);
    }

    pub(super) fn denies_address(&self, address: IpAddr, port: u16) -> Option<RuleNumber> {
        self.ask(|policy| policy.denies_address(self.tree, address, port))
    }

    pub(super) fn denies_name(&self, name: &str) -> Option<RuleNumber> {
        self.ask(|policy| policy.denies_name(self.tree, name))
    }

    pub(super) fn denies_file(
        &self,
        path: &str,
        used: FileUse,
        program: Option<&str>,
    ) -> Option<RuleNumber> {
        self.ask(|policy| policy.denies_file(path, used, program))
    }

    /// Says whether there is anything about the network to get round.
    pub(super) fn guards_network(&self) -> bool {
        self.ask(|policy| policy.guards_network().then_some(()))
            .is_some()
    }

    /// Says whether anything is denied now.
    pub(super) fn enforcing(&self) -> bool {
        self.ask(|policy| (*policy != Policy::default()).then_some(()))
            .is_some()
    }

    pub(super) fn settings<Answer>(&self, question: impl FnOnce(&Settings) -> Answer) -> Answer {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        question(&state.settings)
    }

    pub(super) fn enforce(&self, policy: Policy) {
        self.change(|state| state.sent = policy);
    }

    pub(super) fn release(&self) {
        self.change(|state| state.sent = Policy::default());
    }

    pub(super) fn look_for(&self, settings: Settings) {
        self.change(|state| state.settings = settings);
    }

    /// The daemon is there.
    pub(super) fn pulse(&self) {
        self.change(|_| {});
    }
}
