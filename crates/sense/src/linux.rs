//! The sensor of Linux: programs in the kernel that see what watched trees do, and deny what a
//! policy names.
//!
//! **Invariant:** nothing is pinned. When a [`Sensor`] is dropped, or its process dies, the kernel
//! takes everything down that it loaded, denials first of all.

mod account;
mod attach;
mod fanotify;
mod files;
mod layout;
mod maps;
mod owners;
mod plan;
mod privileges;
mod processes;
pub mod record;
mod tell;
mod trees;

use crate::{Deed, Observation, Process, Report, Tier};
use account::Account;
use attach::{Attached, Hooks};
use fanotify::Watcher;
use layout::Seed;
use libbpf_rs::{Link, RingBuffer, RingBufferBuilder};
use maps::Maps;
use owners::Owner;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::time::{ClockId, clock_gettime};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long events may gather once the first has come: waking up for each costs more than it.
const GATHER: Duration = Duration::from_millis(3);

/// How often the ring is read while it does not run dry: what comes in between is told together.
const BETWEEN: Duration = Duration::from_millis(10);

/// Records that are taken at once: a storm that never ends must not keep the pulse from being heard.
const AT_ONCE: usize = 4096;

/// How often what the kernel counts is looked at.
const HOUSEKEEPING: Duration = Duration::from_secs(1);

/// Directories whose real path is kept in mind.
const DIRECTORIES: usize = 512;

/// Denials of the watcher whose failed openings are still to come.
const DENIALS: usize = 256;

/// How long a directory's real path is believed.
const DIRECTORY_HOLDS: Duration = Duration::from_secs(1);

/// How a sensor is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The control group (version 2) whose processes' connections and names are seen.
    pub cgroup: PathBuf,
    /// Size of the ring to user space in bytes; a power of two, at least a page.
    pub ring_bytes: u32,
    /// How many processes of watched trees there is room for.
    pub processes: u32,
}

/// Why a sensor can't do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum SensorError {
    /// The kernel refused what no tier can do without.
    #[error("the kernel refused {what}")]
    Refused {
        /// What was asked of it.
        what: String,
        /// What it answered.
        #[source]
        source: std::io::Error,
    },
    /// There is no such process, or its number belongs to another one by now.
    #[error("process {0} is gone")]
    Gone(u32),
    /// The process is another user's.
    #[error("process {0} is another user's")]
    Foreign(u32),
    /// More users than there is room for, or more of something else.
    #[error("no room for more {0}")]
    Full(&'static str),
}

/// The programs in the kernel, and what they are told and tell. Every user (`owner`, a user id) has
/// settings, trees and a policy of their own.
pub struct Sensor {
    // Fields are dropped in this order: first what denies.
    /// Where no security hook refuses openings: who does, or why nobody.
    watcher: Result<Watcher, String>,
    _links: Vec<Link>,
    ring: RingBuffer<'static>,
    inbox: Arc<Mutex<VecDeque<Vec<u8>>>>,
    maps: Maps,
    tier: Tier,
    /// Why the tier above is not there.
    refused: Option<String>,
    missing: Vec<String>,
    options: Options,
    owners: BTreeMap<u32, Owner>,
    account: Account,
    trees: trees::Trees,
    directories: HashMap<String, (Instant, Option<String>)>,
    looked: Instant,
    /// When the ring was read last.
    heard: Instant,
    /// What the watcher could not mark.
    unmarked: Vec<String>,
    /// What the watcher has denied lately: the failed opening comes from the kernel too.
    denials: VecDeque<Process>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            cgroup: PathBuf::from("/sys/fs/cgroup"),
            ring_bytes: 4 * 1024 * 1024,
            processes: 65_536,
        }
    }
}

