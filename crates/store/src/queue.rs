//! What the callers and the writer thread share: the journal, the queue behind it,
//! what is asked of the writer, and how it is doing.
//!
//! **Invariant:** nobody holds the lock while the database works, so that
//! [`Queue::push`] costs one `write` and never waits for SQLite. The queue is bounded
//! in number and bytes: what finds no place there and lies in the journal is read
//! from the journal later; what lies nowhere else is refused and counted.

use crate::StoreError;
use crate::archive::Reports;
use crate::health::{Health, Trouble};
use crate::intake::Taken;
use crate::journal::Journal;
use crate::record::Prepared;
use crate::store::{Kept, Options};
use ringfence_event::Timestamp;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// About what a record's short fields take in memory.
const FIELDS: usize = 512;

/// How long [`Queue::push_all`] waits for room before it goes on without.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who has time takes one part of so many of the queue.
const LEISURE: usize = 4;

/// A record that waits for the database.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) prepared: Prepared,
    /// The journal file that holds it too.
    pub(crate) journal: Option<u64>,
    /// About what it took in memory when it came.
    weight: usize,
}

impl Queued {
    fn new(prepared: Prepared, journal: Option<u64>) -> Queued {
        let Prepared { row, line, .. } = &prepared;
        let weight = FIELDS + row.body.len() + row.texts.bytes() + line.len();
        Queued {
            prepared,
            journal,
            weight,
        }
    }
}

/// What is asked of the writer; the answer goes through the channel.
pub(crate) enum Request {
    /// Commit everything that was acknowledged before.
    Flush(Sender<Result<(), StoreError>>),
    /// Take in what other processes spooled.
    TakeSpool(Sender<Result<Range<i64>, StoreError>>),
    /// Delete what is too old at this moment.
    Expire(Timestamp, Sender<Result<usize, StoreError>>),
}

/// Why the writer was woken.
pub(crate) enum Wake {
    /// Somebody asks.
    Request(Request),
    /// There is something to write.
    Work,
    /// The moment it waited for has come.
    Due,
    /// The store is being closed.
    Close,
}

/// When the writer wants to be woken.
#[derive(Clone, Copy)]
pub(crate) enum Sleep {
    /// As soon as there is work, and at this moment at the latest.
    UntilWork(Option<Instant>),
    /// At this moment, work or not: the database has just failed.
    BackOff(Instant),
}

/// What the callers and the writer thread share.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// Something was committed.
    emptied: Condvar,
    most: usize,
    most_bytes: usize,
    keep_lines: bool,
    reports: Reports,
}

struct State {
    waiting: VecDeque<Queued>,
    /// Waiting, or taken by the writer and not committed.
    uncommitted: usize,
    weight: usize,
    in_memory: usize,
    journal: Journal,
    requests: VecDeque<Request>,
    closing: bool,
    /// The writer is gone: nobody would answer.
    stopped: bool,
    journal_trouble: Option<Trouble>,
    database_trouble: Option<Trouble>,
    file_trouble: Option<Trouble>,
    /// The counters; the rest is filled in when somebody asks.
    health: Health,
}

impl Queue {
    /// `committed`: the last sequence number so far.
    pub(crate) fn new(
        journal: Journal,
        options: &Options,
        committed: i64,
        reports: Reports,
    ) -> Queue {
        Queue {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                uncommitted: 0,
                weight: 0,
                in_memory: 0,
                journal,
                requests: VecDeque::new(),
                closing: false,
                stopped: false,
                journal_trouble: None,
                database_trouble: None,
                file_trouble: None,
                health: Health {
                    committed,
                    retention_days: options.retention_days,
                    ..Health::default()
                },
            }),
            changed: Condvar::new(),
            emptied: Condvar::new(),
            most: options.queue,
            most_bytes: options.queue_bytes,
            keep_lines: options.daily_files,
            reports,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // What is behind it is valid between any two statements.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a record to the journal and hands it to the writer; `line` is its line.
    pub(crate) fn push(&self, prepared: Prepared, line: &[u8]) -> Result<Kept, StoreError> {
        let mut state = self.lock();
        if state.closing || state.stopped {
            state.health.dropped += 1;
            return Err(StoreError::Closed);
        }
        let journal = state.journal_lines(line, 1);
        let kept = self.keep(&mut state, prepared, line, journal);
        drop(state);
        self.changed.notify_one();
        kept
    }

