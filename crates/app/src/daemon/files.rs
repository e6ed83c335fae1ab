//! The thread that keeps trusted files in sight, and what others tell it.
//!
//! **Invariant:** nobody waits for it: a queue that is full only means that it looks at everything.

use super::{Shared, log};
use crate::trusted::keeper::{Keeper, Look};
use crate::trusted::writers::Writers;
use crate::trusted::{FilesStatus, LOOK_EVERY};
use anyhow::{Context, Result};
use ringfence_event::{Decision, Event, Timestamp};
use ringfence_store::SessionFilter;
use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Messages that wait; beyond, everything is looked at.
const WAITING: usize = 1024;
/// A file is often written in several steps: they are looked at together, after so much quiet…
const QUIET: Duration = Duration::from_millis(60);
/// …and at the latest so long after the first.
const PATIENCE: Duration = Duration::from_millis(500);
/// A look rests so many times as long as it took.
const REST: u32 = 100;
/// How long ago a session can have been for its project to be open, in microseconds: 30 days.
const OPEN_FOR: i64 = 30 * 86_400 * 1_000_000;
/// Most sessions that are asked for their directories.
const MOST_SESSIONS: usize = 1000;
/// Most directories of sessions that are remembered as told.
const MOST_TOLD: usize = 4096;

/// What is said to the thread.
enum Message {
    /// A session was seen here.
    Open(PathBuf, Timestamp),
    /// Something happened to this path.
    Touched(PathBuf),
    /// Look at everything; a command has approved something.
    Look(SyncSender<()>),
    /// Wake up: the daemon stops.
    Stop,
}

/// The door to the thread.
pub(super) struct Files {
    sender: SyncSender<Message>,
    receiver: Mutex<Option<Receiver<Message>>>,
    /// Set if a message was lost.
    missed: Arc<AtomicBool>,
    told: Mutex<HashSet<String>>,
    writers: Mutex<Writers>,
    status: Mutex<FilesStatus>,
}

impl Files {
    pub(super) fn new() -> Files {
        let (sender, receiver) = sync_channel(WAITING);
        Files {
            sender,
            receiver: Mutex::new(Some(receiver)),
            missed: Arc::default(),
            told: Mutex::default(),
            writers: Mutex::default(),
            status: Mutex::default(),
        }
    }

    /// Takes in an event as it was answered: where a session works, and what it writes.
    pub(super) fn note(&self, event: &Event, decision: &Decision) {
        lock(&self.writers).note(event, decision);
        let Some(cwd) = &event.cwd else { return };
        let mut told = lock(&self.told);
        if told.len() >= MOST_TOLD {
            told.clear();
        }
        if told.insert(cwd.clone()) {
            self.say(Message::Open(PathBuf::from(cwd), event.at));
        }
    }

    pub(super) fn status(&self) -> FilesStatus {
        lock(&self.status).clone()
    }

    /// Looks at everything; returns when that is done, or after `patience`.
    pub(super) fn look(&self, patience: Duration) {
        let (done, wait) = sync_channel(1);
        self.say(Message::Look(done));
        // Whoever asked sees in the status how it stands.
        wait.recv_timeout(patience).unwrap_or_default();
    }

    pub(super) fn stop(&self) {
        self.say(Message::Stop);
    }

