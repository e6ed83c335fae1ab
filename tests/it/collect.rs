//! Hooks that come over HTTP: AgentsLeak's in its own shapes, so that its users can
//! move over, and Claude Code's own. None lets a call through unjudged.

use ringfence_tests::agents::RealAgent;
use ringfence_tests::home::{Home, KEY_CONTENT};
use ringfence_tests::http::{Answer, Door};
use ringfence_tests::model::{Model, Script};
use ringfence_tests::run::Run;
use serde_json::{Value, json};

const THEFT: &str = "cat ~/.ssh/id_rsa";

fn up() -> Home {
    let home = Home::new().with_key();
    home.up();
    home
}

/// What AgentsLeak's scripts send for a call of Claude Code.
fn call(session: &str, input: &Value) -> Value {
    json!({
        "hook_type": "PreToolUse", "session_id": session, "session_cwd": "/home/dev/project",
        "permission_mode": "default", "tool_name": "Bash", "tool_input": input,
        "tool_use_id": "toolu_01",
        "_metadata": {
            "timestamp": "2026-11-21T04:40:41Z", "hostname": "box", "username": "dev",
            "collector_pid": 4242, "agentsleak_version": "0.1.0",
        },
    })
}

fn shell(command: &str) -> Value {
    call("session-1", &json!({ "command": command }))
}

/// Sends it as AgentsLeak's scripts do.
fn send(door: &Door, route: &str, source: &str, payload: &Value) -> Answer {
    door.ask("POST", &format!("/api/collect/{route}"))
        .header("X-AgentsLeak-Key", &door.token)
        .header("X-AgentsLeak-Source", source)
        .header("X-Endpoint-Hostname", "box")
        .header("X-Endpoint-User", "dev")
        .body(payload.to_string())
        .send()
}

fn sent(door: &Door, route: &str, payload: &Value) -> Value {
    let answer = send(door, route, "claude_code", payload);
    assert_eq!(answer.status, 200, "{route}: {}", answer.text());
    answer.json()
}

/// Why Claude Code is stopped; panics if it is not, or if it could not understand it.
fn denial(answer: &Value) -> String {
    let output = &answer["hookSpecificOutput"];
    assert_eq!(output["hookEventName"], "PreToolUse", "{answer:#}");
    assert_eq!(output["permissionDecision"], "deny", "{answer:#}");
    let reason = output["permissionDecisionReason"].as_str();
    reason.expect("a denial has a reason").to_owned()
}

/// Whether Claude Code is kept from going on by itself.
fn is_held(answer: &Value) -> bool {
    let decision = &answer["hookSpecificOutput"]["permissionDecision"];
    decision == "deny" || decision == "ask"
}

/// A payload of session-1 with these fields.
fn about_session(fields: &Value) -> Value {
    let mut payload = json!({ "session_id": "session-1", "session_cwd": "/home/dev/project" });
    for (name, value) in fields.as_object().expect("an object") {
        payload[name] = value.clone();
    }
    payload
}

/// Every route: what is sent, what comes back, and the kind under which it is on record.
fn conversation() -> Vec<(&'static str, Value, Value, &'static str)> {
    let received = || json!({ "status": "received" });
    let about = |status: &str| json!({ "status": status, "session_id": "session-1" });
    let tool = shell("cargo test");
    let mut done = shell("cargo test");
    done["tool_result"] = json!({ "stdout": "ok" });
    let mut failed = shell("cargo test");
    failed["error"] = "exit code 1".into();
    let start = about_session(&json!({ "source": "startup" }));
    let prompt = about_session(&json!({ "query": "Fix the test" }));
    let subagent = about_session(&json!({ "agent_id": "a-1", "agent_type": "Explore" }));
    let end = about_session(&json!({ "reason": "exit" }));
    vec![
        (
            "session-start",
            start,
            about("session_started"),
            "session_start",
        ),
        ("user-prompt-submit", prompt, received(), "prompt"),
        ("pre-tool-use", tool.clone(), json!({}), "tool_call"),
        ("permission-request", tool, received(), "permission_request"),
        ("post-tool-use", done, received(), "tool_result"),
        ("post-tool-use-error", failed, received(), "tool_result"),
        (
            "subagent-start",
            subagent.clone(),
            about("subagent_started"),
            "subagent_start",
        ),
        (
            "subagent-stop",
            subagent,
            about("subagent_stopped"),
            "subagent_end",
        ),
        ("session-end", end, about("session_ended"), "session_end"),
    ]
}