    /// Writes records to the journal at once and hands them to the writer; `lines` are
    /// their lines, one behind the other, and each record comes with the end of its own.
    ///
    /// While the queue is full and the database works, it waits for room first: whoever
    /// brings many can wait, and what overflows is read from the journal again at some
    /// cost.
    pub(crate) fn push_all(
        &self,
        batch: Vec<(Prepared, usize)>,
        lines: &[u8],
    ) -> Result<Kept, StoreError> {
        let mut state = self.wait_for_room(batch.len());
        if state.closing || state.stopped {
            state.health.dropped += u64::try_from(batch.len()).unwrap_or(u64::MAX);
            return Err(StoreError::Closed);
        }
        let journal = state.journal_lines(lines, batch.len());
        let mut kept = Ok(Kept::Journal);
        let mut start = 0;
        for (prepared, end) in batch {
            let line = lines.get(start..end).unwrap_or_default();
            let this = self.keep(&mut state, prepared, line, journal);
            kept = kept.and_then(|kept| Ok(kept.max(this?)));
            start = end;
        }
        drop(state);
        self.changed.notify_one();
        kept
    }

    /// Waits until at most a part of the queue is used, as [`Queue::push_all`] waits for any room.
    pub(crate) fn wait_for_leisure(&self, count: usize) {
        drop(self.wait_for(count, LEISURE));
    }

    fn wait_for_room(&self, count: usize) -> MutexGuard<'_, State> {
        self.wait_for(count, 1)
    }

    /// Waits until one part of so many has room.
    fn wait_for(&self, count: usize, parts: usize) -> MutexGuard<'_, State> {
        let most = self.most / parts;
        let most_bytes = self.most_bytes / parts;
        let waits = |state: &mut State| {
            let is_stuck = state.database_trouble.is_some() || state.closing || state.stopped;
            let is_full = state.uncommitted + count > most || state.weight > most_bytes;
            !is_stuck && is_full && state.uncommitted > 0
        };
        let waited = self
            .emptied
            .wait_timeout_while(self.lock(), PATIENCE, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Finds a place for a record that lies in a journal file, or in none.
    fn keep(
        &self,
        state: &mut State,
        mut prepared: Prepared,
        line: &[u8],
        journal: Option<u64>,
    ) -> Result<Kept, StoreError> {
        if journal.is_none() || self.keep_lines {
            prepared.line = line.to_vec();
        }
        let cut = u64::from(prepared.cut);
        let queued = Queued::new(prepared, journal);
        let has_room = state.uncommitted < self.most
            && state.weight.saturating_add(queued.weight) <= self.most_bytes;
        let kept = match (journal, has_room) {
            (None, false) => {
                state.health.dropped += 1;
                return Err(StoreError::Full);
            }
            (Some(number), false) => {
                state.journal.read_again(number);
                Kept::Journal
            }
            (_, true) => {
                state.enqueue(queued);
                journal.map_or(Kept::Memory, |_| Kept::Journal)
            }
        };
        state.health.cut += cut;
        Ok(kept)
    }

    /// Puts a question to the writer.
    pub(crate) fn ask(&self, request: Request) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closing || state.stopped {
            return Err(StoreError::Closed);
        }
        state.requests.push_back(request);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Tells the writer to finish.
    pub(crate) fn close(&self) {
        self.lock().closing = true;
        self.changed.notify_one();
        self.emptied.notify_all();
    }

    /// How the store is doing.
    pub(crate) fn health(&self) -> Health {
        let state = self.lock();
        let troubles = [
            state.database_trouble.clone(),
            state.journal_trouble.clone(),
            state.file_trouble.clone(),
            self.reports.segments.trouble(),
            self.reports.search.trouble(),
            self.reports.daily.trouble(),
        ];
        let trouble = troubles.into_iter().flatten().next();
        Health {
            queued: state.uncommitted,
            kept_in_memory: state.in_memory,
            journal_bytes: state.journal.bytes(),
            last_error: trouble.as_ref().map(|trouble| trouble.what.clone()),
            since: trouble.as_ref().map(|trouble| trouble.since),
            ..state.health.clone()
        }
    }
}

