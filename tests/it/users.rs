//! Several users on one machine, and peers that are none: the sensor answers each user for their own
//! trees, and who is in a fence does not pass for a person.

use ringfence_event::AgentKind;
use ringfence_sense::Process;
use ringfence_sense::wire::{self, Answer, Request};
use ringfence_tests::home::{Home, KEY_CONTENT};
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::{Run, until};
use ringfence_tests::sensor::{FakeAgent, RealSensor};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Nobody's numbers on any machine that we know.
const USERS: [u32; 2] = [61_201, 61_202];

/// One user's home, daemon and agent.
struct Person {
    home: Home,
    agent: FakeAgent,
}

impl Person {
    fn new(user: u32, sensor: &RealSensor, socket: &Path, settings: &str) -> Person {
        let home = Home::new().with_key().of_user(user);
        home.configure(&format!(
            "{settings}\n[sensor]\nsocket = \"{}\"\n",
            socket.display()
        ));
        home.up();
        let mut agent = FakeAgent::start(&home);
        sensor.takes_in(agent.process().pid);
        let cwd = home.project().display().to_string();
        let call = ShellCall {
            session: "session-1",
            call: "call-1",
            cwd: &cwd,
            command: "sh ./work.sh",
        };
        drop(agent.fire(&call.payload(AgentKind::ClaudeCode)));
        Person { home, agent }
    }

    /// Paths of the files that its daemon was told of.
    fn files(&self) -> Vec<String> {
        let events = self
            .home
            .json(&["events", "--kind", "file", "--limit", "1000", "--json"]);
        let events = events["events"].as_array().cloned().unwrap_or_default();
        let path = |stored: &Value| {
            stored["event"]["action"]["path"]
                .as_str()
                .map(str::to_owned)
        };
        events.iter().filter_map(path).collect()
    }

    /// Processes that its daemon knows of.
    fn processes(&self) -> Vec<u64> {
        let list = self.home.json(&["ps", "--json"]);
        let all = list["processes"]["processes"].as_array().cloned();
        let all = all.unwrap_or_default();
        all.iter().filter_map(|one| one["pid"].as_u64()).collect()
    }
}

/// A sensor whose socket every user can reach.
fn sensor(of_root: &Home) -> RealSensor {
    let sensor = RealSensor::start(of_root, "");
    for place in [of_root.path(), &of_root.path().join(".run")] {
        fs::set_permissions(place, Permissions::from_mode(0o755)).expect("it is ours");
    }
    sensor
}

#[test]
fn each_user_sees_and_fences_their_own_trees_only() {
    let of_root = Home::new();
    let sensor = sensor(&of_root);
    let socket = of_root.path().join(".run/sensor/sensor.sock");
    let [one, other] = USERS;
    let mut ada = Person::new(one, &sensor, &socket, "mode = \"enforce\"");
    let mut bob = Person::new(other, &sensor, &socket, "");
    for (person, name) in [(&mut ada, "adas"), (&mut bob, "bobs")] {
        until("the person's own file is told", || {
            drop(person.agent.run(&format!("sh -c 'echo x > {name}'; true")));
            person.files().iter().any(|path| path.ends_with(name))
        });
    }
    assert!(!ada.files().iter().any(|path| path.ends_with("bobs")));
    assert!(!bob.files().iter().any(|path| path.ends_with("adas")));
    let roots = [&ada, &bob].map(|person| u64::from(person.agent.process().pid));
    assert!(ada.processes().contains(&roots[0]) && !ada.processes().contains(&roots[1]));
    assert!(bob.processes().contains(&roots[1]) && !bob.processes().contains(&roots[0]));
    // What one user denies is denied in that user's trees.
    until("the key is denied", || {
        !ada.agent
            .run("sh -c 'cat ~/.ssh/id_rsa' 2>&1")
            .contains(KEY_CONTENT)
    });
    let key = ada.agent.run("sh -c 'cat ~/.ssh/id_rsa' 2>&1");
    assert!(!key.contains(KEY_CONTENT), "{key}");
    let key = bob.agent.run("sh -c 'cat ~/.ssh/id_rsa' 2>&1");
    assert!(key.contains(KEY_CONTENT), "{key}");
    // And nobody watches another user's process.
    let answer = asks_to_watch(&bob.home, &socket, ada.agent.process());
    let Answer::Refused { why } = answer else {
        panic!("{answer:?}");
    };
    assert!(why.contains("another user's"), "{why}");
    let answer = asks_to_watch(&bob.home, &socket, bob.agent.process());
    assert!(matches!(answer, Answer::Watching { .. }), "{answer:?}");
}

