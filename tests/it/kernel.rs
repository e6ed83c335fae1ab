//! The real sensor in this machine's kernel, as root: what a tree does is seen, joined and, in
//! enforce, stopped; whoever is outside of the tree is left alone.

use ringfence_event::AgentKind;
use ringfence_tests::home::{Home, KEY_CONTENT};
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::until;
use ringfence_tests::sensor::{FakeAgent, RealSensor};
use serde_json::Value;

const SESSION: &str = "session-1";

/// A home with a daemon, the real sensor, and an agent whose tree it watches.
struct Scene {
    home: Home,
    sensor: RealSensor,
    agent: FakeAgent,
}

impl Scene {
    fn new(settings: &str) -> Scene {
        let home = Home::new().with_key();
        let sensor = RealSensor::start(&home, settings);
        home.up();
        let agent = FakeAgent::start(&home);
        sensor.takes_in(agent.process().pid);
        let mut scene = Scene {
            home,
            sensor,
            agent,
        };
        scene.begin("echo hello");
        until("the agent's tree is watched", || {
            scene.status()["report"]["processes"][0].as_u64() > Some(0)
        });
        scene
    }

    fn status(&self) -> Value {
        self.home.json(&["status", "--json"])["status"]["daemon"]["sensor"].clone()
    }

    /// Fires the hook of a call that runs this line.
    fn begin(&mut self, line: &str) {
        let cwd = self.home.project().display().to_string();
        let call = ShellCall {
            session: SESSION,
            call: &format!("call: {line}"),
            cwd: &cwd,
            command: line,
        };
        drop(self.agent.fire(&call.payload(AgentKind::ClaudeCode)));
    }

    /// Runs a line as the agent's shell tool would.
    fn runs(&mut self, line: &str) -> String {
        self.begin(line);
        self.agent.run(&format!("sh -c '{line}' 2>&1"))
    }

    /// The sensor's events of a kind that a test looks for.
    fn wait_for(&self, kind: &str, what: impl Fn(&Value) -> bool) -> Value {
        let mut found = None;
        until(&format!("a {kind} is on record"), || {
            let events = self
                .home
                .json(&["events", "--kind", kind, "--limit", "1000", "--json"]);
            let events = events["events"].as_array().cloned().unwrap_or_default();
            found = events.into_iter().find(|stored| what(&stored["event"]));
            found.is_some()
        });
        found.expect("it was found")
    }

    fn key(&self) -> String {
        self.home.path().join(".ssh/id_rsa").display().to_string()
    }
}

#[test]
fn what_a_grandchild_reads_is_seen_with_its_tool_call() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/tool.sh",
        "#!/bin/sh\ncat ~/.ssh/id_rsa >/dev/null\n",
    );
    drop(scene.runs("sh ./tool.sh"));
    let key = scene.key();
    let read = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    let event = &read["event"];
    assert_eq!(event["source"], "kernel", "{event:#}");
    assert_eq!(event["session"], SESSION, "{event:#}");
    assert_eq!(event["call"]["id"], "call: sh ./tool.sh", "{event:#}");
    let program = event["process"]["executable"].as_str().unwrap_or_default();
    assert!(program.ends_with("/cat"), "{event:#}");
}

#[test]
fn who_leaves_the_tree_still_belongs_to_it() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/later.sh",
        "#!/bin/sh\nsleep 0.2\ncat ~/.ssh/id_rsa >/dev/null\n",
    );
    drop(scene.runs("(setsid sh ./later.sh >/dev/null 2>&1 &)"));
    let key = scene.key();
    let read = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(read["event"]["session"], SESSION, "{read:#}");
}

#[test]
fn where_a_tree_connects_is_seen_by_name_and_address() {
    let mut scene = Scene::new("");
    scene.home.write(
        "project/reach.py",
        "import socket\nsocket.socket().connect_ex(('192.0.2.1', 9))\n",
    );
    drop(scene.runs("getent hosts secret.example.invalid; timeout 1 python3 reach.py"));
    scene.wait_for("dns_query", |event| {
        event["action"]["name"] == "secret.example.invalid"
    });
    scene.wait_for("connect", |event| event["action"]["address"] == "192.0.2.1");
}

#[test]
fn in_enforce_a_key_is_not_printed_below_an_agent_and_is_elsewhere() {
    let mut scene = Scene::new("mode = \"enforce\"");
    until("denials are in force", || {
        scene.status()["report"]["enforcing"] == true
    });
    // A script, so that no hook can know what it reads.
    scene
        .home
        .write("project/tool.sh", "#!/bin/sh\ncat ~/.ssh/id_rsa\n");
    let printed = scene.runs("sh ./tool.sh");
    assert!(!printed.contains(KEY_CONTENT), "{printed}");
    let key = scene.key();
    let denied = scene.wait_for("file", |event| event["action"]["path"] == key.as_str());
    assert_eq!(denied["verdict"], "deny", "{denied:#}");
    let read = std::fs::read_to_string(&key).expect("who is outside may read it");
    assert!(read.contains(KEY_CONTENT));
    // The panic switch: at once, and for the same line.
    drop(scene.home.ringfence(&["release"]).ok());
    until("nothing is denied any more", || {
        scene.runs("sh ./tool.sh").contains(KEY_CONTENT)
    });
    scene.sensor.stop();
}
