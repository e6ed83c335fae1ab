//! The sensor's process: one thread owns what is loaded in the kernel, others talk with users'
//! daemons.
//!
//! **Invariant:** a peer is the user that the kernel says it is (unix(7), `SO_PEERCRED`), sees that
//! user's trees only, and can neither block another peer nor make the sensor grow without limit.

mod outbox;
mod peer;

use anyhow::{Context, Result, bail};
use outbox::Outbox;
use ringfence_sense::linux::{Options, Sensor, SensorError};
use ringfence_sense::wire::{Answer, Request};
use ringfence_sense::{Observation, Report};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long the kernel is listened to before peers are.
const LISTEN: Duration = Duration::from_millis(20);
/// How often a report is looked for.
const REPORT: Duration = Duration::from_secs(1);
/// Requests that wait; who says more waits himself.
const WAITING: usize = 256;
/// Requests that are carried out before the kernel is listened to again.
const AT_ONCE: usize = 64;

/// What somebody says to the thread that owns the sensor.
enum Said {
    /// A peer greeted.
    Came {
        peer: u64,
        user: u32,
        outbox: Arc<Outbox>,
    },
    /// A peer wants something.
    Wants { peer: u64, request: Request },
    /// A peer is gone.
    Left { peer: u64 },
}

/// One daemon, or a command that lifts denials.
struct Peer {
    user: u32,
    outbox: Arc<Outbox>,
    /// It said what to look for: it is a daemon.
    listens: bool,
}

/// Runs until it is told to end; then all denials are lifted.
pub(crate) fn run(socket: &Path, cgroup: Option<PathBuf>) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        bail!("the sensor needs root\nhint: run `sudo ringfence sensor`");
    }
    let mut signals = Signals::new([SIGTERM, SIGINT]).context("failed to handle signals")?;
    let mut options = Options::default();
    if let Some(cgroup) = cgroup {
        options.cgroup = cgroup;
    }
    let sensor = Sensor::open(options).context("failed to load the sensor into the kernel")?;
    let listener = bind(socket)?;
    sensor
        .drop_privileges()
        .context("failed to give up privileges")?;
    let stopping = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stopping);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                told.store(true, Ordering::SeqCst);
            }
        })
        .context("failed to start a thread")?;
    let (sender, said) = sync_channel(WAITING);
    thread::Builder::new()
        .name("peers".to_owned())
        .spawn(move || peer::accept(&listener, &sender))
        .context("failed to start a thread")?;
    crate::output::print(&format!(
        "The sensor is up: tier {}, listening on `{}`.\n",
        sensor.tier(),
        socket.display()
    ))?;
    Core::new(sensor).serve(&said, &stopping)?;
    fs::remove_file(socket).with_context(|| format!("failed to remove `{}`", socket.display()))
}

/// Binds the socket, for every user: who asks is known by the kernel.
fn bind(path: &Path) -> Result<UnixListener> {
    if UnixStream::connect(path).is_ok() {
        bail!("another sensor listens on `{}`", path.display());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(folder)
            .with_context(|| format!("failed to create `{}`", folder.display()))?;
    }
    if path.exists() {
        fs::remove_file(path).with_context(|| format!("failed to remove `{}`", path.display()))?;
    }
    let listener = UnixListener::bind(path)
        .with_context(|| format!("failed to listen on `{}`", path.display()))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o666))
        .with_context(|| format!("failed to open `{}` to users", path.display()))?;
    Ok(listener)
}

/// The thread that owns the sensor.
struct Core {
    sensor: Sensor,
    peers: BTreeMap<u64, Peer>,
    /// What each user was last told of the sensor.
    reported: BTreeMap<u32, Report>,
    next_report: Instant,
}

impl Core {
    fn new(sensor: Sensor) -> Core {
        Core {
            sensor,
            peers: BTreeMap::new(),
            reported: BTreeMap::new(),
            next_report: Instant::now(),
        }
    }

