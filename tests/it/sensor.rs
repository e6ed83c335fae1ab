//! What the daemon makes of a sensor's words: joined to session and call, judged, kept; and what it
//! asks of the sensor.

use ringfence_event::{AgentKind, FileActivity, Transport};
use ringfence_sense::wire::{self, Answer, Request};
use ringfence_sense::{
    Deed, Endpoint, Layer, LayerState, Losses, Observation, Policy, Process, Report, Settings, Tier,
};
use ringfence_tests::home::Home;
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::until;
use ringfence_tests::sensor::{FakeAgent, Meeting, ScriptedSensor, exec, seen};
use serde_json::{Value, json};
use std::io::Write;
use std::os::unix::net::UnixStream;

const SESSION: &str = "session-1";

fn call<'a>(home: &'a str, command: &'a str) -> ShellCall<'a> {
    ShellCall {
        session: SESSION,
        call: "toolu_1",
        cwd: home,
        command,
    }
}

/// A daemon with a scripted sensor, and an agent that has begun one call.
struct Scene {
    home: Home,
    sensor: ScriptedSensor,
    meeting: Meeting,
    agent: FakeAgent,
    root: Process,
    /// What was to be denied when the tree was watched.
    policy: Option<Policy>,
}

impl Scene {
    fn new(settings: &str, command: &str) -> Scene {
        let home = Home::new().with_key();
        let sensor = ScriptedSensor::listen(&home, settings);
        home.up();
        let meeting = sensor.meet();
        let mut agent = FakeAgent::start(&home);
        let cwd = home.project().display().to_string();
        let payload = call(&cwd, command).payload(AgentKind::ClaudeCode);
        drop(agent.fire(&payload));
        let root = agent.process();
        let mut policy = None;
        let watched = meeting.wait_for("Watch", |request| match request {
            Request::Watch { root } => Some(root),
            Request::Enforce(said) => {
                policy = Some(said);
                None
            }
            _ => None,
        });
        assert_eq!(watched, root);
        Scene {
            home,
            sensor,
            meeting,
            agent,
            root,
            policy,
        }
    }

    /// A child of the agent that runs a shell, and its child, which does something.
    fn grandchild_does(&mut self, line: &str, deed: Deed) -> Observation {
        let shell = Process {
            pid: 900_001,
            started: 1,
        };
        let child = Process {
            pid: 900_002,
            started: 2,
        };
        let root = self.root;
        self.meeting.saw(vec![
            seen(root, root, Deed::Fork { child: shell }),
            seen(
                root,
                shell,
                exec("/usr/bin/bash", &["bash", "-c", line], root),
            ),
            seen(root, shell, Deed::Fork { child }),
            seen(
                root,
                child,
                exec("/usr/bin/python3.11", &["python3", "conf.py"], shell),
            ),
        ]);
        seen(root, child, deed)
    }

    /// The sensor's events on record, oldest first.
    fn seen(&self, kind: &str) -> Vec<Value> {
        let arguments = ["events", "--kind", kind, "--limit", "1000", "--json"];
        let events = self.home.json(&arguments);
        let all = events["events"].as_array().expect("a list").clone();
        let of_the_kernel = |stored: &Value| stored["event"]["source"] == "kernel";
        all.into_iter().filter(of_the_kernel).collect()
    }

    fn wait_for(&self, kind: &str, count: usize) -> Vec<Value> {
        until(&format!("{count} of {kind} are on record"), || {
            self.seen(kind).len() >= count
        });
        self.seen(kind)
    }
}

fn reads_key(home: &Home) -> Deed {
    Deed::File {
        activity: FileActivity::Read,
        path: home.path().join(".ssh/id_rsa").display().to_string(),
        to: None,
    }
}

#[test]
fn what_a_grandchild_does_belongs_to_its_call() {
    let mut scene = Scene::new("", "make docs");
    let deed = reads_key(&scene.home);
    let read = scene.grandchild_does("make docs", deed);
    scene.meeting.saw(vec![read]);
    let files = scene.wait_for("file", 1);
    let event = &files[0]["event"];
    assert_eq!(event["session"], SESSION, "{event:#}");
    assert_eq!(event["call"]["id"], "toolu_1", "{event:#}");
    assert_eq!(event["agent"], "claude-code");
    assert_eq!(
        event["process"],
        json!({ "pid": 900_002, "started": 2, "executable": "/usr/bin/python3.11" })
    );
    assert_eq!(event["labels"]["files"][0]["class"], "credential");
    // It has happened: there is nothing to deny any more.
    assert_ne!(files[0]["verdict"], "deny");
    assert_eq!(scene.seen("exec").len(), 2);
}

