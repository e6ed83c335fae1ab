//! The one thread that writes events to the archive.
//!
//! **Invariant:** a batch that could not be committed is kept and tried again,
//! later and later, until it is; meanwhile it lies in the journal too.

use crate::archive::{Archive, Check, Expired};
use crate::folders::Folders;
use crate::health::now;
use crate::intake::{self, Intake};
use crate::queue::{Queue, Queued, Request, Sleep, Wake};
use crate::record::Prepared;
use crate::store::Options;
use crate::{StoreError, spool};
use ringfence_event::{EventKey, Timestamp};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// First and longest wait after the database has failed.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// How often old events are looked for.
const EXPIRE_EVERY: Duration = Duration::from_hours(1);

/// How long nothing comes before memory is given back.
const SHRINK_AFTER: Duration = Duration::from_secs(5);

/// The one thread that writes to the archive.
pub(crate) struct Writer {
    queue: Arc<Queue>,
    archive: Archive,
    folders: Folders,
    options: Options,
    /// Taken from the queue and not committed.
    batch: Vec<Queued>,
    /// Journals of earlier processes, the next one last.
    left_over: Vec<PathBuf>,
    /// Set until the spool was taken in once.
    spool_unread: bool,
    back_off: Option<(Duration, Instant)>,
    expire_at: Option<Instant>,
    /// When the memory of a busy hour is given back, unless more comes before.
    shrink_at: Option<Instant>,
}

impl Writer {
    /// `left_over`: journals of earlier processes, oldest first.
    pub(crate) fn new(
        queue: Arc<Queue>,
        archive: Archive,
        folders: Folders,
        options: Options,
        mut left_over: Vec<PathBuf>,
    ) -> Writer {
        left_over.reverse();
        Writer {
            queue,
            archive,
            folders,
            batch: Vec::new(),
            left_over,
            spool_unread: true,
            back_off: None,
            expire_at: Some(Instant::now()),
            shrink_at: None,
            options,
        }
    }

    /// Works until the store is closed.
    pub(crate) fn run(mut self) {
        let _stop = StopOnDrop(Arc::clone(&self.queue));
        loop {
            match self.queue.wait(self.sleep()) {
                Wake::Request(request) => self.answer(request),
                Wake::Work | Wake::Due => {
                    let done = self.step();
                    self.note(done.as_ref().err());
                }
                Wake::Close => break,
            }
        }
        self.finish();
    }

    fn sleep(&self) -> Sleep {
        if let Some((_, until)) = self.back_off {
            return Sleep::BackOff(until);
        }
        let has_work = !self.batch.is_empty() || !self.left_over.is_empty() || self.spool_unread;
        let now = has_work.then(Instant::now);
        let moments = [now, self.expire_at, self.shrink_at, self.archive.due()];
        Sleep::UntilWork(moments.into_iter().flatten().min())
    }

    /// Remembers whether the database works, and waits longer each time it does not.
    fn note(&mut self, error: Option<&StoreError>) {
        self.back_off = error.map(|error| {
            self.queue.failed(error);
            let (first, longest) = BACK_OFF;
            let wait = self
                .back_off
                .map_or(first, |(wait, _)| (wait * 2).min(longest));
            (wait, Instant::now() + wait)
        });
    }

