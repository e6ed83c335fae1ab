//! What the daemon makes of a sensor's words: joined to session and call, judged, kept; and what it
//! asks of the sensor.

use ringfence_event::{AgentKind, FileActivity, Transport};
use ringfence_sense::wire::Request;
use ringfence_sense::{Deed, Endpoint, Losses, Observation, Policy, Process, Settings};
use ringfence_tests::home::Home;
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::until;
use ringfence_tests::sensor::{FakeAgent, Meeting, ScriptedSensor, exec, seen};
use serde_json::{Value, json};

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
        let watched = meeting.wait_for("Watch", |request| match request {
            Request::Watch { root } => Some(root),
            _ => None,
        });
        assert_eq!(watched, root);
        Scene {
            home,
            sensor,
            meeting,
            agent,
            root,
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
    assert_eq!(files[0]["verdict"], "alert");
    let alerts = scene
        .home
        .json(&["alerts", "--rule", "credential-read", "--json"]);
    assert_eq!(
        alerts["alerts"].as_array().map(Vec::len),
        Some(1),
        "{alerts:#}"
    );
    assert_eq!(scene.seen("exec").len(), 2);
}

#[test]
fn what_the_kernel_denied_is_a_denial_of_the_rule_it_came_from() {
    let mut scene = Scene::new("mode = \"enforce\"", "make docs");
    let policy: Policy = scene.meeting.wait_for("Enforce", |request| match request {
        Request::Enforce(policy) => Some(policy),
        _ => None,
    });
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
