//! What the sensor costs a working machine: processor time of the work and of who watches it,
//! against nobody watching, in the same round; and how soon the record has what the kernel saw.

use crate::daemon::Daemon;
use crate::group::Group;
use crate::{head, row, work};
use ringfence_event::Timestamp;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::http::Door;
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::until;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Rounds; the median of their ratios counts.
const ROUNDS: usize = 5;

/// Rounds with strace, which takes ten times as long.
const TRACED: usize = 2;

/// Programs whose way into the record is timed.
const TIMED: usize = 200;

/// Who watches is done when it took less than this in a [`GLANCE`].
const QUIET: Duration = Duration::from_millis(2);
const GLANCE: Duration = Duration::from_millis(150);

/// Prints the tables, of the works whose name has this in it; says so where it can't.
pub(crate) fn print(part: &str) {
    head(&[
        "sensor, processor time against nobody watching",
        "watched tree",
        "of it the sensor",
        "of it the daemon",
        "other trees",
        "`strace -f`",
        "aim",
    ]);
    let root = rustix::process::geteuid().is_root();
    let groups = (
        Group::new("bench-work"),
        Group::new("bench-sensor"),
        Group::new("bench-daemon"),
    );
    let ((Some(doing), Some(sensing), Some(keeping)), true) = (groups, root) else {
        row(&[
            "SKIPPED: needs root and control groups of version 2",
            "",
            "",
            "",
            "",
            "",
            "",
        ]);
        return;
    };
    let place = Place {
        doing,
        sensing,
        keeping,
    };
    let home = Home::new();
    let mut works = work::prepare(&home);
    works.retain(|work| work.name.contains(part));
    let mut all: Vec<Vec<Sample>> = works.iter().map(|_| Vec::new()).collect();
    let resident = rounds(&home, &place, &works, &mut all);
    for (work, samples) in works.iter().zip(&all) {
        print_row(work, samples);
    }
    print_latency(&home, &place, resident);
}

/// Does everything in each round, first with nobody watching; returns the sensor's memory in KiB.
fn rounds(home: &Home, place: &Place, works: &[work::Work], all: &mut [Vec<Sample>]) -> u64 {
    let mut resident = 0;
    for round in 0..ROUNDS {
        for (work, samples) in works.iter().zip(all.iter_mut()) {
            let alone = place.spent(home, "/bin/sh", &work.line);
            let traced =
                (round < TRACED).then(|| place.spent(home, "/bin/sh", &traced(&work.line)));
            samples.push(Sample {
                alone,
                traced,
                ..Sample::default()
            });
        }
        let watch = Watch::start(home, place);
        for (work, samples) in works.iter().zip(all.iter_mut()) {
            if let Some(sample) = samples.last_mut() {
                watch.measure(work, place, sample);
            }
        }
        resident = resident.max(watch.resident());
        watch.stop();
    }
    resident
}

fn print_row(work: &work::Work, samples: &[Sample]) {
    let ratio = |part: fn(&Sample) -> Option<Duration>| {
        median(
            samples
                .iter()
                .filter_map(|one| Some(part(one)?.as_secs_f64() / one.alone.as_secs_f64()))
                .collect(),
        )
    };
    row(&[
        work.name,
        &ratio(|one| Some(one.watched + one.sensor + one.daemon)),
        &ratio(|one| Some(one.sensor)),
        &ratio(|one| Some(one.daemon)),
        &ratio(|one| Some(one.beside)),
        &ratio(|one| one.traced),
        &format!("{}; others 1.02", work.aim),
    ]);
}

