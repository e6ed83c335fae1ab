//! Takes in whole histories: sessions side by side on a few threads, each in its own order, newest
//! session first.
//!
//! **Invariant:** safe to be done again and to be stopped anywhere: what is in the record is known
//! by its key. It yields to everybody else: low priority, small batches, a queue that keeps room.

use super::feed;
use super::find::{Found, Source, sessions};
use super::kept::{Folder, Kept};
use super::report::{FileReport, Gathered, Report};
use super::status::Progress;
use crate::daemon::told::{Heard, Hearing, Pace, Told};
use crate::judge::Judge;
use crate::memory::Memory;
use ringfence_agents::Told as Entry;
use ringfence_event::{AgentKind, Event, Timestamp};
use ringfence_store::{Reader, Record, Store, StoreError};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Threads that read and judge.
const WORKERS: usize = 2;
/// Most events that are taken in at once.
const BATCH: usize = 256;
/// How long a file has been left alone when a last line without an end counts, in microseconds.
const LEFT_ALONE: i64 = 3_600_000_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Takes in whole histories.
pub(crate) struct Import<'a> {
    pub(crate) judge: &'a Judge,
    pub(crate) store: &'a Store,
    pub(crate) told: &'a Told,
    pub(crate) folder: &'a Folder,
    pub(crate) hooks: &'a (dyn Fn(AgentKind) -> bool + Sync),
    /// Sees what is kept; it may be slow.
    pub(crate) each: &'a (dyn Fn(&Record, Heard) + Sync),
    pub(crate) is_stopping: &'a (dyn Fn() -> bool + Sync),
    pub(crate) progress: &'a Progress,
    /// Now, as far as the import is concerned.
    pub(crate) now: Timestamp,
}

/// What a thread holds events against.
struct Past<'a> {
    record: &'a Reader,
    memory: &'a Memory,
}

/// What the threads share.
struct Work<'a> {
    import: &'a Import<'a>,
    waiting: Mutex<VecDeque<Vec<Source>>>,
    gathered: Mutex<Gathered>,
    report: Mutex<Report>,
    /// What is older is not kept.
    since: Timestamp,
}

impl Import<'_> {
    /// Takes in what was found.
    pub(crate) fn run(&self, found: Found) -> Report {
        let mut report = Report {
            begun: Some(self.now),
            others: found.others as u64,
            ..Report::default()
        };
        let days = i64::from(self.judge.config.retention_days);
        let since = match days {
            0 => Timestamp(i64::MIN),
            days => Timestamp(
                self.now
                    .0
                    .saturating_sub(days.saturating_mul(MICROS_PER_DAY)),
            ),
        };
        let mut sources = found.sources;
        let all = sources.len();
        sources.retain(|source| source.modified >= since);
        report.old_files = (all - sources.len()) as u64;
        let of = |count: &AtomicU64, number: u64| count.store(number, Ordering::Relaxed);
        of(&self.progress.files, sources.len() as u64);
        of(
            &self.progress.bytes,
            sources.iter().map(|source| source.length).sum(),
        );
        let work = Work {
            import: self,
            waiting: Mutex::new(sessions(sources).into()),
            gathered: Mutex::default(),
            report: Mutex::new(report),
            since,
        };
        thread::scope(|scope| {
            for _ in 1..WORKERS {
                scope.spawn(|| work.run());
            }
            work.run();
        });
        let gathered = work
            .gathered
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let mut report = work
            .report
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        report.found = gathered.found();
        report.found.extend(left_out(&report, days));
        if found.cut {
            report
                .found
                .push("There were more files than are looked at.".to_owned());
        }
        report
    }
}

