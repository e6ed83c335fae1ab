//! `ringfence up`: listens, judges, keeps. Everything that can fail happens in
//! [`Daemon::build`]; [`Daemon::run`] ends only when it is told to.

mod backstage;
mod calls;
mod connection;
mod files;
mod history;
mod housekeeping;
mod kernel;
mod opinions;
mod overheard;
mod proxy;
mod sessions;
mod telemetry;
pub(crate) mod told;
mod trees;
mod unheard;
mod web;
mod witness;

use crate::habits::Habits;
use crate::judge::Judge;
use crate::memory::Memory;
use crate::places::{Places, private_dir};
use crate::twins::Twins;
use anyhow::{Context, Result, bail};
pub(crate) use backstage::Backstage;
use ringfence_event::Timestamp;
use ringfence_store::{Options, Store, StoreError};
use sessions::Agents;
use signal_hook::iterator::Signals;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;

/// Threads that serve connections. While all are busy a further hook waits in the
/// listener's queue; if it waits too long it judges by itself.
const WORKERS: usize = 16;

/// Records that one transaction takes at the most.
const BATCH: usize = 500;

/// What the connections share.
pub(super) struct Shared {
    places: Places,
    judge: RwLock<Arc<Judge>>,
    store: Store,
    twins: Mutex<Twins>,
    memory: Memory,
    /// The same of what is over, told afterwards.
    past: Memory,
    told: told::Told,
    habits: Habits,
    files: files::Files,
    history: history::History,
    kernel: kernel::Kernel,
    opinions: opinions::Opinions,
    proxy: proxy::Proxy,
    telemetry: telemetry::Telemetry,
    witness: witness::Witness,
    /// What of earlier times could not be read, and why.
    forgot: Vec<String>,
    agents: Mutex<Agents>,
    since: Timestamp,
    decisions: AtomicU64,
    stopping: AtomicBool,
    web: Mutex<web::State>,
}

/// A daemon that holds its socket and its store.
pub(crate) struct Daemon {
    listener: UnixListener,
    signals: Signals,
    /// What the user's choices looked like when they were loaded.
    loaded: housekeeping::Fingerprint,
    shared: Arc<Shared>,
}

impl Daemon {
    /// Loads rules and store, and binds the socket.
    pub(crate) fn build(places: Places) -> Result<Daemon> {
        for folder in [&places.config, &places.data, &places.state, &places.runtime] {
            private_dir(folder)?;
        }
        let signals = housekeeping::take_signals()?;
        let loaded = housekeeping::fingerprint(&places);
        let judge = Judge::load(&places)?;
        let options = Options {
            retention_days: judge.config.retention_days,
            daily_files: judge.config.daily_files,
            batch: BATCH,
            ..Options::default()
        };
        // The store's lock says who may listen, so it comes before the socket.
        let store = Store::open(places.folders(), options).context("failed to open the store")?;
        crate::twins::on_disk::clear(&places);
        let mut forgot = Vec::new();
        let memory = Memory::default();
        if let Err(error) = recall(&memory, &judge, &store) {
            forgot.push(format!(
                "sequences that began before this start are not seen: {error}"
            ));
        }
        let habits = Habits::load(&places.habits()).unwrap_or_else(|error| {
            let path = places.habits();
            forgot.push(format!("`{}` is made anew: {error}", path.display()));
            Habits::default()
        });
        let listener = bind(&places)?;
        let kernel = kernel::Kernel::new(&judge);
        let since = now();
        let shared = Arc::new(Shared {
            judge: RwLock::new(Arc::new(judge)),
            store,
            twins: Mutex::default(),
            memory,
            past: Memory::default(),
            told: told::Told::default(),
            habits,
            files: files::Files::new(),
            history: history::History::new(),
            kernel,
            opinions: opinions::Opinions::default(),
            proxy: proxy::Proxy::default(),
            telemetry: telemetry::Telemetry::default(),
            witness: witness::Witness::new(since),
            forgot,
            agents: Mutex::default(),
            since,
            decisions: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            web: Mutex::default(),
            places,
        });
        start_doors(&shared)?;
        Ok(Daemon {
            listener,
            signals,
            loaded,
            shared,
        })
    }

