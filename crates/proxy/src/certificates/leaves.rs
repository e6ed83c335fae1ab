//! Leaves that were signed already, a bounded number of them.
//!
//! **Invariant:** at most [`MOST`] are kept; the oldest goes first, and none is served past half a day.

use super::{AuthorityError, Protocol};
use rustls::ServerConfig;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Hosts times protocols of a busy day; one costs about two KiB.
const MOST: usize = 512;

/// How long a leaf is served.
const FRESH: Duration = Duration::from_hours(12);

type Key = (String, Protocol);

/// The leaves that were signed already.
#[derive(Default)]
pub(super) struct Leaves(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    made: HashMap<Key, (Arc<ServerConfig>, Instant)>,
    order: VecDeque<Key>,
}

impl Leaves {
    /// Returns the leaf of a host, made when there is none. Who waits for another's leaf waits for
    /// less than a millisecond.
    pub(super) fn get_or_make(
        &self,
        host: &str,
        protocol: Protocol,
        make: impl FnOnce() -> Result<ServerConfig, AuthorityError>,
    ) -> Result<Arc<ServerConfig>, AuthorityError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), protocol);
        if let Some((config, since)) = kept.made.get(&key)
            && since.elapsed() < FRESH
        {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(make()?);
        let replaced = kept
            .made
            .insert(key.clone(), (Arc::clone(&config), Instant::now()));
        if replaced.is_none() {
            kept.order.push_back(key);
        }
        if kept.order.len() > MOST
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.made.remove(&oldest);
        }
        Ok(config)
    }

    /// How many are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let kept = self.0.lock().unwrap();
        assert_eq!(kept.made.len(), kept.order.len());
        kept.made.len()
    }

    /// The bound, for tests.
    #[cfg(test)]
    pub(super) const MOST: usize = MOST;
}
