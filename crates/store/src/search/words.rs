//! One file of words: what is stored, and what waits in memory.

use super::{Batch, SETTINGS, Texts, each_text};
use crate::connection::{self, beside};
use crate::folders::Folders;
use crate::{StoreError, intake, schema};
use rusqlite::{Connection, params};
use std::time::Instant;

/// Events that are read from the segment at a time.
const CATCH_UP_AT_ONCE: usize = 2000;

/// Pages that are merged at a time, so that new words do not wait long.
const MERGE_AT_ONCE: i64 = 200;

/// One file of words.
pub(super) struct Words {
    folders: Folders,
    number: u32,
    connection: Connection,
    /// The last event that is stored.
    mark: i64,
    waiting: Texts,
    /// The last event of what waits.
    last: i64,
    since: Option<Instant>,
}

impl Words {
    /// Opens a segment's file; one that is damaged is made again.
    pub(super) fn open(folders: &Folders, number: u32) -> Result<Words, StoreError> {
        let (connection, mark) = match open(folders, number) {
            Err(error) if connection::is_damage(&error) => {
                remove(folders, number)?;
                open(folders, number)?
            }
            // A power cut took events that are in the words already: others have got
            // their numbers.
            Ok((connection, mark)) if mark > last_event(folders, number)? => {
                drop(connection);
                remove(folders, number)?;
                open(folders, number)?
            }
            other => other?,
        };
        Ok(Words {
            folders: folders.clone(),
            number,
            connection,
            mark,
            waiting: Texts::default(),
            last: mark,
            since: None,
        })
    }

    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The last event that is stored or waits.
    pub(super) fn last(&self) -> i64 {
        self.last
    }

    /// Since when something waits.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.waiting.bytes()
    }

    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    /// Adds what comes next; what is there already is passed over.
    pub(super) fn add(&mut self, batch: &Batch) {
        let Batch { last, texts, .. } = batch;
        let known = self.last;
        for (seq, words) in texts.iter().filter(|(seq, _)| *seq > known) {
            self.waiting.push(seq, words);
        }
        self.last = self.last.max(*last);
        self.since.get_or_insert_with(Instant::now);
    }

    /// Reads from the segment some of what is missing up to an event; returns whether
    /// there is more.
    pub(super) fn catch_up_some(&mut self, upto: i64) -> Result<bool, StoreError> {
        self.flush()?;
        if self.mark >= upto {
            return Ok(false);
        }
        let number = self.number;
        let first = self.mark + 1;
        let mut texts = Texts::default();
        let last = each_text(
            &self.folders,
            number,
            (first, upto),
            CATCH_UP_AT_ONCE,
            |seq, words| texts.push(seq, &words),
        )?;
        self.add(&Batch {
            number,
            first,
            last,
            texts,
        });
        self.flush()?;
        Ok(self.mark < upto)
    }

    /// Stores what waits. On an error it is dropped: it is read from the segment later.
    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        if self.since.take().is_none() {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let stored = self
            .store(&waiting)
            .map_err(StoreError::database("write words for the search"));
        match stored {
            Ok(()) => self.mark = self.last,
            Err(error) => {
                self.last = self.mark;
                if connection::is_damage(&error) {
                    remove(&self.folders, self.number)?;
                    *self = Words::open(&self.folders, self.number)?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn store(&mut self, waiting: &Texts) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT INTO fts (rowid, text) VALUES (?1, ?2)")?;
            for (seq, words) in waiting.iter() {
                insert.execute(params![seq, words])?;
            }
        }
        transaction
            .prepare_cached("UPDATE mark SET seq = ?1 WHERE id = 1")?
            .execute([self.last])?;
        transaction.commit()
    }
}

/// The last event of a segment; 0 if there is none.
fn last_event(folders: &Folders, number: u32) -> Result<i64, StoreError> {
    let Some(segment) = connection::for_reading(&folders.segment(number), schema::SEGMENT)? else {
        return Ok(0);
    };
    segment
        .query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| {
            row.get(0)
        })
        .map_err(StoreError::database("read a segment"))
}

fn open(folders: &Folders, number: u32) -> Result<(Connection, i64), StoreError> {
    let connection = connection::for_writing(&folders.search(number), SETTINGS)?;
    let mark = connection
        .query_row("SELECT seq FROM mark WHERE id = 1", [], |row| row.get(0))
        .map_err(StoreError::database("read words for the search"))?;
    Ok((connection, mark))
}

/// Removes a segment's file of words.
pub(crate) fn remove(folders: &Folders, number: u32) -> Result<(), StoreError> {
    let path = folders.search(number);
    for path in [beside(&path, "-wal"), beside(&path, "-shm"), path] {
        intake::remove(&path)?;
    }
    Ok(())
}

/// Sets out to merge all parts of a file into one.
pub(super) fn begin_merging(connection: &Connection) -> Result<(), StoreError> {
    merge(connection, -MERGE_AT_ONCE).map(drop)
}

/// Merges a little; returns whether there may be more to do.
pub(super) fn merge_some(connection: &Connection) -> Result<bool, StoreError> {
    merge(connection, MERGE_AT_ONCE)
}

fn merge(connection: &Connection, pages: i64) -> Result<bool, StoreError> {
    let before = connection.total_changes();
    connection
        .execute("INSERT INTO fts (fts, rank) VALUES ('merge', ?1)", [pages])
        .map_err(StoreError::database("merge words for the search"))?;
    // As SQLite's documentation of FTS5 says: less than two changes mean nothing was done.
    Ok(connection.total_changes() - before >= 2)
}
