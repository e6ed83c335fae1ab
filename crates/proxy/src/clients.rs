//! Who a client is, and which clients refuse to be read.
//!
//! **Invariant:** a program that once refused our certificate for a host is not asked again for a day, so
//! that at most its first connection breaks.

use crate::piece::Client;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Knows who is behind a connection. Called on threads that may block.
pub trait Clients: Send + Sync {
    /// Says who opened the connection from `theirs` to `ours`.
    fn who(&self, theirs: SocketAddr, ours: SocketAddr) -> Who;
}

/// Who opened a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// This process.
    Known(Client),
    /// Nobody knows.
    Unknown,
    /// Somebody who may not use this proxy: another user of the machine.
    Stranger,
}

/// How long a refusal is remembered: certificates get trusted some day.
const REMEMBERED: Duration = Duration::from_hours(24);

/// The most refusals that are remembered.
const MOST: usize = 1024;

type Key = (Option<String>, String);

/// Which programs refused our certificate for which hosts.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<HashMap<Key, Instant>>);

impl Refusals {
    /// Remembers a refusal. Where too many are remembered, the oldest is forgotten.
    pub(crate) fn remember(&self, client: Option<&Client>, host: &str) {
        let mut refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.insert(key(client, host), Instant::now());
        if refusals.len() > MOST {
            let oldest = refusals.iter().min_by_key(|(_, since)| **since);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                refusals.remove(&oldest);
            }
        }
    }

    /// Says whether this program refused our certificate for this host.
    pub(crate) fn remembers(&self, client: Option<&Client>, host: &str) -> bool {
        let refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = refusals.get(&key(client, host));
        since.is_some_and(|since| since.elapsed() < REMEMBERED)
    }

    /// Each program that refused within a day, where that is known, and the host.
    pub(crate) fn list(&self) -> Vec<(Option<String>, String)> {
        let refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = refusals
            .iter()
            .filter(|(_, since)| since.elapsed() < REMEMBERED);
        let mut keys: Vec<Key> = lately.map(|(key, _)| key.clone()).collect();
        keys.sort();
        keys
    }

    /// Forgets all: with another authority, or one that is trusted now, everybody is asked again.
    pub(crate) fn forget(&self) {
        let mut refusals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.clear();
    }
}

/// A program is its executable; all of which that is not known are one.
fn key(client: Option<&Client>, host: &str) -> Key {
    let executable = client.and_then(|client| client.process.executable.clone());
    (executable, host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringfence_event::ProcessRef;

    fn client(executable: &str) -> Client {
        Client {
            process: ProcessRef {
                pid: 7,
                started: 1,
                executable: Some(executable.to_owned()),
            },
            agent: None,
            session: None,
        }
    }

    #[test]
    fn a_refusal_is_of_one_program_for_one_host() {
        let refusals = Refusals::default();
        let (node, curl) = (client("/usr/bin/node"), client("/usr/bin/curl"));
        refusals.remember(Some(&node), "api.test");
        assert!(refusals.remembers(Some(&node), "api.test"));
        assert!(!refusals.remembers(Some(&node), "other.test"));
        assert!(!refusals.remembers(Some(&curl), "api.test"));
        assert!(!refusals.remembers(None, "api.test"));
        let node_and_host = (Some("/usr/bin/node".to_owned()), "api.test".to_owned());
        assert_eq!(refusals.list(), [node_and_host]);
        refusals.forget();
        assert!(!refusals.remembers(Some(&node), "api.test"));
        assert_eq!(refusals.list(), []);
    }

    #[test]
    fn refusals_are_bounded() {
        let refusals = Refusals::default();
        for number in 0..=MOST {
            refusals.remember(None, &format!("{number}.test"));
        }
        assert_eq!(refusals.0.lock().unwrap().len(), MOST);
        assert!(!refusals.remembers(None, "0.test"));
        assert!(refusals.remembers(None, "1.test"));
    }
}