fn print_latency(home: &Home, place: &Place, resident: u64) {
    let watch = Watch::start(home, place);
    let mut times: Vec<Duration> = (0..TIMED)
        .map(|number| watch.time_to_record(place, number))
        .collect();
    let behind = watch.behind(place);
    watch.stop();
    times.sort_unstable();
    let at = |share: usize| share_of(&times, share);
    head(&["sensor", "measured", "aim"]);
    row(&[
        "from the kernel's moment of a program's start to its event in the API, median",
        &crate::milliseconds(at(50)),
        "",
    ]);
    row(&["the same, p99", &crate::milliseconds(at(99)), "50 ms"]);
    row(&[
        "how old the newest event in the API is while 2,000 programs start, p99",
        &crate::milliseconds(behind),
        "",
    ]);
    row(&[
        "resident memory of the sensor, at the most",
        &format!(
            "{:.1} MiB",
            f64::from(u32::try_from(resident).unwrap_or(u32::MAX)) / 1024.0
        ),
        "25 MiB",
    ]);
}

/// What one round took.
#[derive(Default)]
struct Sample {
    alone: Duration,
    traced: Option<Duration>,
    watched: Duration,
    sensor: Duration,
    daemon: Duration,
    beside: Duration,
}

/// Where things run.
struct Place {
    doing: Group,
    sensing: Group,
    keeping: Group,
}

impl Place {
    /// Time that a line of shell takes below a program.
    fn spent(&self, home: &Home, program: &str, line: &str) -> Duration {
        let before = self.doing.usage();
        let mut command = home.command(program);
        command.args(["-c", line]);
        for name in ["CARGO_HOME", "RUSTUP_HOME"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(own) = std::env::home_dir() {
            // The home is another one: the toolchain stays where it is.
            for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if std::env::var_os(name).is_none() {
                    command.env(name, own.join(folder));
                }
            }
        }
        let status = self.doing.enter(&command).stdin(Stdio::null()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "failed: {line}"
        );
        self.doing.usage().saturating_sub(before)
    }
}

fn traced(line: &str) -> String {
    format!("strace -f -o /dev/null sh -c '{line}'")
}

/// Sensor and daemon, ready.
struct Watch<'a> {
    home: &'a Home,
    sensor: Child,
    daemon: Daemon<'a>,
    /// A shell that is taken for an agent by its name.
    agent: String,
}

