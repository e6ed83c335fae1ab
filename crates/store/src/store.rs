//! The door: what the daemon opens, appends to, and closes.
//!
//! **Invariant:** two processes never write to the same folders, and
//! [`Store::append`] never waits for the database.

use crate::StoreError;
use crate::archive::{Archive, Reports};
use crate::body::Encoder;
use crate::folders::{self, Folders};
use crate::health::Health;
use crate::journal::{self, Journal};
use crate::queue::{Queue, Request};
use crate::reader::Reader;
use crate::record::{Prepared, Record};
use crate::search::Fresh;
use crate::takeover;
use crate::writer::Writer;
use ringfence_event::Timestamp;
use rustix::fs::OFlags;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::ops::Range;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Encoders that are kept for the next record.
const FREE_ENCODERS: usize = 4;

/// How the store works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Events older than this many days are deleted, a whole segment at a time; 0 keeps
    /// them for ever.
    pub retention_days: u32,
    /// Records in one transaction, at most.
    pub batch: usize,
    /// Records that wait in memory for the database, at most. Further ones are read
    /// from the journal later, or refused if the journal takes none.
    pub queue: usize,
    /// About what those may take, in bytes.
    pub queue_bytes: usize,
    /// A journal file is closed when it is this long.
    pub journal_bytes: u64,
    /// A segment has so many events, at most.
    pub segment_events: u64,
    /// A segment is written to for so many days, at most.
    pub segment_days: u32,
    /// Whether every event is written to a plain file for its day, too.
    pub daily_files: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            retention_days: 90,
            batch: 8192,
            queue: 16_384,
            queue_bytes: 24 << 20,
            journal_bytes: 1 << 20,
            segment_events: 1_000_000,
            segment_days: 7,
            daily_files: false,
        }
    }
}

/// Where an acknowledged event lies until the database has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// In the journal: it outlives this process.
    Journal,
    /// In memory only, because the disk takes nothing.
    Memory,
}

/// The record of this machine, open for writing.
pub struct Store {
    queue: Arc<Queue>,
    folders: Folders,
    encoders: Mutex<Vec<Encoder>>,
    fresh: Fresh,
    writer: Option<JoinHandle<()>>,
    /// Held until the writer is done.
    _lock: File,
}

impl Store {
    /// Opens the record, and makes or upgrades it where that is needed. What earlier
    /// processes left in journals and spools is taken in by the writer thread;
    /// [`Store::flush`] waits for that too.
    pub fn open(folders: Folders, options: Options) -> Result<Store, StoreError> {
        folders::prepare(&folders.data)?;
        let lock = lock(&folders)?;
        folders::prepare(&folders.spool)?;
        let reports = Reports::default();
        let mut archive = Archive::open(&folders, options, reports.clone())?;
        reports
            .segments
            .note(takeover::take_over(&folders, &mut archive, options.batch));
        let fresh = archive.fresh().clone();
        let left_over = journal::left_over(&folders.spool);
        let (left_over, first) =
            left_over.map_err(|source| StoreError::file(&folders.spool, source))?;
        let epoch = archive.identity().epoch;
        let journal = Journal::new(&folders.spool, epoch, first, options.journal_bytes);
        let queue = Arc::new(Queue::new(journal, &options, archive.last_seq(), reports));
        let writer = Writer::new(
            Arc::clone(&queue),
            archive,
            folders.clone(),
            options,
            left_over,
        );
        let writer = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run())
            .map_err(|source| StoreError::file(&folders.data, source))?;
        Ok(Store {
            queue,
            folders,
            encoders: Mutex::default(),
            fresh,
            writer: Some(writer),
            _lock: lock,
        })
    }

    /// Acknowledges a record: when this returns, it lies in the journal, or, while
    /// the disk takes nothing, in a bounded part of memory. On an error it lies
    /// nowhere and the caller may spool it.
    pub fn append(&self, record: Record) -> Result<Kept, StoreError> {
        let mut line = Vec::new();
        let prepared = self.with_encoder(|encoder| Prepared::new(record, encoder, &mut line))?;
        self.queue.push(prepared, &line)
    }

    /// Acknowledges many records with one write to the journal. Unlike
    /// [`Store::append`] it waits for a while when the queue is full. On an error none
    /// or only the first of them are kept.
    pub fn append_all(&self, records: Vec<Record>) -> Result<Kept, StoreError> {
        let mut lines = Vec::new();
        let mut batch = Vec::with_capacity(records.len());
        self.with_encoder(|encoder| {
            for record in records {
                let prepared = Prepared::new(record, encoder, &mut lines)?;
                batch.push((prepared, lines.len()));
            }
            Ok(())
        })?;
        self.queue.push_all(batch, &lines)
    }

    /// The same for who has time: it waits until little is queued, so that whoever has none finds
    /// room there.
    pub fn append_at_leisure(&self, records: Vec<Record>) -> Result<Kept, StoreError> {
        self.queue.wait_for_leisure(records.len());
        self.append_all(records)
    }

    /// An encoder is big, so that those that are not in use are kept.
    fn with_encoder<T>(
        &self,
        work: impl FnOnce(&mut Encoder) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let free = || self.encoders.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut encoder = match taken {
            Some(encoder) => encoder,
            None => Encoder::new().map_err(StoreError::Pack)?,
        };
        let done = work(&mut encoder);
        let mut free = free();
        if free.len() < FREE_ENCODERS {
            free.push(encoder);
        }
        done
    }

    /// Takes in what hook clients spooled, each record once; returns the sequence numbers of those
    /// that were new.
    pub fn take_spool(&self) -> Result<Range<i64>, StoreError> {
        self.ask(Request::TakeSpool)
    }

    /// Waits until all that was appended so far is committed, or the attempt has failed.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.ask(Request::Flush)
    }

    /// Deletes what is too old at this moment, as the writer does now and then by
    /// itself; returns how many events.
    pub fn expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.ask(|answer| Request::Expire(now, answer))
    }

    /// How the store is doing.
    pub fn health(&self) -> Health {
        self.queue.health()
    }

    /// Opens another view for reading; it sees what is committed.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        let reader = Reader::open_with(&self.folders, self.fresh.clone())?;
        reader.ok_or(StoreError::Closed)
    }

    /// Commits what waits, and closes. What cannot be committed is taken in at the next start.
    pub fn close(self) -> Result<(), StoreError> {
        self.flush()
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(Sender<Result<T, StoreError>>) -> Request,
    ) -> Result<T, StoreError> {
        let (sender, answer) = channel();
        self.queue.ask(request(sender))?;
        answer.recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has already said so.
            drop(writer.join());
        }
    }
}

/// Makes sure that no other process writes here. The kernel gives the lock back
/// when this process ends, however it ends.
fn lock(folders: &Folders) -> Result<File, StoreError> {
    let path = folders.lock();
    let failed = |source: std::io::Error| StoreError::file(&path, source);
    let mut file = folders::private_file(&path, OFlags::empty()).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let written = std::fs::read_to_string(&path).unwrap_or_default();
            let process = written.trim();
            let known = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
            return Err(StoreError::Locked {
                path: folders.data.clone(),
                process: if known { process } else { "unknown" }.to_owned(),
            });
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // Only told to people: a full disk must not stop the store here.
    drop(
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", std::process::id())),
    );
    Ok(file)
}

#[cfg(test)]
mod tests;