impl fmt::Debug for Sensor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sensor")
            .field("tier", &self.tier)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Sensor {
    /// Loads and attaches all that this kernel takes.
    pub fn open(options: Options) -> Result<Sensor, SensorError> {
        libbpf_rs::set_print(None);
        let security = Sensor::load(Hooks::Security, options.clone()).and_then(|sensor| {
            // Hooks can be attached and never called, where the kernel was started without them.
            if sensor.hooks_are_called()? {
                Ok(sensor)
            } else {
                Err(SensorError::Refused {
                    what: "to call security hooks".to_owned(),
                    source: std::io::ErrorKind::Unsupported.into(),
                })
            }
        });
        match security {
            Ok(sensor) => Ok(sensor),
            Err(refused) => {
                let mut sensor = Sensor::load(Hooks::None, options)?;
                sensor.refused = Some(in_words(&refused));
                Ok(sensor)
            }
        }
    }

    fn load(hooks: Hooks, options: Options) -> Result<Sensor, SensorError> {
        let Attached {
            links,
            object,
            missing,
        } = attach::attach(hooks, &options)?;
        let maps = Maps::new(object)?;
        for interpreter in plan::INTERPRETERS {
            let key = plan::program_key(plan::ANYBODY, interpreter);
            maps.set("programs", &key, &1_u32.to_ne_bytes())?;
        }
        let watcher = match hooks {
            Hooks::Security => Err("security hooks do its work".to_owned()),
            Hooks::None => Watcher::start(&maps).map_err(|error| in_words(&error)),
        };
        let inbox = Arc::new(Mutex::new(VecDeque::new()));
        let ring = ring(&maps, &inbox)?;
        Ok(Sensor {
            watcher,
            denials: VecDeque::new(),
            unmarked: Vec::new(),
            _links: links,
            ring,
            inbox,
            maps,
            tier: match hooks {
                Hooks::Security => Tier::A,
                Hooks::None => Tier::B,
            },
            refused: None,
            missing,
            options,
            owners: BTreeMap::new(),
            account: Account::default(),
            trees: trees::Trees::default(),
            directories: HashMap::new(),
            looked: Instant::now(),
            heard: Instant::now(),
        })
    }

    /// Opens a file as a member of a tree, to see whether anybody notices.
    fn hooks_are_called(&self) -> Result<bool, SensorError> {
        let own = std::process::id();
        let Some(started) = processes::started(own) else {
            return Ok(false);
        };
        let root = Process { pid: own, started };
        self.maps.set_seed(Seed {
            root: Some(root),
            ..Seed::default()
        })?;
        self.maps.iterate("process_seed")?;
        let before = self.account.read(&self.maps, record::Kind::Open)?.attempted;
        let opened = std::fs::File::open("/");
        let after = self.account.read(&self.maps, record::Kind::Open)?.attempted;
        drop(opened);
        self.drop_tree(root)?;
        Ok(after > before)
    }

    /// What it can do here.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Waits for events up to this long, and tells what came, each with its owner.
    pub fn poll(
        &mut self,
        timeout: Duration,
        tell: &mut dyn FnMut(u32, Observation),
    ) -> Result<(), SensorError> {
        self.wait(timeout)?;
        self.heard = Instant::now();
        let taken = self.ring.consume_raw_n(AT_ONCE);
        if taken < 0 {
            return Err(SensorError::Refused {
                what: "to read the ring".to_owned(),
                source: std::io::Error::from_raw_os_error(-taken),
            });
        }
        let records =
            std::mem::take(&mut *self.inbox.lock().unwrap_or_else(PoisonError::into_inner));
        let booted = booted();
        // Taken after the ring: a denial is told before its failed opening can be.
        let mut seen = self.take_denials();
        seen.extend(records.iter().filter_map(|bytes| self.read(bytes, booted)));
        seen.sort_by_key(|(_, observation)| observation.at);
        for (owner, observation) in seen {
            tell(owner, observation);
        }
        if self.looked.elapsed() >= HOUSEKEEPING {
            self.looked = Instant::now();
            self.keep_house(booted, tell)?;
        }
        Ok(())
    }

    fn wait(&self, timeout: Duration) -> Result<(), SensorError> {
        let timeout = Timespec::try_from(timeout).ok();
        let ring = attach::ring_descriptor(&self.ring);
        let mut polled = vec![PollFd::new(&ring, PollFlags::IN)];
        if let Ok(watcher) = &self.watcher {
            polled.push(PollFd::new(&*watcher.wake, PollFlags::IN));
        }
        match rustix::event::poll(&mut polled, timeout.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => Ok(()),
            Ok(_) => {
                thread::sleep(GATHER.max(BETWEEN.saturating_sub(self.heard.elapsed())));
                Ok(())
            }
            Err(error) => Err(SensorError::Refused {
                what: "to wait for events".to_owned(),
                source: error.into(),
            }),
        }
    }

    /// Takes what the watcher has denied.
    fn take_denials(&mut self) -> Vec<(u32, Observation)> {
        let Ok(watcher) = &self.watcher else {
            return Vec::new();
        };
        let denials = watcher.take();
        for (_, observation) in &denials {
            self.denials.push_front(observation.process);
            self.denials.truncate(DENIALS);
            self.account.denied_by_watcher(observation.at);
        }
        denials
    }

    /// Whether the watcher has told of this failed opening: each denial makes one, under whatever name
    /// the process used.
    fn told_by_watcher(&mut self, observation: &Observation) -> bool {
        if !matches!(observation.deed, Deed::File { .. })
            || observation.error != Some(libc::EPERM)
            || observation.denied.is_some()
        {
            return false;
        }
        let mut denials = self.denials.iter();
        let found = denials.position(|process| *process == observation.process);
        found.and_then(|at| self.denials.remove(at)).is_some()
    }

    /// Reads one record; `None` where it is told to nobody.
    fn read(&mut self, bytes: &[u8], booted: i64) -> Option<(u32, Observation)> {
        let record = record::read(bytes)?;
        self.ended(&record);
        let owner = self.owners.get_mut(&record.owner)?;
        let directories = &mut self.directories;
        let mut reading = tell::Reading {
            booted,
            variables: &owner.settings.variables,
            follow: &mut |directory| follow(directories, directory),
        };
        let mut observation = tell::observe(&record, &mut reading);
        owners::complete_environment(&record, &owner.settings, &mut observation);
        let wanted = owner.wants(&record, &observation);
        owner.notice(&record, &observation);
        if !wanted || self.told_by_watcher(&observation) {
            self.account.suppress(record.kind);
            return None;
        }
        self.account.note(&record, observation.at);
        Some((record.owner, observation))
    }

    /// Gives up every privilege that an attached sensor does not need, in this thread and those it
    /// starts later. Say it once, after [`Sensor::open`].
    pub fn drop_privileges(&self) -> Result<(), SensorError> {
        privileges::drop_all_but_needed()
    }

    /// How it does, as this user may know it.
    pub fn report(&mut self, owner: u32) -> Report {
        account::report(self, owner)
    }
}

