//! A sensor of its own, a control group of its own, and processes that a test starts in it.
//!
//! **Invariant:** only processes that the scene started are watched, and nothing of it stays.

use ringfence_sense::linux::{Options, Sensor};
use ringfence_sense::{Deed, Observation, Process, Settings};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Whose trees the tests watch: they run as root.
pub(crate) const OWNER: u32 = 0;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Scene {
    pub(crate) sensor: Sensor,
    pub(crate) seen: Vec<Observation>,
    pub(crate) directory: PathBuf,
    helper: PathBuf,
    cgroup: Cgroup,
    _temporary: tempfile::TempDir,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) root: Process,
    pub(crate) output: String,
    pub(crate) status: ExitStatus,
    pub(crate) seen: Vec<Observation>,
}

/// A process that waits until it is let go.
pub(crate) struct Started {
    pub(crate) root: Process,
    child: Child,
    gate: Option<ChildStdin>,
}

/// A control group that goes when the test ends.
struct Cgroup(PathBuf);

impl Drop for Cgroup {
    fn drop(&mut self) {
        let until = Instant::now() + PATIENCE;
        while fs::remove_dir(&self.0).is_err() && Instant::now() < until {
            std::thread::yield_now();
        }
    }
}

impl Scene {
    pub(crate) fn new() -> Scene {
        Scene::with(|_| ())
    }

    pub(crate) fn with(change: impl FnOnce(&mut Options)) -> Scene {
        assert!(
            rustix_is_root(),
            "the sensor's tests load programs into the kernel: run them as root"
        );
        let temporary = tempfile::tempdir().unwrap();
        // The real path, since that is what the kernel tells.
        let directory = fs::canonicalize(temporary.path()).unwrap();
        let helper = directory.join("deeds");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/linux/deeds.c");
        let built = Command::new("cc")
            .args(["-O1", "-w", "-pthread", "-o"])
            .arg(&helper)
            .arg(source)
            .status();
        assert!(
            built.unwrap().success(),
            "a C compiler builds what the tests run"
        );
        let cgroup = make_cgroup(&directory);
        let mut options = Options {
            cgroup: cgroup.0.clone(),
            ..Options::default()
        };
        change(&mut options);
        let mut sensor = Sensor::open(options).unwrap();
        sensor.settings(OWNER, &Settings::default()).unwrap();
        Scene {
            sensor,
            seen: Vec::new(),
            directory,
            helper,
            cgroup,
            _temporary: temporary,
        }
    }

    /// A path in the scene's directory.
    pub(crate) fn at(&self, name: &str) -> String {
        self.directory
            .join(name)
            .into_os_string()
            .into_string()
            .unwrap()
    }

    /// Makes a file.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.at(name);
        fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn helper(&self) -> String {
        self.helper.clone().into_os_string().into_string().unwrap()
    }

    /// Starts a command that waits, in the scene's control group.
    pub(crate) fn start(&self, words: &[&str]) -> Started {
        self.start_with(words, &[], &self.directory)
    }

    pub(crate) fn start_with(
        &self,
        words: &[&str],
        environment: &[(&str, &str)],
        cwd: &Path,
    ) -> Started {
        let mut child = Command::new(&self.helper)
            .arg("gate")
            .args(words)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(environment.iter().copied())
            .current_dir(cwd)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pid = child.id();
        fs::write(self.cgroup.0.join("cgroup.procs"), pid.to_string()).unwrap();
        let gate = child.stdin.take();
        let root = Process {
            pid,
            started: started(pid),
        };
        Started { root, child, gate }
    }

    /// Runs a command in a watched tree to its end.
    pub(crate) fn run(&mut self, words: &[&str]) -> Ran {
        let started = self.start(words);
        self.sensor.watch(OWNER, started.root).unwrap();
        self.finish(started)
    }

    /// Runs one of the helper's deeds in a watched tree to its end.
    pub(crate) fn deed(&mut self, words: &[&str]) -> Ran {
        let helper = self.helper();
        let all: Vec<&str> = std::iter::once(helper.as_str())
            .chain(words.iter().copied())
            .collect();
        self.run(&all)
    }

    /// Lets a process go, and waits for its end and for its tree's.
    pub(crate) fn finish(&mut self, started: Started) -> Ran {
        let Started {
            root,
            mut child,
            gate,
        } = started;
        let mut gate = gate.unwrap();
        gate.write_all(b"g").unwrap();
        drop(gate);
        let mut output = String::new();
        child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut output)
            .unwrap();
        let status = child.wait().unwrap();
        let until = Instant::now() + PATIENCE;
        while self
            .sensor
            .members(OWNER)
            .iter()
            .any(|(_, tree)| *tree == root)
        {
            assert!(Instant::now() < until, "the tree does not end");
            self.poll();
        }
        self.poll();
        Ran {
            root,
            output,
            status,
            seen: std::mem::take(&mut self.seen),
        }
    }

    /// Ends the sensor, as its process's end would.
    pub(crate) fn end_sensor(&mut self) {
        let idle = Options {
            cgroup: self.cgroup.0.clone(),
            ..Options::default()
        };
        // Another one that knows nothing takes its place.
        self.sensor = Sensor::open(idle).unwrap();
    }

    /// Lets a process go that nobody watches any more; returns what it printed.
    pub(crate) fn finish_unseen(&mut self, started: Started) -> String {
        self.finish(started).output
    }

    /// Takes what has come.
    pub(crate) fn poll(&mut self) {
        let seen = &mut self.seen;
        self.sensor
            .poll(Duration::from_millis(20), &mut |owner, observation| {
                assert_eq!(owner, OWNER);
                seen.push(observation);
            })
            .unwrap();
    }
}

impl Started {
    /// Lets the gate itself go, for a command that waits again.
    pub(crate) fn let_go(&mut self) {
        self.gate.as_mut().unwrap().write_all(b"g").unwrap();
    }
}

impl Ran {
    /// The deeds that a test picks.
    pub(crate) fn deeds<'a, Picked: 'a>(
        &'a self,
        pick: impl Fn(&'a Deed) -> Option<Picked> + 'a,
    ) -> Vec<Picked> {
        self.seen.iter().filter_map(|one| pick(&one.deed)).collect()
    }

    /// The only observation whose deed is picked.
    pub(crate) fn only(&self, pick: impl Fn(&Deed) -> bool) -> &Observation {
        let found: Vec<&Observation> = self.seen.iter().filter(|one| pick(&one.deed)).collect();
        assert_eq!(found.len(), 1, "{:#?}", self.seen);
        found[0]
    }
}

/// When a process started (field 22 of its stat; proc(5)).
pub(crate) fn started(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(')').unwrap();
    rest.split_whitespace().nth(19).unwrap().parse().unwrap()
}

fn rustix_is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Where this system has control groups of version 2.
fn make_cgroup(directory: &Path) -> Cgroup {
    let name = format!(
        "ringfence-{}",
        directory.file_name().unwrap().to_string_lossy()
    );
    let places = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].map(Path::new);
    let version2 = places.iter().find(|place| {
        place.join("cgroup.procs").exists() && place.join("cgroup.controllers").exists()
    });
    let path = version2
        .expect("control groups of version 2 are mounted")
        .join(name);
    fs::create_dir(&path).unwrap();
    Cgroup(path)
}
