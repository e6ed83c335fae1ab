//! Takes over the record of the first format: one file, `ringfence.db`.
//!
//! **Invariant:** the file is removed only when all of it is stored here. It may take
//! several starts: what is stored already is known by its key and passed over.

use crate::archive::Archive;
use crate::connection;
use crate::folders::Folders;
use crate::intake::{self, Intake};
use crate::record::Record;
use crate::{StoreError, codes};
use ringfence_event::{Decision, Finding};
use rusqlite::{Connection, OpenFlags, params};

/// The format of that file.
const FORMAT: u32 = 1;

/// Records that are read at a time.
const AT_ONCE: usize = 1000;

/// Takes the old file over, if there is one; returns how many events were new.
pub(crate) fn take_over(
    folders: &Folders,
    archive: &mut Archive,
    batch: usize,
) -> Result<usize, StoreError> {
    let path = folders.database();
    if !connection::is_there(&path) {
        return Ok(0);
    }
    let path = connection::resolved(&path)?;
    let old = connection::connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let steps = [""; FORMAT as usize];
    if connection::format(&old, &path, &steps)? == FORMAT {
        let new = Intake::new(archive, batch)?.records(Records::of(&old))?;
        archive.commit()?;
        drop(old);
        for path in [
            connection::beside(&path, "-wal"),
            connection::beside(&path, "-shm"),
            path,
        ] {
            intake::remove(&path)?;
        }
        return Ok(new);
    }
    Ok(0)
}

/// The records of the old file, in order.
struct Records<'a> {
    old: &'a Connection,
    last: i64,
    read: std::vec::IntoIter<Record>,
    failed: bool,
}

impl Records<'_> {
    fn of(old: &Connection) -> Records<'_> {
        Records {
            old,
            last: i64::MIN,
            read: Vec::new().into_iter(),
            failed: false,
        }
    }

    fn read_some(&mut self) -> rusqlite::Result<Vec<Record>> {
        let mut statement = self.old.prepare_cached(
            "SELECT seq, verdict, detail FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?;
        let mut rows = statement.query(params![self.last, AT_ONCE])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            let seq = row.get(0)?;
            let detail: String = row.get(2)?;
            // One that cannot be read now will not be readable later.
            if let Ok(event) = serde_json::from_str(&detail) {
                let decision = Decision {
                    verdict: codes::verdict_of(row.get(1)?),
                    findings: findings(self.old, seq)?,
                };
                records.push(Record { event, decision });
            }
            self.last = seq;
        }
        Ok(records)
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.read.next() {
                return Some(Ok(record));
            }
            if self.failed {
                return None;
            }
            let before = self.last;
            match self.read_some() {
                Ok(_) if self.last == before => return None,
                Ok(records) => self.read = records.into_iter(),
                Err(error) => {
                    self.failed = true;
                    let failed = StoreError::database("take over the old database");
                    return Some(Err(failed(error)));
                }
            }
        }
    }
}

fn findings(old: &Connection, seq: i64) -> rusqlite::Result<Vec<Finding>> {
    let mut statement =
        old.prepare_cached("SELECT detail FROM finding WHERE event = ?1 ORDER BY number")?;
    let details = statement.query_map([seq], |row| row.get::<_, String>(0))?;
    let mut findings = Vec::new();
    for detail in details {
        findings.extend(serde_json::from_str::<Finding>(&detail?));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests;
