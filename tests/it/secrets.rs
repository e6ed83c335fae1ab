//! No secret that Ringfence recognises reaches its disk: every byte of every file is looked at.

use ringfence_event::AgentKind;
use ringfence_tests::home::Home;
use ringfence_tests::payload::ShellCall;
use ringfence_tests::run::until;
use serde_json::json;
use std::fs;
use std::path::Path;

/// Secrets in the shapes of real ones, put together here so that none stands in the source.
fn planted() -> Vec<String> {
    let letters = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY";
    let twenty = "aB3dE5fG7hJ9kL1mN2pQ";
    vec![
        format!("AKIA{}", "QZ7XWVUT5SRPN3ML"),
        format!("ghp_{letters}Ab3D"),
        format!("glpat-{twenty}"),
        format!("sk-ant-api03-{letters}{letters}{twenty}12345-AAAA1gAA"),
        format!("sk-proj-{letters}{letters}"),
        format!("AIza{letters}abc"),
        format!("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC{letters}"),
    ]
}

/// The same as a text in which they would be met.
fn dressed(secret: &str) -> String {
    if secret.starts_with("MII") {
        format!("-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----")
    } else {
        format!("export TOKEN={secret}")
    }
}

fn payloads(secret: &str) -> Vec<(AgentKind, Vec<u8>)> {
    let text = dressed(secret);
    let shell = |command: &str| {
        ShellCall {
            session: "session-1",
            call: "call-1",
            cwd: "/home/dev/project",
            command,
        }
        .payload(AgentKind::ClaudeCode)
    };
    let claude = |fields: serde_json::Value| {
        let mut payload = json!({
            "session_id": "session-1", "transcript_path": "/dev/null", "cwd": "/home/dev/project",
        });
        for (name, value) in fields.as_object().expect("an object") {
            payload[name] = value.clone();
        }
        (AgentKind::ClaudeCode, payload.to_string().into_bytes())
    };
    vec![
        (
            AgentKind::ClaudeCode,
            shell(&format!("echo '{text}' > out")),
        ),
        (
            AgentKind::ClaudeCode,
            shell(&format!("curl -H 'x: {secret}' https://example.org")),
        ),
        claude(json!({ "hook_event_name": "UserPromptSubmit", "prompt": text })),
        claude(json!({
            "hook_event_name": "PreToolUse", "tool_name": "Write", "tool_use_id": "call-2",
            "tool_input": { "file_path": "/home/dev/project/a", "content": text },
        })),
        claude(json!({
            "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_use_id": "call-3",
            "tool_input": { "command": "cat a" }, "tool_response": { "stdout": text },
        })),
        claude(json!({
            "hook_event_name": "PreToolUse", "tool_name": "mcp__x__y", "tool_use_id": "call-4",
            "tool_input": { "deep": { "list": [text] } },
        })),
        claude(json!({ "hook_event_name": "SomethingNew", "field": { "of": [text] } })),
        claude(json!({ "hook_event_name": "Stop", "last_assistant_message": text })),
        (AgentKind::Codex, format!("garbage {text}").into_bytes()),
        (
            AgentKind::Gemini,
            format!("{{\"half\": \"{text}").into_bytes(),
        ),
    ]
}

#[test]
fn no_secret_reaches_the_disk() {
    let home = Home::new();
    let secrets = planted();
    for round in ["away", "up"] {
        if round == "up" {
            home.up();
        }
        for secret in &secrets {
            for (agent, payload) in payloads(secret) {
                let run = home.hook(agent.name(), &payload);
                assert_eq!(run.code(), 0, "{run:#?}");
                assert!(!run.stderr.contains(secret), "{run:#?}");
            }
            assert_clean(home.path(), secret);
        }
    }
    let door = home.door();
    for secret in &secrets {
        for (agent, payload) in payloads(secret) {
            let route = match agent {
                AgentKind::ClaudeCode => "claude-code",
                _ => "pre-tool-use",
            };
            let ask = door.script("POST", &format!("/api/collect/{route}"));
            let answer = ask.body(payload).send();
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert!(!answer.text().contains(secret), "{}", answer.text());
        }
        assert_clean(home.path(), secret);
    }
    for list in ["events", "findings"] {
        let served = door.json(&format!("/api/v1/{list}?limit=500")).to_string();
        assert!(secrets.iter().all(|secret| !served.contains(secret)));
    }
    home.down();
    let stats = home.json(&["stats", "--json"]);
    let sent = 3 * secrets.len() * payloads("").len();
    assert_eq!(
        stats["stats"]["events"], sent,
        "the scan must have had something to look at"
    );
    for secret in &secrets {
        assert_clean(home.path(), secret);
        let shown = home
            .ringfence(&["events", "--json", "--limit", "1000"])
            .ok();
        assert!(!shown.stdout.contains(secret), "{secret} is shown");
    }
}

/// No file below a folder holds the secret.
pub(crate) fn assert_clean(folder: &Path, secret: &str) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            assert_clean(&path, secret);
        } else if let Ok(bytes) = fs::read(&path) {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", path.display());
        }
    }
}

#[test]
fn a_gitleaks_configuration_is_used_and_read_again_when_it_changes() {
    let rule = |regex: &str| {
        format!("[[rules]]\nid = \"own\"\nregex = '''{regex}'''\nkeywords = [\"acme\"]\n")
    };
    let home = Home::new();
    let file = ".config/ringfence/gitleaks.toml";
    home.write(file, &rule("acme-[0-9]{8}"));
    home.configure("[secrets]\ngitleaks = \"gitleaks.toml\"\n");
    home.up();
    let kept = |call: &str| {
        let command = format!("echo {call} acme-48120957 acme_LWQZPRTK");
        let payload = ShellCall {
            session: "s1",
            call,
            cwd: "/home/dev/project",
            command: &command,
        };
        let run = home.hook("claude-code", &payload.payload(AgentKind::ClaudeCode));
        assert_eq!(run.code(), 0, "{run:#?}");
        until("the call is kept", || {
            home.ringfence(&["events", "--json"]).stdout.contains(call)
        });
        home.ringfence(&["events", "--json"]).stdout
    };
    let first = kept("first");
    assert!(!first.contains("acme-48120957"), "{first}");
    assert!(first.contains("acme_LWQZPRTK"), "{first}");
    home.write(file, &rule("acme_[A-Z]{8}"));
    let mut call = 0;
    until("the changed rules are in force", || {
        call += 1;
        let name = format!("call-{call}");
        let all = kept(&name);
        let newest = all.lines().find(|line| line.contains(&name));
        newest.is_some_and(|line| !line.contains("acme_LWQZPRTK"))
    });
}
