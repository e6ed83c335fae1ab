//! How the store is doing, for `status` and for tests.

use crate::StoreError;
use ringfence_event::Timestamp;
use serde::Serialize;
use std::borrow::Borrow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// How the store is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Events acknowledged and not yet committed, in the queue.
    pub queued: usize,
    /// How many of those lie in memory only, because the disk took nothing.
    pub kept_in_memory: usize,
    /// Events refused since the start because nothing could keep them.
    pub dropped: u64,
    /// Events stored without the parts that made them too big, since the start.
    pub cut: u64,
    /// What is wrong now; `None` once it works again.
    pub last_error: Option<String>,
    /// Since when it is.
    pub since: Option<Timestamp>,
    /// The last sequence number committed.
    pub committed: i64,
    /// Spooled files and journal lines that could not be read, since the start.
    pub bad_files: u64,
    /// Bytes in the journal that may not be in the database yet.
    pub journal_bytes: u64,
    /// Days after which events are deleted; 0 keeps them for ever.
    pub retention_days: u32,
    /// Events deleted for their age since the start.
    pub expired: u64,
    /// When old events were last looked for.
    pub expired_at: Option<Timestamp>,
}

/// Something that does not work now.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) what: String,
    pub(crate) since: Timestamp,
}

impl Trouble {
    /// Goes on being the same trouble if there is one, with the latest words for it.
    pub(crate) fn go_on(before: Option<Trouble>, what: String) -> Trouble {
        Trouble {
            what,
            since: before.map_or_else(now, |trouble| trouble.since),
        }
    }
}

/// Where one part of the store says how it is doing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report(Arc<Mutex<Option<Trouble>>>);

impl Report {
    /// Whatever was wrong is over.
    pub(crate) fn works(&self) {
        *self.lock() = None;
    }

    /// Something does not work.
    pub(crate) fn fails(&self, what: String) {
        let mut trouble = self.lock();
        *trouble = Some(Trouble::go_on(trouble.take(), what));
    }

    /// Says how something went.
    pub(crate) fn tell<T>(&self, result: Result<T, impl Borrow<StoreError>>) {
        match result {
            Ok(_) => self.works(),
            Err(error) => self.fails(error.borrow().chain()),
        }
    }

    /// Says what failed, and nothing of what did not.
    pub(crate) fn note<T>(&self, result: Result<T, StoreError>) {
        if let Err(error) = result {
            self.fails(error.chain());
        }
    }

    /// What is wrong now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The moment, by this machine's clock.
pub(crate) fn now() -> Timestamp {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = elapsed.map_or(0, |elapsed| elapsed.as_micros());
    Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
}