    /// What is wrong and does not keep it from guarding.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.shared.problems()
    }

    /// A link that signs a browser in, if the dashboard is served.
    pub(crate) fn link(&self) -> Option<String> {
        web::link(&self.shared)
    }

    pub(crate) fn judge(&self) -> Arc<Judge> {
        self.shared.judge()
    }

    /// The way in for the demo.
    pub(crate) fn backstage(&self) -> Backstage {
        Backstage(Arc::clone(&self.shared))
    }

    /// Serves until it is told to stop, then stores what is still in flight.
    pub(crate) fn run(self) -> Result<()> {
        let keeper = housekeeping::start(&self.shared, self.signals, self.loaded)?;
        let files = files::start(&self.shared)?;
        let sensors = kernel::start(&self.shared)?;
        let histories = history::start(&self.shared)?;
        let witness = witness::start(&self.shared)?;
        thread::scope(|scope| {
            for number in 1..WORKERS {
                thread::Builder::new()
                    .name(format!("worker {number}"))
                    .spawn_scoped(scope, || serve(&self.listener, &self.shared))
                    .context("failed to start a thread")?;
            }
            serve(&self.listener, &self.shared);
            anyhow::Ok(())
        })?;
        web::stop(&self.shared);
        telemetry::stop(&self.shared);
        proxy::stop(&self.shared);
        keeper
            .join()
            .ok()
            .context("the housekeeping thread failed")?;
        files
            .join()
            .ok()
            .context("the thread that watches files failed")?;
        histories
            .join()
            .ok()
            .context("the thread that reads histories failed")?;
        for sensor in sensors {
            sensor
                .join()
                .ok()
                .context("a thread that speaks with sensors failed")?;
        }
        witness
            .join()
            .ok()
            .context("the thread that compares sources failed")?;
        let gone = fs::remove_file(self.shared.places.socket());
        self.shared
            .store
            .flush()
            .context("failed to store the last events")?;
        let saved = self.shared.habits.save(&self.shared.places);
        gone.context("failed to remove the socket")?;
        saved.context("failed to keep what is usual")
    }
}

/// Opens what others than hooks come through.
fn start_doors(shared: &Arc<Shared>) -> Result<()> {
    web::start(shared);
    opinions::start(shared)?;
    telemetry::look(shared);
    proxy::look(shared);
    Ok(())
}

/// Serves one connection after the other until the daemon stops.
fn serve(listener: &UnixListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::SeqCst) {
            return;
        }
        // A connection that breaks before it is taken is its client's loss.
        if let Ok(stream) = stream {
            connection::serve(shared, stream);
        }
    }
}

impl Shared {
    pub(super) fn judge(&self) -> Arc<Judge> {
        Arc::clone(&self.judge.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads the user's choices again, and logs once what is wrong with them; if nothing can be
    /// loaded, those from before stay.
    pub(super) fn reload(&self) {
        let before = self.judge();
        let judge = match before.load_again() {
            Ok(judge) => judge,
            Err(error) => return log(&format!("the changed configuration is left out: {error:#}")),
        };
        for problem in &judge.problems {
            if !before.problems.contains(problem) {
                log(&format!("warning: {}", problem.replace('\n', " ")));
            }
        }
        judge.rules.prepare();
        *self.judge.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(judge);
        kernel::want(self);
    }

    /// What is wrong and does not keep the daemon from guarding, one sentence each.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = self.judge().problems.clone();
        problems.extend(web::problem(self));
        problems.extend(self.opinions.problem());
        problems.extend(self.telemetry.problem());
        problems.extend(self.proxy.problems());
        problems.extend_from_slice(&self.forgot);
        problems
    }

    /// Takes in what hooks judged by themselves: it counts as a step as if it had been judged here.
    pub(super) fn take_spool(&self) -> Result<(), StoreError> {
        let seqs = self.store.take_spool()?;
        if seqs.is_empty() {
            return Ok(());
        }
        self.told.ask_again();
        witness::take_spooled(self, &seqs);
        let record = self.store.reader()?;
        self.memory.recall_these(&self.judge(), &record, seqs)
    }

    /// Ends the daemon: each worker is woken by a connection of our own.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.files.stop();
        self.history.stop();
        self.kernel.stop();
        for _worker in 0..WORKERS {
            drop(UnixStream::connect(self.places.socket()));
        }
    }
}

/// Remembers what happened before this start, hooks that judged by themselves included.
fn recall(memory: &Memory, judge: &Judge, store: &Store) -> Result<(), StoreError> {
    store.take_spool()?;
    memory.recall(judge, &store.reader()?, now())
}

/// Binds the socket; one that a dead daemon left is replaced.
fn bind(places: &Places) -> Result<UnixListener> {
    let path = places.socket();
    if UnixStream::connect(&path).is_ok() {
        bail!(
            "another daemon listens on `{}`\nhint: end it with `ringfence down`",
            path.display()
        );
    }
    if path.exists() {
        fs::remove_file(&path).with_context(|| format!("failed to remove `{}`", path.display()))?;
    }
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("failed to listen on `{}`", path.display()))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
        .with_context(|| format!("failed to make `{}` private", path.display()))?;
    Ok(listener)
}

/// The clock, read here and in the hook client only.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Writes a line to the daemon's log; without one there is nobody to tell.
fn log(line: &str) {
    use std::io::Write;
    let told = writeln!(std::io::stderr(), "{} {line}", now());
    told.unwrap_or_default();
}