#[test]
fn what_the_kernel_denied_is_a_denial_of_the_rule_it_came_from() {
    let mut scene = Scene::new("mode = \"enforce\"", "make docs");
    let policy = scene.policy.clone().expect("something is denied");
    let ssh = scene.home.path().join(".ssh").display().to_string();
    let rule = policy.files.iter().find(|rule| rule.path == ssh);
    let rule = rule.unwrap_or_else(|| panic!("`{ssh}` is not denied: {policy:#?}"));
    assert!(!policy.names.is_empty() && !policy.addresses.is_empty());
    let number = rule.number;
    let deed = reads_key(&scene.home);
    let mut read = scene.grandchild_does("make docs", deed);
    read.denied = Some(number);
    read.error = Some(1);
    scene.meeting.saw(vec![read]);
    let files = scene.wait_for("file", 1);
    assert_eq!(files[0]["verdict"], "deny", "{files:#?}");
    let alerts = scene
        .home
        .json(&["alerts", "--rule", "credential-read", "--json"]);
    assert_eq!(alerts["alerts"][0]["verdict"], "deny", "{alerts:#}");
}

#[test]
fn in_guard_the_kernel_denies_nothing() {
    let mut scene = Scene::new("", "make docs");
    assert_eq!(scene.policy, None);
    let connect = scene.grandchild_does(
        "make docs",
        Deed::Connect {
            to: Endpoint::Inet {
                address: [192, 0, 2, 1].into(),
                port: 443,
                transport: Transport::Tcp,
            },
        },
    );
    scene.meeting.saw(vec![connect]);
    drop(scene.wait_for("connect", 1));
    // Two pulses are further than the first words.
    let mut pulses = 0;
    scene.meeting.wait_for("Pulse", |request| {
        assert!(!matches!(request, Request::Enforce(_)), "{request:?}");
        pulses += usize::from(request == Request::Pulse);
        (pulses == 2).then_some(())
    });
}

#[test]
fn what_was_lost_makes_the_session_incomplete() {
    let mut scene = Scene::new("", "make docs");
    // Sessions are counted up to a second behind the events.
    until("the session is counted, and complete", || {
        let sessions = scene.home.json(&["sessions", "--json"]);
        sessions["sessions"][0]["incomplete"] == false
    });
    let losses = Losses {
        ring_full: 41,
        map_full: 1,
        fault: 0,
    };
    let lost = seen(scene.root, scene.root, Deed::Lost(losses));
    scene.meeting.saw(vec![lost]);
    let lost = scene.wait_for("lost", 1);
    assert_eq!(
        lost[0]["event"]["action"]["counts"],
        json!({ "ring_full": 41, "map_full": 1 })
    );
    until("the session is called incomplete", || {
        let sessions = scene.home.json(&["sessions", "--json"]);
        sessions["sessions"][0]["incomplete"] == true
    });
}

#[test]
fn a_sensor_that_comes_back_is_told_everything_again() {
    let scene = Scene::new("mode = \"enforce\"", "make docs");
    let Scene {
        home,
        sensor,
        meeting,
        agent,
        root,
        ..
    } = scene;
    drop(meeting);
    let meeting = sensor.meet();
    let (mut settings, mut watched, mut policy) = (None::<Settings>, None, None::<Policy>);
    meeting.wait_for("all that is wanted", |request| {
        match request {
            Request::Settings(said) => settings = Some(said),
            Request::Watch { root } => watched = Some(root),
            Request::Enforce(said) => policy = Some(said),
            _ => {}
        }
        (settings.is_some() && watched.is_some() && policy.is_some()).then_some(())
    });
    assert_eq!(watched, Some(root));
    let settings = settings.expect("it was said");
    assert!(settings.programs.contains(&"claude".to_owned()));
    assert!(
        settings
            .variables
            .contains(&"CODEX_TOOL_CALL_ID".to_owned())
    );
    let ssh = home.path().join(".ssh").display().to_string();
    assert!(settings.interests.iter().any(|one| one.path == ssh));
    until("what was missed is told", || {
        let events = home.json(&["events", "--kind", "lost", "--json"]);
        events["events"][0]["event"]["action"]["counts"] == json!({ "sensor_gone": 1 })
    });
    drop(agent);
}

#[test]
fn a_sensor_of_another_version_is_refused_with_words() {
    let home = Home::new();
    let sensor = ScriptedSensor::listen(&home, "");
    home.up();
    let meeting = sensor.meet_in(99);
    meeting.wait_for_end();
    until("the status says why", || {
        let status = home.json(&["status", "--json"]);
        let why = &status["status"]["daemon"]["sensor"]["why"];
        why.as_str().is_some_and(|why| why.contains("version 99"))
    });
    drop(meeting);
}

