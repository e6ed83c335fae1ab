//! Telemetry end to end: the real agents export to the daemon, hook and telemetry of one call meet, and
//! a call that no hook announced is a finding.

use flate2::Compression;
use flate2::write::GzEncoder;
use ringfence_tests::agents::RealAgent;
use ringfence_tests::home::Home;
use ringfence_tests::http::{Answer, Door};
use ringfence_tests::model::{Model, Script};
use ringfence_tests::run::until;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);
const BENIGN: &str = "echo ringfence-benign | tr a-z A-Z";
const THEFT: &str = "cat ~/.ssh/id_rsa";

/// The settings that `install --telemetry` edits, and a user's own text in them.
const SETTINGS: [(&str, &str, &str); 3] = [
    (
        "claude-code",
        ".claude/settings.json",
        "{\n    \"model\": \"opus\", // mine\n    \"env\": { \"A\": \"1\" }\n}",
    ),
    (
        "codex",
        ".codex/config.toml",
        "# mine\nmodel = \"x\"\n\n[tools]\nweb_search = true # yes\n",
    ),
    (
        "gemini",
        ".gemini/settings.json",
        "{\n\t// mine\n\t\"theme\": \"Dracula\", /* dark */\n\t\"telemetry\": {\"logPrompts\": false}\n}\r\n",
    ),
];

#[test]
fn undone_it_is_as_it_was() {
    for (agent, path, text) in SETTINGS {
        let home = Home::new();
        home.write(path, text);
        drop(home.ringfence(&["install", "--telemetry", agent]).ok());
        let told = home.read(path);
        assert!(told.contains("http://127.0.0.1:"), "{told}");
        let run = home.ringfence(&["install", "--telemetry", agent]).ok();
        assert!(run.stdout.contains("exports already"), "{run:?}");
        assert_eq!(home.read(path), told);
        drop(home.ringfence(&["uninstall", "--telemetry", agent]).ok());
        assert_eq!(home.read(path), text);

        // Together with the hooks, in any order.
        drop(home.ringfence(&["install", "--telemetry", agent]).ok());
        drop(home.ringfence(&["install", agent]).ok());
        drop(home.ringfence(&["uninstall", agent]).ok());
        assert_eq!(home.read(path), text, "{agent}");
        drop(home.ringfence(&["install", agent]).ok());
        drop(home.ringfence(&["install", "--telemetry", agent]).ok());
        drop(home.ringfence(&["uninstall", "--telemetry", "--all"]).ok());
        drop(home.ringfence(&["uninstall", "--all"]).ok());
        assert_eq!(home.read(path), text, "{agent}");
    }
}

#[test]
fn a_file_that_was_made_goes_away_and_dry_runs_change_nothing() {
    for (agent, path, _) in SETTINGS {
        let home = Home::new();
        let file = home.path().join(path);
        let shown = home.ringfence(&["install", "--telemetry", agent, "--dry-run"]);
        assert!(shown.ok().stdout.contains('+'));
        assert!(!file.exists());
        drop(home.ringfence(&["install", "--telemetry", agent]).ok());
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "the file holds a token");
        drop(
            home.ringfence(&["uninstall", "--telemetry", agent, "--dry-run"])
                .ok(),
        );
        assert!(file.exists());
        drop(home.ringfence(&["uninstall", "--telemetry", agent]).ok());
        assert!(!file.exists());
    }
    let home = Home::new();
    let run = home.ringfence(&["install", "--telemetry", "copilot"]).ok();
    assert!(
        run.stdout
            .contains("export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:")
    );
    let run = home.ringfence(&["install", "--telemetry", "cursor"]);
    assert!(!run.status.success());
}

/// Agents cannot lead telemetry elsewhere.
#[test]
fn it_is_for_people() {
    let home = Home::new();
    let mut command = home.command(ringfence_tests::home::binary());
    command
        .args(["install", "--telemetry", "claude-code"])
        .env("CLAUDECODE", "1");
    let run = ringfence_tests::run::Run::of(&mut command);
    assert!(!run.status.success());
    assert!(run.stderr.contains("for people"), "{run:?}");
}

