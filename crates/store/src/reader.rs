//! Questions about the record, answered from what is committed.
//!
//! **Invariant:** a reader writes nothing and needs no daemon; it goes on working
//! while one writes. Every answer is bounded. A segment that cannot be read is left
//! out and told by [`Reader::problems`]; the others still answer.

use crate::catalog;
use crate::folders::Folders;
use crate::id::{EventId, Identity};
use crate::search::Fresh;
use crate::{StoreError, connection, schema};
use rusqlite::Connection;
use segments::Segments;
use serde::Serialize;
use std::cell::RefCell;
use uuid::Uuid;

mod activity;
mod events;
mod filter;
mod findings;
mod hooks;
mod keys;
mod marks;
mod rules;
mod search;
mod segment;
mod segments;
mod select;
mod sessions;
mod spans;
mod stats;
mod words;

pub use activity::Bucket;
pub use events::{EventRow, StoredEvent};
pub use filter::{EventFilter, FindingFilter, SessionFilter};
pub use findings::{FindingsMark, StoredFinding};
pub use hooks::LastHook;
pub use marks::{EventMark, call_mark};
pub use rules::RuleHits;
pub use sessions::SessionSummary;
pub use stats::Stats;

/// The record, open for reading.
pub struct Reader {
    main: Connection,
    identity: Identity,
    segments: RefCell<Segments>,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Files with events.
    pub segments: u64,
    /// What all files of the record take, in bytes.
    pub bytes: u64,
}

impl Reader {
    /// Opens the record for reading; `None` if nothing was ever recorded here.
    pub fn open(folders: &Folders) -> Result<Option<Reader>, StoreError> {
        Reader::open_with(folders, Fresh::default())
    }

    pub(crate) fn open_with(folders: &Folders, fresh: Fresh) -> Result<Option<Reader>, StoreError> {
        let Some(main) = connection::for_reading(&folders.main(), schema::MAIN)? else {
            return Ok(None);
        };
        let identity = catalog::identity(&main).map_err(failed())?;
        Ok(identity.map(|identity| Reader {
            main,
            identity,
            segments: RefCell::new(Segments::new(folders, fresh)),
        }))
    }

    /// The last sequence number committed.
    pub fn last_seq(&self) -> Result<i64, StoreError> {
        let applied: Option<i64> = catalog::meta(&self.main, "applied").map_err(failed())?;
        let mut last = applied.unwrap_or_default();
        let all = |_: &segments::Listed| true;
        self.visit(true, all, |segment| {
            let found = segment.last()?;
            last = last.max(found.unwrap_or_default());
            Ok(found.is_some())
        })?;
        Ok(last)
    }

    /// Which installation the record is of.
    pub fn endpoint(&self) -> Uuid {
        self.identity.endpoint
    }

    /// How much is kept.
    pub fn size(&self) -> Result<Size, StoreError> {
        self.segments.borrow_mut().size(&self.main)
    }

    /// Segments that could not be read when they were last needed, and why. Answers
    /// are without their events.
    pub fn problems(&self) -> Vec<String> {
        self.segments.borrow().problems()
    }

    /// Goes through the segments, the newest or the oldest first, as long as `take`
    /// returns that it has not found enough.
    fn visit(
        &self,
        newest_first: bool,
        may_hold: impl Fn(&segments::Listed) -> bool,
        take: impl FnMut(&segment::Segment) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let mut segments = self.segments.borrow_mut();
        segments.visit(&self.main, newest_first, may_hold, take)
    }

    fn id(&self, seq: i64) -> EventId {
        EventId {
            endpoint: self.identity.endpoint,
            epoch: self.identity.epoch,
            seq,
        }
    }
}

/// What went wrong when a question could not be answered.
fn failed() -> impl Fn(rusqlite::Error) -> StoreError {
    StoreError::database("read the database")
}

#[cfg(test)]
mod tests;