/// The writer's side.
impl Queue {
    /// Waits for something to do.
    pub(crate) fn wait(&self, sleep: Sleep) -> Wake {
        let mut state = self.lock();
        loop {
            if let Some(request) = state.requests.pop_front() {
                return Wake::Request(request);
            }
            if state.closing {
                return Wake::Close;
            }
            let until = match sleep {
                Sleep::UntilWork(_) if state.has_work() => return Wake::Work,
                Sleep::UntilWork(until) => until,
                Sleep::BackOff(until) => Some(until),
            };
            state = match until {
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Wake::Due;
                    }
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Takes the next records, at most `most`.
    pub(crate) fn take(&self, most: usize) -> Vec<Queued> {
        let mut state = self.lock();
        let count = most.min(state.waiting.len());
        state.waiting.drain(..count).collect()
    }

    /// These are in the database; returns the journal files that may go.
    pub(crate) fn committed(&self, batch: &[Queued], last_seq: i64) -> Vec<PathBuf> {
        let mut state = self.lock();
        state.uncommitted = state.uncommitted.saturating_sub(batch.len());
        for queued in batch {
            state.weight = state.weight.saturating_sub(queued.weight);
            match queued.journal {
                Some(number) => state.journal.settle(number),
                None => state.in_memory = state.in_memory.saturating_sub(1),
            }
        }
        state.works(last_seq);
        let finished = state.journal.finished();
        drop(state);
        self.emptied.notify_all();
        finished
    }

    /// Records from files are in the database.
    pub(crate) fn took_in(&self, taken: &Taken, last_seq: i64) {
        let mut state = self.lock();
        state.health.bad_files += taken.bad;
        let before = state.file_trouble.take();
        let what = taken.trouble.clone();
        state.file_trouble = what.map(|what| Trouble::go_on(before, what));
        state.works(last_seq);
    }

    /// Old events were looked for, and this many deleted.
    pub(crate) fn expired(&self, count: usize, at: Timestamp) {
        let mut state = self.lock();
        state.health.expired += u64::try_from(count).unwrap_or(u64::MAX);
        state.health.expired_at = Some(at);
    }

    /// The database took nothing.
    pub(crate) fn failed(&self, error: &StoreError) {
        let mut state = self.lock();
        let before = state.database_trouble.take();
        state.database_trouble = Some(Trouble::go_on(before, error.chain()));
        drop(state);
        self.emptied.notify_all();
    }

    /// These could be put nowhere.
    pub(crate) fn dropped(&self, count: u64) {
        self.lock().health.dropped += count;
    }

    /// The first and last journal file that must be read again.
    pub(crate) fn again(&self) -> Option<(u64, u64)> {
        self.lock().journal.again()
    }

    /// The first journal file that must be read again; it gets no further lines.
    pub(crate) fn start_reading_again(&self) -> Option<(u64, PathBuf)> {
        self.lock().journal.start_reading_again()
    }

    /// That file is in the database; returns the journal files that may go.
    pub(crate) fn was_read_again(&self, number: u64) -> Vec<PathBuf> {
        let mut state = self.lock();
        state.journal.was_read_again(number);
        state.journal.finished()
    }

    /// That file could not be read: it stays for the next start.
    pub(crate) fn leave_for_next_start(&self, number: u64) {
        self.lock().journal.forget(number);
    }

    /// Gives the last journal file up; returns the journal files that may go.
    pub(crate) fn close_journal(&self) -> Vec<PathBuf> {
        let mut state = self.lock();
        state.journal.close();
        state.journal.finished()
    }

    /// The writer is gone: whoever waits for an answer learns it, as the channels close.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        state.requests.clear();
        drop(state);
        self.emptied.notify_all();
    }
}

impl State {
    /// Returns the journal file that holds the lines now; `None` if it takes none.
    fn journal_lines(&mut self, text: &[u8], lines: usize) -> Option<u64> {
        match self.journal.write(text, lines) {
            Ok(number) => {
                self.journal_trouble = None;
                Some(number)
            }
            Err(error) => {
                let what = format!("failed to write to the journal: {error}");
                let before = self.journal_trouble.take();
                self.journal_trouble = Some(Trouble::go_on(before, what));
                None
            }
        }
    }

    fn enqueue(&mut self, queued: Queued) {
        self.uncommitted += 1;
        self.weight += queued.weight;
        self.in_memory += usize::from(queued.journal.is_none());
        self.waiting.push_back(queued);
    }

    fn has_work(&self) -> bool {
        !self.waiting.is_empty() || self.journal.again().is_some()
    }

    fn works(&mut self, last_seq: i64) {
        self.database_trouble = None;
        self.health.committed = last_seq;
    }
}