/// The ring of the kernel's side. Its callback must not panic: that would end the process.
fn ring(
    maps: &Maps,
    inbox: &Arc<Mutex<VecDeque<Vec<u8>>>>,
) -> Result<RingBuffer<'static>, SensorError> {
    let inbox = Arc::clone(inbox);
    let map = maps.map("ring")?;
    let mut builder = RingBufferBuilder::new();
    let built = builder
        .add(map, move |bytes: &[u8]| {
            let mut inbox = inbox.lock().unwrap_or_else(PoisonError::into_inner);
            inbox.push_back(bytes.to_vec());
            0
        })
        .map(drop)
        .and_then(|()| builder.build());
    built.map_err(|error| SensorError::Refused {
        what: "a ring to user space".to_owned(),
        source: std::io::Error::other(error),
    })
}

/// When the machine was started, in microseconds since the Unix epoch, by the clock as it stands now.
fn booted() -> i64 {
    let micros = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    };
    micros(ClockId::Realtime) - micros(ClockId::Boottime)
}

/// Microseconds since boot.
fn boot_time() -> i64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}

/// Monotonic nanoseconds, as the kernel's side reads them.
fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    let nanoseconds = time.tv_sec * 1_000_000_000 + time.tv_nsec;
    u64::try_from(nanoseconds).unwrap_or(0)
}

/// A directory's real path. Files come by the thousand from few directories.
fn follow(
    known: &mut HashMap<String, (Instant, Option<String>)>,
    directory: &str,
) -> Option<String> {
    if let Some((at, real)) = known.get(directory)
        && at.elapsed() < DIRECTORY_HOLDS
    {
        return real.clone();
    }
    if known.len() >= DIRECTORIES {
        known.clear();
    }
    let real = std::fs::canonicalize(directory)
        .ok()
        .and_then(|path| path.into_os_string().into_string().ok());
    known.insert(directory.to_owned(), (Instant::now(), real.clone()));
    real
}

/// An error with all that stands behind it.
fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        words = format!("{words}: {inner}");
        source = inner.source();
    }
    words
}
