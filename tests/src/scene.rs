//! An agent in a home, its daemon, and the real sensor that watches its tree.

use crate::home::{Home, KEY_CONTENT};
use crate::payload::ShellCall;
use crate::run::until;
use crate::sensor::{FakeAgent, RealSensor};
use ringfence_event::AgentKind;
use serde_json::Value;

/// The agent's session.
pub const SESSION: &str = "session-1";

/// A home with a daemon, the real sensor, and an agent whose tree it watches.
pub struct Scene {
    /// The home.
    pub home: Home,
    /// The sensor.
    pub sensor: RealSensor,
    /// The agent.
    pub agent: FakeAgent,
}

impl Scene {
    /// Starts all of it with these settings.
    pub fn new(settings: &str) -> Scene {
        Scene::with(Home::new().with_key(), settings, &[])
    }

    /// The same in a home that stands already, with an agent that has more in its environment.
    pub fn with(home: Home, settings: &str, environment: &[(&str, String)]) -> Scene {
        let sensor = RealSensor::start(&home, settings);
        home.up();
        Scene::of(home, sensor, environment)
    }

    /// The same with a sensor and a daemon that run already.
    pub fn of(home: Home, sensor: RealSensor, environment: &[(&str, String)]) -> Scene {
        let agent = FakeAgent::start_with(&home, environment);
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

    /// What `ringfence status` says of the sensor.
    pub fn status(&self) -> Value {
        self.home.json(&["status", "--json"])["status"]["daemon"]["sensor"].clone()
    }

    /// Waits until denials are in force.
    pub fn wait_for_denials(&self) {
        until("denials are in force", || {
            self.status()["report"]["enforcing"] == true
        });
    }

    /// Fires the hook of a call that runs this line.
    pub fn begin(&mut self, line: &str) {
        let cwd = self.home.project().display().to_string();
        let call = ShellCall {
            session: SESSION,
            call: &format!("call: {line}"),
            cwd: &cwd,
            command: line,
        };
        drop(self.agent.fire(&call.payload(AgentKind::ClaudeCode)));
    }

    /// Runs a line without single quotes as the agent's shell tool would; returns what it printed.
    pub fn runs(&mut self, line: &str) -> String {
        self.begin(line);
        self.agent.run(&format!("sh -c '{line}' 2>&1"))
    }

    /// Writes a script into the project whose grandchild prints the fake key: no hook can know it.
    #[must_use]
    pub fn with_thief(self) -> Scene {
        self.home
            .write("project/tool.sh", "#!/bin/sh\nsh -c 'cat ~/.ssh/id_rsa'\n");
        self
    }

    /// Runs that script as a tool call; says whether it got the key.
    pub fn steals(&mut self) -> bool {
        self.runs("sh ./tool.sh").contains(KEY_CONTENT)
    }

    /// Waits for an event of a kind that a test looks for.
    pub fn wait_for(&self, kind: &str, what: impl Fn(&Value) -> bool) -> Value {
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

    /// The path of the fake private key.
    pub fn key(&self) -> String {
        self.home.path().join(".ssh/id_rsa").display().to_string()
    }
}
