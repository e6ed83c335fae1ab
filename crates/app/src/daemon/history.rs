//! The thread that takes in what agents wrote down: first all that is there, then what is added, as
//! the system tells of it.
//!
//! **Invariant:** it only adds to the record; no hook waits for it. What was read is written down
//! after it was kept, so that a stop costs a second reading and no event.

use super::told::{Heard, Taken};
use super::{Shared, log, now};
use crate::history::feed;
use crate::history::find::{self, Found, Source};
use crate::history::import::{Import, yield_to_others};
use crate::history::kept::{self, Folder, Kept};
use crate::history::report::Report;
use crate::history::status::{HistoryStatus, Progress};
use crate::hooked::{self, Hooked};
use crate::places::write_private;
use crate::trusted::watcher::Watcher;
use crate::wire::{self, Response};
use anyhow::{Context, Result};
use ringfence_event::{AgentKind, Timestamp};
use ringfence_store::StoreError;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Messages that wait; beyond, everything is looked at.
const WAITING: usize = 4096;
/// How often everything is looked at; a look rests so many times as long as it took, too.
const LOOK_EVERY: Duration = Duration::from_mins(1);
const REST: u32 = 100;
/// How soon it looks again where directories are new.
const SOON: Duration = Duration::from_millis(500);
/// How often files that grow are looked at for whether they still do.
const TICK: Duration = Duration::from_secs(1);
/// How long nothing came when what waits for more is told: longer than anything waits for a hook.
const QUIET: Duration = Duration::from_secs(5);
/// How often a client is told how far its import is.
const TELLING: Duration = Duration::from_millis(500);
/// Most files that are open in memory; the others are taken up from the disk again.
const MOST_OPEN: usize = 256;

enum Message {
    /// Something happened to this path.
    Touched(PathBuf),
    /// Wake up: the daemon stops.
    Stop,
}

/// The door to the thread.
pub(super) struct History {
    sender: SyncSender<Message>,
    receiver: Mutex<Option<Receiver<Message>>>,
    /// Set if a message was lost.
    missed: Arc<AtomicBool>,
    status: Mutex<HistoryStatus>,
    /// The import that goes on, if one does; two at a time would only be in each other's way.
    importing: Mutex<()>,
    progress: Mutex<Option<Arc<Progress>>>,
}

impl History {
    pub(super) fn new() -> History {
        let (sender, receiver) = sync_channel(WAITING);
        History {
            sender,
            receiver: Mutex::new(Some(receiver)),
            missed: Arc::default(),
            status: Mutex::default(),
            importing: Mutex::default(),
            progress: Mutex::default(),
        }
    }

    pub(super) fn status(&self) -> HistoryStatus {
        let mut status = lock(&self.status).clone();
        status.import = lock(&self.progress)
            .as_ref()
            .map(|progress| progress.going());
        status
    }

    /// Takes a note of an event that no hook announced.
    pub(super) fn unannounced(&self) {
        lock(&self.status).unannounced += 1;
    }

    /// A hook told of such an event later.
    pub(super) fn announced_after_all(&self) {
        let mut status = lock(&self.status);
        status.unannounced = status.unannounced.saturating_sub(1);
    }