    fn serve(mut self, said: &Receiver<Said>, stopping: &AtomicBool) -> Result<()> {
        while !stopping.load(Ordering::SeqCst) {
            for said in said.try_iter().take(AT_ONCE) {
                self.take(said);
            }
            let mut seen: BTreeMap<u32, Vec<Observation>> = BTreeMap::new();
            let heard = self.sensor.poll(LISTEN, &mut |user, observation| {
                seen.entry(user).or_default().push(observation);
            });
            heard.context("failed to listen to the kernel")?;
            for (user, seen) in seen {
                self.tell(user, seen);
            }
            if Instant::now() >= self.next_report {
                self.next_report = Instant::now() + REPORT;
                self.report();
            }
        }
        let users: Vec<u32> = self.peers.values().map(|peer| peer.user).collect();
        for user in users {
            // What is dropped with the sensor is lifted too.
            self.sensor.release(user).unwrap_or_default();
        }
        Ok(())
    }

    fn take(&mut self, said: Said) {
        match said {
            Said::Came { peer, user, outbox } => {
                outbox.say(Answer::Report(self.sensor.report(user)));
                let listens = false;
                self.peers.insert(
                    peer,
                    Peer {
                        user,
                        outbox,
                        listens,
                    },
                );
            }
            Said::Wants { peer, request } => self.carry_out(peer, request),
            Said::Left { peer } => self.leave(peer),
        }
    }

    fn carry_out(&mut self, peer: u64, request: Request) {
        let Some(peer) = self.peers.get_mut(&peer) else {
            return;
        };
        let user = peer.user;
        let done = match request {
            Request::Hello { .. } => Ok(None),
            Request::Settings(settings) => {
                peer.listens = true;
                let done = self.sensor.settings(user, &settings);
                done.map(|()| None)
            }
            Request::Watch { root } => {
                let done = self.sensor.watch(user, root);
                done.map(|members| Some(Answer::Watching { root, members }))
            }
            Request::Forget { root } => self.sensor.forget(user, root).map(|()| None),
            Request::Enforce(policy) => {
                let done = self.sensor.enforce(user, &policy);
                done.map(|problems| Some(Answer::Armed { problems }))
            }
            Request::Release => {
                let done = self.sensor.release(user);
                done.map(|()| Some(Answer::Report(self.sensor.report(user))))
            }
            Request::Pulse => self.sensor.pulse(user).map(|()| None),
        };
        match done {
            Ok(answer) => answer
                .into_iter()
                .for_each(|answer| peer.outbox.say(answer)),
            Err(error) => peer.outbox.say(Answer::Refused {
                why: sentence(&error),
            }),
        }
    }

    /// A daemon that is gone fences nobody; another one of the same user goes on.
    fn leave(&mut self, peer: u64) {
        let Some(gone) = self.peers.remove(&peer) else {
            return;
        };
        let goes_on = |peer: &Peer| peer.user == gone.user && peer.listens;
        if gone.listens && !self.peers.values().any(goes_on) {
            self.sensor.leave(gone.user).unwrap_or_default();
            self.reported.remove(&gone.user);
        }
    }

    fn tell(&self, user: u32, seen: Vec<Observation>) {
        let mut listeners = self
            .peers
            .values()
            .filter(|peer| peer.user == user && peer.listens)
            .peekable();
        while let Some(listener) = listeners.next() {
            if listeners.peek().is_none() {
                return listener.outbox.saw(seen);
            }
            listener.outbox.saw(seen.clone());
        }
    }

    /// Tells each user how the sensor does, if something changed.
    fn report(&mut self) {
        let listeners = self.peers.values().filter(|peer| peer.listens);
        for peer in listeners {
            let report = self.sensor.report(peer.user);
            if self.reported.get(&peer.user) != Some(&report) {
                peer.outbox.say(Answer::Report(report.clone()));
                self.reported.insert(peer.user, report);
            }
        }
    }
}

/// An error with its cause, in one line.
fn sentence(error: &SensorError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
