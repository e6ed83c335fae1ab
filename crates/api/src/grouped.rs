//! The incidents of the record, grouped once for all who ask while nothing was found.
//!
//! **Invariant:** what is returned is never older than the record was when it was asked for: the mark
//! is read before the findings, and what people decided is not kept here at all.

use ringfence_incident::Incident;
use ringfence_store::{FindingsMark, Reader, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// All incidents, the latest first.
#[derive(Debug)]
pub(crate) struct All {
    pub(crate) incidents: Vec<Incident>,
    /// Set when there are older findings than were looked at.
    pub(crate) more: bool,
}

/// Incidents that were grouped, and when that is to be done again.
#[derive(Default)]
pub(crate) struct Grouped {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    last: Option<(FindingsMark, Arc<All>)>,
    /// How often it was done.
    made: u64,
}

impl Grouped {
    /// Returns all incidents. Whoever asks at the same moment waits, and gets the same.
    pub(crate) fn all(&self, reader: &Reader) -> Result<Arc<All>, StoreError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = reader.findings_mark()?;
        if let Some((own, all)) = &kept.last
            && *own == mark
        {
            return Ok(Arc::clone(all));
        }
        let (incidents, more) = ringfence_incident::read(reader, None)?;
        let all = Arc::new(All { incidents, more });
        kept.last = Some((mark, Arc::clone(&all)));
        kept.made += 1;
        Ok(all)
    }

    #[cfg(test)]
    pub(crate) fn made(&self) -> u64 {
        self.kept.lock().unwrap().made
    }
}