    pub(super) fn stop(&self) {
        // The thread looks whether it should stop when it next wakes up.
        self.sender.try_send(Message::Stop).unwrap_or_default();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread.
pub(super) fn start(shared: &Arc<Shared>) -> Result<JoinHandle<()>> {
    let receiver = lock(&shared.history.receiver)
        .take()
        .context("the histories are read already")?;
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("histories".to_owned())
        .spawn(move || run(&shared, &receiver))
        .context("failed to start a thread")
}

fn run(shared: &Shared, receiver: &Receiver<Message>) {
    yield_to_others();
    if !shared.judge().config.history {
        lock(&shared.history.status).off = true;
        return;
    }
    let folder = match Folder::make(shared.places.history()) {
        Ok(folder) => folder,
        Err(error) => return fail(shared, &format!("{error:#}")),
    };
    recall_report(shared, &folder);
    let mut follower = Follower::new(shared, folder);
    follower.look(true);
    while !shared.stopping.load(Ordering::SeqCst) {
        if !follower.wait(receiver) {
            break;
        }
    }
    follower.end();
}

fn fail(shared: &Shared, why: &str) {
    log(&format!("warning: histories: {why}"));
    lock(&shared.history.status).problem = Some(why.to_owned());
}

/// Tells in the status what the import before this start found.
fn recall_report(shared: &Shared, folder: &Folder) {
    let Ok(text) = kept::read(&folder.report()) else {
        return;
    };
    if let Ok(report) = serde_json::from_slice::<Report>(&text) {
        lock(&shared.history.status).ended(&report);
    }
}

/// A file that is followed.
struct Open {
    kept: Kept,
    /// When something came last, if that is not written down yet.
    fresh: Option<Instant>,
    used: Instant,
}

/// Follows all files.
struct Follower<'a> {
    shared: &'a Shared,
    folder: Folder,
    watcher: Watcher,
    open: BTreeMap<PathBuf, Open>,
    /// What files were like when they were read to their end.
    marks: BTreeMap<PathBuf, Option<(u64, Timestamp)>>,
    folders: BTreeSet<PathBuf>,
    /// Files that something happened to.
    touched: BTreeSet<PathBuf>,
    next_look: Instant,
}

impl Follower<'_> {
    fn new(shared: &Shared, folder: Folder) -> Follower<'_> {
        let sender = shared.history.sender.clone();
        let missed = Arc::clone(&shared.history.missed);
        let watcher = Watcher::new(move |path| {
            let lost = match path {
                Some(path) => sender.try_send(Message::Touched(path)).is_err(),
                None => true,
            };
            if lost {
                missed.store(true, Ordering::SeqCst);
            }
        });
        Follower {
            shared,
            folder,
            watcher,
            open: BTreeMap::new(),
            marks: BTreeMap::new(),
            folders: BTreeSet::new(),
            touched: BTreeSet::new(),
            next_look: Instant::now(),
        }
    }

    /// Looks at everything. At the start, and where much is new, it is an import.
    fn look(&mut self, is_start: bool) {
        let begin = Instant::now();
        let found = find::of_agents(&self.shared.places.agents());
        let is_other = self.watch(&found);
        if is_start {
            let report = self.shared.import(&self.folder, found);
            self.keep(&report);
        } else {
            for source in found.sources {
                if self.is_news(&source) {
                    self.touched.insert(source.path);
                }
            }
        }
        let took = if is_start {
            Duration::ZERO
        } else {
            begin.elapsed()
        };
        // Between the look and the watch something may have been made in a new directory.
        let rest = if is_other { SOON } else { LOOK_EVERY };
        self.next_look = Instant::now() + rest.max(took * REST);
    }

    /// Tells what an import at a start found. What the first one found is kept: the later ones
    /// only take in what came while nobody followed.
    fn keep(&self, report: &Report) {
        if report.events == 0 && report.problem.is_none() {
            return;
        }
        for sentence in &report.found {
            log(&format!("history: {sentence}"));
        }
        let mut status = lock(&self.shared.history.status);
        status.problem.clone_from(&report.problem);
        if status.ended.is_some() || report.problem.is_some() {
            return;
        }
        status.ended(report);
        drop(status);
        let text = serde_json::to_vec(report).unwrap_or_default();
        if let Err(error) = write_private(&self.folder.report(), &text, 0o600) {
            log(&format!("warning: the report is not kept: {error}"));
        }
    }

    /// Watches what was looked into; returns whether that is not what it was.
    fn watch(&mut self, found: &Found) -> bool {
        let folders: Vec<PathBuf> = found.folders.iter().cloned().collect();
        self.watcher.watch_only(&folders);
        let is_other = self.folders != found.folders;
        self.folders.clone_from(&found.folders);
        let mut status = lock(&self.shared.history.status);
        status.files = found.sources.len() as u64;
        status.watched = self.watcher.count() as u64;
        is_other
    }

    fn is_news(&mut self, source: &Source) -> bool {
        let folder = &self.folder;
        let mark = self.marks.entry(source.path.clone());
        let mark = mark.or_insert_with(|| folder.load(source).read);
        *mark != Some((source.length, source.modified))
    }

    /// Waits for news and takes them in; false when the daemon stops.
    fn wait(&mut self, receiver: &Receiver<Message>) -> bool {
        let busy = self.open.values().any(|open| open.fresh.is_some());
        let wait = self.next_look.saturating_duration_since(Instant::now());
        let wait = if busy { wait.min(TICK) } else { wait };
        match receiver.recv_timeout(wait) {
            Ok(message) => {
                for message in std::iter::once(message).chain(receiver.try_iter()) {
                    match message {
                        Message::Touched(path) => self.touch(path),
                        Message::Stop => return false,
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
        let missed = self.shared.history.missed.swap(false, Ordering::SeqCst);
        if missed || Instant::now() >= self.next_look {
            self.look(false);
        }
        let worked = self.read_on().and_then(|()| self.settle(false));
        if let Err(error) = worked {
            // It is read again; what the record cannot take is told by its health.
            fail(self.shared, &error.to_string());
        }
        true
    }

    /// Finds out which file a change is about.
    fn touch(&mut self, path: PathBuf) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "api_conversation_history.json"
            && path.with_file_name("ui_messages.json").exists()
        {
            return;
        }
        if let Some(database) = name.strip_suffix("-wal") {
            self.touched.insert(path.with_file_name(database));
        } else if path.is_dir() {
            // It may hold files already.
            self.next_look = Instant::now();
        } else if find::of_path(&path).is_some() {
            self.touched.insert(path);
        }
    }

    /// Reads what was added to files.
    fn read_on(&mut self) -> Result<(), StoreError> {
        for path in std::mem::take(&mut self.touched) {
            let Some(source) = find::at(&path)
                .ok()
                .and_then(|mut found| found.sources.pop())
            else {
                self.open.remove(&path);
                continue;
            };
            self.read(&source)?;
        }
        Ok(())
    }

    fn read(&mut self, source: &Source) -> Result<(), StoreError> {
        self.make_room();
        let folder = &self.folder;
        let open = self
            .open
            .entry(source.path.clone())
            .or_insert_with(|| Open {
                kept: folder.load(source),
                fresh: None,
                used: Instant::now(),
            });
        open.used = Instant::now();
        let mut told = Vec::new();
        loop {
            let step = feed::step(&mut open.kept, &mut told).unwrap_or_else(|error| {
                // It may be gone or closed to us: it is looked at again later.
                let problem = format!("`{}`: {error}", source.path.display());
                lock(&self.shared.history.status).problem = Some(problem);
                feed::Step::default()
            });
            if step.bytes > 0 {
                open.fresh = Some(Instant::now());
            }
            let events = told.drain(..).map(|entry| entry.event).collect();
            hear(self.shared, events)?;
            self.marks.insert(source.path.clone(), open.kept.read);
            if !step.more || self.shared.stopping.load(Ordering::SeqCst) {
                return Ok(());
            }
        }
    }

    /// Takes in what waited long enough, and writes down how far files were read.
    fn settle(&mut self, is_end: bool) -> Result<(), StoreError> {
        if is_end {
            self.shared.hear_due(true)?;
        }
        for open in self.open.values_mut() {
            let Some(fresh) = open.fresh else { continue };
            if !is_end && fresh.elapsed() < QUIET {
                continue;
            }
            let mut told = Vec::new();
            feed::finish(&mut open.kept, false, &mut told);
            hear(
                self.shared,
                told.into_iter().map(|entry| entry.event).collect(),
            )?;
            open.fresh = None;
            // What is not written down is read again.
            self.folder.save(&open.kept).unwrap_or_default();
        }
        Ok(())
    }

    fn make_room(&mut self) {
        while self.open.len() >= MOST_OPEN {
            let settled = self.open.iter().filter(|(_, open)| open.fresh.is_none());
            let oldest = settled.min_by_key(|(_, open)| open.used);
            let Some(path) = oldest.map(|(path, _)| path.clone()) else {
                return;
            };
            self.open.remove(&path);
        }
    }

    fn end(&mut self) {
        if let Err(error) = self.settle(true) {
            log(&format!("warning: histories: {error}"));
        }
    }
}

fn hear(shared: &Shared, events: Vec<ringfence_event::Event>) -> Result<Taken, StoreError> {
    if events.is_empty() {
        return Ok(Taken::default());
    }
    let taken = shared.hear(events)?;
    lock(&shared.history.status).events += (taken.kept + taken.waiting) as u64;
    Ok(taken)
}

/// Takes in what a client named, and tells it how far that is.
pub(super) fn answer(
    shared: &Shared,
    stream: &mut UnixStream,
    paths: &[PathBuf],
) -> io::Result<()> {
    let folder = Folder::make(shared.places.history()).map_err(io::Error::other)?;
    let found = find::all(paths).map_err(|error| io::Error::other(format!("{error:#}")))?;
    let (sender, done) = sync_channel(1);
    let report = thread::scope(|scope| {
        scope.spawn(|| {
            let report = shared.import(&folder, found);
            // Whoever waits is in this function.
            sender.send(report).unwrap_or_default();
        });
        loop {
            match done.recv_timeout(TELLING) {
                Ok(report) => return Some(report),
                Err(RecvTimeoutError::Timeout) => {
                    let going = shared.history.status().import.unwrap_or_default();
                    // A client that went away does not end what it began.
                    wire::send_json(stream, &Response::Importing { going }).unwrap_or_default();
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    });
    let report = Box::new(report.ok_or_else(|| io::Error::other("the import failed"))?);
    wire::send_json(stream, &Response::Imported { report })
}

impl Shared {
    /// Takes in whole histories; whoever asks waits for who asked before.
    pub(super) fn import(&self, folder: &Folder, found: Found) -> Report {
        let _one = lock(&self.history.importing);
        let progress = Arc::new(Progress::default());
        *lock(&self.history.progress) = Some(Arc::clone(&progress));
        let judge = self.judge();
        let hooks = |agent: AgentKind| hooked::look(agent, &self.places).hooked == Hooked::Whole;
        let each = |record: &ringfence_store::Record, heard: Heard| {
            if !matches!(heard, Heard::Again(_)) {
                self.habits.note(&record.event, &record.decision);
            }
        };
        let mut report = Import {
            judge: &judge,
            store: &self.store,
            told: &self.told,
            folder,
            hooks: &hooks,
            each: &each,
            is_stopping: &|| self.stopping.load(Ordering::SeqCst),
            progress: &progress,
            now: now(),
        }
        .run(found);
        report.ended = Some(now());
        *lock(&self.history.progress) = None;
        if let Err(error) = folder.keep_report(&report) {
            log(&format!("warning: the report is not kept: {error:#}"));
        }
        report
    }
}
