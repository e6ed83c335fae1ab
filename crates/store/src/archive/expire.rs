//! Deletes what is too old: whole segments, and what the main database says of them.

use super::{Archive, MICROS_PER_DAY};
use crate::StoreError;
use ringfence_event::Timestamp;

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expired {
    pub(crate) events: usize,
    /// Set if there is more to do.
    pub(crate) more: bool,
}

impl Archive {
    /// Deletes the oldest segment if all of it is too old at this moment.
    pub(crate) fn expire(&mut self, now: Timestamp) -> Result<Expired, StoreError> {
        if self.options.retention_days == 0 {
            return Ok(Expired::default());
        }
        let age = i64::from(self.options.retention_days).saturating_mul(MICROS_PER_DAY);
        let oldest = now.0.saturating_sub(age);
        if self.is_full(now) || self.current_ends_before(oldest) {
            self.seal();
        }
        let first = self.catalog.segments().first_key_value();
        // An event whose clock was ahead cannot have happened after it was stored.
        let expired = first
            .filter(|(_, listed)| listed.sealed > 0 && listed.at_last.min(listed.sealed) < oldest);
        let Some((number, events)) = expired.map(|(number, listed)| (*number, listed.events))
        else {
            let more = self.catalog.delete_pruned()?;
            return Ok(Expired { events: 0, more });
        };
        // Forgotten first: a file that stays by mistake is deleted at the next start.
        self.catalog.prune(number)?;
        self.folders.set_aside(number)?;
        self.search.gone(number);
        Ok(Expired {
            events: usize::try_from(events).unwrap_or(0),
            more: true,
        })
    }

    fn current_ends_before(&self, oldest: i64) -> bool {
        let current = self.current.as_ref();
        let listed = current.and_then(|one| self.catalog.segments().get(&one.number()));
        listed.is_some_and(|listed| listed.at_last < oldest)
    }
}
