//! What all requests share.

use crate::codes::Codes;
use crate::grouped::Grouped;
use crate::guard::Gate;
use crate::host::Host;
use crate::pump::Pump;
use crate::readers::Readers;
use crate::refusals::{Kind, Refusals};
use crate::server::Limits;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::sync::{Semaphore, watch};

pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) host: Arc<dyn Host>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) grouped: Arc<Grouped>,
    pub(crate) gate: Gate,
    pub(crate) codes: Mutex<Codes>,
    pub(crate) pump: Pump,
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) limits: Limits,
    pub(crate) refusals: Refusals,
    /// Turns true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    /// Counts a refusal, and tells it where it is time to.
    pub(crate) fn refuse(&self, kind: Kind) {
        if let Some(line) = self.refusals.note(kind, Instant::now()) {
            self.host.log(&line);
        }
    }

    /// Waits until the server stops.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.clone();
        while !*stopping.borrow_and_update() {
            if stopping.changed().await.is_err() {
                return;
            }
        }
    }
}

/// The moment, in seconds since 1970, by this machine's clock.
pub(crate) fn now_seconds() -> i64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    elapsed.map_or(0, |elapsed| {
        i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
    })
}