    fn say(&self, message: Message) {
        if self.sender.try_send(message).is_err() {
            self.missed.store(true, Ordering::SeqCst);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread.
pub(super) fn start(shared: &Arc<Shared>) -> Result<JoinHandle<()>> {
    let receiver = lock(&shared.files.receiver)
        .take()
        .context("the files are watched already")?;
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name("trusted files".to_owned())
        .spawn(move || run(&shared, &receiver))
        .context("failed to start a thread")
}

fn run(shared: &Shared, receiver: &Receiver<Message>) {
    let sender = shared.files.sender.clone();
    let missed = Arc::clone(&shared.files.missed);
    let touched = move |path: Option<PathBuf>| {
        let lost = match path {
            Some(path) => sender.try_send(Message::Touched(path)).is_err(),
            None => true,
        };
        if lost {
            missed.store(true, Ordering::SeqCst);
        }
    };
    let (mut keeper, problem) = Keeper::new(&shared.places, touched);
    if let Some(problem) = problem {
        log(&format!("warning: {problem}"));
    }
    let mut next = look_at_all(shared, &mut keeper, true);
    while !shared.stopping.load(Ordering::SeqCst) {
        let wait = next.saturating_duration_since(Instant::now());
        let mut dirty = BTreeSet::new();
        let mut done = Vec::new();
        let mut all = shared.files.missed.swap(false, Ordering::SeqCst);
        match receiver.recv_timeout(wait.min(LOOK_EVERY)) {
            Ok(message) => {
                take(&mut keeper, message, &mut dirty, &mut done);
                gather(&mut keeper, receiver, &mut dirty, &mut done);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        all |= Instant::now() >= next || !done.is_empty();
        if all {
            next = look_at_all(shared, &mut keeper, false);
        } else if !dirty.is_empty() {
            look(shared, &mut keeper, false, |keeper, look| {
                keeper.look_at(&dirty, look)
            });
        }
        for waiting in done {
            // It may have gone away.
            waiting.try_send(()).unwrap_or_default();
        }
    }
}

fn take(
    keeper: &mut Keeper,
    message: Message,
    dirty: &mut BTreeSet<PathBuf>,
    done: &mut Vec<SyncSender<()>>,
) {
    match message {
        Message::Open(cwd, seen) => dirty.extend(keeper.open(&cwd, seen)),
        Message::Touched(path) => dirty.extend(keeper.concerned(&path)),
        Message::Look(waiting) => done.push(waiting),
        Message::Stop => {}
    }
}

/// Takes what comes until it is quiet; nothing, if nothing that came matters.
fn gather(
    keeper: &mut Keeper,
    receiver: &Receiver<Message>,
    dirty: &mut BTreeSet<PathBuf>,
    done: &mut Vec<SyncSender<()>>,
) {
    let begin = Instant::now();
    while !dirty.is_empty() && begin.elapsed() < PATIENCE {
        match receiver.recv_timeout(QUIET) {
            Ok(message) => take(keeper, message, dirty, done),
            Err(_) => return,
        }
    }
}

/// Looks at everything; returns when to do so again.
fn look_at_all(shared: &Shared, keeper: &mut Keeper, at_start: bool) -> Instant {
    let begin = Instant::now();
    open_recent(shared, keeper);
    keeper.take_approvals(&shared.judge());
    look(shared, keeper, at_start, Keeper::look_at_all);
    let took = begin.elapsed();
    let rest = LOOK_EVERY.max(took * REST);
    let mut status = lock(&shared.files.status);
    status.look_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    status.every_s = rest.as_secs();
    Instant::now() + rest
}

/// Opens the projects of sessions that the record knows: their hooks may have judged by themselves.
fn open_recent(shared: &Shared, keeper: &mut Keeper) {
    let filter = SessionFilter {
        since: Some(Timestamp(super::now().0.saturating_sub(OPEN_FOR))),
        limit: Some(MOST_SESSIONS),
        ..SessionFilter::default()
    };
    let reader = shared.store.reader();
    // A record that cannot be read is told by the store's health.
    let Ok(sessions) = reader.and_then(|reader| reader.sessions(&filter)) else {
        return;
    };
    for session in sessions.into_iter().rev() {
        if let Some(cwd) = session.cwd {
            keeper.open(&PathBuf::from(cwd), session.last);
        }
    }
}

fn look(
    shared: &Shared,
    keeper: &mut Keeper,
    at_start: bool,
    work: impl FnOnce(&mut Keeper, &mut Look<'_>) -> Result<()>,
) {
    let judge = shared.judge();
    let writers = lock(&shared.files.writers).clone();
    let mut tell = |event: Event| {
        let record = judge.watched(event, &shared.memory);
        shared.habits.note(&record.event, &record.decision);
        shared.opinions.offer(&record.event, &judge.config);
        // What the journal cannot take is told by the store's health.
        shared.store.append(record).map(drop).unwrap_or_default();
    };
    let mut eyes = Look {
        judge: &judge,
        writers: &writers,
        at_start,
        tell: &mut tell,
    };
    if let Err(error) = work(keeper, &mut eyes) {
        log(&format!("warning: {error:#}"));
    }
    let mut status = lock(&shared.files.status);
    let (look_ms, every_s) = (status.look_ms, status.every_s);
    *status = FilesStatus {
        ready: true,
        look_ms,
        every_s,
        ..keeper.status()
    };
}