#[test]
fn every_route_answers_in_the_documented_shape() {
    let home = up();
    let door = home.door();
    let conversation = conversation();
    for (route, payload, expected, _) in &conversation {
        assert_eq!(sent(&door, route, payload), *expected, "{route}");
    }
    let health = door.ask("GET", "/api/collect/health");
    let health = health.header("X-AgentsLeak-Key", &door.token).send().json();
    assert_eq!(health["status"], "healthy");

    home.down();
    let events = home.json(&["events", "--json"]);
    let stored = events["events"].as_array().expect("events");
    let kinds: Vec<&Value> = stored
        .iter()
        .map(|one| &one["event"]["action"]["kind"])
        .collect();
    let expected: Vec<&str> = conversation.iter().map(|(.., kind)| *kind).collect();
    assert_eq!(kinds, expected, "{events:#}");
}

#[test]
fn a_denial_denies_and_is_on_record_once() {
    let home = up();
    let door = home.door();
    let reason = denial(&sent(&door, "pre-tool-use", &shell(THEFT)));
    assert!(reason.contains("ringfence allow "), "{reason}");
    home.wait_for_calls(1);
    home.down();
    home.up();
    assert_eq!(home.calls(), [(THEFT.to_owned(), "deny".to_owned())]);
    let alerts = home.json(&["alerts", "--json"]);
    assert_eq!(
        alerts["alerts"].as_array().map(Vec::len),
        Some(1),
        "{alerts:#}"
    );
    assert_eq!(
        alerts["alerts"][0]["reason"]
            .as_str()
            .map(|told| reason.contains(told)),
        Some(true)
    );
}

#[test]
fn cursor_is_answered_in_its_own_words() {
    let home = up();
    let door = home.door();
    let ask = |command: &str| {
        let payload = json!({
            "session_id": "conversation-1", "session_cwd": "/home/dev/project",
            "tool_name": "Shell", "tool_input": { "command": command }, "tool_use_id": "call-1",
            "_cursor": { "model": "scripted", "cursor_version": "2.1.0", "generation_id": "g-1" },
        });
        send(&door, "pre-tool-use", "cursor", &payload).json()
    };
    assert_eq!(ask("cargo test"), json!({ "decision": "allow" }));
    let denied = ask(THEFT);
    assert_eq!(denied["decision"], "deny", "{denied:#}");
    assert!(denied["reason"].is_string(), "{denied:#}");
    let calls = home.wait_for_calls(2);
    assert_eq!(calls[1], (THEFT.to_owned(), "deny".to_owned()));
}

#[test]
fn no_odd_payload_gets_through_unjudged() {
    let home = up();
    let door = home.door();
    let long = format!("echo {} ; {THEFT}", "x".repeat(300 * 1024));
    let many = format!("{}{THEFT}", "true;".repeat(60 * 1024));
    let mut nobody = shell(THEFT);
    nobody
        .as_object_mut()
        .expect("an object")
        .remove("session_id");
    let mut unnamed = shell(THEFT);
    unnamed["session_id"] = Value::Null;
    let mut renamed = shell(THEFT);
    renamed["tool_name"] = "run_terminal_cmd".into();
    let mut moment = shell(THEFT);
    moment["hook_event_name"] = "SessionStart".into();
    moment["hook_type"] = "SessionEnd".into();
    for (name, payload) in [
        (
            "a list",
            call("s", &json!({ "command": ["bash", "-lc", THEFT] })),
        ),
        (
            "words",
            call("s", &json!({ "command": ["cat", "/root/.ssh/id_rsa"] })),
        ),
        ("another key", call("s", &json!({ "cmd": THEFT }))),
        ("300 KB before it", shell(&long)),
        ("60,000 commands before it", shell(&many)),
        ("no session", nobody),
        ("a null session", unnamed),
        ("another tool's name", renamed),
        ("a payload that calls itself a notice", moment),
        ("a string for a result", {
            let mut payload = shell(THEFT);
            payload["tool_response"] = "text".into();
            payload
        }),
    ] {
        let answer = sent(&door, "pre-tool-use", &payload);
        assert!(is_held(&answer), "{name}: {answer:#}");
    }
    let calls = home.wait_for_calls(10);
    let allowed: Vec<_> = calls
        .iter()
        .filter(|(_, verdict)| verdict == "allow")
        .collect();
    assert!(allowed.is_empty(), "{allowed:?}");
}