#[test]
fn a_locked_session_reaches_only_what_its_user_named() {
    let mut scene = Scene::new("", "make docs");
    until("the session is counted", || {
        let sessions = scene.home.json(&["sessions", "--json"]);
        sessions["sessions"][0]["session"] == SESSION
    });
    let arguments = [
        "lock",
        "session",
        "--allow",
        "docs.example.org",
        "192.0.2.0/24",
    ];
    let said = scene.home.ringfence(&arguments).ok();
    assert!(!said.stdout.contains("Not in force"), "{said:#?}");
    let lock = scene.meeting.wait_for("the lock", |request| match request {
        Request::Enforce(policy) => policy.locks.first().cloned(),
        _ => None,
    });
    assert_eq!(
        (lock.tree, &lock.names),
        (scene.root, &vec!["docs.example.org".to_owned()])
    );
    assert_eq!(lock.addresses, [([192, 0, 2, 0].into(), 24)]);
    let mut connect = scene.grandchild_does(
        "make docs",
        Deed::Connect {
            to: Endpoint::Inet {
                address: [198, 51, 100, 1].into(),
                port: 443,
                transport: Transport::Tcp,
            },
        },
    );
    connect.denied = Some(lock.number);
    connect.error = Some(1);
    scene.meeting.saw(vec![connect]);
    let connects = scene.wait_for("connect", 1);
    assert_eq!(connects[0]["verdict"], "deny", "{connects:#?}");
    let alerts = scene
        .home
        .json(&["alerts", "--rule", "session-locked", "--json"]);
    assert_eq!(
        alerts["alerts"][0]["evidence"], "python3.11 198.51.100.1",
        "{alerts:#}"
    );
    drop(scene.home.ringfence(&["unlock", SESSION]).ok());
    scene.meeting.wait_for("Release", |request| {
        (request == Request::Release).then_some(())
    });
}

#[test]
fn release_lifts_all_denials_until_it_is_taken_back() {
    let scene = Scene::new("mode = \"enforce\"", "make docs");
    assert!(scene.policy.is_some(), "something is denied");
    let enforced = |request| matches!(request, Request::Enforce(_)).then_some(());
    let Scene {
        home,
        sensor,
        meeting,
        agent,
        ..
    } = scene;
    // The command speaks with the sensor itself, beside the daemon.
    let asked = std::thread::spawn(move || {
        let mut other = sensor.meet();
        other.wait_for("Release", |request| {
            (request == Request::Release).then_some(())
        });
        other.say(&Answer::Report(quiet()));
        sensor
    });
    drop(home.ringfence(&["release"]).ok());
    let sensor = asked.join().expect("the command spoke with the sensor");
    meeting.wait_for("Release", |request| {
        (request == Request::Release).then_some(())
    });
    let status = home.json(&["status", "--json"]);
    let told = &status["status"]["daemon"]["sensor"];
    assert_eq!(
        (&told["released"], &told["denying"]),
        (&json!(true), &json!(false))
    );
    drop(home.ringfence(&["release", "--undo"]).ok());
    meeting.wait_for("Enforce", enforced);
    drop((sensor, agent));
}

/// A sensor that denies nothing.
fn quiet() -> Report {
    Report {
        version: "0.0.0".to_owned(),
        tier: Tier::B,
        layers: Vec::new(),
        tallies: Vec::new(),
        processes: (0, 1),
        enforcing: false,
        resident: 0,
    }
}

#[test]
fn a_layer_is_live_because_an_event_came_through_it() {
    let mut scene = Scene::new("", "make docs");
    let layer = |name: &str, state: LayerState, delivered| Layer {
        name: name.to_owned(),
        state,
        delivered,
        blind: vec![format!("what {name} cannot see")],
    };
    let report = Report {
        layers: vec![
            layer(
                "processes",
                LayerState::Delivering {
                    last: 1_795_000_000_000_000,
                },
                9,
            ),
            layer("names", LayerState::Attached, 0),
            layer(
                "security hooks",
                LayerState::Refused {
                    why: "not here".to_owned(),
                },
                0,
            ),
        ],
        ..quiet()
    };
    scene.meeting.say(&Answer::Report(report));
    until("the status has the report", || {
        let status = scene.home.json(&["status", "--json"]);
        status["status"]["daemon"]["sensor"]["report"]["tier"] == "B"
    });
    let status = scene.home.ringfence(&["status"]).ok().stdout;
    for expected in [
        "tier B, only watches",
        "processes: live, 9 events",
        "names: attached, nothing came yet",
        "security hooks: refused: not here",
        "everywhere: what names cannot see",
    ] {
        assert!(status.contains(expected), "{expected}: {status}");
    }
    let doctor = scene.home.ringfence(&["doctor", "--json"]);
    let doctor: Value = serde_json::from_str(&doctor.stdout).expect("JSON");
    let checks = doctor["doctor"]["checks"].as_array().expect("a list");
    let well = |part: &str| {
        let check = checks.iter().find(|check| check["part"] == part);
        check.unwrap_or_else(|| panic!("no {part}: {doctor:#}"))["well"].clone()
    };
    assert_eq!(well("sensor: processes"), true);
    assert_eq!(well("sensor: names"), false);
}

