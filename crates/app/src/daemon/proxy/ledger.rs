//! What sessions read of secrets, known again in what they send.

use super::super::Shared;
use ringfence_event::SessionId;
use ringfence_proxy::reading::{Leak, Ledger};
use std::sync::Weak;

/// The ledgers of a daemon's sessions, as long as it lives.
pub(super) struct OfSessions(Weak<Shared>);

impl OfSessions {
    pub(super) fn new(shared: Weak<Shared>) -> OfSessions {
        OfSessions(shared)
    }
}

impl Ledger for OfSessions {
    fn look(&self, session: Option<&SessionId>, outgoing: &[u8]) -> Vec<Leak> {
        let known = session.zip(self.0.upgrade());
        let leaks = known.map(|(session, shared)| shared.memory.leaving(session, outgoing));
        let leaks = leaks.unwrap_or_default().into_iter();
        leaks
            .map(|leak| Leak {
                fingerprint: leak.fingerprint.to_string(),
                form: leak.form.name().to_owned(),
            })
            .collect()
    }
}