#[test]
fn results_of_any_form_are_kept() {
    let home = up();
    let door = home.door();
    for result in [
        json!("text"),
        json!(["a", { "b": 1 }]),
        json!(null),
        json!({ "stdout": "x" }),
    ] {
        let mut payload = shell("cargo test");
        payload["tool_response"] = result.clone();
        let answer = sent(&door, "post-tool-use", &payload);
        assert_eq!(answer, json!({ "status": "received" }), "{result}");
    }
    home.down();
    let kept = home.json(&["events", "--kind", "tool_result", "--json"]);
    assert_eq!(kept["events"].as_array().map(Vec::len), Some(4), "{kept:#}");
}

/// What nobody can read: by default the work goes on and it is on record; a user who
/// wants that stopped has it stopped.
#[test]
fn what_cannot_be_read_is_on_record_and_can_be_stopped() {
    let garbage: [&[u8]; 4] = [b"", b"garbage", b"[1, 2]", b"{\"session_id\":"];
    let home = up();
    let ask = |home: &Home, route: &str, body: &[u8]| {
        let door = home.door();
        let ask = door.script("POST", &format!("/api/collect/{route}"));
        let answer = ask.body(body).send();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    for body in garbage {
        for route in ["pre-tool-use", "claude-code"] {
            let answer = ask(&home, route, body);
            assert_eq!(
                answer,
                json!({}),
                "{route}: {:?}",
                String::from_utf8_lossy(body)
            );
        }
    }
    home.down();
    assert_eq!(home.json(&["stats", "--json"])["stats"]["events"], 8);

    home.configure("when_blind = \"deny\"\n");
    home.up();
    for body in garbage {
        denial(&ask(&home, "pre-tool-use", body));
        assert_eq!(ask(&home, "claude-code", body)["continue"], false);
    }
}

#[test]
fn an_agent_speaks_through_its_own_http_hook() {
    let home = Home::new().with_key();
    let benign = "echo ringfence-benign | tr a-z A-Z";
    let script = Script::new().shell(benign).shell(THEFT);
    let model = Model::start(RealAgent::ClaudeCode.dialect(), script);
    home.up();
    let door = home.door();
    let hook = json!({
        "type": "http",
        "url": format!("{}/api/collect/claude-code", door.origin()),
        "headers": { "Authorization": "Bearer $RINGFENCE_TOKEN" },
        "allowedEnvVars": ["RINGFENCE_TOKEN"],
    });
    let every = json!([{ "matcher": "*", "hooks": [hook] }]);
    let settings = json!({ "hooks": {
        "PreToolUse": every, "PostToolUse": every, "UserPromptSubmit": every, "Stop": every,
    }});
    home.write(".claude/settings.json", &settings.to_string());
    let mut agent = RealAgent::ClaudeCode.command(&home, &model);
    drop(Run::of(agent.env("RINGFENCE_TOKEN", &door.token)).ok());

    let calls = home.wait_for_calls(2);
    let expected = [(benign, "allow"), (THEFT, "deny")];
    assert_eq!(
        calls,
        expected.map(|(command, verdict)| (command.to_owned(), verdict.to_owned()))
    );
    let asked = model.take_asked();
    let told = |text: &str| asked.iter().any(|asked| asked.tells(text));
    assert!(
        told("RINGFENCE-BENIGN"),
        "the benign call did not run: {asked:#?}"
    );
    assert!(
        told("ringfence allow "),
        "the model was not told why: {asked:#?}"
    );
    assert!(!told(KEY_CONTENT), "the key was read: {asked:#?}");
}
