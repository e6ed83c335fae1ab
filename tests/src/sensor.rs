//! A sensor that says what a test tells it to, and an agent that does nothing by itself.

use crate::home::{Home, binary};
use crate::run::until;
use ringfence_sense::wire::{self, Answer, Request};
use ringfence_sense::{Deed, Observation, Process};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// Time the daemon has to say what is expected of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a daemon looks for its sensor.
pub struct ScriptedSensor {
    listener: UnixListener,
    path: PathBuf,
}

impl ScriptedSensor {
    /// Listens where the home's daemon will look, with these settings beside.
    pub fn listen(home: &Home, settings: &str) -> ScriptedSensor {
        let path = home.path().join(".run/sensor.sock");
        home.configure(&format!(
            "{settings}\n[sensor]\nsocket = \"{}\"\n",
            path.display()
        ));
        if path.exists() {
            fs::remove_file(&path).expect("an old socket can be removed");
        }
        let listener = UnixListener::bind(&path).expect("the socket is free");
        listener
            .set_nonblocking(true)
            .expect("a socket can be asked not to block");
        ScriptedSensor { listener, path }
    }

    /// Waits for the daemon, and says hello in this version.
    pub fn meet_in(&self, version: u32) -> Meeting {
        let mut taken = None;
        until("the daemon connects to the sensor", || {
            taken = self.listener.accept().ok();
            taken.is_some()
        });
        let (stream, _) = taken.expect("somebody came");
        stream
            .set_nonblocking(false)
            .expect("a socket can be asked to block");
        Meeting::begin(stream, version)
    }

    /// The same in the version of today.
    pub fn meet(&self) -> Meeting {
        self.meet_in(wire::VERSION)
    }
}

impl Drop for ScriptedSensor {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.path));
    }
}

/// A conversation with the daemon.
pub struct Meeting {
    stream: UnixStream,
    heard: Receiver<Request>,
}

impl Meeting {
    /// Says hello on a connection, as its sensor.
    pub fn begin(stream: UnixStream, version: u32) -> Meeting {
        let (sender, heard) = channel();
        let mut reader = stream.try_clone().expect("a socket can be cloned");
        thread::spawn(move || {
            while let Ok(request) = wire::receive::<Request>(&mut reader) {
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        let mut meeting = Meeting { stream, heard };
        meeting.say(&Answer::Hello { version });
        meeting
    }

    /// Says something.
    pub fn say(&mut self, answer: &Answer) {
        wire::send(&mut self.stream, answer).expect("the daemon listens");
    }

    /// Tells what was seen.
    pub fn saw(&mut self, seen: Vec<Observation>) {
        self.say(&Answer::Seen(seen));
    }

    /// Waits for a request that is looked for; others are passed over.
    pub fn wait_for<T>(&self, what: &str, mut looked_for: impl FnMut(Request) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let request = self
                .heard
                .recv_timeout(left)
                .unwrap_or_else(|error| panic!("the daemon did not say {what}: {error}"));
            if let Some(found) = looked_for(request) {
                return found;
            }
        }
    }

    /// Waits until the daemon breaks the connection off.
    pub fn wait_for_end(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self
            .heard
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .is_ok()
        {}
        assert!(Instant::now() < deadline, "the daemon goes on");
    }
}

/// A process that Ringfence takes for Claude Code: it fires the hooks it is told to.
pub struct FakeAgent {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    payloads: PathBuf,
    fired: usize,
}

/// Fires a hook for each line it reads; one that begins with `!` it runs.
const SCRIPT: &str = r##"#!/bin/sh
while read -r line; do
    case $line in
    !*) eval "${line#!}" ;;
    *) "$RINGFENCE" hook claude-code <"$line" ;;
    esac
    echo "#"
done
"##;

impl FakeAgent {
    /// Starts it in a home.
    pub fn start(home: &Home) -> FakeAgent {
        FakeAgent::start_with(home, &[])
    }

    /// The same, with more in its environment.
    pub fn start_with(home: &Home, environment: &[(&str, String)]) -> FakeAgent {
        home.write("bin/claude", SCRIPT);
        let program = home.path().join("bin/claude");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .expect("the script is ours");
        let mut child = home
            .command(&program)
            .env("RINGFENCE", home.program())
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script starts");
        let stdin = child.stdin.take().expect("stdin is piped");
        let stdout = child.stdout.take().expect("stdout is piped");
        FakeAgent {
            child,
            stdin,
            stdout: BufReader::new(stdout),
            payloads: home.path().to_owned(),
            fired: 0,
        }
    }

    /// Its process.
    pub fn process(&self) -> Process {
        process(self.child.id())
    }

    /// Fires a hook; returns what it answered.
    pub fn fire(&mut self, payload: &[u8]) -> String {
        self.fired += 1;
        let path = self.payloads.join(format!("payload-{}", self.fired));
        fs::write(&path, payload).expect("a file of the home");
        self.line(&path.display().to_string())
    }

    /// Runs a line of shell below it; returns what it printed.
    pub fn run(&mut self, line: &str) -> String {
        self.line(&format!("!{line}"))
    }