#[test]
fn the_sensor_of_a_fenced_tree_speaks_on_the_daemons_own_socket() {
    let home = Home::new();
    home.configure("[sensor]\nsocket = \"/nonexistent/sensor.sock\"");
    home.up();
    let mut stream = UnixStream::connect(home.socket()).expect("the daemon listens");
    let ask = br#"{"ask":"sense"}"#;
    let length = u32::try_from(ask.len())
        .expect("a short frame")
        .to_be_bytes();
    stream.write_all(&length).expect("the daemon reads");
    stream.write_all(ask).expect("the daemon reads");
    let mut meeting = Meeting::begin(stream, wire::VERSION);
    meeting.wait_for("Settings", |request| match request {
        Request::Settings(settings) => Some(settings),
        _ => None,
    });
    let root = Process {
        pid: 900_010,
        started: 3,
    };
    meeting.saw(vec![seen(
        root,
        root,
        exec("/usr/bin/claude", &["claude"], root),
    )]);
    until("what it saw is on record", || {
        let events = home.json(&["events", "--kind", "exec", "--json"]);
        events["events"]
            .as_array()
            .is_some_and(|events| events.len() == 1)
    });
    let status = home.json(&["status", "--json"]);
    let sensor = &status["status"]["daemon"]["sensor"];
    assert_eq!(
        (&sensor["fenced"], &sensor["connected"]),
        (&json!(1), &json!(false))
    );
}

/// Processes of `ringfence ps` whose line begins so.
fn running(home: &Home, line: &str) -> Vec<Value> {
    let list = home.json(&["ps", "--json"]);
    let all = list["processes"]["processes"]
        .as_array()
        .expect("a list")
        .clone();
    let begins = |one: &Value| {
        one["line"]
            .as_str()
            .is_some_and(|text| text.starts_with(line))
    };
    all.into_iter().filter(begins).collect()
}

fn state_of(pid: u64) -> Option<char> {
    let line = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = line.rsplit_once(") ")?;
    after.chars().next()
}

#[test]
fn a_session_is_listed_held_still_let_go_and_ended_without_a_sensor() {
    let home = Home::new();
    home.configure("[sensor]\nsocket = \"/nonexistent/sensor.sock\"");
    home.up();
    let mut agent = FakeAgent::start(&home);
    let cwd = home.project().display().to_string();
    let payload = call(&cwd, "sleep 600").payload(AgentKind::ClaudeCode);
    drop(agent.fire(&payload));
    drop(agent.run("sleep 600 >/dev/null 2>&1 &"));
    let found = running(&home, "sleep 600");
    let [sleep] = found.as_slice() else {
        panic!("{found:#?}");
    };
    let root = agent.process();
    assert_eq!(sleep["root"], root.pid);
    assert_eq!(sleep["session"], SESSION);
    let pid = sleep["pid"].as_u64().expect("a process id");
    let door = home.door();
    let listed = door.json("/api/v1/processes");
    assert_eq!(
        listed["processes"].as_array().map(Vec::len),
        Some(2),
        "{listed:#}"
    );

    // An agent may not: neither stop itself, nor let itself go on.
    let said = agent.run("\"$RINGFENCE\" suspend session 2>&1");
    assert!(said.contains("this command is for people"), "{said}");

    drop(home.ringfence(&["suspend", "session"]).ok());
    assert_eq!(
        (state_of(pid), state_of(root.pid.into())),
        (Some('T'), Some('T'))
    );
    drop(home.ringfence(&["resume", &pid.to_string()]).ok());
    assert_ne!(state_of(pid), Some('T'));
    assert_eq!(
        state_of(root.pid.into()),
        Some('T'),
        "only what was asked for"
    );
    let done = home.json(&["stop", SESSION, "--json"]);
    let processes = done["done"]["processes"].as_array().expect("a list");
    assert_eq!(processes.len(), 2, "{done:#}");
    assert!(matches!(state_of(pid), None | Some('Z')));
    let events = home.json(&["events", "--kind", "other", "--json"]);
    let moments: Vec<&str> = events["events"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|stored| stored["event"]["moment"].as_str())
        .collect();
    assert_eq!(moments, ["suspended", "resumed", "stopped"], "{events:#}");
    let refused = home.ringfence(&["stop", &std::process::id().to_string()]);
    assert!(
        refused.stderr.contains("belongs to no session"),
        "{refused:#?}"
    );
}