    /// Does the next thing; returns whether there was one.
    fn step(&mut self) -> Result<bool, StoreError> {
        if self.commit_batch()? || self.take_left_over()? || self.read_again()? {
            return Ok(true);
        }
        if self.spool_unread {
            self.take_spool()?;
            return Ok(true);
        }
        self.archive.commit_if_due()?;
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= Instant::now());
        if is_due(self.expire_at) {
            let more = self.expire_some(now())?.more;
            let pause = if more { Duration::ZERO } else { EXPIRE_EVERY };
            self.expire_at = Some(Instant::now() + pause);
        }
        if is_due(self.shrink_at) {
            self.archive.shrink();
            self.shrink_at = None;
        }
        Ok(false)
    }

    fn commit_batch(&mut self) -> Result<bool, StoreError> {
        if self.batch.is_empty() {
            self.batch = self.queue.take(self.options.batch);
        }
        if self.batch.is_empty() {
            return Ok(false);
        }
        let records = self.batch.iter().map(|queued| &queued.prepared);
        self.archive.insert(records.collect(), Check::Recent)?;
        let last_seq = self.archive.last_seq();
        self.shrink_at = Some(Instant::now() + SHRINK_AFTER);
        let done = self.queue.committed(&self.batch, last_seq);
        self.batch.clear();
        remove_all(&done);
        Ok(true)
    }

    fn take_left_over(&mut self) -> Result<bool, StoreError> {
        let Some(path) = self.left_over.last() else {
            return Ok(false);
        };
        let intake = Intake::new(&mut self.archive, self.options.batch)?;
        let taken = intake.journal(path, &self.folders.spool)?;
        if taken.trouble.is_none() {
            remove_all(std::slice::from_ref(path));
        }
        self.queue.took_in(&taken, self.archive.last_seq());
        self.left_over.pop();
        Ok(true)
    }

    fn read_again(&mut self) -> Result<bool, StoreError> {
        let Some((number, path)) = self.queue.start_reading_again() else {
            return Ok(false);
        };
        let intake = Intake::new(&mut self.archive, self.options.batch)?;
        let taken = intake.journal(&path, &self.folders.spool)?;
        self.queue.took_in(&taken, self.archive.last_seq());
        if taken.trouble.is_some() {
            self.queue.leave_for_next_start(number);
        } else {
            remove_all(&self.queue.was_read_again(number));
        }
        Ok(true)
    }

    fn take_spool(&mut self) -> Result<Range<i64>, StoreError> {
        let first = self.archive.last_seq() + 1;
        for folder in self.folders.spools() {
            let intake = Intake::new(&mut self.archive, self.options.batch)?;
            let taken = intake.spool(folder)?;
            self.queue.took_in(&taken, self.archive.last_seq());
        }
        self.spool_unread = false;
        Ok(first..self.archive.last_seq() + 1)
    }

    fn expire_some(&mut self, now: Timestamp) -> Result<Expired, StoreError> {
        let expired = self.archive.expire(now)?;
        if self.options.retention_days > 0 {
            self.queue.expired(expired.events, now);
        }
        Ok(expired)
    }

    /// Whoever asks has waited for the answer; nobody is there if they gave up.
    fn answer(&mut self, request: Request) {
        match request {
            Request::Flush(sender) => {
                let done = self.settle();
                drop(sender.send(self.noted(done)));
            }
            Request::TakeSpool(sender) => {
                let taken = self.take_spool();
                drop(sender.send(self.noted(taken)));
            }
            Request::Expire(now, sender) => {
                let expired = self.expire_all(now);
                drop(sender.send(self.noted(expired)));
            }
        }
    }

    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        self.note(result.as_ref().err());
        result.map_err(|error| StoreError::NotCommitted {
            reason: error.chain(),
        })
    }

    fn expire_all(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let mut all = 0;
        loop {
            let some = self.expire_some(now)?;
            all += some.events;
            if !some.more {
                return Ok(all);
            }
        }
    }

    /// Commits what waits now. What is appended meanwhile need not be in it, so the
    /// number of rounds is that of the records that wait at the start.
    fn settle(&mut self) -> Result<(), StoreError> {
        let waiting = self.queue.health().queued;
        let rounds = waiting / self.options.batch.max(1) + 2;
        for _ in 0..rounds {
            if !self.commit_batch()? {
                break;
            }
        }
        while self.take_left_over()? {}
        if let Some((_, last)) = self.queue.again() {
            while self.queue.again().is_some_and(|(first, _)| first <= last) {
                self.read_again()?;
            }
        }
        if self.spool_unread {
            self.take_spool()?;
        }
        self.archive.commit()
    }

    /// Writes what is left. What the database does not take is in the journal for
    /// the next start; what is in memory only is spooled.
    fn finish(mut self) {
        if let Err(error) = self.write_all() {
            self.queue.failed(&error);
            self.batch.extend(self.queue.take(usize::MAX));
            let homeless = self.batch.iter().filter(|queued| queued.journal.is_none());
            let lost = homeless
                .filter(|queued| {
                    let Prepared { row, line, .. } = &queued.prepared;
                    spool::put_line(&self.folders, EventKey(row.key), line).is_err()
                })
                .count();
            self.queue.dropped(u64::try_from(lost).unwrap_or(u64::MAX));
        }
        remove_all(&self.queue.close_journal());
    }

    fn write_all(&mut self) -> Result<(), StoreError> {
        while self.commit_batch()? {}
        while self.read_again()? {}
        self.archive.commit()
    }
}

/// Tells those who wait, however the thread ends.
struct StopOnDrop(Arc<Queue>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// A journal that stays is only read once more at the next start.
fn remove_all(paths: &[PathBuf]) {
    for path in paths {
        drop(intake::remove(path));
    }
}