impl Watch<'_> {
    fn start<'a>(home: &'a Home, place: &Place) -> Watch<'a> {
        let socket = home.path().join(".run/sensor.sock");
        home.configure(&format!("[sensor]\nsocket = \"{}\"\n", socket.display()));
        let mut command = home.command(binary());
        command
            .arg("sensor")
            .arg("--socket")
            .arg(&socket)
            .arg("--cgroup")
            .arg(place.doing.path());
        let sensor = start(&place.sensing.enter(&command));
        until("the sensor listens", || socket.exists());
        let daemon = Daemon {
            home,
            child: start(&place.keeping.enter(home.command(binary()).arg("up"))),
        };
        until("the daemon answers", || {
            home.ringfence(&["status"]).stdout.contains("up since") || home.socket().exists()
        });
        let agent = home.path().join("bin/claude");
        if !agent.exists() {
            fs::create_dir_all(home.path().join("bin")).expect("a directory of the home");
            fs::copy("/bin/sh", &agent).expect("a shell can be copied");
            fs::set_permissions(&agent, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        let call = ShellCall {
            session: "bench",
            call: "call-1",
            cwd: "/home/dev/project",
            command: "make",
        };
        let payload = call.payload(ringfence_event::AgentKind::ClaudeCode);
        fs::write(home.path().join("payload"), payload).expect("a file of the home");
        let watch = Watch {
            home,
            sensor,
            daemon,
            agent: agent.display().to_string(),
        };
        let mut number = 0;
        until("a program of the agent is seen", || {
            number += 1;
            let name = format!("seen-{number}");
            place.spent(
                home,
                &watch.agent,
                &watch.within(&format!("/bin/echo {name} >/dev/null; true")),
            );
            thread::sleep(GLANCE);
            home.ringfence(&["events", "--json", "--kind", "exec"])
                .stdout
                .contains(&name)
        });
        watch
    }

    /// A line of shell within a session.
    fn within(&self, line: &str) -> String {
        format!(
            "{} hook claude-code <{}/payload >/dev/null; {line}",
            binary().display(),
            self.home.path().display()
        )
    }

    fn measure(&self, work: &work::Work, place: &Place, sample: &mut Sample) {
        sample.beside = place.spent(self.home, "/bin/sh", &work.line);
        Watch::settle(place);
        let hook = place.spent(self.home, &self.agent, &self.within("true"));
        Watch::settle(place);
        let before = (place.sensing.usage(), place.keeping.usage());
        let took = place.spent(self.home, &self.agent, &self.within(&work.line));
        Watch::settle(place);
        sample.watched = took.saturating_sub(hook);
        sample.sensor = place.sensing.usage().saturating_sub(before.0);
        sample.daemon = place.keeping.usage().saturating_sub(before.1);
    }

    /// Waits until who watches has caught up.
    fn settle(place: &Place) {
        until("sensor and daemon have caught up", || {
            let before = place.sensing.usage() + place.keeping.usage();
            thread::sleep(GLANCE);
            place.sensing.usage() + place.keeping.usage() < before + QUIET
        });
    }

    /// From the moment at which the kernel saw a program start to the one at which the API tells of
    /// it: our asking is in it.
    fn time_to_record(&self, place: &Place, number: usize) -> Duration {
        let name = format!("timed-{number}-");
        let door = self.home.door();
        let line = format!("/bin/echo {name} >/dev/null; true");
        place.spent(self.home, &self.agent, &line);
        let mut age = None;
        until("the record has it", || {
            age = newest(&door, 20, |row| {
                row.to_string().contains(&format!("/echo {name}"))
            });
            age.is_some()
        });
        age.unwrap_or_default()
    }

    /// How old the newest event in the API is at most, but for one in a hundred looks, while many
    /// programs start.
    fn behind(&self, place: &Place) -> Duration {
        let own = std::env::current_exe().expect("a program knows its path");
        let line = format!("{} --start 2000; true", own.display());
        let door = self.home.door();
        let mut ages = thread::scope(|scope| {
            let work = scope.spawn(|| place.spent(self.home, &self.agent, &line));
            let mut ages = Vec::new();
            while !work.is_finished() {
                ages.extend(newest(&door, 1, |_| true));
                thread::sleep(Duration::from_millis(2));
            }
            ages
        });
        // The first looks are from before the first start, the last from after the last one.
        let some = ages.len() / 10;
        ages.drain(..some);
        ages.truncate(ages.len().saturating_sub(some));
        ages.sort_unstable();
        share_of(&ages, 99)
    }

    fn resident(&self) -> u64 {
        let text =
            fs::read_to_string(format!("/proc/{}/status", self.sensor.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|value| value.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    fn stop(mut self) {
        self.daemon.stop();
        let pid = rustix::process::Pid::from_child(&self.sensor);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it is ours");
        self.sensor.wait().expect("it is ours");
    }
}

/// How old the newest start is that is wanted, among the last so many in the API.
fn newest(door: &Door, last: usize, wanted: impl Fn(&Value) -> bool) -> Option<Duration> {
    let page = door.json(&format!(
        "/api/v1/events?kind=exec&limit={last}&order=newest"
    ));
    let rows = page.get("items")?.as_array()?;
    let row = rows.iter().find(|row| wanted(row))?;
    let at = Timestamp::parse(row.get("at")?.as_str()?)?;
    let at = UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).ok()?);
    SystemTime::now().duration_since(at).ok()
}

/// What this share of them, in percent, does not exceed.
fn share_of(sorted: &[Duration], share: usize) -> Duration {
    sorted
        .get(sorted.len() * share / 100)
        .copied()
        .unwrap_or_default()
}

fn start(command: &Command) -> Child {
    let mut again = Command::new(command.get_program());
    again.args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        again.env(name, value.unwrap_or_default());
    }
    again
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    again.spawn().expect("it starts")
}

fn median(mut ratios: Vec<f64>) -> String {
    ratios.sort_by(f64::total_cmp);
    ratios
        .get(ratios.len() / 2)
        .map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
}