/// Where an agent's telemetry is received: the address, and the path with its token.
fn door(home: &Home, agent: &str, path: &str) -> (Door, String) {
    drop(home.ringfence(&["install", "--telemetry", agent]).ok());
    let text = home.read(path);
    let mut words = text.split(['"', '\'']);
    let url = words.find(|word| word.contains("/t/")).unwrap();
    let url = url.strip_prefix("http://").unwrap();
    let (address, path) = url.split_once('/').unwrap();
    let base = path.split("/v1/").next().unwrap();
    let door = Door::at(address.parse().unwrap(), "");
    (door, format!("/{base}/v1/logs"))
}

fn told(text: &str, session: &str) -> Value {
    json!({"resourceLogs": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "claude-code"}}]},
        "scopeLogs": [{"logRecords": [{
            "timeUnixNano": "1795000000000000000",
            "attributes": [
                {"key": "event.name", "value": {"stringValue": "user_prompt"}},
                {"key": "session.id", "value": {"stringValue": session}},
                {"key": "prompt", "value": {"stringValue": text}},
            ],
        }]}],
    }]})
}

fn prompts(home: &Home) -> Vec<String> {
    let events = home.json(&["events", "--kind", "prompt", "--limit", "100", "--json"]);
    let all = events["events"].as_array().unwrap();
    all.iter()
        .map(|stored| {
            stored["event"]["action"]["text"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn send(door: &Door, path: &str, body: &[u8]) -> Answer {
    door.ask("POST", path)
        .header("Content-Type", "application/json")
        .body(body)
        .send()
}

#[test]
fn what_is_exported_is_kept_and_what_is_not_an_export_is_refused() {
    let home = Home::new();
    home.up();
    let (door, path) = door(&home, "claude-code", ".claude/settings.json");
    let body = told("the first prompt", "s1").to_string();
    assert_eq!(send(&door, &path, body.as_bytes()).status, 200);
    // It may come twice, and is kept once.
    assert_eq!(send(&door, &path, body.as_bytes()).status, 200);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let second = told("the second prompt", "s2").to_string();
    encoder.write_all(second.as_bytes()).unwrap();
    let packed = door
        .ask("POST", &path)
        .header("Content-Type", "application/json")
        .header("Content-Encoding", "gzip")
        .body(encoder.finish().unwrap())
        .send();
    assert_eq!(packed.status, 200);
    let foreign = body.replace("claude-code", "somebody-else");
    let answer = send(&door, &path, foreign.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["partialSuccess"]["rejectedLogRecords"], "1");
    let other = body.replace("claude-code", "gemini-cli");
    let answer = send(&door, &path, other.as_bytes());
    assert_eq!(answer.json()["partialSuccess"]["rejectedLogRecords"], "1");
    assert_eq!(send(&door, &path, b"no json").status, 400);
    assert_eq!(send(&door, "/v1/logs", body.as_bytes()).status, 401);
    let wrong = path.replace("/t/", "/t/0");
    assert_eq!(send(&door, &wrong, body.as_bytes()).status, 401);
    let page = door
        .ask("POST", &path)
        .header("Content-Type", "application/json")
        .header("Origin", "http://localhost:3000")
        .body(body.as_bytes());
    assert_eq!(page.send().status, 403);

    until("both prompts are on record", || prompts(&home).len() == 2);
    assert_eq!(prompts(&home), ["the first prompt", "the second prompt"]);
    let status = home.json(&["status", "--json"]);
    let agent = &status["status"]["telemetry"][0];
    assert_eq!(agent["agent"], "claude-code");
    assert_eq!(agent["delivers"], true);
    assert_eq!(agent["told"], 3);
    assert_eq!(agent["rejected"], 2);
    assert_eq!(agent["broken"], 1);
    assert_eq!(
        status["status"]["daemon"]["telemetry"]["refused"], 4,
        "{status:#}"
    );

    // The same address after a restart; none once nothing is awaited.
    home.down();
    home.up();
    assert_eq!(send(&door, &path, body.as_bytes()).status, 200);
    drop(
        home.ringfence(&["uninstall", "--telemetry", "claude-code"])
            .ok(),
    );
    let address =
        home.json(&["status", "--json"])["status"]["daemon"]["telemetry"]["address"].clone();
    assert_eq!(address, Value::Null);
    drop(TcpListener::bind(door.address).expect("nobody listens there any more"));
    home.down();
}

/// Takes what a collector gets: the head in small letters, and the body.
fn collector() -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, came) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut all = Vec::new();
            let mut piece = [0; 4096];
            let (head, body) = loop {
                let read = stream.read(&mut piece).unwrap_or(0);
                all.extend_from_slice(&piece[..read]);
                let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") else {
                    assert!(read > 0, "a request broke off");
                    continue;
                };
                let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
                let length = head.split("content-length: ").nth(1).unwrap();
                let length: usize = length.lines().next().unwrap().trim().parse().unwrap();
                if all.len() >= end + 4 + length {
                    break (head, all[end + 4..].to_vec());
                }
            };
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer.as_bytes()).ok();
            if tell.send((head, body)).is_err() {
                return;
            }
        }
    });
    (format!("http://{address}"), came)
}