/// Sends frames, and prints the first answer that is about what was asked: refused or watching.
const ASK: &str = "
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.settimeout(30)
s.connect(sys.argv[1])
s.sendall(bytes.fromhex(sys.argv[2]))
def read(length):
    data = b''
    while len(data) < length:
        data += s.recv(length - len(data))
    return data
while True:
    head = read(4)
    body = read(int.from_bytes(head, 'big'))
    if body[0] in (1, 3):
        print((head + body).hex())
        break
";

/// What the sensor answers to a home's user who wants to watch a process.
fn asks_to_watch(home: &Home, socket: &Path, root: Process) -> Answer {
    let mut frames = Vec::new();
    let version = wire::VERSION;
    wire::send(&mut frames, &Request::Hello { version }).expect("a frame");
    wire::send(&mut frames, &Request::Watch { root }).expect("a frame");
    let hex = frames.iter().fold(String::new(), |mut hex, byte| {
        hex.push_str(&format!("{byte:02x}"));
        hex
    });
    let mut python = home.command("/usr/bin/python3");
    let run = Run::of(python.args(["-c", ASK]).arg(socket).arg(hex)).ok();
    let said = run.stdout.trim().as_bytes().chunks(2);
    let bytes: Vec<u8> = said
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("hexadecimal digits");
            u8::from_str_radix(pair, 16).expect("hexadecimal digits")
        })
        .collect();
    wire::receive(&mut bytes.as_slice()).expect("an answer")
}

/// Asks the daemon as a program with threads does, for whom the supervisor of a fence connects.
const BEHIND: &str = "
import json, os, socket, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
for ask in [{'ask': 'whoami'}, {'ask': 'link'}, {'ask': 'respond', 'order': 'stop', 'whom': 'session'}, {'ask': 'stop'}]:
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(os.environ['XDG_RUNTIME_DIR'] + '/ringfence/daemon.sock')
    frame = json.dumps(ask).encode()
    s.sendall(len(frame).to_bytes(4, 'big') + frame)
    length = int.from_bytes(s.recv(4), 'big')
    print(s.recv(length).decode(errors='replace').replace(chr(10), ' '))
";

#[test]
fn who_is_in_a_fence_does_not_pass_for_a_person() {
    let home = Home::new();
    home.configure("[sensor]\nsocket = \"/nonexistent/sensor.sock\"");
    home.up();
    // Something about the network is denied, so that the supervisor connects for its programs.
    let fenced = ["exec", "--deny", "192.0.2.9", "--", "python3", "-c", BEHIND];
    let run = home.ringfence(&fenced).ok();
    let answers: Vec<&str> = run.stdout.lines().collect();
    let [whoami, refused @ ..] = answers.as_slice() else {
        panic!("{run:#?}");
    };
    let whoami: Value = serde_json::from_str(whoami).expect("JSON");
    assert_eq!(whoami["fenced"], true, "{whoami}");
    assert_eq!(refused.len(), 3, "{run:#?}");
    for refused in refused {
        assert!(refused.contains("a fenced program asks"), "{run:#?}");
    }
    assert!(
        home.processes().contains(&home.daemon()),
        "the daemon is gone"
    );
}
