//! The sensor under test, with a thread that listens to it as `ringfence sensor` would.

use ringfence_sense::linux::{Options, Sensor};
use ringfence_sense::{
    AddressRule, FileRule, FileUse, FileUses, Interest, NameRule, Observation, Policy, Process,
    Report, RuleNumber, Settings, Tier,
};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The user who owns the trees: the tests run as root.
const OWNER: u32 = 0;

/// How long the sensor is listened to at a time, so that others can ask it something.
const GLANCE: Duration = Duration::from_millis(5);

/// How often the sensor is told that somebody is there.
const PULSE: Duration = Duration::from_secs(1);

/// Longest time in which what was denied is told.
const PATIENCE: Duration = Duration::from_secs(2);

/// Numbers of the rules, which come back with each denial.
const FILES: RuleNumber = RuleNumber(1);
const PROGRAMS: RuleNumber = RuleNumber(2);
const ADDRESSES: RuleNumber = RuleNumber(3);
const NAMES: RuleNumber = RuleNumber(4);
const GUARDED: RuleNumber = RuleNumber(5);

/// A sensor that is listened to until it is dropped.
#[derive(Debug)]
pub(crate) struct Fence {
    sensor: Arc<Mutex<Sensor>>,
    seen: Arc<Mutex<Vec<Observation>>>,
    state: Arc<State>,
    listener: Option<JoinHandle<()>>,
}

/// What the listener is told.
#[derive(Debug, Default)]
struct State {
    over: AtomicBool,
    silent: AtomicBool,
    /// The longest time between two pulses, in milliseconds: the sensor was busy.
    longest: AtomicU64,
}

impl Fence {
    /// Loads a sensor and listens to it.
    pub(crate) fn new(options: Options) -> Fence {
        let sensor = Arc::new(Mutex::new(Sensor::open(options).expect("a sensor")));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let state = Arc::new(State::default());
        let listener = thread::spawn({
            let (sensor, seen, state) = (sensor.clone(), seen.clone(), state.clone());
            move || listen(&sensor, &seen, &state)
        });
        Fence {
            sensor,
            seen,
            state,
            listener: Some(listener),
        }
    }

    /// Watches a process of ours and all below it.
    pub(crate) fn watch(&self, pid: u32) {
        let process = process(pid);
        self.sensor()
            .watch(OWNER, process)
            .expect("the tree is watched");
    }

    /// Puts the policy of the world with this root in force, and guards a process.
    pub(crate) fn enforce(&self, root: &Path, guarded: u32) {
        let settings = Settings {
            interests: vec![Interest {
                path: below(root, "home/.ssh"),
                ending: false,
            }],
            guarded: vec![process(guarded)],
            ..Settings::default()
        };
        let mut sensor = self.sensor();
        sensor.settings(OWNER, &settings).expect("settings");
        sensor.pulse(OWNER).expect("a pulse");
        let mut problems = sensor.enforce(OWNER, &policy(root)).expect("a policy");
        if sensor.tier() == Tier::B {
            // Which it says of signals, and rightly.
            problems.retain(|problem| !problem.contains("guarded processes are seen, not denied"));
        }
        assert_eq!(problems, Vec::<String>::new(), "parts are not in force");
    }

    /// Takes the numbers of the rules that denied something since the last time, waiting for one.
    pub(crate) fn denials(&self) -> Vec<u32> {
        let began = Instant::now();
        loop {
            let seen = std::mem::take(&mut *lock(&self.seen));
            let mut rules: Vec<u32> = seen
                .iter()
                .filter_map(|one| one.denied)
                .map(|rule| rule.0)
                .collect();
            rules.sort_unstable();
            rules.dedup();
            if !rules.is_empty() || began.elapsed() > PATIENCE {
                return rules;
            }
            thread::sleep(GLANCE);
        }
    }

    /// What was seen since the last time.
    pub(crate) fn seen(&self) -> Vec<Observation> {
        std::mem::take(&mut *lock(&self.seen))
    }

    /// Stops or begins again to tell the sensor that somebody is there.
    pub(crate) fn be_silent(&self, silent: bool) {
        self.state.silent.store(silent, Ordering::Relaxed);
    }

    /// The longest time between two pulses so far, in milliseconds.
    pub(crate) fn longest_silence(&self) -> u64 {
        self.state.longest.load(Ordering::Relaxed)
    }

    /// How the sensor does.
    pub(crate) fn report(&self) -> Report {
        self.sensor().report(OWNER)
    }

    /// Asks the sensor itself; nobody listens to it meanwhile.
    pub(crate) fn sensor(&self) -> MutexGuard<'_, Sensor> {
        lock(&self.sensor)
    }
}

impl Drop for Fence {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        if let Some(listener) = self.listener.take() {
            listener.join().ok();
        }
    }
}

fn listen(sensor: &Mutex<Sensor>, seen: &Mutex<Vec<Observation>>, state: &State) {
    let mut pulsed = None;
    while !state.over.load(Ordering::Relaxed) {
        let due = pulsed.is_none_or(|last: Instant| last.elapsed() > PULSE);
        if due && !state.silent.load(Ordering::Relaxed) {
            lock(sensor).pulse(OWNER).expect("a pulse");
            let since = pulsed.map_or(0, |last| last.elapsed().as_millis());
            let since = u64::try_from(since).unwrap_or(u64::MAX);
            state.longest.fetch_max(since, Ordering::Relaxed);
            pulsed = Some(Instant::now());
        }
        lock(sensor)
            .poll(GLANCE, &mut |_, observation| lock(seen).push(observation))
            .expect("events");
        thread::yield_now();
    }
}

fn policy(root: &Path) -> Policy {
    let file = |number, path: String, denies, except| FileRule {
        number,
        path,
        denies,
        except,
        spares_agent: false,
    };
    let execute: FileUses = [FileUse::Execute].into_iter().collect();
    let login = FileRule {
        spares_agent: true,
        ..file(
            FILES,
            below(root, "home/.agent/login"),
            [FileUse::Read].into_iter().collect(),
            Vec::new(),
        )
    };
    Policy {
        files: vec![
            file(
                FILES,
                below(root, "home/.ssh"),
                FileUses::ALL,
                vec![below(root, "excepted")],
            ),
            login,
            file(PROGRAMS, below(root, "denied-program"), execute, Vec::new()),
            file(PROGRAMS, below(root, "denied-dynamic"), execute, Vec::new()),
        ],
        addresses: vec![AddressRule {
            number: ADDRESSES,
            network: [127, 0, 0, 9].into(),
            prefix: 32,
        }],
        names: vec![NameRule {
            number: NAMES,
            suffix: "evil.example".to_owned(),
        }],
        locks: Vec::new(),
        lifted: Vec::new(),
        guard: Some(GUARDED),
        kernel: None,
    }
}

fn below(root: &Path, name: &str) -> String {
    root.join(name).display().to_string()
}

/// A process with its start time: field 22 of `/proc/<pid>/stat`, proc(5).
pub(crate) fn process(pid: u32) -> Process {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    let started = fields.split_whitespace().nth(19).expect("a start time");
    Process {
        pid,
        started: started.parse().expect("a number"),
    }
}

fn lock<Value>(of: &Mutex<Value>) -> MutexGuard<'_, Value> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