#[test]
fn the_users_own_collector_still_gets_what_it_got() {
    let home = Home::new();
    let (url, came) = collector();
    let text = format!(
        "{{\"env\": {{\"CLAUDE_CODE_ENABLE_TELEMETRY\": \"1\", \"OTEL_LOGS_EXPORTER\": \"otlp\", \"OTEL_EXPORTER_OTLP_PROTOCOL\": \"http/json\", \"OTEL_EXPORTER_OTLP_ENDPOINT\": \"{url}\"}}}}"
    );
    home.write(".claude/settings.json", &text);
    let run = home
        .ringfence(&["install", "--telemetry", "claude-code"])
        .ok();
    assert!(
        run.stdout
            .contains(&format!("Passed on to `{url}/v1/logs`")),
        "{run:?}"
    );
    home.up();
    let (door, path) = door(&home, "claude-code", ".claude/settings.json");
    let body = told("of the user", "s1").to_string();
    let sent = door
        .ask("POST", &path)
        .header("Content-Type", "application/json")
        .header("Authorization", "Bearer of-the-user")
        .body(body.as_bytes())
        .send();
    assert_eq!(sent.status, 200);
    let (head, got) = came.recv_timeout(PATIENCE).expect("it is passed on");
    assert_eq!(got, body.as_bytes());
    assert!(head.starts_with("post /v1/logs "), "{head}");
    assert!(head.contains("authorization: bearer of-the-user"), "{head}");
    let token = path.split('/').nth(2).unwrap();
    assert!(!head.contains(token), "{head}");
    until("it is counted", || {
        let status = home.json(&["status", "--json"]);
        status["status"]["daemon"]["telemetry"]["forwarded"]["taken"] == 1
    });
    home.down();
    drop(home.ringfence(&["uninstall", "--telemetry", "--all"]).ok());
    assert_eq!(home.read(".claude/settings.json"), text);
}

#[test]
fn claude_code_tells_hooks_and_telemetry_of_one_call() {
    sources_meet(RealAgent::ClaudeCode);
}

#[test]
fn codex_tells_hooks_and_telemetry_of_one_call() {
    sources_meet(RealAgent::Codex);
}

#[test]
fn gemini_tells_hooks_and_telemetry_of_one_call() {
    sources_meet(RealAgent::Gemini);
}