/// What was not taken in, and why.
fn left_out(report: &Report, days: i64) -> Option<String> {
    if report.old_files + report.too_old == 0 {
        return None;
    }
    Some(format!(
        "Left out because they are older than {days} days (`retention_days`): {} files, and {} \
         events of others.",
        report.old_files, report.too_old
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Work<'_> {
    fn run(&self) {
        yield_to_others();
        let record = match self.import.store.reader() {
            Ok(record) => record,
            Err(error) => return self.stop(&error.to_string()),
        };
        loop {
            let next = lock(&self.waiting).pop_front();
            let Some(session) = next else { return };
            // What one session remembers is nothing to another.
            let memory = Memory::default();
            let past = Past {
                record: &record,
                memory: &memory,
            };
            for source in &session {
                if (self.import.is_stopping)() {
                    self.stop("it was ended before its end");
                    return;
                }
                if let Err(error) = self.file(source, &past) {
                    self.stop(&error.to_string());
                    return;
                }
            }
        }
    }

    fn stop(&self, why: &str) {
        lock(&self.waiting).clear();
        lock(&self.report)
            .problem
            .get_or_insert_with(|| why.to_owned());
    }

    /// Takes in a file; only the record's errors stop the rest.
    fn file(&self, source: &Source, past: &Past<'_>) -> Result<(), StoreError> {
        let progress = self.import.progress;
        let mut kept = self.import.folder.load(source);
        let mut file = FileReport {
            path: source.path.to_string_lossy().into_owned(),
            format: format!("{:?}", source.format),
            ..FileReport::default()
        };
        if kept.is_read(source) {
            lock(&self.report).unchanged += 1;
            progress
                .bytes_done
                .fetch_add(source.length, Ordering::Relaxed);
        } else {
            self.read(&mut kept, &mut file, past)?;
            let done = self.is_left_alone(source);
            let mut entries = Vec::new();
            feed::finish(&mut kept, done, &mut entries);
            self.take(entries, &mut file, past)?;
            kept.events += file.events;
            if let Err(error) = self.import.folder.save(&kept) {
                file.problem.get_or_insert_with(|| error.to_string());
            }
        }
        file.entries = kept.reader.counts();
        lock(&self.report).add(file);
        progress.files_done.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn is_left_alone(&self, source: &Source) -> bool {
        self.import.now.0.saturating_sub(source.modified.0) > LEFT_ALONE
    }

    fn read(
        &self,
        kept: &mut Kept,
        file: &mut FileReport,
        past: &Past<'_>,
    ) -> Result<(), StoreError> {
        let done = &self.import.progress.bytes_done;
        let mut entries = Vec::new();
        loop {
            let step = match feed::step(kept, &mut entries) {
                Ok(step) => step,
                Err(error) => {
                    // Gone, or not ours to read: the others are.
                    file.problem = Some(error.to_string());
                    return Ok(());
                }
            };
            file.bytes += step.bytes;
            done.fetch_add(step.bytes, Ordering::Relaxed);
            self.take(std::mem::take(&mut entries), file, past)?;
            if !step.more || (self.import.is_stopping)() {
                return Ok(());
            }
        }
    }

    fn take(
        &self,
        entries: Vec<Entry>,
        file: &mut FileReport,
        past: &Past<'_>,
    ) -> Result<(), StoreError> {
        let import = self.import;
        let hearing = Hearing {
            whose: &|_| None,
            judge: import.judge,
            store: import.store,
            memory: past.memory,
            past: past.memory,
            hooks: import.hooks,
            now: import.now,
            pace: Pace::AtLeisure,
        };
        let mut each = |record: &Record, heard: Heard| {
            lock(&self.gathered).note(record);
            (import.each)(record, heard);
        };
        let mut events = entries.into_iter().map(|entry| entry.event);
        loop {
            let batch: Vec<Event> = events.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            let all = batch.len();
            let young: Vec<Event> = batch
                .into_iter()
                .filter(|event| event.at >= self.since)
                .collect();
            file.too_old += (all - young.len()) as u64;
            let taken = (import.told).take(&hearing, past.record, young, &mut each)?;
            let new = (taken.kept + taken.waiting) as u64;
            file.events += new;
            file.known += taken.known as u64;
            import.progress.events.fetch_add(new, Ordering::Relaxed);
        }
    }
}

/// Lets everybody else run first. On Linux a thread has its own priority (setpriority(2)).
pub(crate) fn yield_to_others() {
    #[cfg(target_os = "linux")]
    {
        let thread = rustix::thread::gettid();
        // It only costs others time if it fails.
        rustix::process::setpriority_process(Some(thread), 19).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests;