    fn line(&mut self, line: &str) -> String {
        writeln!(self.stdin, "{line}").expect("the agent reads");
        let mut said = String::new();
        loop {
            let mut line = String::new();
            let read = self.stdout.read_line(&mut line).expect("the agent writes");
            assert!(read > 0, "the agent ended: {said}");
            // What was printed last may have had no end of line.
            if let Some(last) = line.strip_suffix("#\n") {
                said.push_str(last);
                return said;
            }
            said.push_str(&line);
        }
    }
}

impl Drop for FakeAgent {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A process by its id, with its start time (field 22 of `/proc/<pid>/stat`).
pub fn process(pid: u32) -> Process {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    let (_, after) = line.rsplit_once(") ").expect("the line has a name");
    let started = after.split(' ').nth(19).expect("the line has 22 fields");
    Process {
        pid,
        started: started.parse().expect("a number"),
    }
}

/// What a process of a tree did now.
pub fn seen(tree: Process, process: Process, deed: Deed) -> Observation {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("a clock");
    Observation {
        at: i64::try_from(now.as_micros()).expect("a time"),
        process,
        tree,
        user: rustix::process::geteuid().as_raw(),
        deed,
        error: None,
        denied: None,
        times: 1,
    }
}

/// The start of a program.
pub fn exec(executable: &str, argv: &[&str], parent: Process) -> Deed {
    Deed::Exec {
        executable: executable.to_owned(),
        script: None,
        argv: argv.iter().map(|&one| one.to_owned()).collect(),
        truncated: false,
        cwd: None,
        environment: Vec::new(),
        parent,
    }
}

/// The real sensor, with a control group of its own.
pub struct RealSensor {
    child: Child,
    socket: PathBuf,
    group: PathBuf,
    /// A sensor watches each agent of its user that it knows by name: one test at a time.
    _turn: fs::File,
}

/// Where control groups of version 2 are mounted.
const GROUPS: [&str; 2] = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

impl RealSensor {
    /// Starts it where the home's daemon will look, with these settings beside.
    pub fn start(home: &Home, settings: &str) -> RealSensor {
        RealSensor::start_under(home, settings, &[])
    }

    /// The same by a program that starts others, with these arguments.
    pub fn start_under(home: &Home, settings: &str, starter: &[&str]) -> RealSensor {
        assert!(
            rustix::process::geteuid().is_root(),
            "the sensor is tested as root\nhint: run the tests as root"
        );
        let turn = fs::File::create(std::env::temp_dir().join("ringfence-sensor-tests.lock"))
            .expect("a lock can be made");
        turn.lock().expect("the others come to an end");
        let socket = home.path().join(".run/sensor/sensor.sock");
        home.configure(&format!(
            "{settings}\n[sensor]\nsocket = \"{}\"\n",
            socket.display()
        ));
        let mount = GROUPS
            .iter()
            .map(Path::new)
            .find(|mount| mount.join("cgroup.procs").exists())
            .expect("control groups of version 2 are mounted");
        let name = home.path().file_name().expect("a home has a name");
        let group = mount.join(name);
        fs::create_dir(&group).expect("a control group can be made");
        RealSensor {
            child: launch(home, &socket, &group, starter),
            socket,
            group,
            _turn: turn,
        }
    }

    /// Starts it once more, after it has ended.
    pub fn start_again(&mut self, home: &Home) {
        self.child.wait().expect("the sensor was ours");
        self.child = launch(home, &self.socket, &self.group, &[]);
    }

    /// Its control group.
    pub fn group(&self) -> &Path {
        &self.group
    }

    /// Puts a process into the control group.
    pub fn takes_in(&self, pid: u32) {
        fs::write(self.group.join("cgroup.procs"), pid.to_string())
            .expect("a process can be put into the group");
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a supervisor would; panics if it does not end well.
    pub fn stop(&mut self) {
        self.signal(rustix::process::Signal::TERM);
        let ended = crate::run::wait(&mut self.child, PATIENCE);
        let ended = ended.expect("the sensor ends when it is told to");
        assert!(ended.success(), "the sensor ended: {ended:?}");
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process id");
        let pid = rustix::process::Pid::from_raw(pid).expect("a process id");
        rustix::process::kill_process(pid, signal).expect("the sensor runs");
    }
}

/// Starts the sensor, and waits until it listens.
fn launch(home: &Home, socket: &Path, group: &Path, starter: &[&str]) -> Child {
    let mut words: Vec<OsString> = starter.iter().map(OsString::from).collect();
    words.push(binary().into());
    let mut words = words.into_iter();
    let mut child = home
        .command(words.next().expect("a program"))
        .args(words)
        .arg("sensor")
        .arg("--socket")
        .arg(socket)
        .arg("--cgroup")
        .arg(group)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the sensor starts");
    until("the sensor listens", || {
        let ended = child.try_wait().expect("the child can be asked");
        assert!(ended.is_none(), "the sensor ended: {ended:?}");
        UnixStream::connect(socket).is_ok()
    });
    child
}

impl Drop for RealSensor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        // Who is still in it goes back to the first group; then it can go.
        let above = self.group.parent().map(|mount| mount.join("cgroup.procs"));
        let inside = fs::read_to_string(self.group.join("cgroup.procs")).unwrap_or_default();
        for pid in inside.lines() {
            if let Some(above) = &above {
                drop(fs::write(above, pid));
            }
        }
        drop(fs::remove_dir(&self.group));
    }
}