/// Who told of the calls with this command, in the session as a person reads it; there is one.
fn sources_of(home: &Home, command: &str) -> Vec<String> {
    let sessions = home.json(&["sessions", "--json"]);
    let mut found = Vec::new();
    for session in sessions["sessions"].as_array().unwrap() {
        let id = session["session"].as_str().unwrap();
        steps(
            &home.json(&["sessions", "show", id, "--json"]),
            command,
            &mut found,
        );
    }
    assert!(found.len() <= 1, "it is one call: {found:#?}");
    let sources = found.pop().unwrap_or_default();
    let text = |source: &Value| source.as_str().unwrap().to_owned();
    sources.as_array().into_iter().flatten().map(text).collect()
}

/// The sources of all steps that are calls with this command.
fn steps(value: &Value, command: &str, found: &mut Vec<Value>) {
    let inside: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => {
            if value.pointer("/tool/operation/command") == Some(&json!(command)) {
                found.push(value["sources"].clone());
                return;
            }
            fields.values().collect()
        }
        _ => return,
    };
    for one in inside {
        steps(one, command, found);
    }
}

fn findings(home: &Home) -> Vec<String> {
    let alerts = home.json(&["alerts", "--json"]);
    let all = alerts["alerts"].as_array().unwrap();
    let rule = |alert: &Value| alert["rule"].as_str().unwrap().to_owned();
    all.iter().map(rule).collect()
}

fn sources_meet(agent: RealAgent) {
    let home = Home::new().with_key();
    let model = Model::start(agent.dialect(), Script::new().shell(BENIGN).shell(THEFT));
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());
    drop(
        home.ringfence(&["install", "--telemetry", agent.name()])
            .ok(),
    );
    home.up();
    drop(agent.run(&home, &model));
    until("hook, transcript and telemetry told of the call", || {
        sources_of(&home, BENIGN) == ["hook", "transcript", "telemetry"]
    });
    let status = home.json(&["status", "--json"]);
    let heard = &status["status"]["daemon"]["hooks"][agent.name()];
    assert_eq!(heard["expected"], heard["announced"], "{heard:#}");
    assert!(heard["answers"].as_u64() >= Some(2), "{heard:#}");
    assert_eq!(
        status["status"]["telemetry"][0]["delivers"], true,
        "{status:#}"
    );
    let found = findings(&home);
    assert!(
        !found.iter().any(|rule| rule == "call-unannounced"),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|rule| rule == "denied-call-ran"),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|rule| rule == "call-told-differently"),
        "{found:?}"
    );
    home.down();
}

/// The project switches the hooks off: what runs is a finding, with the reason.
#[test]
fn a_call_without_its_hook_is_found() {
    let agent = RealAgent::ClaudeCode;
    let home = Home::new();
    let model = Model::start(agent.dialect(), Script::new().shell(BENIGN));
    agent.settle(&home, &model);
    drop(home.ringfence(&["install", agent.name()]).ok());
    drop(
        home.ringfence(&["install", "--telemetry", agent.name()])
            .ok(),
    );
    home.write(
        "project/.claude/settings.local.json",
        "{\"disableAllHooks\": true}",
    );
    home.up();
    drop(agent.run(&home, &model));
    until("it is found", || {
        findings(&home)
            .iter()
            .any(|rule| rule == "call-unannounced")
    });
    let alerts = home.json(&["alerts", "--json"]);
    let found = alerts["alerts"].as_array().unwrap();
    let found = found
        .iter()
        .find(|alert| alert["rule"] == "call-unannounced")
        .unwrap();
    let reason = found["reason"].as_str().unwrap();
    // Where the session works is told by its transcript, which may come a moment later.
    let reasons = ["`disableAllHooks` is true", "has registered no hook"];
    assert!(reasons.iter().any(|one| reason.contains(one)), "{found:#}");
    assert!(reason.contains("Bash"), "{found:#}");
    let status = home.json(&["status", "--json"]);
    let heard = &status["status"]["daemon"]["hooks"][agent.name()];
    assert_eq!(
        (&heard["expected"], &heard["announced"]),
        (&json!(1), &json!(0)),
        "{heard:#}"
    );
    home.down();
}
