//! Questions about the record, answered from what is committed.
//!
//! **Invariant:** a reader writes nothing and needs no daemon; it goes on working
//! while one writes. Every answer is bounded.

use crate::database::{check_format, connect, file_path, identity};
use crate::folders::Folders;
use crate::id::{EventId, Identity};
use crate::{StoreError, schema};
use rusqlite::{Connection, OpenFlags};

mod events;
mod filter;
mod findings;
mod overview;

pub use events::StoredEvent;
pub use filter::{EventFilter, FindingFilter, SessionFilter};
pub use findings::StoredFinding;
pub use overview::{LastHook, SessionSummary, Stats};

/// The record, open for reading.
pub struct Reader {
    connection: Connection,
    identity: Identity,
}

impl Reader {
    /// Opens the record for reading; `None` if nothing was ever recorded here.
    pub fn open(folders: &Folders) -> Result<Option<Reader>, StoreError> {
        if std::fs::symlink_metadata(folders.database())
            .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
        {
            return Ok(None);
        }
        let path = file_path(folders)?;
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let known = schema::known(schema::STEPS);
        match check_format(&connection, &path)? {
            0 => return Ok(None),
            found if found < known => return Err(StoreError::Older { path, found, known }),
            _ => {}
        }
        let identity = identity(&connection)?;
        Ok(identity.map(|identity| Reader {
            connection,
            identity,
        }))
    }

    /// The last sequence number committed.
    pub fn last_seq(&self) -> Result<i64, StoreError> {
        crate::database::last_seq(&self.connection).map_err(failed())
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
